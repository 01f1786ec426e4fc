import type { HockeyMoment, HockeySide } from './hockey-events.ts';

/** What data of a game may be used for: its goals, when things were, who was on the ice. */
export type HockeyUse = 'score' | 'clock' | 'on_ice';

export const HOCKEY_USES = ['score', 'clock', 'on_ice'] as const satisfies readonly HockeyUse[];

/**
 * What can be wrong with the plays and shifts of a game. `blocks` is what it spoils by itself; one that spoils nothing
 * was put right or left out, and what it left behind is judged by `coverage`, `strength_differs` and `actor_off_ice`.
 */
export const HOCKEY_FINDINGS = {
  not_over: { blocks: ['score', 'clock', 'on_ice'], says: 'the game is not over' },
  plays_unreadable: { blocks: ['score', 'clock', 'on_ice'], says: 'plays that could not be read' },
  goals_differ_from_score: { blocks: ['score'], says: 'goals that are not the final score' },
  running_score_wrong: {
    blocks: ['score'],
    says: 'a score told with a goal that is not the count',
  },
  outcome_impossible: { blocks: ['score'], says: 'an end that the rules do not allow' },
  play_repeated: { blocks: [], says: 'a play that stands twice; the first counts' },
  play_out_of_order: { blocks: [], says: 'a play before the time of the one before it' },
  clock_disordered: { blocks: ['clock'], says: 'too many plays out of order, or a goal' },
  play_outside_period: { blocks: ['clock'], says: 'a play after the end of its period' },
  period_wrong: { blocks: ['clock'], says: 'a period of another kind than its number' },
  period_incomplete: { blocks: ['clock'], says: 'a period without its start or end' },
  kind_unknown: { blocks: [], says: 'a kind of play that is not known; it is counted' },
  no_shifts: { blocks: ['on_ice'], says: 'no shift of the chart can be used' },
  shifts_unreadable: { blocks: [], says: 'shifts that could not be read; they are left out' },
  shifts_truncated: { blocks: ['on_ice'], says: 'fewer rows than the chart says it has' },
  shift_of_other_game: { blocks: [], says: 'a shift of another game; it is left out' },
  shift_of_other_team: { blocks: [], says: 'a shift of a team not in the game; it is left out' },
  shift_of_shootout: { blocks: [], says: 'a shift in the shoot-out; it is left out' },
  shift_repeated: { blocks: [], says: 'a shift that stands twice; one counts' },
  shift_empty: { blocks: [], says: 'a shift of no time; it is left out' },
  shift_without_end: { blocks: [], says: 'a shift without an end; it is left out' },
  shift_reversed: { blocks: [], says: 'a shift that ends before it starts; it is left out' },
  shift_outside_period: { blocks: [], says: 'a shift outside what was played; that is cut off' },
  duration_differs: { blocks: [], says: 'a duration that is not the time from start to end' },
  player_twice: { blocks: [], says: 'a player on the ice twice at once; he counts once' },
  player_of_both: { blocks: ['on_ice'], says: 'a player of both teams' },
  player_wrong_team: { blocks: ['on_ice'], says: 'a player under the other team' },
  goals_differ_from_plays: {
    blocks: [],
    says: 'goals marked in the chart that are not the plays’',
  },
  too_few_on_ice: { blocks: [], says: 'a team with too few on the ice, by the chart' },
  too_many_on_ice: { blocks: [], says: 'a team with too many on the ice, by the chart' },
  coverage: {
    blocks: ['on_ice'],
    says: 'too little of the game has both teams on the ice in full',
  },
  ice_time_implausible: { blocks: ['on_ice'], says: 'a time on the ice that nobody plays' },
  strength_differs: { blocks: [], says: 'another number on the ice than the play says' },
  strength_drifts: { blocks: ['on_ice'], says: 'plays and chart disagree on strength too often' },
  penalty_not_seen: { blocks: [], says: 'a penalty that leaves no mark in the chart' },
  actor_off_ice: { blocks: [], says: 'who made a play was not on the ice, by the chart' },
  actors_off_ice: { blocks: ['on_ice'], says: 'who made plays was too often not on the ice' },
} as const satisfies Readonly<
  Record<string, { readonly blocks: readonly HockeyUse[]; readonly says: string }>
>;

export type HockeyFindingCode = keyof typeof HOCKEY_FINDINGS;

/** Where it was seen. What does not apply is null. */
export type HockeyEvidence = {
  readonly period: number | null;
  readonly second: number | null;
  readonly side: HockeySide | null;
  readonly playerId: string | null;
  /** The numbers behind it, in words. */
  readonly detail: string;
};

export type HockeyFinding = {
  readonly code: HockeyFindingCode;
  readonly blocks: readonly HockeyUse[];
  readonly times: number;
  /** The first of them. */
  readonly evidence: readonly HockeyEvidence[];
};

/** Enough to go and look; the count says how many there are. */
const MOST_EVIDENCE = 5;

/** Collects what is found, one finding a code, in the order of the codes. */
export class HockeyFindingLog {
  readonly #found = new Map<HockeyFindingCode, { times: number; evidence: HockeyEvidence[] }>();

  add(
    code: HockeyFindingCode,
    detail: string,
    where: Partial<Pick<HockeyMoment, 'period' | 'second'>> & {
      readonly side?: HockeySide | null;
      readonly playerId?: string | null;
    } = {},
  ): void {
    const found = this.#found.get(code) ?? { times: 0, evidence: [] };
    this.#found.set(code, found);
    found.times += 1;
    if (found.evidence.length === MOST_EVIDENCE) return;
    const { period = null, second = null, side = null, playerId = null } = where;
    found.evidence.push({ period, second, side, playerId, detail });
  }

  /** So many of one kind, of which no more is known here than that. */
  count(code: HockeyFindingCode, times: number, detail: string): void {
    if (times === 0) return;
    this.add(code, detail);
    const found = this.#found.get(code);
    if (found !== undefined) found.times += times - 1;
  }

  times(code: HockeyFindingCode): number {
    return this.#found.get(code)?.times ?? 0;
  }

  findings(): readonly HockeyFinding[] {
    return HOCKEY_CODES.flatMap((code) => {
      const found = this.#found.get(code);
      return found === undefined ? [] : [{ code, blocks: HOCKEY_FINDINGS[code].blocks, ...found }];
    });
  }
}

const isCode = (word: string): word is HockeyFindingCode => Object.hasOwn(HOCKEY_FINDINGS, word);

export const HOCKEY_CODES: readonly HockeyFindingCode[] =
  Object.keys(HOCKEY_FINDINGS).filter(isCode);
