import { describe, expect, it } from 'vitest';
import { Functions, type LambdaHandler } from '../../../../../local/cloud/functions.ts';
import { Metrics } from '../../../../../local/cloud/metrics.ts';
import { StateMachines } from '../../../../../local/cloud/state-machine/state-machines.ts';
import { Crash } from '../../../../../shared/simulator/faults/crash-plan.ts';
import { Scheduler } from '../../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const START_MS = Date.UTC(2026, 10, 21, 12);
const ARN = 'arn:aws:lambda:us-east-2:000000000000:function:step';
const EXECUTION = 'arn:aws:states:us-east-2:000000000000:execution:walk:p1-g2';

type Json = Readonly<Record<string, unknown>>;

class Desk {
  readonly clock = new Scheduler({ startMs: START_MS });
  readonly metrics = new Metrics();
  readonly machines: StateMachines;
  /** Seconds since the start at which the function was called. */
  readonly calls: number[] = [];

  constructor(
    states: Json,
    options: { readonly handler?: LambdaHandler; readonly machine?: Json } = {},
  ) {
    const functions = new Functions({
      timers: this.clock,
      metrics: this.metrics,
      onError: () => undefined,
    });
    functions.register(
      'step',
      async (event, context) => {
        this.calls.push((this.clock.nowMs() - START_MS) / 1_000);
        return (await options.handler?.(event, context)) ?? event;
      },
      { timeoutMs: 10_000 },
    );
    this.machines = new StateMachines({
      timers: this.clock,
      functions,
      metrics: this.metrics,
      machines: {
        walk: {
          definition: { StartAt: Object.keys(states)[0], States: states, ...options.machine },
        },
      },
    });
  }

  async run(input: unknown = {}, untilS = 1_000_000): Promise<unknown> {
    this.machines.startExecution({ machine: 'walk', name: 'p1-g2', input });
    await this.pass(untilS);
    return this.machines.describe(EXECUTION);
  }

  async pass(untilS: number): Promise<void> {
    await this.clock.run({ untilMs: START_MS + untilS * 1_000, turn });
  }
}

const task = (fields: Json = {}): Json => ({ Type: 'Task', Resource: ARN, End: true, ...fields });
const fails: LambdaHandler = () => Promise.reject(new Error('no'));

describe('time in a machine', () => {
  it('passes on the clock that it is given', async () => {
    const desk = new Desk({
      A: { Type: 'Wait', Seconds: 30, Next: 'B' },
      B: { Type: 'Wait', SecondsPath: '$.s', Next: 'C' },
      C: { Type: 'Wait', TimestampPath: '$.t', Next: 'D' },
      D: task(),
    });
    const input = { s: 15, t: '2026-11-21T12:02:00Z' };
    expect(await desk.run(input)).toMatchObject({
      status: 'SUCCEEDED',
      output: input,
      startMs: START_MS,
      stopMs: START_MS + 120_000,
    });
    expect(desk.calls).toEqual([120]);
  });

  it('between tries grows up to its bound, and each retrier counts its own', async () => {
    const Retry = [
      {
        ErrorEquals: ['Error'],
        IntervalSeconds: 2,
        BackoffRate: 3,
        MaxAttempts: 4,
        MaxDelaySeconds: 20,
      },
    ];
    const desk = new Desk({ A: task({ Retry }) }, { handler: fails });
    expect(await desk.run()).toMatchObject({ status: 'FAILED', error: 'Error' });
    // Waits of 2, 6, 18 and, for 54, 20 seconds.
    expect(desk.calls).toEqual([0, 2, 8, 26, 46]);
  });

  it('of a task is up before its function ends, and can be caught', async () => {
    const desk = new Desk(
      {
        A: task({
          TimeoutSeconds: 3,
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }],
        }),
        B: { Type: 'Pass', End: true },
      },
      { handler: () => desk.clock.sleep(5_000) },
    );
    expect(await desk.run()).toMatchObject({
      status: 'SUCCEEDED',
      stopMs: START_MS + 3_000,
      output: { Error: 'States.Timeout' },
    });
  });

  it('of a function is up as an error of its own name', async () => {
    const desk = new Desk(
      {
        A: task({ Catch: [{ ErrorEquals: ['Sandbox.Timedout'], Next: 'B', ResultPath: null }] }),
        B: { Type: 'Pass', End: true },
      },
      { handler: () => desk.clock.sleep(60_000) },
    );
    expect(await desk.run({ a: 1 })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  });

  it('of the machine ends it wherever it is', async () => {
    const desk = new Desk(
      { A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: task() },
      { machine: { TimeoutSeconds: 60 } },
    );
    expect(await desk.run()).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      stopMs: START_MS + 60_000,
    });
    expect(desk.calls).toEqual([]);
    expect(desk.machines.isIdle).toBe(true);
  });

  it('of a Map is that of so many items at a time', async () => {
    const inner = { StartAt: 'B', States: { B: task() } };
    const desk = new Desk(
      { A: { Type: 'Map', MaxConcurrency: 2, ItemProcessor: inner, End: true } },
      { handler: () => desk.clock.sleep(4_000) },
    );
    await desk.run([1, 2, 3, 4, 5]);
    expect(desk.calls).toEqual([0, 0, 4, 4, 8]);
  });
});

describe('a branch that fails', () => {
  it('ends the others at once', async () => {
    const waits = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 500, End: true } } };
    const fail = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Now', Cause: 'x' } } };
    const desk = new Desk({ A: { Type: 'Parallel', Branches: [waits, fail], End: true } });
    expect(await desk.run()).toMatchObject({
      status: 'FAILED',
      error: 'Now',
      cause: 'x',
      stopMs: START_MS,
    });
  });
});

describe('a crash of a function', () => {
  it('is a failure that can be tried again', async () => {
    let calls = 0;
    const desk = new Desk(
      { A: task({ Retry: [{ ErrorEquals: ['Crash'], IntervalSeconds: 1 }] }) },
      {
        handler: (event) => {
          calls += 1;
          return calls === 1 ? Promise.reject(new Crash('before_send')) : Promise.resolve(event);
        },
      },
    );
    expect(await desk.run({ a: 1 })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
    expect(desk.calls).toEqual([0, 1]);
  });
});

describe('the context object', () => {
  it('tells execution, state and tries', async () => {
    const Parameters = {
      'id.$': '$$.Execution.Id',
      'start.$': '$$.Execution.StartTime',
      'state.$': '$$.State.Name',
      'entered.$': '$$.State.EnteredTime',
      'tries.$': '$$.State.RetryCount',
    };
    const seen: unknown[] = [];
    const desk = new Desk(
      {
        A: { Type: 'Wait', Seconds: 1, Next: 'B' },
        B: task({ Parameters, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] }),
      },
      {
        handler: (event) => {
          seen.push(event);
          return Promise.reject(new Error('no'));
        },
      },
    );
    await desk.run();
    const common = {
      id: EXECUTION,
      start: '2026-11-21T12:00:00.000Z',
      state: 'B',
      entered: '2026-11-21T12:00:01.000Z',
    };
    expect(seen).toEqual([
      { ...common, tries: 0 },
      { ...common, tries: 1 },
    ]);
  });
});

describe('executions', () => {
  const waiting = { A: { Type: 'Wait', Seconds: 60, End: true } };

  it('are started once a name; the same start again, while it runs, is that one', async () => {
    const desk = new Desk(waiting);
    const { machines } = desk;
    const start = (input: unknown): unknown =>
      machines.startExecution({ machine: 'walk', name: 'p1-g2', input });
    expect(start({ a: 1 })).toMatchObject({ kind: 'started', arn: EXECUTION });
    expect(start({ a: 1 })).toMatchObject({ kind: 'already_running', arn: EXECUTION });
    expect(start({ a: 2 })).toMatchObject({ kind: 'refused', code: 'ExecutionAlreadyExists' });
    await desk.pass(100);
    expect(start({ a: 1 })).toMatchObject({ kind: 'refused', code: 'ExecutionAlreadyExists' });
    expect(machines.executions).toHaveLength(1);
  });

  it('get a name when they are given none, and keep to the names that there may be', () => {
    const { machines } = new Desk(waiting);
    const [first, second] = [1, 2].map(() => machines.startExecution({ machine: 'walk' }));
    expect(first).toMatchObject({ kind: 'started' });
    expect(first).not.toEqual(second);
    for (const name of ['', 'a b', 'a/b', 'a'.repeat(81), 'a\u0001']) {
      expect(machines.startExecution({ machine: 'walk', name })).toMatchObject({
        kind: 'refused',
        code: 'InvalidName',
      });
    }
    expect(machines.startExecution({ machine: 'nobody' })).toMatchObject({
      kind: 'refused',
      code: 'StateMachineDoesNotExist',
    });
  });

  it('are stopped where they are, and stay as they ended', async () => {
    const desk = new Desk({ A: { Type: 'Wait', Seconds: 60, Next: 'B' }, B: task() });
    desk.clock.after(10_000, 'stop', () => void desk.machines.stop(EXECUTION, 'Operator', 'halt'));
    const stopped = { status: 'ABORTED', error: 'Operator', stopMs: START_MS + 10_000 };
    expect(await desk.run()).toMatchObject(stopped);
    expect(desk.calls).toEqual([]);
    expect(desk.machines.stop(EXECUTION)).toMatchObject(stopped);
    expect(desk.machines.stop('arn:nobody')).toBeNull();
    expect(desk.machines.describe('arn:nobody')).toBeNull();
  });

  it('keep the history of their states, and count in the metrics of their machine', async () => {
    const desk = new Desk(
      {
        A: { Type: 'Pass', Next: 'B' },
        B: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C', ResultPath: null }] }),
        C: { Type: 'Fail', Error: 'Sorry' },
      },
      { handler: fails },
    );
    await desk.run();
    const history = desk.machines.history(EXECUTION) ?? [];
    expect(history.map(({ kind, state }) => `${state} ${kind}`)).toEqual([
      'A entered',
      'A exited',
      'B entered',
      'B failed',
      'B caught',
      'C entered',
      'C failed',
    ]);
    const total = (metric: string): number =>
      desk.metrics.series('AWS/States', metric, { StateMachineArn: 'walk' }).total.sum;
    expect([total('ExecutionsStarted'), total('ExecutionsFailed')]).toEqual([1, 1]);
    expect(total('ExecutionsSucceeded')).toBe(0);
  });

  it('that never end are ended by the bound of their history', async () => {
    const desk = new Desk({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', Next: 'A' },
    });
    expect(await desk.run()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('fail by a result that is too large, which States.ALL does not catch', async () => {
    const desk = new Desk(
      {
        A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
        B: { Type: 'Pass', End: true },
      },
      { handler: () => Promise.resolve('x'.repeat(262_143)) },
    );
    expect(await desk.run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('a machine that cannot be run here is refused when it is loaded', () => {
  const next = { Type: 'Pass', End: true };
  const refused: readonly (readonly [why: RegExp, states: Json, machine?: Json])[] = [
    [/StartAt is a state, not "Z"/, { A: next }, { StartAt: 'Z' }],
    [/the machine has Assign/, { A: next }, { Assign: {} }],
    [/QueryLanguage is JSONPath/, { A: next }, { QueryLanguage: 'JSONata' }],
    [/state A\.Type is one of/, { A: { Type: 'Loop', End: true } }],
    [/state A has Assign/, { A: { ...next, Assign: {} } }],
    [/state A has Arguments/, { A: task({ Arguments: {} }) }],
    [/state A has HeartbeatSeconds/, { A: task({ HeartbeatSeconds: 5 }) }],
    [/state A has either Next/, { A: { Type: 'Pass' } }],
    [/state A leads to B/, { A: { Type: 'Pass', Next: 'B' } }],
    [/state A leads to B/, { A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }) }],
    [
      /state A\.Resource is a function/,
      { A: task({ Resource: 'arn:aws:states:::sqs:sendMessage' }) },
    ],
    [
      /state A\.Parameters\.FunctionName is a function/,
      {
        A: task({
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'nobody' },
        }),
      },
    ],
    [
      /state A\.Parameters\.Qualifier is not served/,
      {
        A: task({
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'step', Qualifier: '1' },
        }),
      },
    ],
    [
      /state A\.Retry\[0\]\.JitterStrategy/,
      {
        A: task({ Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'FULL' }] }),
      },
    ],
    [/state A\.Retry\[0\]\.ErrorEquals/, { A: task({ Retry: [{ ErrorEquals: [] }] }) }],
    [
      /state A\.Retry\[0\]\.BackoffRate/,
      {
        A: task({ Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }),
      },
    ],
    [/state A\.InputPath: .*\$\.a\[\*\]/, { A: { ...next, InputPath: '$.a[*]' } }],
    [/state A\.ResultPath: a result is not written/, { A: { ...next, ResultPath: '$$.x' } }],
    [
      /state A\.Parameters\.x\.\$.*States\.UUID/,
      {
        A: { ...next, Parameters: { 'x.$': 'States.UUID()' } },
      },
    ],
    [
      /state A\.Parameters\.x\.\$.*States\.MathAdd with 1/,
      {
        A: { ...next, Parameters: { 'x.$': 'States.MathAdd(1)' } },
      },
    ],
    [
      /state A\.Parameters\.x\.\$.*no end/,
      {
        A: { ...next, Parameters: { 'x.$': 'States.Array($.a' } },
      },
    ],
    [
      /state A\.Choices\[0\] uses StringContains/,
      {
        A: { Type: 'Choice', Choices: [{ Variable: '$.a', StringContains: 'x', Next: 'B' }] },
        B: next,
      },
    ],
    [
      /state A\.Choices\[0\]\.NumericEquals is not given "1"/,
      {
        A: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: '1', Next: 'B' }] },
        B: next,
      },
    ],
    [/state A has one of Seconds/, { A: { Type: 'Wait', End: true } }],
    [/state A\.Seconds is not -1/, { A: { Type: 'Wait', Seconds: -1, End: true } }],
    [/state A\.Timestamp is not "noon"/, { A: { Type: 'Wait', Timestamp: 'noon', End: true } }],
    [
      /state A has ItemReader/,
      {
        A: {
          Type: 'Map',
          ItemReader: {},
          ItemProcessor: { StartAt: 'B', States: { B: next } },
          End: true,
        },
      },
    ],
    [
      /state A\.ItemProcessor\.ProcessorConfig\.Mode is INLINE/,
      {
        A: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED' },
            StartAt: 'B',
            States: { B: next },
          },
          End: true,
        },
      },
    ],
    [
      /state A\.Branches\[0\] has TimeoutSeconds/,
      {
        A: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'B', States: { B: next }, TimeoutSeconds: 5 }],
          End: true,
        },
      },
    ],
  ];
  const cases = refused.map(([why, states, machine]) => ({ why, states, machine: machine ?? {} }));
  it.each(cases)('$why', ({ why, states, machine }) => {
    expect(() => new Desk(states, { machine })).toThrow(why);
    expect(() => new Desk(states, { machine })).toThrow(/^state machine walk: /);
  });
});
