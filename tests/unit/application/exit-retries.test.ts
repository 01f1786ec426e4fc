import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import type { Answer } from '../../support/scripted-exchange.ts';
import {
  aTick,
  expectBalanced,
  fillsOf,
  lookAfter,
  onlyOrder,
  openDesk,
  place,
  positionIn,
  type TickChange,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TARGET: TickChange = { bid: 6_600, ask: 6_800 };
const STOP: TickChange = { bid: 4_000, ask: 4_200 };
const REJECTED: Answer = () => ({ kind: 'rejected', code: 'market_paused', message: '' });

/** Ten YES contracts bought at 52 cents, all booked. */
async function holdingTen(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
  await place(desk);
  const { clientOrderId } = onlyOrder(desk).intent;
  for (const fill of await fillsOf(desk))
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId });
  return desk;
}

/** Looks at a book after a wait; each look is a tick of its own. */
function looking(desk: TradingDesk) {
  let n = 1;
  return (waitMs: number, change: TickChange) => {
    desk.clock.advance(waitMs);
    n += 1;
    return evaluateExits(desk.deps, aTick(desk, { n, ...change }));
  };
}

const exitsSent = (desk: TradingDesk) =>
  desk.exchange.submitted.filter(({ reduceOnly }) => reduceOnly);

describe('a stop on a quiet book', () => {
  it('is believed at the second fresh mark, although the marks between them were kept', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    expect(await look(0, STOP)).toEqual({ kind: 'held', reason: 'confirming' });
    // Nothing changes in the book for so long that it is not believed any more.
    const kept = { kind: 'held', reason: 'mark_kept' };
    expect(await look(2_001, { ...STOP, bookAgeMs: 2_001 })).toEqual(kept);
    expect(await look(499, { ...STOP, bookAgeMs: 2_500 })).toEqual(kept);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    expect(await look(500, STOP)).toMatchObject({ kind: 'exiting' });
    expect(exitsSent(desk)).toMatchObject([{ limitPrice: 3_000, count: 1_000 }]);
  });

  it('is not believed before its time, and not when the first fresh mark is back within levels', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    await look(0, STOP);
    await look(2_500, { ...STOP, bookAgeMs: 2_500 });
    expect(await look(499, STOP)).toMatchObject({ reason: 'confirming' });
    await look(2_500, { ...STOP, bookAgeMs: 2_500 });
    expect(await look(1, { bid: 5_100 })).toMatchObject({ reason: 'within_levels' });
    expect(await look(1, STOP)).toMatchObject({ reason: 'confirming' });
    expect(exitsSent(desk)).toEqual([]);
  });
});

describe('a tick that comes late', () => {
  it('decides nothing, although what it was overtaken by would sell', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    await look(0, STOP);
    const before = positionIn(desk);
    expect(await look(3_000, { ...STOP, bookAgeMs: 3_001 })).toEqual({
      kind: 'held',
      reason: 'overtaken',
    });
    expect(exitsSent(desk)).toEqual([]);
    expect(positionIn(desk)).toEqual(before);
  });

  it('by nothing, of the same moment as the mark, is decided', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    await look(0, { bid: 5_100 });
    desk.exchange.answer(desk.exchange.accepts());
    expect(await look(100, { ...TARGET, bookAgeMs: 100 })).toMatchObject({ kind: 'exiting' });
  });
});

describe('an exit that is refused', () => {
  it('is tried again, but a minute of ticks each 100 ms is not a minute of orders', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    desk.exchange.answer(...Array.from({ length: 600 }, () => REJECTED));
    const sentAtMs: number[] = [];
    for (let tick = 0; tick < 600; tick += 1) {
      const before = exitsSent(desk).length;
      await look(100, TARGET);
      if (exitsSent(desk).length > before) sentAtMs.push(desk.clock.nowMs());
    }
    const waitsMs = sentAtMs.slice(1).map((atMs, index) => atMs - sentAtMs[index]!);
    // Doubled from 250 ms to 5 s, each rounded up to the next tick.
    expect(waitsMs.slice(0, 6)).toEqual([300, 500, 1_000, 2_000, 4_000, 5_000]);
    expect(new Set(waitsMs.slice(5))).toEqual(new Set([5_000]));
    expect(sentAtMs).toHaveLength(16);
    expect(positionIn(desk).exit.sellable).toBe(1_000);
    await expectBalanced(desk);
  });

  it('says that it waits, and keeps the mark of the book it waits with', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    desk.exchange.answer(REJECTED);
    await look(0, TARGET);
    expect(await look(100, { bid: 6_700, ask: 6_900 })).toEqual({
      kind: 'held',
      reason: 'backing_off',
    });
    expect(positionIn(desk).mark).toMatchObject({ legPrice: 6_700, kept: false });
  });

  it('does not hold up the rule of higher priority', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    desk.exchange.answer(...Array.from({ length: 600 }, () => REJECTED));
    // The seventh attempt of the target makes it wait for the longest time.
    for (let tick = 0; tick < 200 && exitsSent(desk).length < 7; tick += 1) await look(100, TARGET);
    await look(1, STOP);
    const sent = exitsSent(desk).length;
    await look(3_000, STOP);
    expect(exitsSent(desk).slice(sent)).toMatchObject([{ limitPrice: 3_000, count: 1_000 }]);
  });

  it('goes at once again when the attempt after it has filled in part', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    const { exchange } = desk;
    exchange.answer(REJECTED, exchange.accepts({ at: 6_600, count: 400 }), exchange.accepts());
    await look(0, TARGET);
    await look(250, TARGET);
    const [, sold] = await fillsOf(desk);
    const { clientOrderId } = exitsSent(desk)[1]!;
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: sold!, clientOrderId });
    expect(await look(1, TARGET)).toMatchObject({ kind: 'exiting' });
    expect(exitsSent(desk).map(({ count }) => count)).toEqual([1_000, 1_000, 600]);
    await expectBalanced(desk);
  });
});

describe('an exit whose answer was lost', () => {
  it('is found although the exchange had cut it to the position that was left', async () => {
    const desk = await holdingTen();
    const look = looking(desk);
    await look(0, STOP);
    await look(2_001, { ...STOP, bookAgeMs: 2_001 });
    desk.exchange.answer((request) => {
      desk.exchange.execute(request, [{ at: 4_000, count: 600 }], { initialCount: contracts(600) });
      return { kind: 'unknown', cause: 'timeout' };
    });
    expect(await look(1_000, STOP)).toMatchObject({ kind: 'exiting', order: { state: 'unknown' } });
    await lookAfter(desk, 1_000);
    const exit = desk.store.peekAll('orders').find(({ intent }) => intent.purpose === 'exit')!;
    expect(exit).toMatchObject({ state: 'cancelled', bookedFilled: 600 });
    expect(desk.store.peekAll('causes').map(({ code }) => code)).not.toContain('mismatch');
    expect(positionIn(desk).quantity).toBe(400);
  });
});
