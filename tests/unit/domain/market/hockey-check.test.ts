import { describe, expect, it } from 'vitest';
import { isAllUsable, verifyHockeyGame } from '../../../../shared/domain/market/hockey-check.ts';
import {
  gameSecond,
  periodKindOf,
  periodSeconds,
  type HockeyEvent,
  type HockeyPlay,
  type HockeyPlays,
  type HockeyShift,
  type HockeyShifts,
} from '../../../../shared/domain/market/hockey-events.ts';

const FULL = { skaters: 5, goalies: 1 };

function play(
  at: readonly [period: number, second: number],
  event: HockeyEvent,
  more: Partial<HockeyPlay> = {},
): HockeyPlay {
  const [period, second] = at;
  const order = gameSecond({ period, second }) * 10 + (event.kind === 'period_start' ? 0 : 5);
  return {
    playId: `${order}${event.kind}`,
    order,
    period,
    periodKind: periodKindOf(period, 'season'),
    second,
    strength: null,
    event,
    actors: [],
    ...more,
  };
}

const goal = (side: 'away' | 'home'): HockeyEvent => ({ kind: 'goal', side, score: null });

/** Three periods, the plays given, and an end after the last of them. */
function gameOf(
  extra: readonly HockeyPlay[],
  told: { readonly away: number; readonly home: number },
  more: Partial<HockeyPlays> = {},
): HockeyPlays {
  const periods = [1, 2, 3].flatMap((period) => [
    play([period, 0], { kind: 'period_start' }),
    play([period, 1_200], { kind: 'period_end' }),
  ]);
  const plays = [...periods, ...extra];
  const last = Math.max(...plays.map(({ period }) => period));
  const end = play([last, last === 5 ? 0 : 1_200], { kind: 'game_end' });
  const isLate = last > 3;
  return {
    gameId: '1',
    contest: 'season',
    phase: 'over',
    teams: {
      away: { teamId: '25', code: 'DAL', goals: told.away },
      home: { teamId: '24', code: 'ANA', goals: told.home },
    },
    endedIn: null,
    plays: isLate
      ? [...plays, { ...end, second: 0, order: 1e9, period: last, periodKind: 'shootout' }]
      : [...plays, { ...end, order: 1e9 }],
    roster: new Map([
      ['a0', { side: 'away', isGoalie: true }],
      ['h0', { side: 'home', isGoalie: true }],
    ]),
    unreadable: 0,
    ...more,
  };
}

/** All six of both teams, all the time. */
function chartOf(rows: readonly Partial<HockeyShift>[] = []): HockeyShifts {
  const base = (['a', 'h'] as const).flatMap((team) =>
    [0, 1, 2, 3, 4, 5].flatMap((number) =>
      [1, 2, 3].flatMap((period) =>
        [0, 1].map((half) =>
          shift(`${team}${number}${half === 0 || number === 0 ? '' : 'x'}`, period, [
            half * 600,
            half * 600 + 600,
          ]),
        ),
      ),
    ),
  );
  const shifts = [...base, ...rows.map((row) => ({ ...shift('a1', 1, [0, 600]), ...row }))];
  return { shifts, goals: [], announcedRows: null, rows: shifts.length, unreadable: 0 };
}

function shift(
  playerId: string,
  period: number,
  [fromSecond, toSecond]: readonly [number, number],
): HockeyShift {
  return {
    shiftId: `${playerId}-${period}-${fromSecond}`,
    gameId: '1',
    teamId: playerId.startsWith('a') ? '25' : '24',
    playerId,
    period,
    number: 1,
    fromSecond,
    toSecond,
    toldSeconds: toSecond - fromSecond,
  };
}

const codesOf = (plays: HockeyPlays, shifts: HockeyShifts | null = null): readonly string[] =>
  verifyHockeyGame({ plays, shifts }).findings.map(({ code }) => code);

const scoredBy = (actors: readonly string[]): HockeyPlays =>
  gameOf([play([1, 600], goal('away'), { actors })], { away: 1, home: 0 });

const toldOfHome = (skaters: number): HockeyPlays =>
  gameOf(
    [play([2, 100], goal('away'), { strength: { away: FULL, home: { skaters, goalies: 1 } } })],
    { away: 1, home: 0 },
  );

const called = (severity: 'minor' | 'misconduct'): HockeyPlays =>
  gameOf(
    [
      play([1, 5], goal('away')),
      play([2, 100], { kind: 'penalty', side: 'home', severity, minutes: 2 }),
    ],
    { away: 1, home: 0 },
  );

describe('the check of a game of hockey', () => {
  it('knows how long each period is', () => {
    expect(periodSeconds('overtime', 'season')).toBe(300);
    expect(periodSeconds('overtime', 'playoff')).toBe(1_200);
    expect([4, 5].map((period) => periodKindOf(period, 'season'))).toEqual([
      'overtime',
      'shootout',
    ]);
    expect(periodKindOf(5, 'playoff')).toBe('overtime');
    expect(gameSecond({ period: 3, second: 63 })).toBe(2_463);
  });

  it('takes a game whose teams were on the ice all the time', () => {
    const game = gameOf([play([2, 30], goal('home'), { actors: ['h1'] })], { away: 0, home: 1 });
    const found = verifyHockeyGame({ plays: game, shifts: chartOf() });
    expect(found.findings).toEqual([]);
    expect(isAllUsable(found)).toBe(true);
    expect(found.figures).toMatchObject({
      goals: { away: 0, home: 1 },
      playedSeconds: 3_600,
      shifts: { usable: 72, rows: 72 },
      onIce: { coverage: 1, actors: { compared: 1, agreeing: 1 } },
    });
  });

  it('gives the winner of a shoot-out one goal, however many it took', () => {
    const extra = [
      play([4, 0], { kind: 'period_start' }),
      play([4, 300], { kind: 'period_end' }),
      play([5, 0], goal('away'), { playId: 'so1', order: 100_000 }),
      play([5, 0], goal('away'), { playId: 'so2', order: 100_001 }),
      play([5, 0], goal('home'), { playId: 'so3', order: 100_002 }),
    ];
    expect(codesOf(gameOf(extra, { away: 1, home: 0 }))).toEqual([]);
    expect(codesOf(gameOf(extra, { away: 2, home: 1 }))).toEqual(['goals_differ_from_score']);
    expect(codesOf(gameOf(extra.slice(0, -2), { away: 1, home: 0 }))).toEqual([]);
  });

  it('asks a shoot-out for no clock', () => {
    const extra = [
      play([4, 0], { kind: 'period_start' }),
      play([4, 300], { kind: 'period_end' }),
      play([5, 45], goal('away'), { playId: 'so1', order: 100_000 }),
    ];
    expect(codesOf(gameOf(extra, { away: 1, home: 0 }))).not.toContain('play_outside_period');
  });

  it('does not take a tie, nor a game that goes on after a decision', () => {
    expect(codesOf(gameOf([], { away: 0, home: 0 }))).toEqual(['outcome_impossible']);
    const later = [
      play([1, 5], goal('away')),
      play([4, 10], { kind: 'period_start' }),
      play([4, 20], goal('away')),
    ];
    expect(codesOf(gameOf(later, { away: 2, home: 0 }))).toContain('outcome_impossible');
  });

  it('judges the score and the clock without a chart, and says that it was not asked about the ice', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 });
    const found = verifyHockeyGame({ plays: game, shifts: null });
    expect(found.usable).toEqual({ score: 'usable', clock: 'usable', on_ice: 'not_asked' });
    expect(isAllUsable(found)).toBe(true);
  });

  it('finds a player on the ice for a play at either end of the second in which lines change', () => {
    expect(codesOf(scoredBy(['a1']), chartOf())).toEqual([]);
    expect(codesOf(scoredBy(['a1x']), chartOf())).toEqual([]);
    const [finding] = verifyHockeyGame({ plays: scoredBy(['a9']), shifts: chartOf() }).findings;
    expect(finding).toMatchObject({
      code: 'actor_off_ice',
      times: 1,
      evidence: [{ period: 1, second: 600, playerId: 'a9' }],
    });
  });

  it('compares what a play says of the strength with both sides of the chart', () => {
    expect(codesOf(toldOfHome(5), chartOf())).toEqual([]);
    expect(verifyHockeyGame({ plays: toldOfHome(4), shifts: chartOf() }).findings[0]).toMatchObject(
      {
        code: 'strength_differs',
        evidence: [{ side: 'home', detail: expect.stringContaining('told 4 skaters') as string }],
      },
    );
  });

  it('expects a team to be one down after a penalty of its own, and not after a misconduct', () => {
    expect(codesOf(called('minor'), chartOf())).toEqual(['penalty_not_seen']);
    expect(codesOf(called('misconduct'), chartOf())).toEqual([]);
  });

  it('takes a player who is missing without a penalty for one that the chart does not know', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 });
    const whole = chartOf();
    const shifts = whole.shifts.filter(({ shiftId }) => shiftId !== 'h3-2-0');
    const found = verifyHockeyGame({ plays: game, shifts: { ...whole, shifts } });
    expect(found.findings.map(({ code }) => code)).toEqual(['too_few_on_ice', 'coverage']);
    expect(found.findings[0]?.evidence).toEqual([
      {
        period: 2,
        second: 1,
        side: 'home',
        playerId: null,
        detail: '4 skaters and 1 goalie for 600 s',
      },
    ]);
    expect(found.figures.onIce?.coverage).toBeCloseTo(3_000 / 3_600, 12);
  });

  it('cuts a shift at the end of its period and counts what stands twice once', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 });
    const rows = chartOf([
      { playerId: 'a1', fromSecond: 0, toSecond: 600 },
      { playerId: 'a1x', fromSecond: 600, toSecond: 1_500, toldSeconds: 900 },
    ]);
    const found = verifyHockeyGame({ plays: game, shifts: rows });
    expect(found.findings.map(({ code }) => code)).toEqual([
      'shift_repeated',
      'shift_outside_period',
    ]);
    expect(found.usable.on_ice).toBe('usable');
  });

  it('takes a shift that stands under both teams for a player of both', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 });
    const found = verifyHockeyGame({ plays: game, shifts: chartOf([{ teamId: '24' }]) });
    expect(found.findings.map(({ code }) => code)).toContain('player_of_both');
    expect(found.usable.on_ice).toBe('unusable');
  });

  it('says of a chart of another game that none of its shifts can be used', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 });
    const whole = chartOf();
    const shifts = whole.shifts.map((row) => ({ ...row, gameId: '2' }));
    const found = verifyHockeyGame({ plays: game, shifts: { ...whole, shifts } });
    expect(found.findings).toMatchObject([
      { code: 'no_shifts', times: 1, blocks: ['on_ice'] },
      { code: 'shift_of_other_game', times: 72 },
    ]);
    expect(found.usable.on_ice).toBe('unusable');
  });

  it('counts what could not be read, and says so once', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 }, { unreadable: 7 });
    const [finding] = verifyHockeyGame({ plays: game, shifts: null }).findings;
    expect(finding).toMatchObject({ code: 'plays_unreadable', times: 7 });
    expect(finding?.evidence).toHaveLength(1);
  });

  it('takes a game with all that the rules allow, and tells only what is odd', () => {
    const away = { kind: 'penalty', side: 'away', minutes: 2 } as const;
    const home = { kind: 'penalty', side: 'home', minutes: 2 } as const;
    const shot = { away: { skaters: 1, goalies: 0 }, home: { skaters: 0, goalies: 1 } };
    const game = gameOf(
      [
        play([1, 0], { kind: 'faceoff', side: 'away' }, { strength: { away: FULL, home: FULL } }),
        play([1, 300], { ...home, severity: 'penalty_shot', minutes: 0 }),
        play([1, 300], goal('away'), { playId: 'shot', strength: shot, actors: ['a1'] }),
        play([1, 310], { kind: 'unknown', word: 'coach-challenge' }),
        play([2, 90], { kind: 'delayed_penalty', side: 'home' }),
        play([2, 100], { ...home, severity: 'minor', minutes: 4 }),
        play([2, 400], { ...away, severity: 'misconduct', minutes: 10 }),
        play([3, 700], { ...away, severity: 'minor' }),
        play([3, 700], { ...home, severity: 'minor' }, { playId: 'both' }),
        play([3, 1_010], { ...away, severity: 'bench' }),
      ],
      { away: 1, home: 0 },
    );
    const whole = chartOf();
    const off = ['a0-2-0', 'h5-2-0', 'a2-2-0', 'a5x-3-600', 'h5x-3-600', 'a1x-3-600'];
    const shifts = [
      ...whole.shifts.filter(({ shiftId }) => !off.includes(shiftId)),
      // A double minor, whose delay brought a sixth skater for the goalie.
      shift('h5', 2, [0, 100]),
      shift('h5', 2, [340, 600]),
      shift('a0', 2, [0, 90]),
      shift('a6', 2, [90, 100]),
      shift('a0', 2, [100, 600]),
      // A misconduct takes off one who is replaced.
      shift('a2', 2, [0, 400]),
      shift('a8', 2, [400, 600]),
      // Minors of both at once, too many on the ice, and the minor of the bench for that.
      shift('a5x', 3, [600, 700]),
      shift('a5x', 3, [820, 1_200]),
      shift('h5x', 3, [600, 700]),
      shift('h5x', 3, [820, 1_200]),
      shift('a7', 3, [1_000, 1_010]),
      shift('a1x', 3, [600, 1_010]),
      shift('a1x', 3, [1_130, 1_200]),
      // Of who came for the next period and is written to the one before.
      shift('a3', 1, [1_200, 1_200]),
    ];
    const found = verifyHockeyGame({ plays: game, shifts: { ...whole, shifts } });
    expect(found.findings.map(({ code, times }) => `${code} ${times}`)).toEqual([
      'kind_unknown 1',
      'shift_empty 1',
      'too_many_on_ice 1',
    ]);
    expect(found.usable).toEqual({ score: 'usable', clock: 'usable', on_ice: 'usable' });
  });

  it('keeps the first five places of what it finds, and the count of all', () => {
    const game = gameOf([play([1, 5], goal('away'))], { away: 1, home: 0 });
    const rows = Array.from({ length: 9 }, (_, at) => ({ teamId: '99', shiftId: `x${at}` }));
    const [finding] = verifyHockeyGame({ plays: game, shifts: chartOf(rows) }).findings;
    expect(finding).toMatchObject({ code: 'shift_of_other_team', times: 9 });
    expect(finding?.evidence).toHaveLength(5);
  });
});
