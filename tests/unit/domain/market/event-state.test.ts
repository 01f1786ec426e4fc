import { describe, expect, it } from 'vitest';
import { gameStateOf } from '../../../../shared/domain/market/event-state.ts';
import type { EventStatus, PartScore } from '../../../../shared/domain/market/scoreboard-event.ts';
import { setsWon } from '../../../../shared/domain/market/set-scores.ts';
import { aCompetitor, aScoreboardEvent } from '../../../support/scoreboard-builders.ts';

const phaseOf = (status: EventStatus) => gameStateOf(aScoreboardEvent({ status }), 'g').phase;
const sets = (games: readonly number[]): readonly PartScore[] =>
  games.map((value) => ({ value, tiebreak: null }));
const players = (one: readonly number[], other: readonly number[]) =>
  [
    aCompetitor('1', { score: null, parts: sets(one) }),
    aCompetitor('2', { score: null, parts: sets(other) }),
  ] as const;

describe('the state of a game by an event', () => {
  it.each([
    ['scheduled', 'pregame'],
    ['in_progress', 'live'],
    ['halftime', 'live'],
    ['between_periods', 'live'],
    ['delayed', 'stopped'],
    ['suspended', 'stopped'],
    ['unknown', 'stopped'],
    ['postponed', 'off'],
    ['cancelled', 'off'],
    ['final', 'final'],
    ['retired', 'final'],
    ['walkover', 'final'],
  ] as const)('%s is %s', (status, phase) => {
    expect(phaseOf(status)).toBe(phase);
  });

  it('has the time at which it counts, the clock with its added minutes, and no score that is not shown', () => {
    const event = aScoreboardEvent({
      sport: 'soccer',
      league: 'epl',
      receivedMs: 90_000,
      clock: { direction: 'up', seconds: 5_400, addedMinutes: 4 },
      competitors: [aCompetitor('home', { score: null }), aCompetitor('away')],
    });
    expect(gameStateOf(event, 'epl-g', 80_000)).toEqual({
      source: 'espn',
      gameId: 'epl-g',
      phase: 'live',
      startTimeMs: 0,
      homeScore: null,
      awayScore: 7,
      period: 2,
      clockSeconds: 5_640,
      sourceTimeMs: 80_000,
      receivedMs: 90_000,
    });
  });

  it('a bout has no score', () => {
    expect(gameStateOf(aScoreboardEvent({ sport: 'mma' }), 'g')).toMatchObject({
      homeScore: null,
      awayScore: null,
    });
  });

  it('tennis is scored in sets', () => {
    const event = aScoreboardEvent({
      sport: 'tennis',
      competitors: [...players([6, 3, 2], [4, 6, 1])],
    });
    expect(gameStateOf(event, 'g')).toMatchObject({ homeScore: 1, awayScore: 1 });
    const none = aScoreboardEvent({ sport: 'tennis', competitors: [...players([], [])] });
    expect(gameStateOf(none, 'g')).toMatchObject({ homeScore: null, awayScore: null });
  });
});

describe('sets won', () => {
  it.each([
    [[6], [4], false, [1, 0]],
    [[6], [5], false, [0, 0]],
    [[7], [5], false, [1, 0]],
    [[7], [6], false, [1, 0]],
    [[6], [6], false, [0, 0]],
    [[6, 1], [6, 0], false, [0, 0]],
    [[7, 0], [6, 0], false, [1, 0]],
    // A deciding tie-break that is shown as one game counts once the match was played out.
    [[6, 4, 1], [4, 6, 0], true, [2, 1]],
    // Given up in the middle of a set.
    [[4, 1], [6, 3], false, [0, 1]],
  ] as const)('%j and %j, played out %s: %j', (one, other, isPlayedOut, won) => {
    expect(setsWon(players(one, other), isPlayedOut)).toEqual(won);
  });
});
