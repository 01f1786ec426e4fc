import { ASL_FEATURES, type StateType } from './asl-features.ts';
import { refuseOtherLanguages, refuseOthers, type Loading } from './load-fields.ts';
import { loadWork, type RawState } from './load-work.ts';
import type { Catcher, Reading, ResultWriter, Retrier, State } from './machine.ts';
import { compilePath, compileWriter, isObject, mustFind } from './paths.ts';
import { MachineRefusal } from './state-error.ts';
import { compileTemplate } from './templates.ts';

/** Reads one state; `MachineRefusal` names it and the field. */
export function loadState(name: string, raw: unknown, loading: Loading): State {
  const where = `state ${name}`;
  if (!isObject(raw)) throw new MachineRefusal(`${where} is an object`);
  const type = typeOf(raw, where);
  refuseOthers(raw, [...ASL_FEATURES.everyState, ...ASL_FEATURES.states[type]], where);
  refuseOtherLanguages(raw, where);
  return {
    name,
    inputOf: cut(raw, 'InputPath', where),
    parameters: template(raw, type === 'Map' ? null : 'Parameters', where),
    resultOf: template(raw, 'ResultSelector', where),
    write: writerOf(raw['ResultPath'], `${where}.ResultPath`),
    outputOf: cut(raw, 'OutputPath', where),
    retriers: listOf(raw['Retry'], `${where}.Retry`).map((each, index) =>
      retrierOf(each, `${where}.Retry[${index}]`),
    ),
    catchers: listOf(raw['Catch'], `${where}.Catch`).map((each, index) =>
      catcherOf(each, `${where}.Catch[${index}]`),
    ),
    next: nextOf(raw, type, where),
    work: loadWork(type, raw, where, loading),
  };
}

function typeOf(raw: RawState, where: string): StateType {
  const type = Object.keys(ASL_FEATURES.states).find((known) => known === raw['Type']);
  if (type !== undefined) return type as StateType;
  throw new MachineRefusal(
    `${where}.Type is one of ${Object.keys(ASL_FEATURES.states).join(', ')}, not ${JSON.stringify(raw['Type'])}`,
  );
}

/** InputPath and OutputPath: `$` when left out, an empty object for null. */
function cut(raw: RawState, field: 'InputPath' | 'OutputPath', where: string): Reading {
  const path = raw[field] === undefined ? '$' : raw[field];
  if (path === null) return () => ({});
  const reader = compilePath(path, `${where}.${field}`);
  return (sight) => mustFind(reader, sight, 'States.Runtime', path);
}

function template(raw: RawState, field: string | null, where: string): Reading | null {
  if (field === null || raw[field] === undefined) return null;
  if (!isObject(raw[field])) throw new MachineRefusal(`${where}.${field} is an object`);
  return compileTemplate(raw[field], `${where}.${field}`);
}

/** ResultPath: `$` when left out; null keeps the input and drops the result. */
function writerOf(path: unknown, where: string): ResultWriter {
  if (path === null) return (rawInput) => rawInput;
  return compileWriter(path === undefined ? '$' : path, where);
}

function nextOf(raw: RawState, type: StateType, where: string): string | null {
  if (type === 'Choice' || type === 'Succeed' || type === 'Fail') return null;
  const { Next: next, End: end } = raw;
  if (end === true && next === undefined) return null;
  if (typeof next === 'string' && end === undefined) return next;
  throw new MachineRefusal(`${where} has either Next, a state, or "End": true`);
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new MachineRefusal(`${where} is a list`);
}

function retrierOf(raw: unknown, where: string): Retrier {
  if (!isObject(raw)) throw new MachineRefusal(`${where} is an object`);
  refuseOthers(raw, ASL_FEATURES.retry, where);
  if ((raw['JitterStrategy'] ?? 'NONE') !== 'NONE') {
    throw new MachineRefusal(`${where}.JitterStrategy is NONE; chance is not served`);
  }
  const maxDelay = raw['MaxDelaySeconds'];
  return {
    errors: errorsOf(raw, where),
    intervalMs: numberOf(raw, 'IntervalSeconds', 1, 1, where) * 1_000,
    backoffRate: numberOf(raw, 'BackoffRate', 2, 1, where),
    maxAttempts: numberOf(raw, 'MaxAttempts', 3, 0, where),
    maxDelayMs:
      maxDelay === undefined ? null : numberOf(raw, 'MaxDelaySeconds', 1, 1, where) * 1_000,
  };
}

function catcherOf(raw: unknown, where: string): Catcher {
  if (!isObject(raw)) throw new MachineRefusal(`${where} is an object`);
  refuseOthers(raw, ASL_FEATURES.catch, where);
  if (typeof raw['Next'] !== 'string') throw new MachineRefusal(`${where}.Next is a state`);
  return {
    errors: errorsOf(raw, where),
    next: raw['Next'],
    write: writerOf(raw['ResultPath'], `${where}.ResultPath`),
  };
}

function errorsOf(raw: RawState, where: string): readonly string[] {
  const errors = listOf(raw['ErrorEquals'], `${where}.ErrorEquals`);
  if (errors.length > 0 && errors.every((error) => typeof error === 'string')) return errors;
  throw new MachineRefusal(`${where}.ErrorEquals is a list of error names`);
}

function numberOf(
  raw: RawState,
  field: string,
  usual: number,
  least: number,
  where: string,
): number {
  const value = raw[field] ?? usual;
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  throw new MachineRefusal(
    `${where}.${field} is a number from ${least} on, not ${JSON.stringify(value)}`,
  );
}
