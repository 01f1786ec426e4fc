import { describe, expect, it } from 'vitest';
import { decodePlayByPlay, type PlaysRead } from '../../shared/adapters/nhl/wire/play-by-play.ts';
import { decodeShiftChart, type ShiftsRead } from '../../shared/adapters/nhl/wire/shift-chart.ts';

const LIMITS = { maxBytes: 100_000 };

/** The form of the answers as captures have it; games, teams and players are none. */
const GAME = {
  id: 2_026_020_001,
  season: 20_262_027,
  gameType: 2,
  gameState: 'OFF',
  gameOutcome: { lastPeriodType: 'REG' },
  awayTeam: { id: 25, commonName: { default: 'Away' }, abbrev: 'AWY', score: 1, sog: 20 },
  homeTeam: { id: 24, commonName: { default: 'Home' }, abbrev: 'HOM', score: 0, sog: 20 },
  clock: { timeRemaining: '00:00', secondsRemaining: 0, running: false, inIntermission: false },
};

function row(typeDescKey: string, typeCode: number, details?: object): Record<string, unknown> {
  return {
    eventId: 54,
    periodDescriptor: { number: 2, periodType: 'REG', maxRegulationPeriods: 3 },
    timeInPeriod: '03:36',
    timeRemaining: '16:24',
    situationCode: '0651',
    homeTeamDefendingSide: 'left',
    typeCode,
    typeDescKey,
    sortOrder: 361,
    ...(details === undefined ? {} : { details }),
  };
}

function readPlays(plays: readonly unknown[], more: object = {}): PlaysRead {
  const read = decodePlayByPlay(JSON.stringify({ ...GAME, ...more, plays }), LIMITS);
  if (read.kind === 'refused') throw new Error(read.detail);
  return read;
}

describe('play-by-play of the NHL', () => {
  it('is read into goals, penalties, tries and the strength on the ice', () => {
    const { game, refused } = readPlays([
      row('goal', 505, {
        eventOwnerTeamId: 25,
        scoringPlayerId: 11,
        scoringPlayerTotal: 15,
        assist1PlayerId: 12,
        goalieInNetId: 40,
        awayScore: 1,
        homeScore: 0,
        shotType: 'snap',
      }),
      row('penalty', 509, {
        eventOwnerTeamId: 24,
        typeCode: 'MIN',
        descKey: 'tripping',
        duration: 2,
        committedByPlayerId: 21,
      }),
      row('blocked-shot', 508, {
        eventOwnerTeamId: 24,
        shootingPlayerId: 21,
        blockingPlayerId: 11,
        reason: 'blocked',
      }),
      row('period-end', 521),
    ]);
    expect(refused).toEqual([]);
    expect(game).toMatchObject({
      gameId: '2026020001',
      contest: 'season',
      phase: 'over',
      endedIn: 'regulation',
      teams: { away: { teamId: '25', code: 'AWY', goals: 1 }, home: { goals: 0 } },
    });
    expect(game.plays[0]).toEqual({
      playId: '54',
      order: 361,
      period: 2,
      periodKind: 'regulation',
      second: 216,
      // Away goalies, away skaters, home skaters, home goalies.
      strength: { away: { skaters: 6, goalies: 0 }, home: { skaters: 5, goalies: 1 } },
      event: { kind: 'goal', side: 'away', score: { away: 1, home: 0 } },
      actors: ['11', '12', '40'],
    });
    expect(game.plays.slice(1)).toMatchObject([
      { event: { kind: 'penalty', side: 'home', severity: 'minor', minutes: 2 }, actors: [] },
      { event: { kind: 'attempt', side: 'home', outcome: 'blocked' }, actors: ['21', '11'] },
      { event: { kind: 'period_end' }, actors: [] },
    ]);
  });

  it('knows goalies by the roster, and without one by the shots at them', () => {
    const shot = row('shot-on-goal', 506, {
      eventOwnerTeamId: 25,
      shootingPlayerId: 11,
      goalieInNetId: 40,
    });
    const rosterSpots = [
      { teamId: 24, playerId: 40, positionCode: 'G', sweaterNumber: 1 },
      { teamId: 25, playerId: 11, positionCode: 'L', sweaterNumber: 9 },
    ];
    expect([...readPlays([shot]).game.roster]).toEqual([['40', { side: 'home', isGoalie: true }]]);
    expect([...readPlays([shot], { rosterSpots }).game.roster]).toEqual([
      ['40', { side: 'home', isGoalie: true }],
      ['11', { side: 'away', isGoalie: false }],
    ]);
  });

  it('counts kinds that it does not know, also a word with the number of another', () => {
    const { game, unknownKinds, refused } = readPlays([
      row('coach-challenge', 599),
      row('coach-challenge', 599),
      row('goal', 506, { eventOwnerTeamId: 25 }),
    ]);
    expect([...unknownKinds]).toEqual([
      ['coach-challenge', 2],
      ['goal/506', 1],
    ]);
    expect(game.plays).toHaveLength(3);
    expect(refused).toEqual([]);
  });

  it.each([
    [{ timeInPeriod: '3m36s' }, 'plays.0.timeInPeriod: expected minutes and seconds'],
    [{ eventId: 'x' }, 'plays.0.eventId: '],
    [
      { periodDescriptor: { number: 2, periodType: 'HALF' } },
      'plays.0.periodDescriptor.periodType: ',
    ],
    [
      { details: { eventOwnerTeamId: 19 } },
      'plays.0.details.eventOwnerTeamId: 19 is neither team’s',
    ],
    [{ details: undefined }, 'plays.0.details.eventOwnerTeamId: nothing is neither team’s'],
  ])('refuses a play with its path and reads the others: %j', (change, detail) => {
    const bad = { ...row('goal', 505, { eventOwnerTeamId: 25 }), ...change };
    const { game, refused } = readPlays([bad, row('stoppage', 516)]);
    expect(refused).toMatchObject([
      { code: 'malformed', detail: expect.stringContaining(detail) as string },
    ]);
    expect(game).toMatchObject({ unreadable: 1, plays: [{ event: { kind: 'stoppage' } }] });
  });

  it.each([
    ['', 'not_json', ''],
    ['{"id": 1}', 'malformed', 'gameType: '],
    [JSON.stringify({ ...GAME, plays: 'none' }), 'malformed', 'plays: '],
    [JSON.stringify({ ...GAME, homeTeam: GAME.awayTeam, plays: [] }), 'malformed', 'homeTeam.id: '],
    [' '.repeat(100_001), 'oversized', '100001 bytes'],
  ])('refuses what is no play-by-play: %.20s', (text, code, detail) => {
    expect(decodePlayByPlay(text, LIMITS)).toMatchObject({
      kind: 'refused',
      code,
      detail: expect.stringContaining(detail) as string,
    });
  });

  it.each(['constructor', '__proto__', 'toString', 'valueOf'])(
    'takes the word %s for one that it does not know',
    (word) => {
      const penalty = row('penalty', 509, { eventOwnerTeamId: 24, typeCode: word.slice(0, 10) });
      const { game } = readPlays([penalty, row(word, 501)], { gameState: word });
      expect(game.phase).toBe('unknown');
      expect(game.plays.map(({ event }) => event)).toEqual([
        { kind: 'penalty', side: 'home', severity: 'other', minutes: null },
        { kind: 'unknown', word },
      ]);
    },
  );

  it('refuses a penalty that is longer than a game: it would explain everything', () => {
    const long = { eventOwnerTeamId: 24, typeCode: 'MIN', duration: 1e308 };
    const { game, refused } = readPlays([row('penalty', 509, long)]);
    expect(game.plays).toEqual([]);
    expect(refused[0]?.detail).toMatch(/^plays\.0\.details\.duration: Too big/);
  });

  it('takes a state that it does not know for none, and a game before it begins for one without a score', () => {
    const { awayTeam, homeTeam } = GAME;
    const { game } = readPlays([], {
      gameState: 'HELD',
      gameType: 19,
      gameOutcome: undefined,
      awayTeam: { ...awayTeam, score: undefined },
      homeTeam,
    });
    expect(game).toMatchObject({
      phase: 'unknown',
      contest: 'other',
      endedIn: null,
      teams: { away: { goals: null } },
    });
  });
});

const SHIFT = {
  id: 14_765_329,
  detailCode: 0,
  duration: '00:47',
  endTime: '01:15',
  eventDescription: null,
  eventDetails: null,
  eventNumber: 109,
  firstName: 'First',
  gameId: 2_026_020_001,
  hexValue: '#C8102E',
  lastName: 'Last',
  period: 1,
  playerId: 11,
  shiftNumber: 1,
  startTime: '00:28',
  teamAbbrev: 'AWY',
  teamId: 25,
  teamName: 'Away',
  typeCode: 517,
};
const GOAL = { ...SHIFT, typeCode: 505, detailCode: 803, duration: null, endTime: '00:28' };

function readShifts(data: readonly unknown[], total?: number): ShiftsRead {
  const read = decodeShiftChart(JSON.stringify({ data, total }), LIMITS);
  if (read.kind === 'refused') throw new Error(read.detail);
  return read;
}

describe('the shift chart of the NHL', () => {
  it('is read into shifts and marked goals', () => {
    const { chart } = readShifts([SHIFT, GOAL], 2);
    expect(chart).toEqual({
      shifts: [
        {
          shiftId: '14765329',
          gameId: '2026020001',
          teamId: '25',
          playerId: '11',
          period: 1,
          number: 1,
          fromSecond: 28,
          toSecond: 75,
          toldSeconds: 47,
        },
      ],
      goals: [{ gameId: '2026020001', teamId: '25', period: 1, second: 28 }],
      announcedRows: 2,
      rows: 2,
      unreadable: 0,
    });
  });

  it('leaves out no placeholder: an empty end is none', () => {
    const { chart } = readShifts([{ ...SHIFT, endTime: '', duration: '00:00' }]);
    expect(chart.shifts).toMatchObject([{ toSecond: null, toldSeconds: 0 }]);
    expect(chart.announcedRows).toBeNull();
  });

  it('refuses a row with its path, counts other kinds, and takes an empty chart', () => {
    const { chart, refused, unknownKinds } = readShifts([
      { ...SHIFT, startTime: '0:75' },
      { ...SHIFT, playerId: null },
      { ...SHIFT, typeCode: 518 },
      'row',
      SHIFT,
    ]);
    expect(refused.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('data.0.startTime: expected minutes and seconds, not "0:75"'),
      expect.stringContaining('data.1.playerId: '),
      expect.stringContaining('data.3: '),
    ]);
    expect([...unknownKinds]).toEqual([['518', 1]]);
    expect(chart).toMatchObject({ rows: 5, unreadable: 3 });
    expect(readShifts([], 0).chart).toMatchObject({ shifts: [], rows: 0 });
    expect(decodeShiftChart('[]', LIMITS)).toMatchObject({ kind: 'refused', code: 'malformed' });
  });
});
