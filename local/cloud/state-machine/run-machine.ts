import type { EpochMs } from '../../../shared/domain/market/market.ts';
import type { Timers } from '../../../shared/ports/timers.ts';
import type { InvocationResult } from '../functions.ts';
import type { Machine, Retrier, State } from './machine.ts';
import { runWork } from './run-work.ts';
import type { Scope } from './scope.ts';
import { isOneOf, StateError } from './state-error.ts';

/** What happened in a run, in order of time; `detail` is the error of what failed, and where a choice led. */
export type RunEvent = {
  readonly atMs: EpochMs;
  readonly kind: 'entered' | 'exited' | 'failed' | 'retried' | 'caught';
  readonly state: string;
  readonly detail: string | null;
};

/** What a run needs of its surroundings; branches and items get one with a scope and a context of their own. */
export type Run = {
  readonly timers: Timers;
  readonly scope: Scope;
  /** The context object, without what the state adds. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly invoke: (functionName: string, payload: unknown) => Promise<InvocationResult>;
  /** Throws when a run has had too many. */
  readonly onEvent: (event: RunEvent) => void;
};

/** Runs a machine, a branch or an item to its end; rejects with the StateError that nothing caught. */
export async function runMachine(machine: Machine, input: unknown, run: Run): Promise<unknown> {
  let name: string | null = machine.startAt;
  let document = input;
  while (name !== null) {
    const state = machine.states.get(name);
    if (state === undefined) throw new StateError('States.Runtime', `there is no state ${name}`);
    const step: Step = await runState(state, document, run);
    document = step.output;
    name = step.next;
  }
  return document;
}

/** What a state gives, and which one is next; null at the end. */
export type Step = { readonly output: unknown; readonly next: string | null };

/** One state with its retries and catches. */
async function runState(state: State, rawInput: unknown, run: Run): Promise<Step> {
  const note = (kind: RunEvent['kind'], detail: string | null = null): void =>
    run.onEvent({ atMs: run.timers.nowMs(), kind, state: state.name, detail });
  const enteredTime = new Date(run.timers.nowMs()).toISOString();
  const attempts = new Map<Retrier, number>();
  note('entered');
  for (let retryCount = 0; ; retryCount += 1) {
    run.scope.throwIfOver();
    const context = {
      ...run.context,
      State: { Name: state.name, EnteredTime: enteredTime, RetryCount: retryCount },
    };
    try {
      const step = await runWork(state, rawInput, { ...run, context }, runMachine);
      note('exited', step.next);
      return step;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      note('failed', error.message);
      const delayMs = retryDelayMs(state, error, attempts);
      if (delayMs === null) return catchError(state, rawInput, error, note);
      await run.scope.sleep(run.timers, delayMs, `${state.name} is tried again`);
      note('retried');
    }
  }
}

/** How long to wait for the next try; null when no retrier has one left for the error. Each retrier counts its own. */
function retryDelayMs(
  state: State,
  error: StateError,
  attempts: Map<Retrier, number>,
): number | null {
  const retrier = state.retriers.find(({ errors }) => isOneOf(error.error, errors));
  if (retrier === undefined) return null;
  const made = attempts.get(retrier) ?? 0;
  if (made >= retrier.maxAttempts) return null;
  attempts.set(retrier, made + 1);
  const delayMs = retrier.intervalMs * retrier.backoffRate ** made;
  return Math.min(delayMs, retrier.maxDelayMs ?? Number.POSITIVE_INFINITY);
}

function catchError(
  state: State,
  rawInput: unknown,
  error: StateError,
  note: (kind: RunEvent['kind'], detail: string | null) => void,
): Step {
  const catcher = state.catchers.find(({ errors }) => isOneOf(error.error, errors));
  if (catcher === undefined) throw error;
  note('caught', catcher.next);
  const output = catcher.write(rawInput, { Error: error.error, Cause: error.causeText });
  return { output, next: catcher.next };
}
