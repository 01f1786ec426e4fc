import { describe, expect, it } from 'vitest';
import { gameNamed } from '../../../../shared/domain/mapping/game-named.ts';
import type { GameListing } from '../../../../shared/domain/market/game-listing.ts';

const START_MS = Date.parse('2026-11-22T18:00:00Z');
const HOUR_MS = 3_600_000;

function listed(change: Partial<GameListing> = {}): GameListing {
  return {
    gameId: 'nfl-2026-11-22-MIA-BUF',
    league: 'nfl',
    home: { code: 'BUF', name: 'Buffalo Bills' },
    away: { code: 'MIA', name: 'Miami Dolphins' },
    startTimeMs: START_MS,
    startConfirmed: true,
    easternDate: '2026-11-22',
    ...change,
  };
}
const rams = listed({
  gameId: 'nfl-2026-11-22-LA-WAS',
  home: { code: 'WAS', name: 'Washington Commanders' },
  away: { code: 'LA', name: 'Los Angeles Rams' },
});
const final = listed({
  gameId: 'atp-2026-11-22-1-2',
  league: 'atp',
  home: { code: '1', name: 'Félix Auger-Aliassime' },
  away: { code: '2', name: 'Carlos Alcaraz' },
});
const games = [listed(), rams, final];
const said = {
  league: null,
  home: 'Buffalo Bills',
  away: 'Miami Dolphins',
  startTimeMs: START_MS,
} as const;

describe('gameNamed', () => {
  it.each([
    ['full names', said, 'nfl-2026-11-22-MIA-BUF'],
    ['codes', { ...said, home: 'BUF', away: 'MIA' }, 'nfl-2026-11-22-MIA-BUF'],
    [
      'the codes of others',
      { ...said, league: 'nfl' as const, home: 'WSH', away: 'LAR' },
      'nfl-2026-11-22-LA-WAS',
    ],
    [
      'short forms',
      { ...said, home: 'WAS Commanders', away: 'Los Angeles R' },
      'nfl-2026-11-22-LA-WAS',
    ],
    [
      'half an hour off',
      { ...said, startTimeMs: START_MS + HOUR_MS / 2 },
      'nfl-2026-11-22-MIA-BUF',
    ],
    [
      'an athlete without diacritics',
      { ...said, home: 'Felix Auger Aliassime', away: 'CARLOS ALCARAZ' },
      'atp-2026-11-22-1-2',
    ],
  ])('finds the game by %s', (_, one, gameId) => {
    expect(gameNamed(games, one)).toMatchObject({ kind: 'found', game: { gameId } });
  });

  it('takes no time for sure while a game of the pair on the same day has no sure start', () => {
    const second = listed({ gameId: 'second', startTimeMs: START_MS + 4 * HOUR_MS });
    expect(gameNamed([listed(), second], said)).toMatchObject({ kind: 'found' });
    for (const pair of [
      [listed(), { ...second, startConfirmed: false }],
      [listed({ startConfirmed: false }), second],
    ])
      expect(gameNamed(pair, said)).toEqual({
        kind: 'ambiguous',
        games: ['nfl-2026-11-22-MIA-BUF', 'second'],
      });
    const nextDay = listed({
      startTimeMs: START_MS + 24 * HOUR_MS,
      startConfirmed: false,
      easternDate: '2026-11-23',
    });
    expect(gameNamed([listed(), nextDay], said)).toMatchObject({ kind: 'found' });
  });

  it('tells home and away exchanged from a game that is not listed', () => {
    expect(gameNamed(games, { ...said, home: said.away, away: said.home })).toMatchObject({
      kind: 'reversed',
      game: { gameId: 'nfl-2026-11-22-MIA-BUF' },
    });
    expect(gameNamed(games, { ...said, away: 'New York Jets' })).toEqual({ kind: 'no_such_game' });
    expect(gameNamed(games, { ...said, league: 'nba' })).toEqual({ kind: 'no_such_game' });
    expect(gameNamed(games, { ...said, away: 'Los Angeles' })).toEqual({ kind: 'no_such_game' });
    expect(gameNamed([], said)).toEqual({ kind: 'no_such_game' });
  });

  it('tells how far a start is off', () => {
    expect(gameNamed(games, { ...said, startTimeMs: START_MS - 5 * HOUR_MS })).toMatchObject({
      kind: 'start_differs',
      byMs: -5 * HOUR_MS,
    });
  });

  it('tells it of the nearest of two games of the same pair, listed in any order', () => {
    const day = 24 * HOUR_MS;
    const before = listed({ gameId: 'before', startTimeMs: START_MS - day });
    const after = listed({ gameId: 'after', startTimeMs: START_MS + day });
    for (const [offMs, gameId] of [
      [-10 * HOUR_MS, 'nfl-2026-11-22-MIA-BUF'],
      [-14 * HOUR_MS, 'before'],
      [10 * HOUR_MS, 'nfl-2026-11-22-MIA-BUF'],
      [14 * HOUR_MS, 'after'],
      [90 * HOUR_MS, 'after'],
    ] as const)
      for (const all of [
        [before, ...games, after],
        [after, ...games, before],
      ])
        expect(gameNamed(all, { ...said, startTimeMs: START_MS + offMs })).toMatchObject({
          kind: 'start_differs',
          game: { gameId },
        });
  });

  it('knows a listed team by its code where nobody knows its name', () => {
    const sponsored = listed({ home: { code: 'BUF', name: 'The Bills of Upstate' } });
    for (const home of ['Buffalo Bills', 'The Bills of Upstate'])
      expect(gameNamed([sponsored], { ...said, home }).kind).toBe('found');
  });

  it('finds the one of two games of the same pair that starts then', () => {
    const second = listed({ gameId: 'second', startTimeMs: START_MS + 4 * HOUR_MS });
    const found = gameNamed([...games, second], { ...said, startTimeMs: START_MS + 4 * HOUR_MS });
    expect(found).toMatchObject({ kind: 'found', game: { gameId: 'second' } });
    const exchanged = { ...second, home: second.away, away: second.home };
    const asked = { ...said, startTimeMs: exchanged.startTimeMs };
    expect(gameNamed([...games, exchanged], asked).kind).toBe('reversed');
  });

  it('does not choose between two', () => {
    const twin = listed({ gameId: 'twin', startTimeMs: START_MS + HOUR_MS / 4 });
    expect(gameNamed([...games, twin], said)).toEqual({
      kind: 'ambiguous',
      games: ['nfl-2026-11-22-MIA-BUF', 'twin'],
    });
  });

  it('takes a listing whose code and name contradict each other by its name only', () => {
    const wrong = listed({ home: { code: 'NYJ', name: 'Buffalo Bills' } });
    expect(gameNamed([wrong], said)).toEqual({ kind: 'no_such_game' });
  });
});
