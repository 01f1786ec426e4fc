import type { HockeyPlays, HockeyShifts, HockeySide } from './hockey-events.ts';
import {
  HOCKEY_USES,
  HockeyFindingLog,
  type HockeyFinding,
  type HockeyUse,
} from './hockey-findings.ts';
import { OnIce } from './hockey-on-ice.ts';
import { checkOnIce, type OnIceFigures } from './hockey-on-ice-check.ts';
import { checkPlays } from './hockey-plays-check.ts';
import { checkShiftRows } from './hockey-shift-rows.ts';

export type HockeyVerdict = 'usable' | 'unusable' | 'not_asked';

export type HockeyVerification = {
  readonly gameId: string;
  readonly usable: Readonly<Record<HockeyUse, HockeyVerdict>>;
  readonly findings: readonly HockeyFinding[];
  readonly figures: {
    readonly plays: number;
    /** Goals of play, without the shoot-out. */
    readonly goals: Readonly<Record<HockeySide, number>>;
    readonly playedSeconds: number;
    /** Shifts that can be used, and the rows of the chart; null without a chart. */
    readonly shifts: { readonly usable: number; readonly rows: number } | null;
    /** Null without shifts that can be used. */
    readonly onIce: OnIceFigures | null;
  };
};

/**
 * Whether the plays and shifts of one game agree with themselves, with one another and with the rules, and what they
 * may be used for. Who was on the ice is only known where the score and the clock are. Nothing is put right but what
 * the findings say: rows that stand twice count once, and rows that cannot be are left out.
 */
export function verifyHockeyGame({
  plays: game,
  shifts,
}: {
  readonly plays: HockeyPlays;
  /** Null where only the plays are to be judged. */
  readonly shifts: HockeyShifts | null;
}): HockeyVerification {
  const log = new HockeyFindingLog();
  const checked = checkPlays(game, log);
  const usable = shifts === null ? null : checkShiftRows(shifts, { game, checked }, log);
  const isGoalie = (playerId: string): boolean => game.roster.get(playerId)?.isGoalie === true;
  // Without one usable shift there is nothing to compare, and that is already told.
  const onIce =
    usable === null || usable.length === 0
      ? null
      : checkOnIce({ game, checked, onIce: new OnIce(usable, isGoalie) }, log);
  const findings = log.findings();
  const spoilt = new Set(findings.flatMap(({ blocks }) => [...blocks]));
  const verdictOf = (use: HockeyUse): HockeyVerdict => {
    if (use !== 'on_ice') return spoilt.has(use) ? 'unusable' : 'usable';
    if (shifts === null) return 'not_asked';
    return HOCKEY_USES.some((one) => spoilt.has(one)) ? 'unusable' : 'usable';
  };
  return {
    gameId: game.gameId,
    usable: { score: verdictOf('score'), clock: verdictOf('clock'), on_ice: verdictOf('on_ice') },
    findings,
    figures: {
      plays: checked.plays.length,
      goals: checked.goals,
      playedSeconds: [...checked.played.values()].reduce((sum, seconds) => sum + seconds, 0),
      shifts:
        shifts === null || usable === null ? null : { usable: usable.length, rows: shifts.rows },
      onIce,
    },
  };
}

/** Whether all that was asked can be used. */
export function isAllUsable({ usable }: HockeyVerification): boolean {
  return HOCKEY_USES.every((use) => usable[use] !== 'unusable');
}
