import { describe, expect, it } from 'vitest';
import {
  lifecycleEvent,
  marketEvent,
  marksEvent,
} from '../../../shared/application/history-events.ts';
import { compareAtStart } from '../../../shared/application/report/compare-forecasts.ts';
import { RunStats } from '../../../shared/application/report/run-stats.ts';
import type { Market } from '../../../shared/domain/market/market.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { probability } from '../../../shared/domain/money/probability.ts';
import type { FairValue } from '../../../shared/domain/pricing/fair-value.ts';
import type { HistoryEvent, ScoredMarket } from '../../../shared/ports/history.ts';
import { opening, purchase, sale } from '../../support/journal-builders.ts';
import { aMarket, NOON } from '../../support/trade-builders.ts';

const KICKOFF = NOON + 7_200_000;
const KC = aMarket().ticker;

const fairOf = (value: number): FairValue => ({
  kind: 'line',
  probability: probability(value),
  uncertainty: 0.01,
  rule: 'pinnacle_only',
  books: [
    {
      source: 'pinnacle',
      feed: 'boltodds',
      method: 'shin',
      margin: 0.03,
      z: 0.02,
      weight: 1,
      probability: probability(value),
      legs: [
        { side: 'home', decimalOdds: 1.91, sourceTimeMs: NOON - 1_234 },
        { side: 'away', decimalOdds: 2.05, sourceTimeMs: NOON - 1_000 },
      ],
    },
  ],
  passedOver: [],
  asOfMs: NOON,
});

function told(market: Partial<Market> = {}): HistoryEvent {
  const one = aMarket(market);
  const mapping = {
    market: one.ticker,
    gameId: 'g',
    league: 'nfl',
    yesSide: 'home',
    startTimeMs: KICKOFF,
    evidence: [],
  } as const;
  return marketEvent(one, mapping, NOON);
}

function scored(look: Partial<ScoredMarket>, skips: Record<string, number> = {}): HistoryEvent {
  const market: ScoredMarket = {
    market: KC,
    ticks: 1,
    edges: 0,
    bid: price(6_000),
    ask: price(6_200),
    fair: fairOf(0.62),
    feederTimeMs: KICKOFF - 1_000,
    ...look,
  };
  return {
    kind: 'scored',
    eventId: `scored:${JSON.stringify(look)}`,
    atMs: market.feederTimeMs,
    ticks: market.ticks,
    skips,
    markets: [market],
  };
}

function result(kind: 'yes' | 'no', market = KC): HistoryEvent {
  const message = {
    kind: 'lifecycle',
    sequence: null,
    market,
    event: 'determined',
    result: { kind },
    closeTimeMs: null,
    exchangeTimeMs: KICKOFF,
  } as const;
  return lifecycleEvent(message, KICKOFF);
}

function folded(...events: readonly HistoryEvent[]): RunStats {
  const stats = new RunStats();
  for (const event of events) stats.onHistory(event);
  return stats;
}

describe('what a run came to', () => {
  it('counts ticks, reasons and refusals, of markets that were told of and of others', () => {
    const stats = folded(
      told(),
      scored({ ticks: 3 }, { edge_negative: 1 }),
      scored({ ticks: 2, market: 'KX-UNTOLD' }, { edge_negative: 1, book_stale: 1 }),
      { kind: 'entry_refused', eventId: 'r', atMs: 1, market: KC, code: 'no_room' },
    );
    expect(stats.ticks).toBe(5);
    expect(Object.fromEntries(stats.skips)).toEqual({
      edge_negative: 2,
      book_stale: 1,
      no_room: 1,
    });
    expect([...stats.markets.keys()]).toEqual([KC]);
    expect(stats.markets.get(KC)).toMatchObject({ ticks: 3, bid: 6_000, ask: 6_200, fair: 0.62 });
  });

  it('keeps the last fair value and price before the game, and none of later or of half a book', () => {
    const stats = folded(
      told(),
      scored({ feederTimeMs: KICKOFF - 5_000, fair: fairOf(0.5) }),
      scored({ feederTimeMs: KICKOFF - 2_000, fair: fairOf(0.55) }),
      scored({ feederTimeMs: KICKOFF - 3_000, fair: fairOf(0.4) }),
      scored({ feederTimeMs: KICKOFF - 1_000, bid: null }),
      scored({ feederTimeMs: KICKOFF, fair: fairOf(0.9) }),
    );
    expect(stats.markets.get(KC)).toMatchObject({
      fair: 0.9,
      beforeStart: { fair: { probability: 0.55 }, market: 0.61, atMs: KICKOFF - 2_000 },
    });
  });

  it('keeps what was counted of a market that is told again', () => {
    const stats = folded(
      told(),
      scored({}),
      told({ title: 'Kansas City to win', status: 'closed' }),
    );
    expect(stats.markets.get(KC)).toMatchObject({ ticks: 1, title: 'Kansas City to win' });
  });

  it('takes results, and realises what the journal books', () => {
    const stats = folded(told(), result('no'));
    stats.onJournal([
      opening(10_000_000),
      purchase({ id: 'b', units: 5_000, count: 1_000, fee: 175_000, atMs: 2 }),
      sale({ id: 's', units: 6_000, count: 1_000, fee: 168_000, basis: 5_000_000, atMs: 3 }),
    ]);
    expect(stats.markets.get(KC)).toMatchObject({
      result: { kind: 'no' },
      realised: 1_000_000 - 343_000,
    });
    expect(stats.journal).toHaveLength(3);
  });

  it('has no marks of positions without one', () => {
    expect(marksEvent([], 5)).toBeNull();
    const stats = folded({
      kind: 'marks',
      eventId: 'marks:5',
      atMs: 5,
      marks: [{ positionId: 'p', legPrice: price(4_000) }],
    });
    expect(stats.marks).toEqual([{ positionId: 'p', legPrice: 4_000, atMs: 5 }]);
  });
});

describe('forecasts at the start', () => {
  const other = { ticker: 'KX-B', eventTicker: 'KX-B-EVENT' };

  it('pair the fair line with the middle of the book, on markets that have a result', () => {
    const { markets } = folded(
      told(),
      told(other),
      told({ ticker: 'KX-C', eventTicker: 'KX-C-EVENT' }),
      scored({ fair: fairOf(0.8) }),
      scored({ market: 'KX-B', fair: fairOf(0.3) }),
      scored({ market: 'KX-C' }),
      result('yes'),
      result('no', 'KX-B'),
    );
    expect(compareAtStart(markets.values())).toMatchObject({
      fairKind: 'line',
      forecasts: 2,
      fair: { brier: expect.closeTo((0.2 ** 2 + 0.3 ** 2) / 2, 12) as number },
      market: { brier: expect.closeTo((0.39 ** 2 + 0.61 ** 2) / 2, 12) as number },
    });
  });

  it('are none without results', () => {
    expect(compareAtStart(folded(told(), scored({})).markets.values())).toBeNull();
  });
});
