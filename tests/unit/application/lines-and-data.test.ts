import { expect, it } from 'vitest';
import { MemoryGameRecords } from '../../../shared/adapters/memory/memory-game-records.ts';
import { linesAndData, linesSummary } from '../../../shared/application/report/lines-and-data.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import { HOUR, lineEvent, MINUTE, stateEvent } from '../../support/game-record-builders.ts';
import { NOON } from '../../support/trade-builders.ts';

const DAY = 24 * HOUR;

/** A game that starts so many days after noon with a closing line, and is won at home by the even days. */
function playedOn(day: number): readonly HistoryEvent[] {
  const gameId = `nfl-${day}`;
  const startMs = day * DAY;
  const game = { gameId, startTimeMs: NOON + startMs };
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
    { path: 'nfl-live', lines: 29, games: 29 },
  ]);
  // 15 games of odd days went to the away side, 14 of even days to home.
  const brier = (15 * 0.36 + 14 * 0.16) / 29;
  expect(summary?.paths[1]?.brier?.value).toBeCloseTo(brier, 12);
  expect(summary?.leagues).toMatchObject([
    { league: 'nfl', games: 1, lackingFinal: 0, withClosing: 1, started: 1, gaps: 1 },
  ]);
  expect(summary?.leagues[0]?.longestGapMs).toBe(3 * HOUR - 5 * MINUTE);
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
