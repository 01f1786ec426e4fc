import type { InvocationResult } from '../functions.ts';
import type { Machine, State, Work } from './machine.ts';
import type { Sight } from './paths.ts';
import type { Run, Step } from './run-machine.ts';
import { StateError } from './state-error.ts';

/** Runs a level inside a state. */
export type RunLevel = (machine: Machine, input: unknown, run: Run) => Promise<unknown>;

/** Step Functions takes no larger result of a task, in bytes of UTF-8. */
const LARGEST_RESULT_BYTES = 262_144;

/** One try of a state: its input cut, its work done, its result put in place, its output cut. */
export async function runWork(
  state: State,
  rawInput: unknown,
  run: Run,
  runLevel: RunLevel,
): Promise<Step> {
  const { context } = run;
  const input = state.inputOf({ input: rawInput, context });
  const { work } = state;
  switch (work.kind) {
    case 'choice':
      return { output: state.outputOf({ input, context }), next: choose(work, { input, context }) };
    case 'succeed':
      return { output: state.outputOf({ input, context }), next: null };
    case 'fail':
      throw new StateError(work.error({ input, context }), work.cause({ input, context }));
    case 'wait':
      await wait(work, state.name, { input, context }, run);
      return { output: state.outputOf({ input, context }), next: state.next };
    case 'pass':
    case 'task':
    case 'map':
    case 'parallel': {
      const payload = state.parameters?.({ input, context }) ?? input;
      const raw = await resultOf(work, state, { payload, input }, run, runLevel);
      const result = state.resultOf?.({ input: raw, context }) ?? raw;
      const written = state.write(rawInput, result);
      return { output: state.outputOf({ input: written, context }), next: state.next };
    }
  }
}

function resultOf(
  work: Extract<Work, { kind: 'pass' | 'task' | 'map' | 'parallel' }>,
  state: State,
  given: { readonly payload: unknown; readonly input: unknown },
  run: Run,
  runLevel: RunLevel,
): Promise<unknown> {
  switch (work.kind) {
    case 'pass':
      return Promise.resolve(work.result === null ? given.payload : work.result.value);
    case 'task':
      return runTask(work, state.name, given.payload, run);
    case 'map':
      return runMap(work, given.input, run, runLevel);
    case 'parallel': {
      const branches = work.branches.map(
        (branch) => (inner: Run) => runLevel(branch, given.payload, inner),
      );
      return runAll(branches, branches.length, run);
    }
  }
}

function choose(work: Extract<Work, { kind: 'choice' }>, sight: Sight): string {
  const rule = work.rules.find(({ test }) => test(sight));
  const next = rule?.next ?? work.otherwise;
  if (next !== null) return next;
  throw new StateError('States.NoChoiceMatched', 'no rule matched, and there is no Default');
}

async function wait(
  work: Extract<Work, { kind: 'wait' }>,
  name: string,
  sight: Sight,
  run: Run,
): Promise<void> {
  const nowMs = run.timers.nowMs();
  const untilMs = work.untilMs(sight, nowMs);
  if (untilMs > nowMs) await run.scope.sleep(run.timers, untilMs - nowMs, `${name} waits`);
}

async function runTask(
  work: Extract<Work, { kind: 'task' }>,
  name: string,
  parameters: unknown,
  run: Run,
): Promise<unknown> {
  const { functionName, payload } = work.call(parameters);
  const { timeoutMs } = work;
  const result = await run.scope.race<InvocationResult>(
    run.timers,
    `${name} runs out of time`,
    (resolve, reject) => {
      // A handler may keep or change what it is given; the machine's document stays as it is.
      run.invoke(functionName, structuredClone(payload)).then(resolve, reject);
    },
    timeoutMs === null
      ? null
      : { ms: timeoutMs, onLate: () => new StateError('States.Timeout', `${timeoutMs} ms are up`) },
  );
  if (result.kind === 'failed') {
    const { errorType, errorMessage } = result;
    throw new StateError(errorType, JSON.stringify({ errorType, errorMessage }));
  }
  if (Buffer.byteLength(JSON.stringify(result.payload)) > LARGEST_RESULT_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The state ${name} returned more than ${LARGEST_RESULT_BYTES} bytes`,
    );
  }
  if (!work.wraps) return result.payload;
  return { ExecutedVersion: '$LATEST', Payload: result.payload, StatusCode: 200 };
}

async function runMap(
  work: Extract<Work, { kind: 'map' }>,
  input: unknown,
  run: Run,
  runLevel: RunLevel,
): Promise<unknown> {
  const items = work.items({ input, context: run.context });
  if (!Array.isArray(items)) {
    throw new StateError('States.Runtime', `a Map runs over a list, not ${JSON.stringify(items)}`);
  }
  const tasks = items.map((value: unknown, index) => (inner: Run) => {
    const context = { ...inner.context, Map: { Item: { Index: index, Value: value } } };
    const item = work.item === null ? value : work.item({ input, context });
    return runLevel(work.processor, item, { ...inner, context });
  });
  return runAll(tasks, work.maxConcurrency, run);
}

/** Runs tasks, so many at a time; the first that fails ends the others, and is the failure of all. */
async function runAll(
  tasks: readonly ((inner: Run) => Promise<unknown>)[],
  maxConcurrency: number,
  run: Run,
): Promise<readonly unknown[]> {
  const scope = run.scope.child();
  const results: unknown[] = tasks.map(() => null);
  const queue = tasks.entries();
  let first: { readonly error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    for (const [index, task] of queue) {
      if (scope.isOver) return;
      try {
        results[index] = await task({ ...run, scope });
      } catch (error) {
        first ??= { error };
        scope.cancel();
      }
    }
  };
  const workers = Array.from({ length: Math.min(maxConcurrency, tasks.length) }, worker);
  await Promise.all(workers);
  run.scope.throwIfOver();
  throwFirst(first);
  return results;
}

function throwFirst(first: { readonly error: unknown } | null): void {
  if (first !== null) throw first.error;
}
