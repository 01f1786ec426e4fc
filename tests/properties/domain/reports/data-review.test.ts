import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LineRefusalCode } from '../../../../shared/domain/pricing/fair-line.ts';
import {
  REVIEW_LIMITS,
  reviewRecords,
  type GameReview,
} from '../../../../shared/domain/reports/data-review.ts';
import type { GameRecord, RecordedState } from '../../../../shared/domain/reports/game-record.ts';
import { aGame, keptLine, keptState, MINUTE } from '../../../support/game-record-builders.ts';
import { anyDelivery, delivered } from '../../../support/line-arbitraries.ts';
import { runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

/** Minutes after noon; few enough for words at one time and spans that touch. */
const minute = fc.integer({ min: -90, max: 400 });
const said = fc.constantFrom<number | LineRefusalCode>(
  0.4,
  0.5,
  0.5,
  'line_expired',
  'line_suspended',
);
const phase = fc.constantFrom<RecordedState['phase']>(
  'pregame',
  'live',
  'live',
  'stopped',
  'off',
  'final',
);
const source = fc.constantFrom<RecordedState['source']>('espn', 'boltodds');

const anyGame: fc.Arbitrary<GameRecord> = fc
  .record({
    id: fc.integer({ min: 1, max: 3 }),
    lines: fc.array(fc.tuple(minute, said), { maxLength: 14 }),
    states: fc.uniqueArray(fc.tuple(minute, phase, source), {
      maxLength: 5,
      selector: ([at, , by]) => `${at} ${by}`,
    }),
  })
  .map(({ id, lines, states }) =>
    aGame({
      gameId: `nfl-${id}`,
      lines: lines.map(([at, what], nth) =>
        keptLine(NOON + at * MINUTE, what, { eventId: `line ${nth}` }),
      ),
      states: states.map(([at, which, by]) => keptState(NOON + at * MINUTE, which, { source: by })),
    }),
  );

const games = fc.uniqueArray(anyGame, { maxLength: 3, selector: ({ gameId }) => gameId });
const window = fc.tuple(minute, fc.integer({ min: 0, max: 300 })).map(([from, minutes]) => ({
  fromMs: NOON + from * MINUTE,
  toMs: NOON + (from + minutes) * MINUTE,
}));

it('is the same review however the rows lie and however often each is there', () => {
  fc.assert(
    fc.property(games, window, anyDelivery, (records, within, delivery) => {
      const shuffled = records.map((record) => ({
        ...record,
        lines: delivered(record.lines, delivery),
        states: delivered(record.states, delivery),
      }));
      expect(reviewRecords(delivered(shuffled, delivery), within, REVIEW_LIMITS)).toEqual(
        reviewRecords(records, within, REVIEW_LIMITS),
      );
    }),
    runs(300),
  );
});

function expectWhole(game: GameReview, of: 'pregame' | 'live'): void {
  const span = game[of];
  const gaps = game.gaps.filter((gap) => gap.phase === of);
  if (span === null) {
    expect(gaps).toEqual([]);
    return;
  }
  const gapMs = gaps.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  expect(span.coveredMs + gapMs).toBe(span.toMs - span.fromMs);
  let endMs = span.fromMs;
  for (const gap of gaps) {
    expect(gap.fromMs).toBeGreaterThanOrEqual(endMs);
    expect(gap.toMs).toBeGreaterThan(gap.fromMs);
    endMs = gap.toMs;
  }
  expect(endMs).toBeLessThanOrEqual(span.toMs);
}

it('makes each span of covered time and gaps exactly, inside the window and in order', () => {
  const seen = { spans: 0, gaps: 0 };
  fc.assert(
    fc.property(games, window, (records, within) => {
      for (const { games: reviewed, pregame, live } of reviewRecords(records, within, REVIEW_LIMITS)
        .leagues) {
        for (const game of reviewed) {
          expectWhole(game, 'pregame');
          expectWhole(game, 'live');
          for (const span of [game.pregame, game.live]) {
            if (span === null) continue;
            seen.spans += 1;
            expect(span.fromMs).toBeGreaterThanOrEqual(within.fromMs);
            expect(span.toMs).toBeLessThanOrEqual(within.toMs);
          }
          seen.gaps += game.gaps.length;
          if (game.pregame !== null && game.live !== null)
            expect(game.pregame.toMs).toBeLessThanOrEqual(game.live.fromMs);
        }
        expect(pregame.coveredMs + live.coveredMs).toBe(
          reviewed.reduce(
            (sum, game) => sum + (game.pregame?.coveredMs ?? 0) + (game.live?.coveredMs ?? 0),
            0,
          ),
        );
      }
    }),
    runs(300),
  );
  expect(Math.min(seen.spans, seen.gaps)).toBeGreaterThan(50);
});

/** What a walker sees who looks at one moment: the last word at or before it, and how long ago it was said. */
function coveredAt(record: GameRecord, atMs: number): boolean {
  const last = record.lines
    .filter((line) => line.atMs <= atMs)
    .toSorted((a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1))
    .at(-1);
  return last?.line.kind === 'line' && atMs - last.atMs < REVIEW_LIMITS.silenceAfterMs;
}

it('says of each moment what one who looks at that moment would see', () => {
  fc.assert(
    fc.property(anyGame, window, minute, (record, within, at) => {
      const atMs = NOON + at * MINUTE + 1;
      const [league] = reviewRecords([record], within, REVIEW_LIMITS).leagues;
      for (const of of ['pregame', 'live'] as const) {
        const span = league?.games[0]?.[of] ?? null;
        if (span === null || atMs < span.fromMs || atMs >= span.toMs) continue;
        const inGap = league?.gaps.some(
          (gap) => gap.phase === of && gap.fromMs <= atMs && atMs < gap.toMs,
        );
        expect(inGap).toBe(!coveredAt(record, atMs));
      }
    }),
    runs(500),
  );
});
