import { ASL_FEATURES, type StateType } from './asl-features.ts';
import { compileChoice, isTimestamp } from './choice-rules.ts';
import { secondsOf, type FunctionLookup, type Loading } from './load-fields.ts';
import type { Reading, Work } from './machine.ts';
import { compilePath, isObject, mustFind, type Sight } from './paths.ts';
import { MachineRefusal, StateError } from './state-error.ts';
import { compileTemplate } from './templates.ts';

export type RawState = Readonly<Record<string, unknown>>;

/** An inline Map without a bound runs at most so many items at a time ("Using Map state in Inline mode"). */
const INLINE_CONCURRENCY = 40;

/** Reads what a state of a type does. */
export function loadWork(type: StateType, raw: RawState, where: string, loading: Loading): Work {
  switch (type) {
    case 'Task':
      return taskOf(raw, where, loading.functions);
    case 'Choice':
      return choiceOf(raw, where);
    case 'Wait':
      return { kind: 'wait', untilMs: waitOf(raw, where) };
    case 'Pass':
      return { kind: 'pass', result: 'Result' in raw ? { value: raw['Result'] } : null };
    case 'Map':
      return mapOf(raw, where, loading);
    case 'Parallel':
      return parallelOf(raw, where, loading);
    case 'Succeed':
      return { kind: 'succeed' };
    case 'Fail':
      return {
        kind: 'fail',
        error: textOf(raw, 'Error', where),
        cause: textOf(raw, 'Cause', where),
      };
  }
}

function taskOf(raw: RawState, where: string, functions: FunctionLookup): Work {
  const { Resource: resource } = raw;
  const timeoutMs = secondsOf(raw['TimeoutSeconds'], `${where}.TimeoutSeconds`);
  if (typeof resource !== 'string') throw new MachineRefusal(`${where}.Resource is an ARN`);
  if (ASL_FEATURES.resources.some((served) => served === resource)) {
    return { kind: 'task', wraps: true, timeoutMs, call: invokeOf(raw, where, functions) };
  }
  const functionName = functions(resource);
  if (functionName === null) {
    throw new MachineRefusal(
      `${where}.Resource is a function or ${ASL_FEATURES.resources.join(', ')}, not ${resource}`,
    );
  }
  return {
    kind: 'task',
    wraps: false,
    timeoutMs,
    call: (payload) => ({ functionName, payload }),
  };
}

/** The parameters of lambda:invoke: a fixed FunctionName, and a Payload that is the state's whole input when left out. */
function invokeOf(
  raw: RawState,
  where: string,
  functions: FunctionLookup,
): (parameters: unknown) => { readonly functionName: string; readonly payload: unknown } {
  const field = `${where}.Parameters`;
  const parameters = raw['Parameters'];
  if (!isObject(parameters)) throw new MachineRefusal(`${field} names the function to invoke`);
  const other = Object.keys(parameters).find(
    (name) => name !== 'FunctionName' && name !== 'Payload' && name !== 'Payload.$',
  );
  if (other !== undefined) throw new MachineRefusal(`${field}.${other} is not served`);
  const named = parameters['FunctionName'];
  const functionName = typeof named === 'string' ? functions(named) : null;
  if (functionName === null) {
    throw new MachineRefusal(`${field}.FunctionName is a function, not ${JSON.stringify(named)}`);
  }
  return (evaluated) => ({
    functionName,
    payload: isObject(evaluated) ? (evaluated['Payload'] ?? {}) : {},
  });
}

function choiceOf(raw: RawState, where: string): Work {
  const { Choices: choices, Default: otherwise } = raw;
  if (!Array.isArray(choices) || choices.length === 0) {
    throw new MachineRefusal(`${where}.Choices is a list of rules`);
  }
  if (otherwise !== undefined && typeof otherwise !== 'string') {
    throw new MachineRefusal(`${where}.Default is a state`);
  }
  return {
    kind: 'choice',
    otherwise: otherwise ?? null,
    rules: choices.map((rule: unknown, index) => {
      const field = `${where}.Choices[${index}]`;
      const next = isObject(rule) ? rule['Next'] : undefined;
      if (typeof next !== 'string') throw new MachineRefusal(`${field}.Next is a state`);
      return { test: compileChoice(rule, field), next };
    }),
  };
}

function waitOf(raw: RawState, where: string): (sight: Sight, nowMs: number) => number {
  const fields = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'] as const;
  const given = fields.filter((field) => field in raw);
  const [field] = given;
  if (field === undefined || given.length > 1) {
    throw new MachineRefusal(`${where} has one of ${fields.join(', ')}`);
  }
  const value = raw[field];
  if (field === 'SecondsPath' || field === 'TimestampPath') {
    const reader = compilePath(value, `${where}.${field}`);
    const isSeconds = field === 'SecondsPath';
    return (sight, nowMs) => {
      const found = mustFind(reader, sight, 'States.Runtime', value);
      const untilMs = isSeconds ? afterSeconds(found, nowMs) : atTimestamp(found);
      if (untilMs !== null) return untilMs;
      throw new StateError(
        'States.Runtime',
        `${field} ${String(value)} leads to ${JSON.stringify(found)}`,
      );
    };
  }
  const read = (nowMs: number): number | null =>
    field === 'Seconds' ? afterSeconds(value, nowMs) : atTimestamp(value);
  if (read(0) === null) {
    throw new MachineRefusal(`${where}.${field} is not ${JSON.stringify(value)}`);
  }
  return (_, nowMs) => read(nowMs) ?? nowMs;
}

/** Whole seconds from 0 to 99,999,999, as Step Functions takes. */
function afterSeconds(value: unknown, nowMs: number): number | null {
  const isSeconds =
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 99_999_999;
  return isSeconds ? nowMs + value * 1_000 : null;
}

function atTimestamp(value: unknown): number | null {
  return isTimestamp(value) ? Date.parse(value) : null;
}

function mapOf(raw: RawState, where: string, loading: Loading): Work {
  const processor = raw['ItemProcessor'] ?? raw['Iterator'];
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  if (isObject(config) && (config['Mode'] ?? 'INLINE') !== 'INLINE') {
    throw new MachineRefusal(`${where}.ItemProcessor.ProcessorConfig.Mode is INLINE`);
  }
  const itemsPath = raw['ItemsPath'] ?? '$';
  const items = compilePath(itemsPath, `${where}.ItemsPath`);
  const selector = raw['ItemSelector'] ?? raw['Parameters'];
  const concurrency = raw['MaxConcurrency'] ?? 0;
  if (typeof concurrency !== 'number' || !Number.isSafeInteger(concurrency) || concurrency < 0) {
    throw new MachineRefusal(`${where}.MaxConcurrency is a whole number from 0 on`);
  }
  return {
    kind: 'map',
    items: (sight) => mustFind(items, sight, 'States.Runtime', itemsPath),
    item: selector === undefined ? null : compileTemplate(selector, `${where}.ItemSelector`),
    processor: loading.level(processor, `${where}.ItemProcessor`, ['ProcessorConfig']),
    maxConcurrency:
      concurrency === 0 ? INLINE_CONCURRENCY : Math.min(concurrency, INLINE_CONCURRENCY),
  };
}

function parallelOf(raw: RawState, where: string, loading: Loading): Work {
  const branches = raw['Branches'];
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new MachineRefusal(`${where}.Branches is a list of machines`);
  }
  return {
    kind: 'parallel',
    branches: branches.map((branch: unknown, index) =>
      loading.level(branch, `${where}.Branches[${index}]`, []),
    ),
  };
}

/** Error and Cause of a Fail state: text, or a path to text. */
function textOf(raw: RawState, field: 'Error' | 'Cause', where: string): (sight: Sight) => string {
  const path = raw[`${field}Path`];
  const text = raw[field];
  if (path === undefined) {
    if (text !== undefined && typeof text !== 'string') {
      throw new MachineRefusal(`${where}.${field} is text`);
    }
    return () => text ?? '';
  }
  const reader: Reading = compilePath(path, `${where}.${field}Path`);
  return (sight) => {
    const found = mustFind(reader, sight, 'States.Runtime', path);
    if (typeof found === 'string') return found;
    throw new StateError('States.Runtime', `${field}Path leads to ${JSON.stringify(found)}`);
  };
}
