import { createRequire } from 'node:module';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { Functions } from '../../../../local/cloud/functions.ts';
import { Metrics } from '../../../../local/cloud/metrics.ts';
import { StateMachines } from '../../../../local/cloud/state-machine/state-machines.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { arn, HANDLERS, MACHINE_CASES } from '../../../fixtures/state-machines/cases.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Json = Readonly<Record<string, unknown>>;
type Outcome =
  | { readonly kind: 'succeeded'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: string };

/** A handler of its own count of calls, for one execution. */
function handlerOf(name: string): (payload: unknown) => Promise<unknown> {
  let calls = 0;
  return async (payload) => {
    calls += 1;
    return HANDLERS[name]!(payload as never, calls);
  };
}

async function runOurs(definition: Json, input: unknown): Promise<Outcome> {
  const timers = new Scheduler({ startMs: Date.UTC(2026, 10, 21) });
  const metrics = new Metrics();
  const functions = new Functions({ timers, metrics, onError: () => undefined });
  for (const name of Object.keys(HANDLERS)) {
    functions.register(name, handlerOf(name), { timeoutMs: 10_000 });
  }
  const machines = new StateMachines({
    timers,
    metrics,
    functions,
    machines: { walk: { definition } },
  });
  const start = machines.startExecution({ machine: 'walk', name: 'run-1', input });
  await timers.run({ untilMs: Number.MAX_SAFE_INTEGER, turn });
  const execution = start.kind === 'refused' ? null : machines.describe(start.arn);
  if (execution?.status === 'SUCCEEDED') return { kind: 'succeeded', output: execution.output };
  expect(execution?.status).toBe('FAILED');
  return { kind: 'failed', error: execution?.error ?? '' };
}

/** Every state of a kind at every level. */
function statesOf(definition: unknown, type: string): readonly (readonly [string, Json])[] {
  if (typeof definition !== 'object' || definition === null) return [];
  const states = 'States' in definition ? Object.entries(definition.States as Json) : [];
  const here = states.filter(([, state]) => (state as Json)['Type'] === type);
  const inner = Object.values(definition).flatMap((value) => statesOf(value, type));
  return [...here.map(([name, state]) => [name, state as Json] as const), ...inner];
}

async function runTheirs(definition: Json, input: unknown): Promise<Outcome> {
  const handlers = statesOf(definition, 'Task').map(([name, state]) => {
    const parameters = state['Parameters'] as Json | undefined;
    const isWrapped = state['Resource'] === 'arn:aws:states:::lambda:invoke';
    const resource = String(isWrapped ? parameters?.['FunctionName'] : state['Resource']);
    const handle = handlerOf(resource.replace(arn(''), ''));
    const handler = async (given: unknown): Promise<unknown> =>
      isWrapped
        ? { StatusCode: 200, Payload: await handle((given as Json)['Payload']) }
        : handle(given);
    return [name, handler] as const;
  });
  const none = (type: string): Json =>
    Object.fromEntries(statesOf(definition, type).map(([name]) => [name, 0]));
  const machine = new StateMachine(definition as never, {
    validationOptions: { noValidate: true },
  });
  const execution = machine.run(input as never, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers) as never,
      waitTimeOverrides: none('Wait') as never,
      retryIntervalOverrides: none('Task') as never,
    },
    context: { Execution: { Input: input, Name: 'run-1' } } as never,
  });
  try {
    return { kind: 'succeeded', output: await execution.result };
  } catch (error) {
    // An ExecutionError holds the failure of the state as its cause.
    const failure = error instanceof Error ? error.cause : null;
    return { kind: 'failed', error: failure instanceof Error ? failure.name : String(error) };
  }
}

const validate = createRequire(import.meta.url)('asl-validator') as (definition: Json) => {
  readonly isValid: boolean;
  readonly errors: readonly { readonly Message?: string }[];
};

describe('our interpreter against aws-local-stepfunctions', () => {
  it('has a table of at least 25 definitions', () => {
    expect(MACHINE_CASES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(MACHINE_CASES.map(({ name }) => name)).size).toBe(MACHINE_CASES.length);
  });

  it.each(MACHINE_CASES)('$name: valid, and the same end', async ({ definition, inputs }) => {
    const { isValid, errors } = validate(definition);
    expect({ isValid, errors }).toEqual({ isValid: true, errors: [] });
    for (const input of inputs) {
      const [ours, theirs] = await Promise.all([
        runOurs(definition, input),
        runTheirs(definition, input),
      ]);
      expect(ours, JSON.stringify(input)).toEqual(theirs);
    }
  });
});
