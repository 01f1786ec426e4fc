import { foldName } from '../../../domain/mapping/fold-name.ts';
import { LEAGUES, type League } from '../../../domain/market/leagues.ts';

/**
 * How the feed may call a league. NFL, NBA, NHL, MLB, NCAAB and tournaments such as `Wimbledon (M)` were seen; the
 * others are what its list of sports is looked through for. None of them is ever sent unless the feed's own list has
 * it.
 */
const NAMES: Readonly<Record<League, readonly string[]>> = {
  nfl: ['NFL'],
  ncaaf: ['NCAAF', 'College Football'],
  nba: ['NBA'],
  nhl: ['NHL'],
  mlb: ['MLB'],
  ncaab: ['NCAAB', 'NCAAB (M)'],
  wncaab: ['WNCAAB', 'NCAAB (W)', 'NCAAW'],
  epl: ['EPL', 'English Premier League', 'England Premier League'],
  'ligue-1': ['Ligue 1', 'France Ligue 1', 'French Ligue 1'],
  atp: ['ATP'],
  wta: ['WTA'],
  ufc: ['UFC', 'MMA'],
};

const LEAGUE_OF: ReadonlyMap<string, League> = new Map(
  LEAGUES.flatMap((league) => NAMES[league].map((name) => [foldName(name), league] as const)),
);

const TOURNAMENT = / \(([MW])\)$/;

/**
 * Our league behind a sport of the feed: a league's own name, or a tennis tournament with its draw. Null for others.
 */
export function leagueOfSport(sport: string): League | null {
  const league = LEAGUE_OF.get(foldName(sport));
  if (league !== undefined) return league;
  const draw = TOURNAMENT.exec(sport)?.[1];
  if (draw === undefined) return null;
  return draw === 'M' ? 'atp' : 'wta';
}

/** Of the feed's own sports those that are of these leagues, word for word: a filter must equal them. */
export function sportsOf(
  leagues: readonly League[],
  offered: readonly string[],
): readonly string[] {
  return offered.filter((sport) => {
    const league = leagueOfSport(sport);
    return league !== null && leagues.includes(league);
  });
}
