import { describe, expect, it } from 'vitest';
import { probability } from '../../../../shared/domain/money/probability.ts';
import type { GameRecord, RecordedState } from '../../../../shared/domain/reports/game-record.ts';
import { settleGame, type SettlingRules } from '../../../../shared/domain/reports/settled-lines.ts';
import { aGame, HOUR, keptLine, keptState, MINUTE } from '../../../support/game-record-builders.ts';
import { NOON } from '../../../support/trade-builders.ts';

const RULES: SettlingRules = {
  everyMs: 30 * MINUTE,
  silenceAfterMs: 10 * MINUTE,
  overWithinMs: 6 * HOUR,
};
const NOW = NOON + 12 * HOUR;

const closing = keptLine(NOON - 5 * MINUTE, 0.6);

function settled(states: readonly RecordedState[], change: Partial<GameRecord> = {}) {
  return settleGame(aGame({ lines: [closing], states, ...change }), NOW, RULES);
}

const over = (
  homeScore: number | null,
  awayScore: number | null,
  by: Partial<RecordedState> = {},
) => keptState(NOON + 3 * HOUR, 'final', { homeScore, awayScore, ...by });

describe('the lines of a game that are judged', () => {
  const whole = aGame({
    lines: [
      keptLine(NOON - 2 * HOUR, 0.5),
      closing,
      keptLine(NOON + 21 * MINUTE, 0.7, { phase: 'live' }),
      keptLine(NOON + 59 * MINUTE, 'line_expired', { phase: 'live' }),
      keptLine(NOON + 61 * MINUTE, 0.8, { phase: 'live' }),
      keptLine(NOON + 89 * MINUTE, 0.9, { phase: 'live' }),
    ],
    states: [keptState(NOON, 'live'), keptState(NOON + 91 * MINUTE, 'final', { awayScore: 3 })],
  });

  it('are its closing line, and in play those that stood when they were looked at', () => {
    const found = settleGame(whole, NOW, RULES);
    expect(found.kind === 'settled' && found.lines).toEqual(
      [
        ['boltodds-experiment', 0.6],
        // At the start the closing line still stands, which is no line of play; at 60 minutes nothing does.
        ['nfl-live', 0.7],
        ['nfl-live', 0.9],
      ].map(([path, home]) => ({
        cluster: 'nfl-1',
        path,
        probabilities: [home, 1 - Number(home)],
        happened: 1,
      })),
    );
  });

  it('are looked at by the clock, whenever the game began', () => {
    const states = [keptState(NOON - 4 * MINUTE, 'live'), ...whole.states.slice(1)];
    const found = settleGame({ ...whole, states }, NOW, RULES);
    expect(found).toEqual(settleGame(whole, NOW, RULES));
  });

  it('are none of play where no feed spoke in play, though the closing line stands on at the start', () => {
    const lines = [closing, keptLine(NOON + 6 * MINUTE, 'line_not_in_play', { phase: 'live' })];
    const found = settleGame({ ...whole, lines }, NOW, { ...RULES, everyMs: 5 * MINUTE });
    expect(found.kind === 'settled' && found.lines.map(({ path }) => path)).toEqual([
      'boltodds-experiment',
    ]);
  });

  it('are none of play that were told before it by its limits, as no scoreboard spoke', () => {
    const lines = [keptLine(NOON - MINUTE, 0.6, { phase: 'live' })];
    const found = settled([over(7, 3)], { lines });
    expect(found.kind === 'settled' && found.lines.map(({ path }) => path)).toEqual([
      'boltodds-experiment',
    ]);
  });

  it('have no closing line of a game that began before its time and went on in play', () => {
    const states = [keptState(NOON - 20 * MINUTE, 'live'), over(7, 0)];
    const lines = [keptLine(NOON - 5 * MINUTE, 0.9, { phase: 'live' })];
    const found = settled(states, { lines });
    expect(found.kind === 'settled' && found.lines.map(({ path }) => path)).toEqual(['nfl-live']);
  });

  it('are none where none stood at the end before the start nor in play', () => {
    const lines = [keptLine(NOON - 2 * HOUR, 0.5), keptLine(NOON - HOUR, 'line_expired')];
    expect(settled([over(7, 0)], { lines })).toEqual({ kind: 'no_lines' });
  });

  it('are those of both paths where feeds are mixed, and none is left out', () => {
    const books = (['boltodds', 'odds_api'] as const).map(
      (feed) => ({ source: 'pinnacle', feed, method: 'shin', weight: 0.5 }) as const,
    );
    const lines = [
      {
        ...closing,
        line: {
          kind: 'line',
          rule: 'weighted_blend',
          probabilities: [0.5, 0.5].map(probability),
          books,
          asOfMs: NOON - HOUR,
        },
      } as const,
    ];
    const found = settled([over(7, 0)], { lines });
    expect(found.kind === 'settled' && found.lines[0]?.path).toBe('mixed-feeds');
  });
});

describe('the outcome of a game', () => {
  it('is that of who has more, by sources that agree on who', () => {
    const byBoth = settled([over(7, 3), over(10, 3, { source: 'boltodds' })]);
    expect(byBoth.kind === 'settled' && byBoth.lines[0]?.happened).toBe(0);
    const late = settled([over(7, 3), keptState(NOON, 'live', { source: 'boltodds' })]);
    expect(late.kind).toBe('settled');
    const corrected = settled([over(7, 3), over(7, 10, { fromMs: NOON + 4 * HOUR })]);
    expect(corrected.kind === 'settled' && corrected.lines[0]?.happened).toBe(1);
  });

  it('is the draw where there is one to bet on', () => {
    const line = keptLine(NOON - MINUTE, 0.5);
    const soccer = settled([over(1, 1)], { league: 'epl', lines: [line] });
    expect(soccer.kind === 'settled' && soccer.lines[0]?.happened).toBe(1);
  });

  it.each<[string, readonly RecordedState[], Partial<GameRecord>]>([
    ['no_state', [], {}],
    ['not_over', [keptState(NOON, 'live')], {}],
    ['not_over', [over(7, 3), keptState(NOON + 4 * HOUR, 'live')], {}],
    ['off', [keptState(NOON, 'off')], {}],
    ['no_score', [over(null, null)], {}],
    ['tied', [over(7, 7)], {}],
    ['sources_disagree', [over(7, 3), over(3, 7, { source: 'boltodds' })], {}],
    ['sources_disagree', [over(7, 3), keptState(NOON, 'off', { source: 'boltodds' })], {}],
    ['not_completed', [over(1, 0)], { league: 'atp' }],
  ])('is not sure: %s', (why, states, change) => {
    expect(settled(states, change)).toEqual({ kind: 'unsettled', why });
  });

  it('of a match is whole with two sets', () => {
    expect(settled([over(1, 2)], { league: 'wta' }).kind).toBe('settled');
  });

  it('is not known before it was told', () => {
    const game = aGame({ lines: [closing], states: [over(7, 3)] });
    const why = { kind: 'unsettled', why: 'no_state' };
    expect(settleGame(game, NOON + HOUR, RULES)).toEqual(why);
  });
});
