import { describe, expect, it } from 'vitest';
import { MemoryBuckets } from '../../../../local/cloud/buckets.ts';
import { LocalCloud } from '../../../../local/cloud/local-cloud.ts';
import { MemoryStream } from '../../../../local/cloud/stream-source.ts';
import { closeDay } from '../../../../local/embedded/close-day.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { localWiring } from '../../../support/local-wiring.ts';
import { NOON } from '../../../support/trade-builders.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Closes a day with this machine in place of the deployed one, on a clock that runs out. */
async function closing(state: object, signal = new AbortController().signal): Promise<void> {
  const clock = new Scheduler({ startMs: NOON });
  const definition = { StartAt: 'Close', States: { Close: state } };
  const cloud = new LocalCloud({
    wiring: localWiring({ stateMachines: { 'daily-close': { definition } } }),
    timers: clock,
    functions: () => () => Promise.resolve(),
    streams: () => new MemoryStream(clock),
    faults: null,
    buckets: new MemoryBuckets(),
    onError: () => undefined,
  });
  const closed = closeDay({ cloud }, clock, { runId: 'run' }, signal);
  closed.catch(() => undefined);
  await turn();
  await clock.run({ untilMs: NOON + 60_000, turn });
  return closed;
}

describe('the end of a day', () => {
  it('has come when its machine has succeeded', async () => {
    await closing({ Type: 'Wait', Seconds: 5, End: true });
  });

  it('that fails is told by name, with its cause', async () => {
    const failing = { Type: 'Fail', Error: 'NotReconciled', Cause: 'the books did not agree' };
    await expect(closing(failing)).rejects.toMatchObject({
      name: 'DayNotClosed',
      message:
        'the daily close failed: NotReconciled the books did not agree. Everything is kept: the same command tries it again.',
    });
  });

  it('is not waited for when the run is stopped', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(closing({ Type: 'Wait', Seconds: 5, End: true }, stop.signal)).rejects.toThrow(
      'stopped',
    );
  });
});
