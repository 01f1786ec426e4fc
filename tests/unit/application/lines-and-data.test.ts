import { expect, it } from 'vitest';
import { MemoryGameRecords } from '../../../shared/adapters/memory/memory-game-records.ts';
import { linesAndData, linesSummary } from '../../../shared/application/report/lines-and-data.ts';
import { probability } from '../../../shared/domain/money/probability.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import {
  aFairLine,
  HOUR,
  lineEvent,
  MINUTE,
  stateEvent,
} from '../../support/game-record-builders.ts';
import { NOON } from '../../support/trade-builders.ts';

const DAY = 24 * HOUR;

/** A game that starts so many days after noon with a closing line, and is won at home by the even days. */
function playedOn(day: number): readonly HistoryEvent[] {
  const gameId = `nfl-${day}`;
  const startMs = day * DAY;
  const game = { gameId, startTimeMs: NOON + startMs, phase: 'pregame' } as const;
  return [
    lineEvent(`${gameId} line`, startMs - 5 * MINUTE, 0.6, game),
    stateEvent(`${gameId} on`, startMs, { gameId }),
    stateEvent(`${gameId} over`, startMs + 3 * HOUR, {
      gameId,
      phase: 'final',
      homeScore: day % 2 === 0 ? 7 : 0,
      awayScore: 3,
    }),
  ];
}

async function keptOf(events: readonly HistoryEvent[]): Promise<MemoryGameRecords> {
  const records = new MemoryGameRecords();
  await records.append(events);
  return records;
}

it('reviews the last day, and judges each game once of those that began in the last thirty', async () => {
  const days = Array.from({ length: 40 }, (_, day) => day);
  const tied = stateEvent('tied', 38 * DAY + 4 * HOUR, {
    gameId: 'nfl-38',
    phase: 'final',
    homeScore: 3,
    awayScore: 3,
  });
  const records = await keptOf([...days.flatMap(playedOn), tied]);
  const toMs = NOON + 39 * DAY + 12 * HOUR;
  const lines = await linesAndData(records, { fromMs: NOON - DAY, toMs });
  expect(lines?.review.window).toEqual({ fromMs: toMs - DAY, toMs });
  expect(lines?.review.leagues.map(({ games }) => games.map(({ gameId }) => gameId))).toEqual([
    ['nfl-39'],
  ]);
  expect(lines?.oracle).toMatchObject({
    fromMs: toMs - 30 * DAY,
    games: 29,
    unsettled: { tied: 1 },
  });
  const summary = lines === null ? null : linesSummary(lines);
  expect(summary?.paths.filter((path) => path.lines > 0)).toMatchObject([
    { path: 'boltodds-experiment', lines: 29, games: 29 },
  ]);
  // 15 games of odd days went to the away side, 14 of even days to home.
  const brier = (15 * 0.36 + 14 * 0.16) / 29;
  expect(summary?.paths[1]?.brier?.value).toBeCloseTo(brier, 12);
  expect(summary?.leagues).toMatchObject([
    { league: 'nfl', games: 1, lackingFinal: 0, withClosing: 1, started: 1, gaps: 1 },
  ]);
  expect(summary?.leagues[0]?.longestGapMs).toBe(3 * HOUR - 5 * MINUTE);
});

/** The end of a game that began an hour after noon, by a source. */
const over = (gameId: string, homeScore: number, awayScore: number, source: 'espn' | 'boltodds') =>
  stateEvent(`${gameId} ${source}`, 4 * HOUR, {
    gameId,
    phase: 'final',
    homeScore,
    awayScore,
    source,
  });

/** One book's line of a soccer game by the polled feed. */
const THREE_WAY = {
  ...aFairLine(0.5, NOON),
  outcomes: ['home', 'draw', 'away'],
  probabilities: [0.5, 0.3, 0.2].map(probability),
  books: aFairLine(0.5, NOON).books.map((book) => ({ ...book, feed: 'odds_api' }) as const),
} as const;

const near = (value: number): unknown => expect.closeTo(value, 12);
const ln = Math.log;

it('gives the losses that a person computes by hand', async () => {
  const [a, b] = [{ gameId: 'nfl-a' }, { gameId: 'nfl-b' }];
  const unsure = ['nfl-tie', 'nfl-two'].map((gameId) =>
    lineEvent(gameId, 59 * MINUTE, 0.9, { gameId }),
  );
  const records = await keptOf([
    lineEvent('a1', 59 * MINUTE, 0.6, a),
    // Of whole five minutes of the clock it stood at 10 and 15 after the start; 20 is too long after it was told.
    lineEvent('a2', 67 * MINUTE, 0.7, a),
    over('nfl-a', 7, 3, 'espn'),
    lineEvent('b1', 59 * MINUTE, 0.3, b),
    lineEvent('b2', 63 * MINUTE, 0.2, b),
    lineEvent('b3', 69 * MINUTE, 'line_suspended', b),
    over('nfl-b', 0, 3, 'boltodds'),
    lineEvent('c1', 59 * MINUTE, 0.5, { gameId: 'epl-c', league: 'epl', line: THREE_WAY }),
    over('epl-c', 1, 1, 'espn'),
    lineEvent('d1', 59 * MINUTE, 0.5, { gameId: 'epl-d', league: 'epl', line: THREE_WAY }),
    over('epl-d', 2, 0, 'espn'),
    ...unsure,
    over('nfl-tie', 3, 3, 'espn'),
    over('nfl-two', 7, 3, 'espn'),
    over('nfl-two', 3, 7, 'boltodds'),
  ]);
  const lines = await linesAndData(records, { fromMs: NOON, toMs: NOON + 12 * HOUR });
  expect(lines?.oracle).toMatchObject({ games: 4, unsettled: { tied: 1, sources_disagree: 1 } });
  const found = (lines?.oracle.paths ?? []).flatMap((path) =>
    path.kind === 'scored'
      ? [
          [
            path.path,
            path.n,
            path.score.clusters,
            path.score.brier?.value,
            path.score.logLoss?.value,
          ],
        ]
      : [],
  );
  expect(found).toEqual([
    // Half of all squared errors: of the draw 0.25 + 0.49 + 0.04, of home 0.25 + 0.09 + 0.04.
    ['odds-api-control', 2, 2, near((0.39 + 0.19) / 2), near(-(ln(0.3) + ln(0.5)) / 2)],
    ['boltodds-experiment', 2, 2, near((0.16 + 0.09) / 2), near(-(ln(0.6) + ln(0.7)) / 2)],
    ['nfl-live', 3, 2, near((0.09 + 0.09 + 0.04) / 3), near(-(2 * ln(0.7) + ln(0.8)) / 3)],
  ]);
});

it('reads no further day once a thousand games were read', async () => {
  const games = Array.from({ length: 1_200 }, (_, nth) => {
    const gameId = `nfl-${nth}`;
    const startMs = Math.floor(nth / 300) * DAY;
    return lineEvent(gameId, startMs - MINUTE, 0.6, { gameId, startTimeMs: NOON + startMs });
  });
  const toMs = NOON + 10 * DAY + HOUR;
  const records = await keptOf([...games, ...playedOn(-1)]);
  const all = await linesAndData(records, { fromMs: NOON - 5 * DAY, toMs });
  expect(all?.oracle.unsettled).toEqual({ no_state: 1_200 });
  expect(all?.oracle).toMatchObject({ games: 0, fromMs: toMs - 11 * DAY });
});

it('is nothing of a run that kept no game, and knows nothing of before it', async () => {
  const records = await keptOf(playedOn(0));
  expect(await linesAndData(new MemoryGameRecords(), { fromMs: 0, toMs: NOON })).toBeNull();
  const after = { fromMs: NOON + 4 * HOUR, toMs: NOON + 5 * HOUR };
  expect(await linesAndData(records, after)).toBeNull();
});
