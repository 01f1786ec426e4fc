import type {
  HockeyEvent,
  HockeyPeriodKind,
  HockeyPlays,
  PenaltySeverity,
} from '../../../domain/market/hockey-events.ts';

type Told =
  | { readonly kind: Exclude<HockeyEvent['kind'], 'attempt' | 'unknown'> }
  | {
      readonly kind: 'attempt';
      readonly outcome: Extract<HockeyEvent, { kind: 'attempt' }>['outcome'];
    };

/**
 * The kinds of plays by their word, with the number that goes with it. Seen in captures of 2010 to 2026, but for the
 * two of the shoot-out, which public readers of the feed name.
 */
export const PLAY_WORDS: Readonly<Record<string, Told & { readonly code: number }>> = {
  faceoff: { kind: 'faceoff', code: 502 },
  hit: { kind: 'hit', code: 503 },
  giveaway: { kind: 'giveaway', code: 504 },
  goal: { kind: 'goal', code: 505 },
  'shot-on-goal': { kind: 'attempt', outcome: 'saved', code: 506 },
  'missed-shot': { kind: 'attempt', outcome: 'missed', code: 507 },
  'blocked-shot': { kind: 'attempt', outcome: 'blocked', code: 508 },
  penalty: { kind: 'penalty', code: 509 },
  stoppage: { kind: 'stoppage', code: 516 },
  'period-start': { kind: 'period_start', code: 520 },
  'period-end': { kind: 'period_end', code: 521 },
  'shootout-complete': { kind: 'shootout_end', code: 523 },
  'game-end': { kind: 'game_end', code: 524 },
  takeaway: { kind: 'takeaway', code: 525 },
  'delayed-penalty': { kind: 'delayed_penalty', code: 535 },
  'failed-shot-attempt': { kind: 'attempt', outcome: 'failed', code: 537 },
};

export const PERIOD_WORDS = {
  REG: 'regulation',
  OT: 'overtime',
  SO: 'shootout',
} as const satisfies Readonly<Record<string, HockeyPeriodKind>>;

/** `GAM` is a game misconduct, `MIS` one of ten minutes: nobody is missing on the ice for either. */
export const PENALTY_WORDS: ReadonlyMap<string, PenaltySeverity> = new Map([
  ['MIN', 'minor'],
  ['BEN', 'bench'],
  ['MAJ', 'major'],
  ['MAT', 'match'],
  ['MIS', 'misconduct'],
  ['GAM', 'misconduct'],
  ['PS', 'penalty_shot'],
]);

/** `OFF` is official, after `FINAL`. */
export const PHASE_WORDS: ReadonlyMap<string, HockeyPlays['phase']> = new Map([
  ['FUT', 'to_come'],
  ['PRE', 'to_come'],
  ['LIVE', 'live'],
  ['CRIT', 'live'],
  ['OVER', 'live'],
  ['FINAL', 'over'],
  ['OFF', 'over'],
]);

/** By the number of the game's type: a game before the season has the overtime of the season. */
export const CONTESTS: Readonly<Record<number, HockeyPlays['contest']>> = {
  1: 'other',
  2: 'season',
  3: 'playoff',
};
