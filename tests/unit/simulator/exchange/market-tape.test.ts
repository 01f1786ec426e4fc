import { describe, expect, it } from 'vitest';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { MarketTape } from '../../../../shared/simulator/exchange/market-tape.ts';
import { PublicTrades } from '../../../../shared/simulator/exchange/public-trades.ts';
import { NOON } from '../../../support/trade-builders.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

describe('the tape of a market', () => {
  it('keeps what a minute saw, and begins the next where the quotes stood', () => {
    const tape = new MarketTape();
    tape.quote(4_000, 6_000, NOON);
    tape.quote(4_200, 5_800, NOON + 10_000);
    tape.trade(5_800, 300, 300, NOON + 20_000);
    tape.trade(4_200, 100, 250, NOON + 30_000);
    tape.quote(4_100, 5_900, NOON + MINUTE);
    expect(tape.bars(60_000)).toEqual([
      {
        startMs: NOON,
        bid: { open: 0, low: 0, high: 4_200, close: 4_200 },
        ask: { open: 10_000, low: 5_800, high: 10_000, close: 5_800 },
        trades: { open: 5_800, low: 4_200, high: 5_800, close: 4_200 },
        turnover: 5_800 * 300 + 4_200 * 100,
        volume: 400,
        openInterest: 250,
      },
      {
        startMs: NOON + MINUTE,
        bid: { open: 4_200, low: 4_100, high: 4_200, close: 4_100 },
        ask: { open: 5_800, low: 5_800, high: 5_900, close: 5_900 },
        trades: null,
        turnover: 0,
        volume: 0,
        openInterest: 250,
      },
    ]);
  });

  it('folds minutes into hours and days, the one that is not over included', () => {
    const tape = new MarketTape();
    tape.trade(5_000, 100, 100, NOON);
    tape.trade(3_000, 200, 300, NOON + 59 * MINUTE);
    tape.trade(7_000, 400, 700, NOON + HOUR);
    const [first, second] = tape.bars(3_600_000);
    expect(first).toMatchObject({ startMs: NOON, volume: 300, openInterest: 300 });
    expect(first?.trades).toEqual({ open: 5_000, low: 3_000, high: 5_000, close: 3_000 });
    expect(second?.trades).toEqual({ open: 7_000, low: 7_000, high: 7_000, close: 7_000 });
    const [day, ...later] = tape.bars(86_400_000);
    expect(later).toEqual([]);
    expect(day).toMatchObject({ startMs: NOON - (NOON % DAY), volume: 700, openInterest: 700 });
    expect(day?.trades).toEqual({ open: 5_000, low: 3_000, high: 7_000, close: 7_000 });
  });

  it('lets the oldest minutes go and keeps the hours that they were in', () => {
    const tape = new MarketTape();
    const minutes = 2 * 1_440;
    for (let n = 0; n < minutes; n += 1) tape.trade(5_000 + (n % 7), 1, n + 1, NOON + n * MINUTE);
    const bars = tape.bars(60_000);
    expect(bars.length).toBeGreaterThanOrEqual(1_440);
    expect(bars.length).toBeLessThanOrEqual(1_801);
    expect(bars.at(-1)).toMatchObject({ volume: 1, openInterest: minutes });
    const first = minutes - bars.length;
    expect(bars.map(({ startMs, trades }) => [startMs, trades?.close])).toEqual(
      bars.map((_, index) => [NOON + (first + index) * MINUTE, 5_000 + ((first + index) % 7)]),
    );
    expect(tape.bars(3_600_000).map(({ volume }) => volume)).toEqual(Array(48).fill(60));
    const endMs = NOON + minutes * MINUTE;
    expect(tape.volumeOfDay(endMs)).toBe(1_440);
    expect(tape.dayAgo(endMs)).toMatchObject({ startMs: endMs - DAY, volume: 60 });
  });

  it('knows a day ago of a market that has been quiet for longer', () => {
    const tape = new MarketTape();
    expect(tape.dayAgo(NOON)).toBeNull();
    tape.quote(4_000, 6_000, NOON);
    expect(tape.dayAgo(NOON + HOUR)).toBeNull();
    expect(tape.dayAgo(NOON + 3 * DAY)?.bid.close).toBe(4_000);
    expect(tape.volumeOfDay(NOON + 3 * DAY)).toBe(0);
  });
});

describe('the trades of everybody', () => {
  it('are kept up to a number, in order, under the names that they were told by', () => {
    const trades = new PublicTrades();
    const all = 50_300;
    for (let n = 0; n < all; n += 1)
      trades.add({
        market: `M-${n % 3}`,
        price: price(1 + (n % 9_999)),
        count: contracts(n + 1),
        takerSide: n % 2 === 0 ? 'bid' : 'ask',
        atMs: NOON + n,
      });
    const ever = { fromMs: 0, beforeMs: Number.POSITIVE_INFINITY };
    const kept = trades.where(ever);
    expect(kept).toHaveLength(50_000);
    expect(kept[0]).toEqual({
      kind: 'trade',
      sequence: 301,
      tradeId: '7d7c7b7a-0000-4000-8000-00000000012d',
      market: 'M-0',
      price: 301,
      count: 301,
      takerSide: 'bid',
      atMs: NOON + 300,
    });
    expect(kept.at(-1)).toMatchObject({ sequence: all, count: all, takerSide: 'ask' });
    expect(trades.where({ ...ever, market: 'M-1' }).every(({ market }) => market === 'M-1')).toBe(
      true,
    );
    expect(trades.where({ ...ever, market: 'M-9' })).toEqual([]);
    const some = trades.where({ fromMs: NOON + 400, beforeMs: NOON + 403 });
    expect(some.map(({ sequence }) => sequence)).toEqual([401, 402, 403]);
  });
});
