import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePlayByPlay, encodeShiftChart } from '../../../../shared/adapters/nhl/wire/encode.ts';
import { decodePlayByPlay } from '../../../../shared/adapters/nhl/wire/play-by-play.ts';
import { decodeShiftChart } from '../../../../shared/adapters/nhl/wire/shift-chart.ts';
import { verifyHockeyGame } from '../../../../shared/domain/market/hockey-check.ts';
import {
  HOCKEY_CODES,
  type HockeyFindingCode,
  type HockeyUse,
} from '../../../../shared/domain/market/hockey-findings.ts';
import { playHockeyGame } from '../../../../shared/simulator/games/hockey-game.ts';
import {
  HOCKEY_ODDITIES,
  withHockeyOddity,
  type HockeyOddity,
} from '../../../../shared/simulator/games/hockey-oddities.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { runs } from '../../../support/property-settings.ts';

const ALL: readonly HockeyUse[] = ['score', 'clock', 'on_ice'];
/** What is seen of who was on the ice once rows are gone or wrong. */
const ON_ICE: readonly HockeyFindingCode[] = [
  'too_few_on_ice',
  'too_many_on_ice',
  'coverage',
  'strength_differs',
  'strength_drifts',
  'actor_off_ice',
  'actors_off_ice',
  'penalty_not_seen',
];

type Expected = {
  readonly finds: readonly HockeyFindingCode[];
  /** What follows from it in some games. */
  readonly follows?: readonly HockeyFindingCode[];
  /** Null where it depends on the game. */
  readonly spoils: readonly HockeyUse[] | null;
};

const EXPECTED: Readonly<Record<HockeyOddity, Expected>> = {
  goal_missing: {
    finds: ['goals_differ_from_score', 'goals_differ_from_plays'],
    follows: ['running_score_wrong', 'outcome_impossible', 'shift_outside_period', ...ON_ICE],
    spoils: ['score', 'on_ice'],
  },
  score_raised: { finds: ['goals_differ_from_score'], spoils: ['score', 'on_ice'] },
  running_score_raised: { finds: ['running_score_wrong'], spoils: ['score', 'on_ice'] },
  end_renamed: { finds: ['outcome_impossible'], spoils: ['score', 'on_ice'] },
  not_over: { finds: ['not_over'], spoils: ALL },
  play_doubled: { finds: ['play_repeated'], spoils: [] },
  play_entered_late: { finds: ['play_out_of_order'], spoils: [] },
  plays_shuffled: {
    finds: ['play_out_of_order', 'clock_disordered'],
    follows: ['running_score_wrong', 'penalty_not_seen'],
    spoils: null,
  },
  play_after_period: {
    finds: ['play_outside_period', 'period_incomplete'],
    follows: ['play_out_of_order'],
    spoils: ['clock', 'on_ice'],
  },
  period_renamed: {
    finds: ['period_wrong', 'play_outside_period', 'shift_outside_period'],
    follows: ['outcome_impossible', ...ON_ICE],
    spoils: null,
  },
  period_unended: { finds: ['period_incomplete'], spoils: ['clock', 'on_ice'] },
  kind_new: { finds: ['kind_unknown'], spoils: [] },
  shifts_gone: { finds: ['no_shifts'], spoils: ['on_ice'] },
  rows_cut: { finds: ['shifts_truncated'], follows: ON_ICE, spoils: ['on_ice'] },
  shift_of_other_game: { finds: ['shift_of_other_game'], spoils: [] },
  shift_of_other_team: { finds: ['shift_of_other_team'], spoils: [] },
  shift_in_shootout: { finds: ['shift_of_shootout'], spoils: [] },
  shift_doubled: { finds: ['shift_repeated'], spoils: [] },
  chart_doubled: { finds: ['shift_repeated'], spoils: [] },
  shift_blank: { finds: ['shift_empty'], spoils: [] },
  shift_unended: { finds: ['shift_without_end'], follows: ON_ICE, spoils: null },
  shift_reversed: { finds: ['shift_reversed'], follows: ON_ICE, spoils: null },
  shift_beyond: { finds: ['shift_outside_period'], spoils: [] },
  duration_wrong: { finds: ['duration_differs'], spoils: [] },
  player_doubled: { finds: ['player_twice'], spoils: [] },
  player_gone: { finds: ['too_few_on_ice', 'coverage'], follows: ON_ICE, spoils: ['on_ice'] },
  player_added: { finds: ['too_many_on_ice', 'coverage'], follows: ON_ICE, spoils: ['on_ice'] },
  player_stays: {
    finds: ['ice_time_implausible', 'too_many_on_ice'],
    follows: ON_ICE,
    spoils: ['on_ice'],
  },
  player_of_both: {
    finds: ['player_of_both'],
    follows: ['player_twice', ...ON_ICE],
    spoils: ['on_ice'],
  },
  teams_exchanged: { finds: ['player_wrong_team'], follows: ON_ICE, spoils: ['on_ice'] },
  marker_moved: { finds: ['goals_differ_from_plays'], spoils: [] },
  strength_stuck: { finds: ['strength_differs', 'strength_drifts'], spoils: ['on_ice'] },
  penalty_invented: { finds: ['penalty_not_seen'], spoils: [] },
  actors_wrong: { finds: ['actor_off_ice', 'actors_off_ice'], spoils: ['on_ice'] },
};

const MAX_BYTES = 4_000_000;
const isOddity = (name: string): name is HockeyOddity => Object.hasOwn(HOCKEY_ODDITIES, name);
/** Two games of a season: the second one goes to a shoot-out. */
const GAMES = [2, 6].map((seed) => playHockeyGame(seededRng(seed), { contest: 'season' }));

it('each thing that can be wrong with a game comes of one of its faults, or of rows that cannot be read', () => {
  const found = Object.values(EXPECTED).flatMap(({ finds }) => finds);
  const codes = new Set([...found, 'plays_unreadable', 'shifts_unreadable']);
  expect([...codes].toSorted()).toEqual(HOCKEY_CODES.toSorted());
});

describe('a simulated game of hockey', () => {
  it('has nothing wrong with it, and is the same after it was sent and read', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom('season' as const, 'playoff' as const),
        (seed, contest) => {
          const game = playHockeyGame(seededRng(seed), { contest });
          const found = verifyHockeyGame(game);
          expect(found.findings).toEqual([]);
          expect(found.usable).toEqual({ score: 'usable', clock: 'usable', on_ice: 'usable' });
          expect(found.figures.onIce?.coverage).toBe(1);
          const limits = { maxBytes: MAX_BYTES };
          const plays = decodePlayByPlay(encodePlayByPlay(game.plays), limits);
          const shifts = decodeShiftChart(encodeShiftChart(game.shifts), limits);
          // Deep equality by vitest takes a second for a game.
          expect(plays.kind === 'plays' && isDeepStrictEqual(plays.game, game.plays)).toBe(true);
          expect(shifts.kind === 'shifts' && isDeepStrictEqual(shifts.chart, game.shifts)).toBe(
            true,
          );
        },
      ),
      runs(2),
    );
  });

  it.each(Object.keys(HOCKEY_ODDITIES).filter(isOddity))(
    'with one fault is found by its code and by nothing else: %s',
    (oddity) => {
      const { finds, follows = [], spoils } = EXPECTED[oddity];
      let seen = 0;
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          for (const game of GAMES) {
            const odd = withHockeyOddity(game, oddity, seededRng(seed));
            if (odd === null) continue;
            seen += 1;
            const { findings, usable } = verifyHockeyGame(odd);
            const codes = findings.map(({ code }) => code);
            expect(codes).toEqual(expect.arrayContaining([...finds]));
            expect([...finds, ...follows]).toEqual(expect.arrayContaining(codes));
            if (spoils !== null)
              expect(ALL.filter((use) => usable[use] === 'unusable')).toEqual(spoils);
            return;
          }
        }),
        runs(1),
      );
      expect(seen).toBeGreaterThan(0);
    },
  );
});
