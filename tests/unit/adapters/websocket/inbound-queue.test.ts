import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { frameWorth } from '../../../../shared/adapters/kalshi/wire/frame-worth.ts';
import { InboundQueue } from '../../../../shared/adapters/websocket/inbound-queue.ts';

const delta = (sid: number, n: number): string =>
  `{"type":"orderbook_delta","sid":${sid},"seq":${n},"msg":{"market_ticker":"KX-A"}}`;
const ticker = (market: string, n: number): string =>
  `{"type":"ticker","sid":9,"msg":{"market_ticker":"${market}","n":${n}}}`;
const fill = (n: number): string => `{"type":"fill","sid":8,"msg":{"n":${n}}}`;

type Told = {
  readonly queue: InboundQueue;
  readonly used: string[];
  readonly lost: [subscription: number, frames: number][];
  readonly caughtUp: (readonly number[])[];
  readonly full: boolean[];
};

function open(limits: { readonly maxFrames: number; readonly framesPerTurn: number }): Told {
  const told = {
    used: [] as string[],
    lost: [] as [number, number][],
    caughtUp: [] as (readonly number[])[],
    full: [] as boolean[],
  };
  const queue = new InboundQueue({
    limits: { maxLength: 1_000_000, ...limits },
    worthOf: frameWorth,
    use: (text) => told.used.push(text),
    onLost: (...lost) => told.lost.push(lost),
    onCaughtUp: (subscriptions) => told.caughtUp.push(subscriptions),
    onFull: (isFull) => told.full.push(isFull),
  });
  return { queue, ...told };
}

async function drained({ queue }: Told): Promise<void> {
  for (let turn = 0; turn < 10_000 && queue.counts.waiting > 0; turn += 1) await nextTurn();
  await nextTurn();
}

describe('the queue between a socket and its reader', () => {
  it('uses a frame as it comes while there is time', () => {
    const told = open({ maxFrames: 10, framesPerTurn: 3 });
    for (let n = 0; n < 3; n += 1) told.queue.push(fill(n), 0);
    expect(told.used).toHaveLength(3);
    expect(told.queue.counts).toEqual({ waiting: 0, mostWaiting: 0, lost: 0 });
  });

  it('uses a burst in its order, a few frames a turn, so that others have theirs', async () => {
    const told = open({ maxFrames: 100, framesPerTurn: 3 });
    for (let n = 0; n < 10; n += 1) told.queue.push(delta(1, n), 0);
    expect(told.used).toHaveLength(3);
    await nextTurn();
    expect(told.used.length).toBeLessThan(10);
    await drained(told);
    expect(told.used).toEqual(Array.from({ length: 10 }, (_, n) => delta(1, n)));
    expect(told.lost).toEqual([]);
  });

  it('lets deltas go when there are too many, keeps what is ours, and says when there is time again', async () => {
    const told = open({ maxFrames: 10, framesPerTurn: 2 });
    for (let n = 0; n < 40; n += 1)
      told.queue.push(n % 4 === 0 ? fill(n) : delta(1 + (n % 2), n), 0);
    expect(told.queue.counts.mostWaiting).toBeLessThanOrEqual(11);
    expect(new Set(told.lost.map(([subscription]) => subscription))).toEqual(new Set([1, 2]));
    expect(told.caughtUp).toEqual([]);
    await drained(told);
    expect(told.used.filter((text) => text.includes('fill'))).toEqual(
      Array.from({ length: 10 }, (_, n) => fill(4 * n)),
    );
    const deltas = told.used.filter((text) => text.includes('delta')).length;
    expect(deltas + told.queue.counts.lost).toBe(30);
    expect(told.lost.reduce((sum, [, frames]) => sum + frames, 0)).toBe(told.queue.counts.lost);
    expect(told.caughtUp.map((subscriptions) => new Set(subscriptions))).toEqual([new Set([1, 2])]);
    // And then deltas are used again.
    told.queue.push(delta(1, 99), 0);
    expect(told.used.at(-1)).toBe(delta(1, 99));
  });

  it('keeps the newest summary of each market', async () => {
    const told = open({ maxFrames: 10, framesPerTurn: 1 });
    for (let n = 0; n < 41; n += 1) told.queue.push(ticker(n % 2 === 0 ? 'KX-A' : 'KX-B', n), 0);
    await drained(told);
    expect(told.used.length).toBeLessThan(25);
    expect(told.used.slice(-2).toSorted()).toEqual([ticker('KX-A', 40), ticker('KX-B', 39)]);
    expect(told.queue.counts.lost).toBe(0);
  });

  it('asks that nothing more is read when even what is ours has no room, and loses none of it', async () => {
    const told = open({ maxFrames: 10, framesPerTurn: 4 });
    for (let n = 0; n < 30; n += 1) told.queue.push(fill(n), 0);
    expect(told.full).toEqual([true]);
    await drained(told);
    expect(told.full).toEqual([true, false]);
    expect(told.used).toEqual(Array.from({ length: 30 }, (_, n) => fill(n)));
  });

  it('bounds what waits by its length too', () => {
    const told = open({ maxFrames: 1_000, framesPerTurn: 1 });
    const wide = delta(1, 2).replace('KX-A', 'X'.repeat(300_000));
    for (let n = 0; n < 10; n += 1) told.queue.push(wide, 0);
    expect(told.queue.counts.lost).toBeGreaterThan(0);
    expect(told.queue.counts.mostWaiting).toBeLessThan(5);
  });

  it('uses what is ours, and nothing else, when its connection ends', () => {
    const told = open({ maxFrames: 100, framesPerTurn: 1 });
    for (let n = 0; n < 6; n += 1) told.queue.push(n % 2 === 0 ? delta(1, n) : fill(n), 0);
    told.queue.end();
    expect(told.used).toEqual([delta(1, 0), fill(1), fill(3), fill(5)]);
    expect(told.queue.counts.waiting).toBe(0);
  });
});

describe('what a frame is worth when there is no time', () => {
  it.each([
    [delta(17, 1), { kind: 'drop', subscription: 17 }],
    ['{"type":"trade","sid":3,"seq":1,"msg":{}}', { kind: 'drop', subscription: 3 }],
    [ticker('KX-A', 1), { kind: 'newest', key: 'KX-A' }],
    ['{"type":"orderbook_snapshot","sid":3,"seq":1,"msg":{}}', { kind: 'keep' }],
    ['{"type":"user_order","sid":3,"msg":{}}', { kind: 'keep' }],
    ['{"sid":3,"type":"orderbook_delta","seq":1,"msg":{}}', { kind: 'keep' }],
    ['{"type":"orderbook_delta","sid":x', { kind: 'keep' }],
    ['{"type":"ticker","sid":1,"msg":{}}', { kind: 'keep' }],
  ])('%s', (text, worth) => {
    expect(frameWorth(text)).toEqual(worth);
  });
});
