import { describe, expect, it } from 'vitest';
import { oddities, scoredGame } from '../../shared/adapters/boltodds/scored-game.ts';
import {
  decodeGames,
  decodeInfo,
  decodeMarkets,
} from '../../shared/adapters/boltodds/wire/catalogue.ts';
import { listingsOf } from '../../shared/adapters/boltodds/wire/listings.ts';
import { decodeLivescore } from '../../shared/adapters/boltodds/wire/livescores.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';

const MAX = 1_000_000;
const SCORE = {
  action: 'match_update',
  game: 'Chelsea vs Arsenal, 2026-11-22, 07',
  universal_id: '3f0c9d1e7a42',
  home: 'Chelsea',
  away: 'Arsenal',
  designation: { A: 'home', B: 'away' },
  state: {
    preMatch: false,
    matchCompleted: false,
    clockRunningNow: true,
    matchPeriod: ['FootballMatchPeriod', 'IN_FIRST_HALF'],
    elapsedTimeSeconds: 1_260,
    goalsA: 2,
    goalsB: 1,
    cornersA: 3,
    varReferralInProgress: false,
  },
};
const read = (state: object, more: object = {}) =>
  decodeLivescore(JSON.stringify({ ...SCORE, ...more, state: { ...SCORE.state, ...state } }), MAX);
const period = (word: string) => ({ matchPeriod: ['FootballMatchPeriod', word] });

describe('a live score of BoltOdds', () => {
  it.each([
    ['the first half', {}, { phase: 'live', period: 1, clockSeconds: 1_260 }],
    ['half time', period('AT_HALF_TIME'), { phase: 'live', period: 1 }],
    ['the second half', period('IN_SECOND_HALF'), { phase: 'live', period: 2 }],
    ['the end', period('MATCH_COMPLETED'), { phase: 'final', period: null, clockSeconds: null }],
    [
      'before the start',
      { preMatch: true, ...period('PREMATCH'), goalsA: null, goalsB: null },
      { phase: 'pregame', homeScore: null, awayScore: null },
    ],
  ])('in %s', (_name, state, expected) => {
    expect(read(state)).toMatchObject({ kind: 'score', ...expected });
  });

  it('has goals by its designation and not by the order of A and B', () => {
    expect(read({})).toMatchObject({ homeScore: 2, awayScore: 1 });
    expect(read({}, { designation: { A: 'away', B: 'home' } })).toMatchObject({
      homeScore: 1,
      awayScore: 2,
    });
  });

  it('of baseball has the inning of its word, which the state runs ahead of', () => {
    const state = { matchPeriod: ['BaseballMatchPeriod', 'AT_END_4TH_INNING'], inning: 5 };
    expect(read({ ...state, goalsA: null, goalsB: null })).toMatchObject({
      phase: 'live',
      period: 4,
      homeScore: null,
    });
  });

  it.each(['IN_EXTRA_TIME', 'AT_BOT_8TH', 'ABANDONED', ''])(
    '%s is a word that is counted',
    (word) => {
      expect(read(period(word))).toEqual({ kind: 'unknown_period', word, label: SCORE.game });
    },
  );

  it.each([
    ['completed in the first half', { matchCompleted: true }],
    ['not begun in the first half', { preMatch: true }],
    ['not begun and completed', { preMatch: true, ...period('MATCH_COMPLETED') }],
    ['on without goals', { goalsA: null }],
    ['with half a goal', { goalsA: 0.5 }],
    ['with goals below zero', { goalsB: -1 }],
  ])('%s is refused', (_name, state) => {
    expect(read(state)).toMatchObject({ kind: 'refused', code: 'malformed' });
  });

  it.each([
    ['both at home', { designation: { A: 'home', B: 'home' } }],
    ['no designation', { designation: null }],
    ['no game', { game: '' }],
  ])('with %s is refused', (_name, more) => {
    expect(read({}, more)).toMatchObject({ kind: 'refused', code: 'malformed' });
  });

  it.each([
    ['ping', 'alive'],
    ['{"action":"socket_connected"}', 'alive'],
    ['{"action":"new_play"}', 'refused'],
    ['{"action":"error","message":"no"}', 'refused'],
    ['{', 'refused'],
    ['[]', 'refused'],
  ])('%s is %s', (text, kind) => {
    expect(decodeLivescore(text, MAX).kind).toBe(kind);
  });
});

const game = (over: Partial<GameListing> = {}): GameListing => ({
  gameId: 'epl-2026-11-22-ARS-CHE',
  league: 'epl',
  home: { code: 'CHE', name: 'Chelsea' },
  away: { code: 'ARS', name: 'Arsenal' },
  startTimeMs: Date.parse('2026-11-22T12:00:00Z'),
  startConfirmed: true,
  easternDate: '2026-11-22',
  ...over,
});
const row = (when: string | null) => [
  { label: SCORE.game, sport: 'EPL', universalId: null, home: 'Chelsea', away: 'Arsenal', when },
];
const said = { label: SCORE.game, universalId: null, home: 'Chelsea', away: 'Arsenal' };

describe('the game of a live score', () => {
  it('is found by its listed start, or by the day in its label', () => {
    expect(scoredGame(said, row('2026-11-22, 07:00 AM'), [game()])).toEqual(game());
    expect(scoredGame(said, [], [game()])).toEqual(game());
  });

  it.each([
    ['a start that differs', said, row('2026-11-22, 12:00 PM'), [game()]],
    ['another day', said, [], [game({ easternDate: '2026-11-23' })]],
    ['sides exchanged', { ...said, home: 'Arsenal', away: 'Chelsea' }, [], [game()]],
    ['two games on the day', said, [], [game(), game({ gameId: 'another' })]],
    ['a label that is none', { ...said, label: 'Chelsea Arsenal' }, [], [game()]],
  ])('is not found for %s', (_name, score, listed, games) => {
    expect(scoredGame(score, listed, games)).toBeNull();
  });
});

const stateWith = (over: Partial<GameState>): GameState => ({
  source: 'boltodds',
  gameId: 'a',
  phase: 'live',
  startTimeMs: 0,
  homeScore: 1,
  awayScore: 1,
  period: 2,
  clockSeconds: null,
  sourceTimeMs: 0,
  receivedMs: 0,
  ...over,
});

describe('two states of a game', () => {
  it.each([
    [{ homeScore: 2 }, []],
    [{ awayScore: 0 }, ['score_went_down']],
    [{ period: 1 }, ['period_went_back']],
    [{ phase: 'pregame', period: null }, ['phase_went_back']],
    [{ phase: 'final', period: null }, []],
    [{ homeScore: null }, []],
  ] as const)('to %j: %j', (over, codes) => {
    expect(oddities(stateWith({}), stateWith(over)).map(({ code }) => code)).toEqual(codes);
  });
});

const BILLS = 'Buffalo Bills vs Miami Dolphins, 2026-11-22, 01';
const ROW = { sport: 'NFL', when: '2026-11-22, 01:00 PM', universal_id: 'abc' };
const NOW = Date.parse('2026-11-22T12:00:00Z');
const games = (body: unknown) => {
  const decoded = decodeGames(body);
  if ('kind' in decoded) throw new Error(decoded.detail);
  return decoded;
};

const onDay = (time: string) => `2026-11-22, ${time}`;

const list = (...rows: readonly (readonly [string, string])[]) =>
  listingsOf(
    games(rows.map(([label, when]) => ({ ...ROW, game: label, when }))).games,
    ['nfl'],
    NOW,
  ).map(({ gameId, startConfirmed }) => `${gameId} ${startConfirmed}`);

describe('the lists of BoltOdds', () => {
  it.each([
    ['a day of 25 hours, just begun', '2026-11-01T04:30:00Z', '2026-11-02, 01:00 PM', '2026-11-02'],
    [
      'a day of 23 hours, about to begin',
      '2026-03-08T04:30:00Z',
      '2026-03-08, 01:00 PM',
      '2026-03-08',
    ],
    ['a day of 23 hours, just over', '2026-03-09T04:30:00Z', '2026-03-08, 01:00 PM', '2026-03-08'],
  ])('of games from yesterday to tomorrow around %s', (_, now, when, day) => {
    const label = `Buffalo Bills vs Miami Dolphins, ${day}, 01`;
    const listed = listingsOf(
      games([{ ...ROW, game: label, when }]).games,
      ['nfl'],
      Date.parse(now),
    );
    expect(listed.map(({ gameId }) => gameId)).toEqual([`nfl-${day}-MIA-BUF`]);
  });

  it('of games have two shapes', () => {
    const map = games({ [BILLS]: { ...ROW, orig_teams: 'Buffalo Bills vs Miami Dolphins' } });
    expect(map).toEqual(games([{ ...ROW, game: BILLS }]));
    expect(map).toEqual(games({ games: [{ ...ROW, game: BILLS }] }));
    expect(map.games[0]).toEqual({
      label: BILLS,
      sport: 'NFL',
      universalId: 'abc',
      home: 'Buffalo Bills',
      away: 'Miami Dolphins',
      when: ROW.when,
    });
    expect(games([ROW, 7, { ...ROW, game: 'no teams' }])).toEqual({ games: [], refused: 3 });
    expect(decodeGames('no')).toMatchObject({ kind: 'refused' });
  });

  it('of sports, books and markets are read or refused', () => {
    expect(decodeInfo({ sports: ['NFL'], sportsbooks: ['pinnacle'], plan: 1 })).toEqual({
      sports: ['NFL'],
      books: ['pinnacle'],
    });
    expect(decodeInfo({ sports: 'NFL' })).toMatchObject({ kind: 'refused' });
    expect(decodeMarkets(['Moneyline', 'Spread', 'Moneyline'])).toEqual(['Moneyline', 'Spread']);
    expect(decodeMarkets({ NFL: { pinnacle: ['Moneyline'], x: [{ name: 'Total' }, 4] } })).toEqual([
      'Moneyline',
      'Total',
    ]);
    expect(decodeMarkets(null)).toMatchObject({ kind: 'refused' });
  });

  it('name a game as we do, once, and not at all where home and away are exchanged or the pair plays twice', () => {
    expect(list([BILLS, onDay('01:00 PM')], [`${BILLS}, 0123456789ab`, onDay('01:05 PM')])).toEqual(
      ['nfl-2026-11-22-MIA-BUF false'],
    );
    const exchanged = 'Miami Dolphins vs Buffalo Bills, 2026-11-22, 01';
    expect(list([BILLS, onDay('01:00 PM')], [exchanged, onDay('01:10 PM')])).toEqual([]);
    expect(
      list([BILLS, onDay('01:00 PM')], [BILLS.replace('01', '05'), onDay('05:00 PM')]),
    ).toEqual([]);
    expect(list([BILLS, '2026-12-22, 01:00 PM'])).toEqual([]);
    expect(list([BILLS, onDay('13:00 PM')])).toEqual([]);
    expect(list(['A vs B, 2026-11-22, 01', onDay('01:00 PM')])).toEqual([]);
  });
});
