/** The two teams of a game. */
export type HockeySide = 'away' | 'home';

export const HOCKEY_SIDES = ['away', 'home'] as const satisfies readonly HockeySide[];

export type HockeyPeriodKind = 'regulation' | 'overtime' | 'shootout';

/** When in a game something was: the period from 1, and the whole seconds that were played in it. */
export type HockeyMoment = {
  readonly period: number;
  readonly periodKind: HockeyPeriodKind;
  readonly second: number;
};

/** How many of each team were on the ice, as a source tells it. */
export type HockeyStrength = Readonly<
  Record<HockeySide, { readonly skaters: number; readonly goalies: number }>
>;

/** `bench` is a minor of a team, `misconduct` takes a player off and nobody off the ice. */
export type PenaltySeverity =
  'minor' | 'bench' | 'major' | 'match' | 'misconduct' | 'penalty_shot' | 'other';

export type HockeyEvent =
  | { readonly kind: 'period_start' | 'period_end' | 'shootout_end' | 'game_end' | 'stoppage' }
  | {
      readonly kind: 'goal';
      readonly side: HockeySide;
      /** What the source says that the score is with this goal; null where it says nothing. */
      readonly score: Readonly<Record<HockeySide, number>> | null;
    }
  /** A try at the goal that was none: `side` is that of the team that took it. */
  | {
      readonly kind: 'attempt';
      readonly side: HockeySide;
      readonly outcome: 'saved' | 'missed' | 'blocked' | 'failed';
    }
  | {
      readonly kind: 'penalty';
      readonly side: HockeySide;
      readonly severity: PenaltySeverity;
      /** Null where the source says nothing. */
      readonly minutes: number | null;
    }
  | {
      readonly kind: 'faceoff' | 'hit' | 'giveaway' | 'takeaway' | 'delayed_penalty';
      readonly side: HockeySide;
    }
  /** A kind that is not known, in the source's own word. */
  | { readonly kind: 'unknown'; readonly word: string };

export type HockeyPlay = HockeyMoment & {
  readonly playId: string;
  /** The source's own order of plays. Its list need not be in it. */
  readonly order: number;
  readonly strength: HockeyStrength | null;
  readonly event: HockeyEvent;
  /**
   * Players who were on the ice for it: who took it, who was hit, the goalie shot at; not who is called for a
   * penalty.
   */
  readonly actors: readonly string[];
};

export type HockeyTeam = {
  readonly teamId: string;
  readonly code: string;
  /**
   * The score as it is told for the game: the winner of a shoot-out has one more than the goals of play. Null before it
   * begins.
   */
  readonly goals: number | null;
};

export type HockeyRosterSpot = { readonly side: HockeySide; readonly isGoalie: boolean };

/** One game as a source tells its plays. */
export type HockeyPlays = {
  readonly gameId: string;
  /** Overtime of a season's game is five minutes and then a shoot-out, of a playoff game twenty and twenty again. */
  readonly contest: 'season' | 'playoff' | 'other';
  readonly phase: 'to_come' | 'live' | 'over' | 'unknown';
  readonly teams: Readonly<Record<HockeySide, HockeyTeam>>;
  /** In which kind of period it ended, as the source says; null where it says nothing. */
  readonly endedIn: HockeyPeriodKind | null;
  readonly plays: readonly HockeyPlay[];
  /** By player; empty where the source names no roster. */
  readonly roster: ReadonlyMap<string, HockeyRosterSpot>;
  /** Plays that could not be read. */
  readonly unreadable: number;
};

/** One time of a player on the ice, as a row of a shift chart tells it. */
export type HockeyShift = {
  readonly shiftId: string;
  readonly gameId: string;
  readonly teamId: string;
  readonly playerId: string;
  readonly period: number;
  readonly number: number;
  /** Seconds of the period. A shift covers the seconds after `fromSecond` to `toSecond`. */
  readonly fromSecond: number;
  /** Null where the chart says none. */
  readonly toSecond: number | null;
  /** How long the chart says that it was; null where it says nothing. */
  readonly toldSeconds: number | null;
};

export type HockeyShifts = {
  readonly shifts: readonly HockeyShift[];
  /** Goals that the chart marks, which need not be all and may be none. */
  readonly goals: readonly {
    readonly gameId: string;
    readonly teamId: string;
    readonly period: number;
    readonly second: number;
  }[];
  /** How many rows the source says there are; null where it says nothing. */
  readonly announcedRows: number | null;
  readonly rows: number;
  readonly unreadable: number;
};

const REGULATION_PERIODS = 3;
/**
 * Rules 77 and 84 of the NHL's rule book: periods of twenty minutes, overtime of five in the season and of twenty
 * after it.
 */
const PERIOD_SECONDS = 1_200;
const SEASON_OVERTIME_SECONDS = 300;

/** How long a period may last, in seconds; a shoot-out has no clock. */
export function periodSeconds(kind: HockeyPeriodKind, contest: HockeyPlays['contest']): number {
  switch (kind) {
    case 'regulation':
      return PERIOD_SECONDS;
    case 'overtime':
      return contest === 'playoff' ? PERIOD_SECONDS : SEASON_OVERTIME_SECONDS;
    case 'shootout':
      return 0;
  }
}

/**
 * Which kind a period is by its number: three of regulation, then overtime; in the season the fifth is the shoot-out.
 */
export function periodKindOf(period: number, contest: HockeyPlays['contest']): HockeyPeriodKind {
  if (period <= REGULATION_PERIODS) return 'regulation';
  return contest === 'playoff' || period === REGULATION_PERIODS + 1 ? 'overtime' : 'shootout';
}

/** Seconds of play from the start of the game to a second of a period. Every period before it counts in full. */
export function gameSecond({ period, second }: Pick<HockeyMoment, 'period' | 'second'>): number {
  return (period - 1) * PERIOD_SECONDS + second;
}

export function otherSide(side: HockeySide): HockeySide {
  return side === 'away' ? 'home' : 'away';
}
