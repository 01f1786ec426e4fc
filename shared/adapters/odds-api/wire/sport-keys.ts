import type { League } from '../../../domain/market/leagues.ts';

type Tour = 'atp' | 'wta';

const KEY_OF: Readonly<Record<Exclude<League, Tour>, string>> = {
  nfl: 'americanfootball_nfl',
  ncaaf: 'americanfootball_ncaaf',
  nba: 'basketball_nba',
  ncaab: 'basketball_ncaab',
  wncaab: 'basketball_wncaab',
  nhl: 'icehockey_nhl',
  mlb: 'baseball_mlb',
  epl: 'soccer_epl',
  'ligue-1': 'soccer_france_ligue_one',
  ufc: 'mma_mixed_martial_arts',
};

/** Tennis has one key for each tournament, which begin so. */
const TOURNAMENTS: Readonly<Record<Tour, string>> = { atp: 'tennis_atp_', wta: 'tennis_wta_' };

/** The vendor's keys of a league among those that are in season; tennis has one for each tournament that is on. */
export function sportKeysOf(league: League, inSeason: readonly string[]): readonly string[] {
  if (league === 'atp' || league === 'wta')
    return inSeason.filter((key) => key.startsWith(TOURNAMENTS[league]));
  return inSeason.filter((key) => key === KEY_OF[league]);
}

/** The league of a key; null for one that is not followed. */
export function leagueOfSportKey(key: string): League | null {
  return LEAGUE_OF.get(key) ?? tourOf(key);
}

const LEAGUE_OF: ReadonlyMap<string, League> = new Map(
  Object.entries(KEY_OF).map(([league, key]) => [key, league as Exclude<League, Tour>]),
);

function tourOf(key: string): League | null {
  if (key.startsWith(TOURNAMENTS.atp)) return 'atp';
  return key.startsWith(TOURNAMENTS.wta) ? 'wta' : null;
}
