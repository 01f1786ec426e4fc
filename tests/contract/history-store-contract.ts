import { describe, expect, it } from 'vitest';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { probability } from '../../shared/domain/money/probability.ts';
import type { FairLine } from '../../shared/domain/pricing/fair-line.ts';
import type { FairValue } from '../../shared/domain/pricing/fair-value.ts';
import type { HistoryEvent, HistoryStore } from '../../shared/ports/history.ts';
import { aMarket, NOON } from '../support/trade-builders.ts';

const { ticker } = aMarket();

export const A_LINE: FairValue = {
  kind: 'line',
  probability: probability(0.1 + 0.2),
  uncertainty: 1e-7,
  rule: 'pinnacle_only',
  books: [
    {
      source: 'pinnacle',
      feed: 'boltodds',
      method: 'shin',
      margin: 0.045_000_000_000_000_1,
      z: 0.02,
      weight: 1,
      probability: probability(0.1 + 0.2),
      legs: [
        { side: 'home', decimalOdds: 1.91, sourceTimeMs: NOON - 1_234 },
        { side: 'away', decimalOdds: 2.05, sourceTimeMs: NOON - 1_000 },
      ],
    },
  ],
  passedOver: [],
  asOfMs: NOON - 1_234,
};

export const A_MODEL: FairValue = {
  kind: 'model',
  probability: probability(1 / 3),
  uncertainty: 0.05,
  model: { name: 'elo-nfl', version: '1.0.0' },
  asOfMs: NOON - 60_000,
};

/** Each kind that is given back, with each of its variants; in the order of time, then id. */
export const GIVEN_BACK: readonly HistoryEvent[] = [
  {
    kind: 'market',
    eventId: 'market-a',
    atMs: NOON,
    market: aMarket({ expectedExpirationMs: null, title: 'Zoë’s "team" wins: 1st' }),
    mapping: null,
  },
  {
    kind: 'market',
    eventId: 'market-b',
    atMs: NOON,
    market: aMarket(),
    mapping: {
      market: ticker,
      gameId: 'game-1',
      league: 'nfl',
      yesSide: 'away',
      startTimeMs: NOON + 3_600_000,
      evidence: ['titles agree', 'start within 5 minutes'],
    },
  },
  {
    kind: 'scored',
    eventId: 'scored-a',
    atMs: NOON + 1,
    ticks: 7,
    skips: { no_edge: 5, line_waiting: 2 },
    markets: [
      {
        market: ticker,
        ticks: 4,
        edges: 0,
        bid: price(4_900),
        ask: null,
        fair: A_LINE,
        feederTimeMs: NOON,
      },
      {
        market: 'other',
        ticks: 2,
        edges: 1,
        bid: null,
        ask: price(1),
        fair: A_MODEL,
        feederTimeMs: NOON,
      },
      { market: 'third', ticks: 1, edges: 0, bid: null, ask: null, fair: null, feederTimeMs: NOON },
    ],
  },
  { kind: 'scored', eventId: 'scored-b', atMs: NOON + 2, ticks: 0, skips: {}, markets: [] },
  {
    kind: 'edge',
    eventId: 'edge-a',
    atMs: NOON + 3,
    market: ticker,
    stamp: { epoch: 3, n: 41 },
    leg: 'no',
    limitPrice: price(5_300),
    count: contracts(2_500),
    perContract: money(12_345),
    fair: A_LINE,
    strategy: 'taker@1',
  },
  {
    kind: 'entry_refused',
    eventId: 'refused-a',
    atMs: NOON + 4,
    market: ticker,
    code: 'no_headroom',
  },
  {
    kind: 'marks',
    eventId: 'marks-a',
    atMs: NOON + 5,
    marks: [
      { positionId: 'position-2', legPrice: price(5_100) },
      { positionId: 'position-1', legPrice: price(0) },
    ],
  },
  { kind: 'marks', eventId: 'marks-b', atMs: NOON + 6, marks: [] },
  {
    kind: 'lifecycle',
    eventId: 'lifecycle-a',
    atMs: NOON + 7,
    message: {
      kind: 'lifecycle',
      sequence: { subscription: 2, sequence: 9 },
      market: ticker,
      event: 'determined',
      result: { kind: 'scalar', settlementValue: price(5_000) },
      closeTimeMs: null,
      exchangeTimeMs: NOON + 6,
    },
  },
];

/** A three-way line of two books, with all that a line may hold. */
export const A_FAIR_LINE: FairLine = {
  kind: 'line',
  rule: 'weighted_blend',
  outcomes: ['home', 'draw', 'away'],
  probabilities: [probability(0.1 + 0.2), probability(0.25), probability(0.45)],
  uncertainties: [0.011, 0.012, 0.013],
  books: (['pinnacle', 'betmgm'] as const).map((source, at) => ({
    source,
    feed: 'boltodds',
    method: at === 0 ? 'shin' : 'power',
    margin: 0.045_000_000_000_000_1,
    z: at === 0 ? 0.02 : null,
    weight: 0.5,
    probabilities: [probability(0.1 + 0.2), probability(0.25), probability(0.45)],
    legs: [
      { side: 'home', decimalOdds: 3.1, sourceTimeMs: NOON - 1_234 },
      { side: 'draw', decimalOdds: 3.7, sourceTimeMs: NOON - 1_100 },
      { side: 'away', decimalOdds: 2.05, sourceTimeMs: NOON - 1_000 },
    ],
  })),
  passedOver: [{ source: 'draftkings', why: { kind: 'waiting', missing: ['draw'], ageMs: 12 } }],
  asOfMs: NOON - 1_234,
};

/** Kinds that are kept but not given back. */
export const KEPT: readonly HistoryEvent[] = [
  {
    kind: 'game_state',
    eventId: 'game-a',
    atMs: NOON,
    state: {
      source: 'espn',
      gameId: 'game-1',
      phase: 'live',
      startTimeMs: NOON,
      homeScore: 7,
      awayScore: 3,
      period: 2,
      clockSeconds: 93.5,
      sourceTimeMs: NOON,
      receivedMs: NOON + 1,
    },
  },
  {
    kind: 'line',
    eventId: 'line-a',
    atMs: NOON,
    gameId: 'game-1',
    league: 'epl',
    startTimeMs: NOON + 3_600_000,
    phase: 'pregame',
    line: A_FAIR_LINE,
  },
  {
    kind: 'line',
    eventId: 'line-b',
    atMs: NOON + 1,
    gameId: 'game-1',
    league: 'epl',
    startTimeMs: NOON + 3_600_000,
    phase: 'pregame',
    line: {
      kind: 'refused',
      code: 'line_suspended',
      reasons: [{ source: 'pinnacle', why: { kind: 'suspended', ageMs: 40 } }],
    },
  },
  {
    kind: 'feed',
    eventId: 'feed-a',
    atMs: NOON,
    feed: 'kalshi',
    change: 'disconnected',
    detail: 'reset',
  },
  {
    kind: 'run',
    eventId: 'run-a',
    atMs: NOON,
    runId: 'run-1',
    process: 'feeder',
    epoch: 4,
    stage: 'paper',
    configFingerprint: 'abc',
    strategy: 'taker@1',
    commit: 'a'.repeat(40),
    branch: null,
  },
];

function refused(code: string): HistoryEvent {
  return { kind: 'entry_refused', eventId: 'same', atMs: NOON, market: ticker, code };
}

/** What every store of history must do, whatever it is made of. */
export function historyStoreContract(name: string, make: () => Promise<HistoryStore>): void {
  describe(`history store contract: ${name}`, () => {
    it('gives back what reports fold over, to the bit, by time and then id', async () => {
      const store = await make();
      expect(await store.events()).toEqual([]);
      await store.append([...KEPT, ...GIVEN_BACK.toReversed()]);
      await store.append([]);
      expect(await store.events()).toEqual(GIVEN_BACK);
    });

    it('keeps each event once, within a batch and between batches', async () => {
      const store = await make();
      const all = [...GIVEN_BACK, ...KEPT];
      await store.append([...all, ...all]);
      await store.append(all.toReversed());
      for (const event of all) await store.append([event]);
      expect(await store.events()).toEqual(GIVEN_BACK);
    });

    it('keeps the first event of an id', async () => {
      const store = await make();
      await store.append([refused('first'), refused('second')]);
      await store.append([refused('third')]);
      expect(await store.events()).toEqual([refused('first')]);
    });

    it('keeps once what many append at the same time, in any order', async () => {
      const store = await make();
      const all = [...GIVEN_BACK, ...KEPT];
      await Promise.all(
        Array.from({ length: 8 }, (_, copy) =>
          store.append(copy % 2 === 0 ? all : all.toReversed()),
        ),
      );
      expect(await store.events()).toEqual(GIVEN_BACK);
    });

    it('keeps more than one page', async () => {
      const store = await make();
      const many = Array.from({ length: 450 }, (_, index): HistoryEvent => ({
        kind: 'marks',
        eventId: `marks-${index}`,
        atMs: NOON + index,
        marks: [{ positionId: 'position-1', legPrice: price(index) }],
      }));
      await store.append(many);
      expect(await store.events()).toEqual(many);
    });
  });
}
