import { describe, expect, it } from 'vitest';
import { EventHeap } from '../../../shared/simulator/event-heap.ts';
import { PROGRESS_EVERY, Scheduler } from '../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const run = { untilMs: Number.MAX_SAFE_INTEGER, turn };

describe('the event heap', () => {
  it('gives items by time, then by order', () => {
    const heap = new EventHeap<{ readonly timeMs: number; readonly order: number }>();
    const items = [5, 1, 5, 3, 1, 1, 9, 0].map((timeMs, order) => ({ timeMs, order }));
    for (const item of items) heap.push(item);
    const seen: string[] = [];
    for (let item = heap.pop(); item !== undefined; item = heap.pop()) {
      seen.push(`${item.timeMs}.${item.order}`);
    }
    expect(seen).toEqual(['0.7', '1.1', '1.4', '1.5', '3.3', '5.0', '5.2', '9.6']);
    expect(heap.size).toBe(0);
  });
});

describe('the scheduler', () => {
  it('runs events by time and equal times in the order of scheduling', async () => {
    const scheduler = new Scheduler({ startMs: 100 });
    const seen: string[] = [];
    const note = (name: string) => () => {
      seen.push(`${scheduler.nowMs()} ${name}`);
    };
    scheduler.at(300, 'late', note('late'));
    scheduler.at(200, 'first of two', note('first of two'));
    scheduler.at(200, 'second of two', note('second of two'));
    scheduler.after(0, 'now', () => {
      note('now')();
      scheduler.after(0, 'now again', note('now again'));
      scheduler.after(0.2, 'rounded up', note('rounded up'));
    });
    expect(await scheduler.run(run)).toEqual({
      kind: 'drained',
      nowMs: 300,
      events: 6,
      openHandlers: 0,
    });
    expect(seen).toEqual([
      '100 now',
      '100 now again',
      '101 rounded up',
      '200 first of two',
      '200 second of two',
      '300 late',
    ]);
  });

  it('finishes the microtasks of an event before the next one', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    const seen: string[] = [];
    scheduler.at(1, 'use case', async () => {
      for (let step = 0; step < 50; step += 1) await Promise.resolve();
      seen.push(`use case done at ${scheduler.nowMs()}`);
    });
    scheduler.at(1, 'next', () => {
      seen.push('next');
    });
    await scheduler.run(run);
    expect(seen).toEqual(['use case done at 1', 'next']);
  });

  it('lets a handler sleep on the virtual clock while other events run', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    const seen: string[] = [];
    scheduler.at(10, 'sleeper', async () => {
      await scheduler.sleep(25);
      seen.push(`woke at ${scheduler.nowMs()}`);
      await scheduler.sleep(0);
      seen.push(`woke again at ${scheduler.nowMs()}`);
    });
    scheduler.at(20, 'between', () => {
      seen.push('between');
    });
    scheduler.at(35, 'same time, scheduled before the sleep', () => {
      seen.push('before');
    });
    scheduler.at(36, 'after', () => {
      seen.push('after');
    });
    expect((await scheduler.run(run)).openHandlers).toBe(0);
    expect(seen).toEqual(['between', 'before', 'woke at 35', 'woke again at 35', 'after']);
  });

  it('lets a synchronous event answer a handler that waits, before the next event', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    const seen: string[] = [];
    const waiting: ((text: string) => void)[] = [];
    scheduler.at(1, 'asks', async () => {
      const text = await new Promise<string>((resolve) => {
        waiting.push(resolve);
      });
      seen.push(`${text} at ${scheduler.nowMs()}`);
    });
    scheduler.at(2, 'answers', () => waiting[0]?.('answered'));
    scheduler.at(3, 'later', () => {
      seen.push('later');
    });
    await scheduler.run(run);
    expect(seen).toEqual(['answered at 2', 'later']);
  });

  it('reports a handler that waits for what never comes', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    scheduler.at(1, 'stuck', () => new Promise<void>(() => undefined));
    expect(await scheduler.run(run)).toMatchObject({ kind: 'drained', openHandlers: 1 });
  });

  it('stops with the error of a handler, at once or through its promise, and names the event', async () => {
    for (const fail of [
      () => {
        throw new Error('a bug');
      },
      () => Promise.reject(new Error('a bug')),
      async () => {
        await Promise.resolve();
        throw new Error('a bug');
      },
    ]) {
      const scheduler = new Scheduler({ startMs: 0 });
      let later = 0;
      scheduler.at(7, 'the broken one', fail);
      scheduler.at(7, 'later', () => {
        later += 1;
      });
      await expect(scheduler.run(run)).rejects.toThrow('a bug');
      expect(scheduler.failedAt).toEqual({ label: 'the broken one', timeMs: 7 });
      expect(later).toBe(0);
    }
  });

  it('does not run what was cancelled, and cancelling twice changes nothing', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    const seen: string[] = [];
    const handle = scheduler.at(5, 'cancelled', () => {
      seen.push('cancelled');
    });
    const ran = scheduler.at(1, 'ran', () => {
      seen.push('ran');
      scheduler.cancel(handle);
    });
    scheduler.at(6, 'last', () => {
      scheduler.cancel(handle);
      scheduler.cancel(ran);
    });
    expect((await scheduler.run(run)).events).toBe(2);
    expect(seen).toEqual(['ran']);
  });

  it('ends at a time, and goes on from there', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    const seen: number[] = [];
    for (const timeMs of [10, 20, 30]) {
      scheduler.at(timeMs, 'tick', () => {
        seen.push(timeMs);
      });
    }
    expect(await scheduler.run({ ...run, untilMs: 20 })).toMatchObject({
      kind: 'until',
      nowMs: 20,
    });
    expect(seen).toEqual([10, 20]);
    expect(await scheduler.run({ ...run, untilMs: 25 })).toMatchObject({
      kind: 'until',
      nowMs: 25,
    });
    expect(await scheduler.run(run)).toMatchObject({ kind: 'drained', nowMs: 30 });
  });

  it('stops before the next event when asked', async () => {
    const scheduler = new Scheduler({ startMs: 0 });
    scheduler.at(1, 'stops', () => scheduler.stop());
    scheduler.at(1, 'never', () => {
      throw new Error('ran after stop');
    });
    expect(await scheduler.run(run)).toMatchObject({ kind: 'stopped', events: 1 });
  });

  it('is bounded, and tells its progress', async () => {
    const scheduler = new Scheduler({ startMs: 0, maxEvents: 3 * PROGRESS_EVERY });
    const feedItself = (): void => {
      scheduler.after(1, 'again', feedItself);
    };
    feedItself();
    const progress: number[] = [];
    const end = await scheduler.run({
      ...run,
      onProgress: ({ events }) => {
        progress.push(events);
      },
    });
    expect(end).toMatchObject({ kind: 'event_limit', events: 3 * PROGRESS_EVERY });
    expect(progress).toEqual([PROGRESS_EVERY, 2 * PROGRESS_EVERY, 3 * PROGRESS_EVERY]);
  });

  it('takes a time that has passed as at once', async () => {
    const scheduler = new Scheduler({ startMs: 50 });
    const ran: number[] = [];
    scheduler.at(49, 'past', () => void ran.push(scheduler.nowMs()));
    await scheduler.run({ untilMs: 50, turn });
    expect(ran).toEqual([50]);
  });

  it('refuses fractions of a millisecond and negative delays', () => {
    const scheduler = new Scheduler({ startMs: 50 });
    expect(() => scheduler.after(-1, 'past', () => undefined)).toThrow(/not before 50/);
    expect(() => scheduler.at(60.5, 'fraction', () => undefined)).toThrow(/whole milliseconds/);
    expect(() => scheduler.after(Number.NaN, 'nan', () => undefined)).toThrow(/whole milliseconds/);
  });
});
