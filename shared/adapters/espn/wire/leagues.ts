import { LEAGUES, type League, type Sport } from '../../../domain/market/leagues.ts';

export type LeagueBoard = {
  readonly sport: Sport;
  /** After `/apis/site/v2/sports/`. */
  readonly path: string;
  /** Without these a college board shows only ranked or featured games. */
  readonly query: Readonly<Record<string, string>>;
  /** The league's number in `uid`; null where no capture confirms it, and then only the sport is checked. */
  readonly uid: string | null;
};

/** ESPN's numbers of the sports that are read (`s:` in `uid`). */
export const SPORTS: Readonly<Record<string, Sport>> = {
  '1': 'baseball',
  '20': 'football',
  '40': 'basketball',
  '70': 'hockey',
  '600': 'soccer',
  '850': 'tennis',
  '3301': 'mma',
};

const board = (sport: Sport, path: string, uid: string | null, query = {}): LeagueBoard => ({
  sport,
  path: `${path}/scoreboard`,
  query,
  uid,
});

/** Where each league's scoreboard is. A combined tennis week is shown under one tour: its number is not checked. */
export const BOARDS: Readonly<Record<League, LeagueBoard>> = {
  nfl: board('football', 'football/nfl', '28'),
  ncaaf: board('football', 'football/college-football', '23', { groups: '80', limit: '300' }),
  nba: board('basketball', 'basketball/nba', '46'),
  nhl: board('hockey', 'hockey/nhl', '90'),
  mlb: board('baseball', 'baseball/mlb', '10'),
  ncaab: board('basketball', 'basketball/mens-college-basketball', null, {
    groups: '50',
    limit: '500',
  }),
  wncaab: board('basketball', 'basketball/womens-college-basketball', null, {
    groups: '50',
    limit: '500',
  }),
  epl: board('soccer', 'soccer/eng.1', '700'),
  'ligue-1': board('soccer', 'soccer/fra.1', '710'),
  atp: board('tennis', 'tennis/atp', null),
  wta: board('tennis', 'tennis/wta', null),
  ufc: board('mma', 'mma/ufc', '3321'),
};

/** The league with that number in that sport, if one of ours. */
export function leagueOf(sport: Sport, uid: string | null): League | null {
  if (uid === null) return null;
  return LEAGUES.find((each) => BOARDS[each].sport === sport && BOARDS[each].uid === uid) ?? null;
}
