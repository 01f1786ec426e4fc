import type { GameListing } from '../market/game-listing.ts';
import type { GameSide } from '../market/market.ts';
import { START_TOLERANCE_MS } from '../feeds/start-check.ts';
import { daysBetween, easternMs } from './eastern-time.ts';
import type { EventWords } from './event-ticker.ts';
import { teamListed } from './game-named.ts';
import type { MappingRefusal } from './mapping-refusal.ts';
import type { GameSeries } from './series.ts';
import { sideNamed } from './sides-named.ts';
import { codesOfTeam, findTeam, hasTeams } from './teams.ts';

/** One market of an event as far as it names a side: what its ticker ends with, and what the exchange calls YES. */
export type NamedSide = { readonly side: string; readonly yesName: string | null };

export const TIE = 'TIE';

/** A game that was put off or brought forward is listed on another day: the same pair within so many days is told. */
const NEAR_DAYS = 2;

export type GameFound = { readonly kind: 'found'; readonly game: GameListing } | MappingRefusal;

/**
 * The listed game that an event is about. The ticker must be the codes of both sides one after the other, in the
 * order of its series; which codes there are is known from the curated list and from the event's own markets, so
 * nothing is cut at a fixed place. Two games of one pair on a day are told apart by the time in the ticker, or not at
 * all.
 */
export function findGame(
  games: readonly GameListing[],
  event: {
    readonly series: GameSeries;
    readonly words: EventWords;
    readonly sides: readonly NamedSide[];
  },
): GameFound {
  const { series, words, sides } = event;
  const ofLeague = games.filter(({ league }) => league === series.league);
  const isMeant = (game: GameListing, order: GameSeries['order']): boolean =>
    spellings(game, order, sides, ofLeague).has(words.sides);
  const onDay = ofLeague.filter(({ easternDate }) => easternDate === words.date);
  const found = byTime(
    onDay.filter((game) => isMeant(game, series.order)),
    words,
  );
  const [only] = found;
  if (found.length > 1)
    return { code: 'ambiguous_game', games: found.map(({ gameId }) => gameId).toSorted() };
  if (only !== undefined) return { kind: 'found', game: only };
  const other = series.order === 'away_home' ? 'home_away' : 'away_home';
  const exchanged = onDay.find((game) => series.order !== 'none' && isMeant(game, other));
  if (exchanged !== undefined)
    return { code: 'reversed', source: 'ticker', game: exchanged.gameId };
  const moved = ofLeague
    .filter((game) => isMeant(game, series.order) && isNear(game.easternDate, words.date))
    .map(({ easternDate }) => easternDate)
    .toSorted();
  const [says] = moved;
  if (says !== undefined)
    return { code: 'date_differs', source: 'scoreboard', ticker: words.date, says };
  const unknown = sides.flatMap((one) =>
    one.side === TIE || isKnown(series, one, ofLeague) ? [] : [one.yesName ?? one.side],
  );
  return {
    code: 'no_such_game',
    date: words.date,
    sides: words.sides,
    unknown: [...new Set(unknown)].toSorted(),
  };
}

/** Of several games those that start when the ticker says, within half an hour; all of them when it says nothing. */
function byTime(games: readonly GameListing[], { date, time }: EventWords): readonly GameListing[] {
  const startMs = time === null ? null : easternMs(date, time);
  if (games.length < 2 || startMs === null) return games;
  return games.filter(({ startTimeMs }) => Math.abs(startTimeMs - startMs) <= START_TOLERANCE_MS);
}

/** Every way in which a ticker may write both sides of a game. */
function spellings(
  game: GameListing,
  order: GameSeries['order'],
  sides: readonly NamedSide[],
  among: readonly GameListing[],
): ReadonlySet<string> {
  const home = codesOf(game, 'home', sides, among);
  const away = codesOf(game, 'away', sides, among);
  const all = new Set<string>();
  for (const h of home)
    for (const a of away) {
      if (order !== 'home_away') all.add(`${a}${h}`);
      if (order !== 'away_home') all.add(`${h}${a}`);
    }
  return all;
}

function codesOf(
  game: GameListing,
  side: GameSide,
  sides: readonly NamedSide[],
  among: readonly GameListing[],
): readonly string[] {
  const team = teamListed(game.league, game[side]);
  const curated = team === null ? [] : codesOfTeam(team);
  const listed = hasTeams(game.league) && team === null ? [game[side].code] : [];
  const own = sides
    .filter(
      (one) =>
        one.side !== TIE && one.yesName !== null && sideNamed(game, one.yesName, among) === side,
    )
    .map((one) => one.side);
  return [...new Set([...curated, ...listed, ...own])];
}

function isKnown(
  { league }: GameSeries,
  { side, yesName }: NamedSide,
  among: readonly GameListing[],
): boolean {
  if (hasTeams(league))
    return findTeam(league, side) !== null || findTeam(league, yesName ?? '') !== null;
  return among.some((game) => sideNamed(game, yesName ?? side, among) !== 'neither');
}

function isNear(a: string, b: string): boolean {
  const days = daysBetween(a, b);
  return days !== null && days !== 0 && Math.abs(days) <= NEAR_DAYS;
}
