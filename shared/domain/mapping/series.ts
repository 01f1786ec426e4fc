import type { League } from '../market/leagues.ts';

/** A series of game winners on the exchange, and how its tickers are made. */
export type GameSeries = {
  readonly series: string;
  readonly league: League;
  /**
   * Whom the middle of a ticker names first: the visitors in American leagues, the hosts in soccer. Athletes have no
   * order.
   */
  readonly order: 'away_home' | 'home_away' | 'none';
  /**
   * `confirmed`: recorded markets of the series were read and agree with their games' results. Others are made by the
   * same pattern, were seen in public programs only, and are off unless they are named.
   */
  readonly certainty: 'confirmed' | 'unconfirmed';
  readonly evidence: string;
};

const PUBLIC_PROGRAMS = 'tickers in public programs; no recorded market was read';

/**
 * The series of game winners of every league that is followed, in one place. NFL counts as confirmed by recorded
 * messages of the exchange and by its rules; NBA and MLB by recorded markets and results.
 */
export const GAME_SERIES: readonly GameSeries[] = [
  american('KXNFLGAME', 'nfl', 'confirmed', 'recorded lifecycle messages of the exchange'),
  american('KXNBAGAME', 'nba', 'confirmed', '434 recorded markets agree with the results'),
  american('KXMLBGAME', 'mlb', 'confirmed', 'recorded markets of 6 games agree with the results'),
  american('KXNHLGAME', 'nhl', 'unconfirmed', PUBLIC_PROGRAMS),
  american('KXNCAAFGAME', 'ncaaf', 'unconfirmed', PUBLIC_PROGRAMS),
  american('KXNCAAMBGAME', 'ncaab', 'unconfirmed', PUBLIC_PROGRAMS),
  american('KXNCAAWBGAME', 'wncaab', 'unconfirmed', PUBLIC_PROGRAMS),
  { ...american('KXEPLGAME', 'epl', 'unconfirmed', PUBLIC_PROGRAMS), order: 'home_away' },
  { ...american('KXLIGUE1GAME', 'ligue-1', 'unconfirmed', PUBLIC_PROGRAMS), order: 'home_away' },
  { ...american('KXATPMATCH', 'atp', 'unconfirmed', PUBLIC_PROGRAMS), order: 'none' },
  { ...american('KXWTAMATCH', 'wta', 'unconfirmed', PUBLIC_PROGRAMS), order: 'none' },
  { ...american('KXUFCFIGHT', 'ufc', 'unconfirmed', PUBLIC_PROGRAMS), order: 'none' },
];

/** The series that are off unless they are named. */
export const UNCONFIRMED_SERIES: readonly string[] = GAME_SERIES.filter(
  ({ certainty }) => certainty === 'unconfirmed',
).map(({ series }) => series);

function american(
  series: string,
  league: League,
  certainty: GameSeries['certainty'],
  evidence: string,
): GameSeries {
  return { series, league, order: 'away_home', certainty, evidence };
}

/** The series of a league's game winners, confirmed or not; the first is the usual one. */
export function seriesOf(league: League): readonly GameSeries[] {
  return GAME_SERIES.filter((one) => one.league === league);
}

/** What is known of a series; null when it is not one of game winners. */
export function gameSeries(series: string): GameSeries | null {
  return GAME_SERIES.find((one) => one.series === series) ?? null;
}

/** The tickers of the series of some leagues that are on: the confirmed ones, and those that are named besides. */
export function seriesOn(
  leagues: readonly League[],
  named: readonly string[] = [],
): readonly string[] {
  return GAME_SERIES.filter(
    ({ series, league, certainty }) =>
      leagues.includes(league) && (certainty === 'confirmed' || named.includes(series)),
  ).map(({ series }) => series);
}

/** The leagues out of some that have no series that is on: none of their markets is looked at. */
export function leaguesOff(
  leagues: readonly League[],
  named: readonly string[],
): readonly { readonly league: League; readonly series: readonly string[] }[] {
  return leagues
    .filter((league) => seriesOn([league], named).length === 0)
    .map((league) => ({ league, series: seriesOf(league).map(({ series }) => series) }));
}
