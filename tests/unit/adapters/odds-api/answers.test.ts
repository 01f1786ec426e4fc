import { describe, expect, it } from 'vitest';
import { problemOfStatus } from '../../../../shared/adapters/http/json-source.ts';
import {
  decodeEventOdds,
  decodeEvents,
  decodeOdds,
  decodeParticipants,
  decodeScores,
  decodeSports,
} from '../../../../shared/adapters/odds-api/wire/answers.ts';
import { encodeEvents, encodeScores } from '../../../../shared/adapters/odds-api/wire/encode.ts';
import { decodeError } from '../../../../shared/adapters/odds-api/wire/errors.ts';
import {
  leagueOfSportKey,
  sportKeysOf,
} from '../../../../shared/adapters/odds-api/wire/sport-keys.ts';
import { LEAGUES } from '../../../../shared/domain/market/leagues.ts';

const EVENT = {
  eventId: 'a1',
  sportKey: 'soccer_epl',
  home: 'Arsenal',
  away: 'Chelsea',
  commenceMs: Date.UTC(2026, 10, 22, 18),
};

describe('what is not of its form', () => {
  it.each([
    ['sports', decodeSports],
    ['events', decodeEvents],
    ['odds', decodeOdds],
    ['scores', decodeScores],
    ['participants', decodeParticipants],
  ])('%s are an array', (_, decode) => {
    for (const value of [null, {}, 'x', 7, undefined]) expect(decode(value)).toBeNull();
    expect(decode([])).toEqual({ rows: [], refused: [] });
    expect(decode([null, 7, {}])).toMatchObject({ rows: [], refused: [{}, {}, {}] });
  });

  it('the odds of one game are an object', () => {
    expect(decodeEventOdds([])).toBeNull();
    expect(decodeEventOdds(null)).toMatchObject({ rows: [], refused: [{}] });
  });
});

describe('events', () => {
  it('come back as they were sent, under our league', () => {
    const read = decodeEvents(JSON.parse(encodeEvents([EVENT])));
    expect(read).toEqual({ rows: [{ ...EVENT, league: 'epl' }], refused: [] });
  });

  it.each(['2026-11-22T18:00:00', '2026-11-22 18:00', '2026-11-31T18:00:00Z', 'soon'])(
    'one that begins at %s is refused: a time has a zone and a day that exists',
    (time) => {
      const [row] = JSON.parse(encodeEvents([EVENT])) as readonly object[];
      const read = decodeEvents([{ ...row, commence_time: time }]);
      expect(read).toMatchObject({ rows: [], refused: [{ code: 'malformed' }] });
    },
  );
});

describe('scores', () => {
  it.each([null, { home: 0, away: 2 }])('come back as they were sent: %j', (score) => {
    const sent = { event: EVENT, isCompleted: false, score, updatedMs: EVENT.commenceMs };
    expect(decodeScores(JSON.parse(encodeScores([sent])))?.rows).toMatchObject([
      { eventId: 'a1', isCompleted: false, score },
    ]);
  });

  it('of a team that is not in the game, or of half a point, are refused', () => {
    const sent = { event: EVENT, isCompleted: true, score: { home: 1, away: 2 }, updatedMs: 0 };
    const [row] = JSON.parse(encodeScores([sent])) as readonly object[];
    for (const scores of [
      [{ name: 'Arsenal', score: '1' }],
      [
        { name: 'Arsenal', score: '1.5' },
        { name: 'Chelsea', score: '2' },
      ],
    ])
      expect(decodeScores([{ ...row, scores }])).toMatchObject({ rows: [], refused: [{}] });
  });
});

describe('what the vendor refuses', () => {
  it.each([
    [401, 'MISSING_KEY', 'unauthorized'],
    [401, 'INVALID_KEY', 'unauthorized'],
    [401, 'DEACTIVATED_KEY', 'unauthorized'],
    [401, 'OUT_OF_USAGE_CREDITS', 'quota_exhausted'],
    [401, 'SOMETHING_NEW', 'unauthorized'],
    [403, '', 'denied'],
    [404, 'UNKNOWN_SPORT', 'refused_request'],
    [422, 'INVALID_MARKET', 'refused_request'],
    [429, 'EXCEEDED_FREQ_LIMIT', 'rate_limited'],
    [302, '', 'server_error'],
    [204, '', 'server_error'],
    [503, '', 'server_error'],
  ])('HTTP %d %s is %s', (status, code, problem) => {
    const body = { message: 'because', error_code: code, details_url: 'https://example.com' };
    const told = decodeError(body);
    expect(told.problem ?? problemOfStatus(status)).toBe(problem);
    expect(told.said).toBe(`${code} because`);
  });

  it('is told by its status where the body is none', () => {
    for (const body of [undefined, '<html>', { error_code: 7 }])
      expect(decodeError(body)).toEqual({ problem: null, said: ' ' });
  });
});

describe('sport keys', () => {
  const inSeason = ['americanfootball_nfl', 'tennis_atp_us_open', 'tennis_wta_us_open', 'cricket'];

  it('of a league are those in season; tennis has one for each tournament', () => {
    const keys = Object.fromEntries(
      LEAGUES.map((league) => [league, sportKeysOf(league, inSeason)]),
    );
    expect(keys).toMatchObject({
      nfl: ['americanfootball_nfl'],
      atp: ['tennis_atp_us_open'],
      wta: ['tennis_wta_us_open'],
      epl: [],
    });
  });

  it('lead back to their league', () => {
    expect(inSeason.map(leagueOfSportKey)).toEqual(['nfl', 'atp', 'wta', null]);
  });
});
