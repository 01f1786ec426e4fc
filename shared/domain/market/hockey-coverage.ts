import { gameSecond, HOCKEY_SIDES, type HockeyPlays, type HockeySide } from './hockey-events.ts';
import type { HockeyFindingLog } from './hockey-findings.ts';
import { LEAST_SKATERS, onIceText, type OnIce, type OnIceCount } from './hockey-on-ice.ts';
import { penaltySpans } from './hockey-penalties.ts';
import type { CheckedPlays } from './hockey-plays-check.ts';

const FULL_TEAM = 6;
/** In the overtime of a season, and with two in the penalty box. */
const SMALL_TEAM = 4;

/**
 * Of the seconds of play the share in which both teams are on the ice in full, in [0, 1]: with the most that the rules
 * allow, or with fewer where a penalty may explain it. Tells each stretch in which a team has too few or too many.
 */
export function checkCoverage(
  {
    game,
    checked,
    onIce,
  }: { readonly game: HockeyPlays; readonly checked: CheckedPlays; readonly onIce: OnIce },
  log: HockeyFindingLog,
): number {
  const down = { away: penaltySpans(checked, 'away'), home: penaltySpans(checked, 'home') };
  let seconds = 0;
  let inFull = 0;
  for (const [period, played] of checked.played) {
    const isShortOvertime = period > 3 && game.contest !== 'playoff';
    const full = isShortOvertime ? SMALL_TEAM : FULL_TEAM;
    const wrongs = { away: new Wrongs(log), home: new Wrongs(log) };
    for (let second = 1; second <= played; second += 1) {
      seconds += 1;
      const now = gameSecond({ period, second });
      const [away, home] = HOCKEY_SIDES.map((side) => {
        const count = onIce.count(side, period, second);
        const isDown = down[side].some(({ from, to }) => from < now && now <= to);
        const wrong = wrongOf(count, isDown ? SMALL_TEAM : full);
        wrongs[side].see(wrong, { period, second, side, count });
        return wrong;
      });
      if (away === null && home === null) inFull += 1;
    }
    for (const side of HOCKEY_SIDES) wrongs[side].end();
  }
  return seconds === 0 ? 0 : inFull / seconds;
}

type Wrong = 'too_few_on_ice' | 'too_many_on_ice';

/**
 * Three to five skaters with a goalie, up to six without; fewer than `least` in all only where a penalty explains it.
 */
function wrongOf({ skaters, goalies }: OnIceCount, least: number): Wrong | null {
  if (goalies > 1 || skaters + goalies > FULL_TEAM) return 'too_many_on_ice';
  return skaters < LEAST_SKATERS || skaters + goalies < least ? 'too_few_on_ice' : null;
}

/** Seconds in a row that are wrong in the same way are told once. */
class Wrongs {
  readonly #log: HockeyFindingLog;
  #open: {
    readonly wrong: Wrong;
    readonly period: number;
    readonly second: number;
    readonly side: HockeySide;
    readonly count: OnIceCount;
    seconds: number;
  } | null = null;

  constructor(log: HockeyFindingLog) {
    this.#log = log;
  }

  see(
    wrong: Wrong | null,
    where: {
      readonly period: number;
      readonly second: number;
      readonly side: HockeySide;
      readonly count: OnIceCount;
    },
  ): void {
    if (this.#open !== null && this.#open.wrong === wrong) {
      this.#open.seconds += 1;
      return;
    }
    this.end();
    if (wrong !== null) this.#open = { wrong, ...where, seconds: 1 };
  }

  end(): void {
    if (this.#open === null) return;
    const { wrong, seconds, count, ...where } = this.#open;
    this.#open = null;
    this.#log.add(wrong, `${onIceText(count)} for ${seconds} s`, where);
  }
}
