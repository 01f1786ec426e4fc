import { describe, expect, it } from 'vitest';
import { replayOrders } from '../../../../local/studies/arrival-orders.ts';
import {
  driftByAge,
  freshnessShares,
  historiesOf,
  supportedMaxAge,
} from '../../../../local/studies/prop-freshness.ts';
import { legsOf, placed, type PlacedQuote } from '../../../../local/studies/prop-legs.ts';
import { BLEND_NAME } from '../../../../local/studies/prop-rules.ts';
import { disagreement, scoreLines } from '../../../../local/studies/prop-scores.ts';
import { resamplingOf } from '../../../../local/studies/study-input.ts';
import type { DevigMethod } from '../../../../shared/domain/odds/devig.ts';
import type { LineSource } from '../../../../shared/domain/odds/line.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 4, 1, 14);
const GAME_MS = START_MS + 300 * MINUTE_MS;
const METHOD: Readonly<Record<LineSource, DevigMethod>> = {
  pinnacle: 'shin',
  draftkings: 'power',
  fanduel: 'power',
  betmgm: 'power',
  betrivers: 'power',
  caesars: 'power',
};
const CHANCE = resamplingOf({ seed: 1, resamples: 100 }, 'test');

type Said = { readonly book: string; readonly minute: number; readonly over: number };

/** Quotes of one pitcher; the under side is such that the margin is 5 %. */
function quotesOf(said: readonly Said[], pitcher = 'Webb'): readonly PlacedQuote[] {
  const minutes = [...new Set(said.map(({ minute }) => minute))].toSorted((a, b) => a - b);
  return placed(
    said.map(({ book, minute, over }) => ({
      snapshotMs: START_MS + minute * MINUTE_MS,
      pitcherDay: `2026-05-01 ${pitcher}`,
      game: `2026-05-01 ${pitcher}’s game`,
      gameTimeMs: GAME_MS,
      strikeoutLine: 5.5,
      book,
      over: 1 / over,
      under: 1 / (1.05 - over),
    })),
    minutes.map((minute) => START_MS + minute * MINUTE_MS),
  );
}

/** Twelve snapshots, half an hour apart, in which every source moves. */
const MOVING = quotesOf(
  Array.from({ length: 12 }, (_, at) =>
    ['draftkings', 'fanduel', 'betmgm', 'kalshi'].map((book, nth) => ({
      book,
      minute: at * 20,
      over: 0.5 + 0.01 * ((at * (nth + 2)) % 7),
    })),
  ).flat(),
);
const SNAPSHOTS = Array.from({ length: 12 }, (_, at) => START_MS + at * 20 * MINUTE_MS);

function orders(quotes: readonly PlacedQuote[], seed: number, count = 12) {
  return replayOrders({
    quotes,
    snapshotsMs: SNAPSHOTS,
    method: METHOD,
    maxAgesMs: [90_000, 60 * MINUTE_MS],
    orders: count,
    seed,
    note: () => undefined,
  });
}

describe('orders of arrival', () => {
  it('all make the same bytes, with duplicates and late repeats, and with or without Kalshi', () => {
    const made = orders(MOVING, 4);
    expect(made).toMatchObject({ orders: 12, different: 1, messages: 96, checkpoints: 2 });
    expect(made.duplicates).toBeGreaterThan(5);
    expect(made.lines).toBe(8);
    expect(made.sha256WithoutKalshi).toBe(made.sha256);
    expect(orders(MOVING, 99).sha256).toBe(made.sha256);
  });

  it('are other bytes when a book says something else at the end', () => {
    const last = MOVING.findLastIndex(({ book }) => book === 'fanduel');
    const changed = MOVING.with(last, { ...MOVING[last]!, over: 2.3 });
    expect(orders(changed, 4).sha256).not.toBe(orders(MOVING, 4).sha256);
  });

  it('are looked into while messages are under way, where sides wait and lag behind', () => {
    const { underWay } = orders(MOVING, 4);
    expect(underWay.stale_leg).toBeGreaterThan(0);
    expect(underWay.missing).toBeGreaterThan(0);
  });

  it('would be told apart if arrival counted: two different quotes of one time and place decide by what they say', () => {
    const first = MOVING[0]!;
    const twin = { ...first, over: first.over + 0.1 };
    const here = orders([...MOVING.slice(0, 4), twin], 4, 30);
    const there = orders([twin, ...MOVING.slice(0, 4)], 4, 30);
    expect(here.different).toBe(1);
    expect(there.sha256).toBe(here.sha256);
  });
});

describe('legs of a quote', () => {
  it('have over in the place of home, under in that of away, and one time and sequence', () => {
    const [over, under] = legsOf(MOVING[5]!);
    expect(over).toMatchObject({ side: 'home', source: 'fanduel', feed: 'odds_api', sequence: 1 });
    expect(under).toMatchObject({ side: 'away', sequence: 1, sourceTimeMs: over.sourceTimeMs });
  });
});

describe('shares of time', () => {
  // DraftKings at 0 and 40 minutes, FanDuel at 40; the game begins after 300.
  const histories = historiesOf(
    quotesOf([
      { book: 'draftkings', minute: 0, over: 0.5 },
      { book: 'draftkings', minute: 40, over: 0.52 },
      { book: 'fanduel', minute: 40, over: 0.51 },
      { book: 'kalshi', minute: 10, over: 0.51 },
    ]),
  );
  const of = (maxAgeMs: number) =>
    freshnessShares(histories).find((one) => one.maxAgeMs === maxAgeMs)!;

  const blendShare = (maxAgeMs: number) =>
    of(maxAgeMs).rules.find(({ rule }) => rule === BLEND_NAME)!.share;

  it('count a quote as valid until its limit and as expired after it', () => {
    const { books } = of(30 * MINUTE_MS);
    const [draftkings, fanduel, betmgm] = books;
    // 0 to 30 and 40 to 70 of 300 minutes; a millisecond more, because the limit itself is in.
    expect(draftkings?.shares.valid).toBeCloseTo(60 / 300, 6);
    expect(draftkings?.shares.expired).toBeCloseTo(240 / 300, 6);
    expect(fanduel?.shares).toEqual({
      missing: expect.closeTo(40 / 300, 6),
      valid: expect.closeTo(30 / 300, 6),
      expired: expect.closeTo(230 / 300, 6),
    });
    expect(betmgm?.shares).toEqual({ missing: 1 });
  });

  it('give the blend only the time in which two books are valid', () => {
    expect(blendShare(30 * MINUTE_MS)).toBeCloseTo(30 / 300, 6);
    expect(blendShare(120 * MINUTE_MS)).toBeCloseTo(120 / 300, 6);
  });

  it('never count the exchange', () => {
    for (const { books } of freshnessShares(histories))
      expect(books.map(({ book }) => book)).toEqual([
        'draftkings',
        'fanduel',
        'betmgm',
        'betrivers',
      ]);
  });

  it('support the shortest limit that leaves nine tenths of what any age would', () => {
    const quoted = quotesOf(
      Array.from({ length: 15 }, (_, at) => ({ minute: at * 20, over: 0.5 })).flatMap((one) => [
        { ...one, book: 'draftkings' },
        { ...one, book: 'fanduel' },
      ]),
    );
    // Every 20 minutes: 15 leave three quarters, 30 leave all.
    expect(supportedMaxAge(freshnessShares(historiesOf(quoted)))).toBe(30 * MINUTE_MS);
    expect(supportedMaxAge(freshnessShares([]))).toBeNull();
  });
});

describe('drift', () => {
  it('is how far a book’s own quote moved, by the time between', () => {
    const drift = driftByAge(
      quotesOf([
        { book: 'draftkings', minute: 0, over: 0.525 },
        { book: 'draftkings', minute: 10, over: 0.525 },
        { book: 'draftkings', minute: 40, over: 0.546 },
        { book: 'fanduel', minute: 0, over: 0.6 },
      ]),
    );
    // 0.546 / 1.05 − 0.525 / 1.05 = 0.02.
    expect(drift).toEqual([
      expect.objectContaining({ fromMs: 0, n: 1, unchanged: 1, meanMove: 0 }),
      expect.objectContaining({ fromMs: 15 * MINUTE_MS, n: 1, unchanged: 0 }),
      expect.objectContaining({ fromMs: 30 * MINUTE_MS, n: 1, meanMove: expect.closeTo(0.02, 9) }),
    ]);
  });
});

describe('lines against what happened', () => {
  const pitchers = Array.from({ length: 8 }, (_, at) => `P${at}`);
  const quotes = pitchers.flatMap((pitcher) =>
    quotesOf(
      [
        { book: 'draftkings', minute: 0, over: 0.3 },
        { book: 'draftkings', minute: 100, over: 0.525 },
        { book: 'fanduel', minute: 100, over: 0.63 },
        { book: 'kalshi', minute: 100, over: 0.735 },
      ],
      pitcher,
    ),
  );
  const strikeouts = new Map(
    pitchers.map((pitcher, at) => [`2026-05-01 ${pitcher}`, at < 4 ? 6 : 5]),
  );
  const scores = scoreLines({
    quotes,
    strikeouts,
    method: METHOD,
    maxAgeMs: 30 * MINUTE_MS,
    resampling: CHANCE,
  });
  const meanOf = (name: string) =>
    scores.find((one) => one.name === name)?.deciles[0]?.meanForecast;

  it('take one forecast a pitcher and day, the last before the game, over being more than the line', () => {
    expect(scores.map(({ name, n }) => [name, n])).toEqual([
      [BLEND_NAME, 8],
      ['DraftKings alone', 8],
      ['fanduel', 8],
      ['betmgm', 0],
      ['betrivers', 0],
      ['kalshi', 8],
      ['a coin', 8],
    ]);
    expect(meanOf('DraftKings alone')).toBeCloseTo(0.5, 9);
    expect(meanOf('kalshi')).toBeCloseTo(0.7, 9);
    const observed = scores[0]!.deciles.reduce(
      (sum, { n, observedShare }) => sum + n * observedShare,
      0,
    );
    expect(observed).toBe(4);
  });

  it('never have the exchange in the blend', () => {
    // Power on 0.63 against 0.42: r^k with a sum of one; the blend is the mean of the two books.
    const fanduel = meanOf('fanduel')!;
    expect(meanOf(BLEND_NAME)).toBeCloseTo((0.5 + fanduel) / 2, 9);
  });

  it('leave out a pitcher without an outcome', () => {
    const some = new Map([...strikeouts].slice(0, 3));
    const [blend] = scoreLines({
      quotes,
      strikeouts: some,
      method: METHOD,
      maxAgeMs: 30 * MINUTE_MS,
      resampling: CHANCE,
    });
    expect(blend?.n).toBe(3);
  });

  it('are apart by what their quotes say', () => {
    const pair = disagreement(quotes, METHOD, CHANCE).find(
      ({ a, b }) => a === 'draftkings' && b === 'kalshi',
    );
    expect(pair).toMatchObject({ n: 8 });
    expect(pair?.meanAbsolute).toBeCloseTo(0.2, 9);
    expect(pair?.difference?.value).toBeCloseTo(-0.2, 9);
  });
});
