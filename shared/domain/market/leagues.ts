import type { GameOutcome } from './market.ts';

export type Sport = 'football' | 'basketball' | 'hockey' | 'baseball' | 'soccer' | 'tennis' | 'mma';

/** The leagues that are followed, under our names. */
export const LEAGUES = [
  'nfl',
  'ncaaf',
  'nba',
  'nhl',
  'mlb',
  'ncaab',
  'wncaab',
  'epl',
  'ligue-1',
  'atp',
  'wta',
  'ufc',
] as const;

export type League = (typeof LEAGUES)[number];

const SPORT_OF: Readonly<Record<League, Sport>> = {
  nfl: 'football',
  ncaaf: 'football',
  nba: 'basketball',
  nhl: 'hockey',
  mlb: 'baseball',
  ncaab: 'basketball',
  wncaab: 'basketball',
  epl: 'soccer',
  'ligue-1': 'soccer',
  atp: 'tennis',
  wta: 'tennis',
  ufc: 'mma',
};

export function sportOf(league: League): Sport {
  return SPORT_OF[league];
}

const TWO_WAY = ['home', 'away'] as const satisfies readonly GameOutcome[];
const THREE_WAY = ['home', 'draw', 'away'] as const satisfies readonly GameOutcome[];

/**
 * What a sportsbook's winner market of a league is quoted on. Soccer is settled after ninety minutes and has a draw; the
 * others are two-way, and a tie there is a matter of each market's rules.
 */
export function outcomesOf(league: League): readonly GameOutcome[] {
  return sportOf(league) === 'soccer' ? THREE_WAY : TWO_WAY;
}
