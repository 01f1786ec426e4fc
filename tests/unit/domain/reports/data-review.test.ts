import { describe, expect, it } from 'vitest';
import { TELL_AGAIN_MS } from '../../../../fargate/feeder/line-watch.ts';
import {
  REVIEW_LIMITS,
  reviewRecords,
  type LeagueReview,
} from '../../../../shared/domain/reports/data-review.ts';
import type { GameRecord, TimeSpan } from '../../../../shared/domain/reports/game-record.ts';
import { aGame, HOUR, keptLine, keptState, MINUTE } from '../../../support/game-record-builders.ts';
import { NOON } from '../../../support/trade-builders.ts';

/** Games start at noon unless said. */
const DAY = { fromMs: NOON - 12 * HOUR, toMs: NOON + 12 * HOUR };

function reviewed(games: readonly GameRecord[], window: TimeSpan = DAY): LeagueReview {
  const [league] = reviewRecords(games, window, REVIEW_LIMITS).leagues;
  if (league === undefined) throw new Error('no game was reviewed');
  return league;
}

const gapsOf = (league: LeagueReview) =>
  league.gaps.map(({ phase, cause, fromMs, toMs }) => [
    phase,
    cause,
    (fromMs - NOON) / MINUTE,
    (toMs - NOON) / MINUTE,
  ]);

/** Lines every five minutes, from and to minutes after noon. */
const standing = (from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / 5) + 1 }, (_, nth) =>
    keptLine(NOON + (from + 5 * nth) * MINUTE, 0.5),
  );

it('waits twice as long for a line to be told again as the feeder takes', () => {
  expect(REVIEW_LIMITS.silenceAfterMs).toBe(2 * TELL_AGAIN_MS);
});

describe('a game before and in play', () => {
  const whole = aGame({
    lines: standing(-60, 180),
    states: [keptState(NOON + MINUTE, 'live'), keptState(NOON + 180 * MINUTE, 'final')],
  });

  it('is covered where a line stood all the time', () => {
    const league = reviewed([whole]);
    expect(league).toMatchObject({
      league: 'nfl',
      withState: 1,
      withOpening: 1,
      withClosing: 1,
      started: 1,
      lackingFinal: [],
      pregame: { spanMs: HOUR, coveredMs: HOUR, share: 1 },
      live: { spanMs: 3 * HOUR, coveredMs: 3 * HOUR, share: 1 },
      gaps: [],
    });
  });

  it('has a gap from a refusal to the next word, and one where nothing was heard for too long', () => {
    const lines = [
      keptLine(NOON - 60 * MINUTE, 0.5),
      keptLine(NOON - 57 * MINUTE, 'line_expired'),
      keptLine(NOON - 50 * MINUTE, 0.5),
      ...standing(-45, 20),
      ...standing(60, 180),
    ];
    const league = reviewed([{ ...whole, lines }]);
    expect(gapsOf(league)).toEqual([
      ['live', 'silence', 30, 60],
      ['pregame', 'line_expired', -57, -50],
    ]);
    expect(league.pregame.share).toBeCloseTo(53 / 60, 12);
    expect(league.live.share).toBeCloseTo(150 / 180, 12);
  });

  it('has one gap where a refusal is told with another and then in play, and two where the cause changes', () => {
    const lines = [
      ...standing(-60, -10),
      keptLine(NOON - 5 * MINUTE, 'line_suspended'),
      keptLine(NOON - 4 * MINUTE, 'line_suspended'),
      keptLine(NOON + 5 * MINUTE, 'line_expired'),
      ...standing(10, 180),
    ];
    expect(gapsOf(reviewed([{ ...whole, lines }]))).toEqual([
      ['pregame', 'line_suspended', -5, 0],
      ['live', 'line_suspended', 0, 5],
      ['live', 'line_expired', 5, 10],
    ]);
  });

  it('is looked at inside the window only, and by what was told before its end', () => {
    const window = { fromMs: NOON - 30 * MINUTE, toMs: NOON + 30 * MINUTE };
    const late = { ...whole, lines: standing(-60, 180).filter(({ atMs }) => atMs !== NOON) };
    const league = reviewed([late], window);
    expect([league.pregame.spanMs, league.live.spanMs]).toEqual([30 * MINUTE, 30 * MINUTE]);
    expect(league.lackingFinal).toEqual([]);
    const ahead = reviewed([late], { fromMs: NOON - HOUR, toMs: NOON });
    expect(ahead).toMatchObject({
      started: 0,
      withState: 0,
      withOpening: 1,
      live: { share: null },
    });
  });
});

/** So many hours after noon and a moment. */
const until = (hours: number) => ({ fromMs: NOON, toMs: NOON + hours * HOUR + 1 });

describe('the course of a game', () => {
  it('ends with the first source that says so and does not take it back', () => {
    const states = [
      keptState(NOON, 'live'),
      keptState(NOON + 60 * MINUTE, 'final', { source: 'boltodds' }),
      keptState(NOON + 61 * MINUTE, 'live', { source: 'boltodds' }),
      keptState(NOON + 150 * MINUTE, 'final'),
      keptState(NOON + 155 * MINUTE, 'final', { homeScore: 7 }),
    ];
    const game = aGame({ lines: standing(-5, 200), states });
    expect(reviewed([game]).live.spanMs).toBe(150 * MINUTE);
  });

  it('of a game that was never seen on and is over is that of play from its start', () => {
    const states = [keptState(NOON - HOUR, 'pregame'), keptState(NOON + 150 * MINUTE, 'final')];
    const league = reviewed([aGame({ states })]);
    expect(gapsOf(league)).toEqual([['live', 'silence', 0, 150]]);
    expect(league).toMatchObject({ withOpening: 0, withClosing: 0, started: 1 });
  });

  it('of a game that nobody saw begin is not known, and that its end is missing is told after six hours', () => {
    const states = [keptState(NOON - HOUR, 'pregame')];
    const missing = aGame({ gameId: 'missing', lines: standing(-60, 0), states });
    const unseen = aGame({ gameId: 'unseen', lines: standing(-60, 0) });
    const league = reviewed([missing, unseen]);
    expect(league).toMatchObject({ live: { spanMs: 0 }, withState: 1 });
    expect(league.lackingFinal).toEqual(['missing', 'unseen']);
    const soon = { fromMs: DAY.fromMs, toMs: NOON + 6 * HOUR };
    expect(reviewed([missing], soon).lackingFinal).toEqual([]);
  });

  it('of a game that is never over is six hours of play', () => {
    const game = aGame({ lines: standing(0, 600), states: [keptState(NOON, 'live')] });
    const league = reviewed([game]);
    expect(league.live.spanMs).toBe(6 * HOUR);
    expect(league.lackingFinal).toEqual(['nfl-1']);
  });

  it('of a game that was first seen on hours late is due six hours after that', () => {
    const states = [keptState(NOON - HOUR, 'pregame'), keptState(NOON + 3 * HOUR, 'live')];
    expect(reviewed([aGame({ states })], until(8)).lackingFinal).toEqual([]);
    expect(reviewed([aGame({ states })], until(9)).lackingFinal).toEqual(['nfl-1']);
    expect(reviewed([aGame({ states: states.slice(0, 1) })], until(7)).lackingFinal).toHaveLength(
      1,
    );
  });

  it('of a game that is off ends there: it lacks no end and no closing line', () => {
    const game = aGame({ lines: standing(-120, -60), states: [keptState(NOON - HOUR, 'off')] });
    const league = reviewed([game]);
    expect(league).toMatchObject({
      lackingFinal: [],
      started: 0,
      pregame: { spanMs: HOUR, share: 1 },
      live: { spanMs: 0 },
    });
  });
});

it('has leagues in their order and the longest gap first', () => {
  const over = [keptState(NOON, 'live'), keptState(NOON + HOUR, 'final')];
  const games = [
    aGame({ gameId: 'b', league: 'nhl', states: over }),
    aGame({ gameId: 'c', league: 'nba', lines: standing(5, 60), states: over }),
    aGame({ gameId: 'd', league: 'nba', lines: standing(30, 60), states: over }),
  ];
  const { leagues } = reviewRecords(games, DAY, REVIEW_LIMITS);
  expect(leagues.map(({ league }) => league)).toEqual(['nba', 'nhl']);
  expect(leagues[0]?.gaps.map(({ gameId }) => gameId)).toEqual(['d', 'c']);
  expect(reviewRecords([], DAY, REVIEW_LIMITS).leagues).toEqual([]);
});
