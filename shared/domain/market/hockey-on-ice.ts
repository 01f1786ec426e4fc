import type { HockeySide } from './hockey-events.ts';
import type { UsableShift } from './hockey-shift-rows.ts';

export type OnIceCount = { readonly skaters: number; readonly goalies: number };

/** No team has fewer, however many penalties it has. */
export const LEAST_SKATERS = 3;

/** By second of a period; second 0 is none. */
type Counts = { readonly skaters: Uint16Array; readonly goalies: Uint16Array };

/** No period is longer than its twenty minutes. */
const SECONDS = 1_201;
const NOBODY: Counts = { skaters: new Uint16Array(0), goalies: new Uint16Array(0) };

type Interval = { readonly fromSecond: number; readonly toSecond: number };

/**
 * Who was on the ice in each second of play, by the shifts. Second 1 of a period is the first that was played; a shift
 * covers the seconds after its start to its end, so that a player who comes on when another goes off is not there with
 * him. Who has two shifts at once is there once.
 */
export class OnIce {
  readonly #counts = new Map<string, Counts>();
  /** By player and period, apart from one another and in order. */
  readonly #intervals = new Map<string, readonly Interval[]>();
  readonly #seconds = new Map<string, number>();

  constructor(shifts: readonly UsableShift[], isGoalie: (playerId: string) => boolean) {
    const byPlayer = Map.groupBy(shifts, ({ playerId, period }) => `${playerId}|${period}`);
    for (const [key, own] of byPlayer) {
      const [first] = own;
      if (first === undefined) continue;
      const intervals = joined(own);
      this.#intervals.set(key, intervals);
      const { playerId, period, side } = first;
      const counts = this.#of(side, period)[isGoalie(playerId) ? 'goalies' : 'skaters'];
      for (const { fromSecond, toSecond } of intervals) {
        this.#seconds.set(playerId, this.secondsOf(playerId) + toSecond - fromSecond);
        for (let second = fromSecond + 1; second <= toSecond; second += 1)
          counts[second] = (counts[second] ?? 0) + 1;
      }
    }
  }

  count(side: HockeySide, period: number, second: number): OnIceCount {
    const { skaters, goalies } = this.#counts.get(`${side}|${period}`) ?? NOBODY;
    return { skaters: skaters[second] ?? 0, goalies: goalies[second] ?? 0 };
  }

  isOn(playerId: string, period: number, second: number): boolean {
    const intervals = this.#intervals.get(`${playerId}|${period}`) ?? [];
    return intervals.some(({ fromSecond, toSecond }) => fromSecond < second && second <= toSecond);
  }

  /** Of the whole game. */
  secondsOf(playerId: string): number {
    return this.#seconds.get(playerId) ?? 0;
  }

  get players(): readonly string[] {
    return [...this.#seconds.keys()];
  }

  #of(side: HockeySide, period: number): Counts {
    const key = `${side}|${period}`;
    const before = this.#counts.get(key);
    if (before !== undefined) return before;
    const counts = { skaters: new Uint16Array(SECONDS), goalies: new Uint16Array(SECONDS) };
    this.#counts.set(key, counts);
    return counts;
  }
}

function joined(shifts: readonly UsableShift[]): readonly Interval[] {
  const intervals: { fromSecond: number; toSecond: number }[] = [];
  for (const { fromSecond, toSecond } of shifts.toSorted((a, b) => a.fromSecond - b.fromSecond)) {
    const last = intervals.at(-1);
    if (last !== undefined && fromSecond <= last.toSecond)
      last.toSecond = Math.max(last.toSecond, toSecond);
    else intervals.push({ fromSecond, toSecond });
  }
  return intervals;
}

/** As `4 skaters and 1 goalie`. */
export function onIceText({ skaters, goalies }: OnIceCount): string {
  return `${skaters} skaters and ${goalies === 0 ? 'no goalie' : `${goalies} goalie${goalies > 1 ? 's' : ''}`}`;
}
