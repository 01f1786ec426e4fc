import { describe, expect, it } from 'vitest';
import {
  Functions,
  type InvocationResult,
  type LambdaContext,
  type LambdaHandler,
} from '../../../../local/cloud/functions.ts';
import { Metrics } from '../../../../local/cloud/metrics.ts';
import { Crash } from '../../../../shared/simulator/faults/crash-plan.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Lambda {
  readonly clock = new Scheduler({ startMs: 1_000_000 });
  readonly metrics = new Metrics();
  readonly errors: unknown[] = [];
  readonly functions = new Functions({
    timers: this.clock,
    metrics: this.metrics,
    onError: (_, error) => this.errors.push(error),
  });

  async invoke(handler: LambdaHandler, event: unknown = {}): Promise<InvocationResult | null> {
    let result: InvocationResult | null = null;
    this.functions.register('place-order', handler, { timeoutMs: 10_000, memoryMb: 512 });
    this.clock.after(0, 'invoke', async () => {
      result = await this.functions.invoke('place-order', event);
    });
    await this.clock.run({ untilMs: Number.MAX_SAFE_INTEGER, turn });
    return result;
  }

  total(metric: string): number {
    return this.metrics.series('AWS/Lambda', metric, { FunctionName: 'place-order' }).total.sum;
  }
}

const nothing: LambdaHandler = () => Promise.resolve();

describe('an invocation', () => {
  it('returns what has gone through JSON', async () => {
    const lambda = new Lambda();
    const result = await lambda.invoke((event) =>
      Promise.resolve({ event, at: new Date(0), gone: undefined }),
    );
    expect(result).toEqual({
      kind: 'returned',
      payload: { event: {}, at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('returns null for nothing', async () => {
    expect(await new Lambda().invoke(() => Promise.resolve())).toEqual({
      kind: 'returned',
      payload: null,
    });
  });

  it('tells its context, and the time that is left', async () => {
    const lambda = new Lambda();
    let context: LambdaContext | null = null;
    const left: number[] = [];
    await lambda.invoke(async (_, given) => {
      context = given;
      left.push(given.getRemainingTimeInMillis());
      await lambda.clock.sleep(4_000);
      left.push(given.getRemainingTimeInMillis());
    });
    expect(left).toEqual([10_000, 6_000]);
    expect(context).toMatchObject({
      functionName: 'place-order',
      memoryLimitInMB: '512',
      invokedFunctionArn: 'arn:aws:lambda:us-east-2:000000000000:function:place-order',
    });
    expect(lambda.total('Duration')).toBe(4_000);
  });

  it('fails with the name and message of what is thrown, also before the first await', async () => {
    const lambda = new Lambda();
    const result = await lambda.invoke(() => {
      throw new TypeError('no such book');
    });
    expect(result).toEqual({
      kind: 'failed',
      errorType: 'TypeError',
      errorMessage: 'no such book',
    });
    expect(lambda.errors).toHaveLength(1);
    expect(lambda.total('Errors')).toBe(1);
  });

  it('that crashes is a failure, and no error of the run', async () => {
    const lambda = new Lambda();
    const result = await lambda.invoke(() => Promise.reject(new Crash('before_send')));
    expect(result).toMatchObject({ kind: 'failed', errorType: 'Crash' });
    expect(lambda.errors).toEqual([]);
    expect(lambda.functions.counters('place-order')).toMatchObject({ crashes: 1, errors: 1 });
  });

  it('ends the run with what the callback of errors throws', async () => {
    const clock = new Scheduler({ startMs: 0 });
    const functions = new Functions({
      timers: clock,
      metrics: new Metrics(),
      onError: (name, error) => {
        throw new Error(`bug in ${name}`, { cause: error });
      },
    });
    functions.register('watchdog', () => Promise.reject(new Error('x')), { timeoutMs: 1_000 });
    clock.after(0, 'invoke', async () => {
      await functions.invoke('watchdog', null);
    });
    await expect(clock.run({ untilMs: 10_000, turn })).rejects.toThrow('bug in watchdog');
  });

  it('that is too slow fails at its limit; its later end and its later error are not heard', async () => {
    const lambda = new Lambda();
    const result = await lambda.invoke(async () => {
      await lambda.clock.sleep(10_001);
      throw new Error('nobody hears this');
    });
    expect(result).toMatchObject({ kind: 'failed', errorType: 'Sandbox.Timedout' });
    expect(result).toHaveProperty(
      'errorMessage',
      expect.stringContaining('Task timed out after 10.00 seconds'),
    );
    expect(lambda.errors).toEqual([]);
    expect(lambda.functions.counters('place-order')).toEqual({
      invocations: 1,
      errors: 1,
      timeouts: 1,
      crashes: 0,
      ignored: 1,
      running: 0,
    });
    expect(lambda.total('Duration')).toBe(10_000);
  });

  it('of a name that is not there is a bug, and a name is registered once', async () => {
    const { functions } = new Lambda();
    expect(() => functions.invoke('nobody', {})).toThrow(/nobody is not one of/);
    functions.register('a', nothing, { timeoutMs: 1 });
    expect(() => functions.register('a', nothing, { timeoutMs: 1 })).toThrow(/once/);
  });
});
