import { describe, expect, it } from 'vitest';
import { decodeGames } from '../../../../shared/adapters/balldontlie/wire/games.ts';
import { clockSecondsOf, statusOf } from '../../../../shared/adapters/balldontlie/wire/status.ts';

const KNICKS = { id: 20, abbreviation: 'NYK', full_name: 'New York Knicks' };
const CAVALIERS = { id: 6, abbreviation: 'CLE', full_name: 'Cleveland Cavaliers' };
const GAME = {
  id: 15_900_602,
  date: '2026-11-22',
  status: '2026-11-23T00:30:00Z',
  period: 0,
  time: null,
  home_team_score: 0,
  visitor_team_score: 0,
  home_team: KNICKS,
  visitor_team: CAVALIERS,
};
const START = Date.UTC(2026, 10, 23, 0, 30);
const NOON = Date.UTC(2026, 10, 22, 17);

function read(fields: object) {
  const page = decodeGames({ data: [{ ...GAME, ...fields }], meta: {} }, 7);
  return page?.games[0] ?? page?.refused[0]?.detail;
}

describe('the start of a game', () => {
  it.each([
    ['datetime', { datetime: '2026-11-23T00:30:00.000Z', status: 'Final' }, START, true],
    ['the status of older answers', {}, START, true],
    ['a wall clock in the status, Eastern', { status: '7:30 pm ET' }, START, true],
    ['a day alone is a day', { status: '3rd Qtr' }, NOON, false],
    ['a day as older answers write it', { date: '2026-11-22T00:00:00.000Z' }, START, true],
    ['another day than the game’s', { datetime: '2026-11-24T00:30:00Z' }, NOON, false],
    [
      'an evening that is the next day in UTC',
      { datetime: '2026-11-23T03:30:00Z' },
      START + 3 * 3_600_000,
      true,
    ],
    ['a time without a zone', { datetime: '2026-11-22T19:30:00', status: 'Final' }, NOON, false],
    [
      'an hour that is skipped',
      { date: '2026-03-08', status: '2:30 am ET' },
      Date.UTC(2026, 2, 8, 16),
      false,
    ],
    [
      'an hour that is shown twice',
      { date: '2026-11-01', status: '1:30 am ET' },
      Date.UTC(2026, 10, 1, 17),
      false,
    ],
    ['no such hour', { status: '13:30 pm ET' }, NOON, false],
  ])('%s', (_, fields, startTimeMs, startConfirmed) => {
    expect(read(fields)).toMatchObject({ startTimeMs, startConfirmed });
  });

  it.each(['2026-11-31', 'soon', '2026-11-22T19:30:00Z'])('the day %s is none', (date) => {
    expect(read({ date })).toBe(`game 15900602 date ${date}`);
  });
});

const flagged = (status: string) => statusOf({ status, state: null, isPostponed: true });

describe('where a game stands', () => {
  it.each([
    ['Final', null, 'final'],
    ['Final/OT', null, 'final'],
    ['1st Qtr', null, 'in_progress'],
    ['4th Qtr', 'in_progress', 'in_progress'],
    ['OT2', null, 'in_progress'],
    ['Halftime', 'in_progress', 'halftime'],
    ['End of 3rd Qtr', null, 'between_periods'],
    ['Postponed', null, 'postponed'],
    ['7:00 pm ET', 'postponed', 'postponed'],
    ['2026-11-23T00:30:00Z', 'scheduled', 'scheduled'],
    ['Canceled', 'canceled', 'cancelled'],
    ['7:00 pm ET', 'suspended', 'suspended'],
    ['3rd Qtr', 'abandoned', 'unknown'],
    ['Final', 'in_progress', 'unknown'],
    ['3rd Qtr', 'final', 'unknown'],
    ['Rain', null, 'unknown'],
    ['Rain', 'in_progress', 'in_progress'],
    ['Final', 'something new', 'unknown'],
    ['', null, 'unknown'],
  ] as const)('%s beside %s is %s', (status, state, expected) => {
    expect(statusOf({ status, state, isPostponed: false })).toBe(expected);
  });

  it('a game that is flagged as postponed is, unless it is played', () => {
    expect(['7:00 pm ET', '', 'Postponed', '3rd Qtr', 'Final'].map(flagged)).toEqual([
      'postponed',
      'postponed',
      'postponed',
      'unknown',
      'unknown',
    ]);
  });

  it.each([
    ['Q3 4:12', 252],
    ['5:42', 342],
    ['OT1 0:03.4', 3],
    [':32.4', 32],
    ['9:00 PM ET', null],
    ['Final', null],
    ['4:72', null],
    ['', null],
    [null, null],
  ])('the clock %s shows %s s', (time, seconds) => {
    expect(clockSecondsOf(time)).toBe(seconds);
  });
});

describe('a game in play', () => {
  const LIVE = {
    status: '3rd Qtr',
    period: 3,
    time: '5:42',
    home_team_score: 88,
    visitor_team_score: 91,
  };

  it('has a clock that counts down, scores and no winner', () => {
    expect(read({ ...LIVE, datetime: '2026-11-23T00:30:00Z' })).toMatchObject({
      league: 'nba',
      status: 'in_progress',
      period: 3,
      clock: { direction: 'down', seconds: 342 },
      competitors: [
        { side: 'home', code: 'NYK', score: 88, winner: null },
        { side: 'away', code: 'CLE', score: 91, winner: null },
      ],
      missing: [],
    });
  });

  it('tells what it does not show', () => {
    const bare = { ...LIVE, period: null, time: null, home_team_score: null };
    expect(read(bare)).toMatchObject({ clock: null, missing: ['score', 'clock', 'period'] });
  });

  it('has a winner once it is over', () => {
    expect(read({ ...LIVE, status: 'Final', time: 'Final' })).toMatchObject({
      clock: null,
      competitors: [{ winner: false }, { winner: true }],
    });
  });

  it.each([
    { home_team_score: -1 },
    { home_team_score: '88' },
    { home_team: null },
    { status: 7 },
    { period: 3.5 },
  ])('that cannot be read is refused: %j', (fields) => {
    const page = decodeGames({ data: [{ ...GAME, ...LIVE, ...fields }, GAME], meta: {} }, 7);
    expect(page?.refused).toMatchObject([{ code: 'malformed' }]);
    expect(page?.games).toHaveLength(1);
  });
});

it.each([null, [], 'x', { data: null }, { data: {}, meta: {} }])('%j is no page', (value) => {
  expect(decodeGames(value, 7)).toBeNull();
});
