import { describe, expect, it } from 'vitest';
import { CloudQueue } from '../../../../local/cloud/cloud-queue.ts';
import type { CloudQueueOptions, ReceivedMessage } from '../../../../local/cloud/queue-types.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Desk {
  readonly clock = new Scheduler({ startMs: 0 });
  readonly queue: CloudQueue;

  constructor(options: Partial<CloudQueueOptions> = {}) {
    this.queue = new CloudQueue({
      timers: this.clock,
      name: 'ticks',
      visibilityTimeoutMs: 30_000,
      ...options,
    });
  }

  async until(untilMs: number): Promise<void> {
    await this.clock.run({ untilMs, turn });
  }

  takeOne(): ReceivedMessage {
    return this.queue.take(1)[0]!;
  }
}

const bodies = (messages: readonly ReceivedMessage[]): readonly string[] =>
  messages.map(({ body }) => body);

describe('receiving', () => {
  it('hides a message for the visibility timeout, and counts its receives', async () => {
    const desk = new Desk();
    const { queue } = desk;
    const [id] = queue.send(['a']);
    const [first] = queue.take(10);
    expect(first).toMatchObject({ messageId: id, body: 'a', receives: 1, sentMs: 0 });
    expect(queue.take(10)).toEqual([]);
    await desk.until(29_999);
    expect(queue.take(10)).toEqual([]);
    await desk.until(30_000);
    const [second] = queue.take(10);
    expect(second).toMatchObject({ messageId: id, receives: 2, firstReceivedMs: 0 });
    expect(second!.receiptHandle).not.toBe(first!.receiptHandle);
  });

  it('waits for a first message, which ends the wait at once', async () => {
    const desk = new Desk();
    const times: string[] = [];
    desk.clock.at(0, 'poll', async () => {
      const messages = await desk.queue.receive({ max: 10, waitMs: 20_000 });
      times.push(`${desk.clock.nowMs()}: ${bodies(messages).join(' ')}`);
    });
    desk.clock.at(700, 'send', () => void desk.queue.send(['a', 'b']));
    await desk.until(30_000);
    expect(times).toEqual(['700: a b']);
  });

  it('ends a wait with nothing when its time is up or the queue closes', async () => {
    const desk = new Desk();
    const times: string[] = [];
    const poll = async (): Promise<void> => {
      const messages = await desk.queue.receive({ max: 1, waitMs: 20_000 });
      times.push(`${desk.clock.nowMs()}: ${messages.length}`);
    };
    desk.clock.at(0, 'poll', poll);
    desk.clock.at(30_000, 'poll', poll);
    desk.clock.at(31_000, 'close', () => desk.queue.close());
    await desk.until(60_000);
    expect(times).toEqual(['20000: 0', '31000: 0']);
  });

  it('serves those who wait in the order in which they came', async () => {
    const desk = new Desk();
    const got: string[] = [];
    for (const name of ['first', 'second']) {
      desk.clock.at(0, 'poll', async () => {
        const messages = await desk.queue.receive({ max: 1, waitMs: 20_000 });
        got.push(`${name} ${bodies(messages).join('')}`);
      });
    }
    desk.clock.at(5, 'send', () => void desk.queue.send(['a', 'b', 'c']));
    await desk.until(10);
    expect(got).toEqual(['first a', 'second b']);
    expect(desk.queue.visible).toBe(1);
  });

  it('takes a visibility timeout of its own, and changes it later', async () => {
    const desk = new Desk();
    desk.queue.send(['a', 'b']);
    const [a, b] = desk.queue.take(2, 5_000);
    expect(desk.queue.changeVisibility(a!.receiptHandle, 0)).toBe('changed');
    expect(desk.queue.changeVisibility(b!.receiptHandle, 60_000)).toBe('changed');
    await desk.until(59_999);
    expect(bodies(desk.queue.take(2, 1_000_000))).toEqual(['a']);
    await desk.until(60_000);
    expect(bodies(desk.queue.take(2))).toEqual(['b']);
  });

  it('delays by the message, or else by the queue', async () => {
    const desk = new Desk({ delayMs: 2_000 });
    desk.queue.send(['usual', { body: 'soon', delayMs: 0 }, { body: 'late', delayMs: 9_000 }]);
    expect(bodies(desk.queue.take(10))).toEqual(['soon']);
    expect(desk.queue.attributes()).toMatchObject({ visible: 0, delayed: 2, inFlight: 1 });
    await desk.until(2_000);
    expect(bodies(desk.queue.take(10))).toEqual(['usual']);
    await desk.until(9_000);
    expect(bodies(desk.queue.take(10))).toEqual(['late']);
  });
});

describe('handles', () => {
  it('delete once, and deleting again succeeds', () => {
    const desk = new Desk();
    desk.queue.send(['a']);
    const { receiptHandle } = desk.takeOne();
    expect(desk.queue.delete(receiptHandle)).toBe(true);
    expect(desk.queue.delete(receiptHandle)).toBe(true);
    expect(desk.queue.counters).toMatchObject({ processed: 1, inFlight: 0, waiting: 0 });
  });

  it('of an earlier receive delete the message too, but do not hide it', async () => {
    const desk = new Desk();
    desk.queue.send(['a']);
    const first = desk.takeOne();
    await desk.until(30_000);
    desk.takeOne();
    expect(desk.queue.changeVisibility(first.receiptHandle, 0)).toBe('not_in_flight');
    expect(desk.queue.delete(first.receiptHandle)).toBe(true);
    expect(desk.queue.isIdle).toBe(true);
    await desk.until(100_000);
    expect(desk.queue.take(1)).toEqual([]);
  });

  it('of another queue are refused, though it has as many messages', () => {
    const [desk, other] = [new Desk(), new Desk({ name: 'other' })];
    desk.queue.send(['a']);
    other.queue.send(['b']);
    desk.takeOne();
    const { receiptHandle } = other.takeOne();
    expect(desk.queue.delete(receiptHandle)).toBe(false);
    expect(desk.queue.changeVisibility(receiptHandle, 0)).toBe('invalid');
    expect(desk.queue.counters).toMatchObject({ inFlight: 1, processed: 0 });
  });

  it('that were never given are refused', () => {
    const desk = new Desk({ delayMs: 1_000 });
    desk.queue.send(['a']);
    for (const forged of ['', 'a', '0:1:x', '0:0:x', '7:1:x', '0:2:x', '0:1', '-1:1:x']) {
      expect(desk.queue.delete(forged), forged).toBe(false);
    }
    expect(desk.queue.changeVisibility('7:1:x', 0)).toBe('invalid');
    expect(desk.queue.counters).toMatchObject({ waiting: 1, inFlight: 0, processed: 0 });
  });
});

it('takes back what its receiver never got, as though it had not been received', async () => {
  const dead = new Desk({ name: 'dead' }).queue;
  const desk = new Desk({ redrive: { deadLetterQueue: dead, maxReceives: 1 } });
  desk.queue.send(['a']);
  const lost = desk.takeOne();
  desk.queue.giveBack(lost);
  desk.queue.giveBack(lost);
  expect(desk.queue.counters).toMatchObject({ delivered: 0, waiting: 1, inFlight: 0 });
  expect(desk.takeOne().receives).toBe(1);
  await desk.until(29_999);
  expect(dead.visible).toBe(0);
  await desk.until(30_000);
  expect([dead.visible, desk.queue.isIdle]).toEqual([1, true]);
});

describe('a message that is not processed', () => {
  it('goes to the dead-letter queue after its receives, with its id and its age', async () => {
    const clock = new Scheduler({ startMs: 0 });
    const dead = new CloudQueue({ timers: clock, name: 'ticks-dead', visibilityTimeoutMs: 1_000 });
    const queue = new CloudQueue({
      timers: clock,
      name: 'ticks',
      visibilityTimeoutMs: 10_000,
      redrive: { deadLetterQueue: dead, maxReceives: 2 },
    });
    const [id] = queue.send(['poison']);
    queue.take(1);
    await clock.run({ untilMs: 10_000, turn });
    queue.take(1);
    expect(dead.attributes().visible).toBe(0);
    await clock.run({ untilMs: 20_000, turn });
    expect(queue.isIdle).toBe(true);
    expect(dead.attributes()).toMatchObject({ visible: 1, oldestAgeMs: 20_000 });
    expect(dead.take(1)).toMatchObject([
      { messageId: id, body: 'poison', sentMs: 0, receives: 3, deadLetterSource: 'ticks' },
    ]);
    expect(dead.counters).toMatchObject({ sent: 1, delivered: 1, redelivered: 1 });
  });

  it('is gone after the retention, wherever it is', async () => {
    const desk = new Desk({ retentionMs: 40_000 });
    desk.queue.send(['waits', 'in flight']);
    expect(bodies(desk.queue.take(1, 50_000))).toEqual(['waits']);
    await desk.until(40_000);
    expect(desk.queue.take(10)).toEqual([]);
    expect(desk.queue.counters).toMatchObject({ expired: 1, inFlight: 1, waiting: 0 });
    await desk.until(50_000);
    expect(desk.queue.counters).toMatchObject({ expired: 2, inFlight: 0, waiting: 0, sent: 2 });
  });
});

it('makes ids in the shape of UUIDs that no two messages and no two starts share', () => {
  const ids = [0, 0, 1].flatMap((startMs, index) => {
    const timers = new Scheduler({ startMs });
    const name = index === 0 ? 'ticks' : 'intents';
    const queue = new CloudQueue({ timers, name, visibilityTimeoutMs: 1 });
    return queue.send(['a', 'b']);
  });
  expect(new Set(ids).size).toBe(6);
  for (const id of ids) {
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  }
});
