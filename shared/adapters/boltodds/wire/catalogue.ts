import * as z from 'zod';
import { parseBoltLabel, parseBoltTeams } from './label.ts';

/** What the feed offers, word for word: a filter must equal one of these. */
export type BoltInfo = { readonly sports: readonly string[]; readonly books: readonly string[] };

/** A game that the feed lists. Home and away are as it orders them, and may stand exchanged. */
export type BoltListedGame = {
  readonly label: string;
  readonly sport: string;
  readonly universalId: string | null;
  readonly home: string;
  readonly away: string;
  /** A wall clock without a zone; see `parseBoltWhen`. */
  readonly when: string | null;
};

/** An answer that is not of a form that is known; `detail` quotes none of it. */
export type CatalogueRefusal = { readonly kind: 'refused'; readonly detail: string };

const MOST = 20_000;
const name = z.string().min(1).max(300);
const info = z.object({ sports: z.array(name).max(MOST), sportsbooks: z.array(name).max(MOST) });

export function decodeInfo(body: unknown): BoltInfo | CatalogueRefusal {
  const read = info.safeParse(body);
  return read.success
    ? { sports: read.data.sports, books: read.data.sportsbooks }
    : { kind: 'refused', detail: 'get_info: sports and sportsbooks must be lists of names' };
}

const row = z.object({
  game: name.nullish(),
  sport: name,
  universal_id: name.nullish(),
  when: name.nullish(),
  orig_teams: name.nullish(),
  home_team: name.nullish(),
  away_team: name.nullish(),
});

/** The rows of get_games that are games, and how many are not. */
export type BoltGames = { readonly games: readonly BoltListedGame[]; readonly refused: number };

/**
 * Reads get_games in both its shapes: rows keyed by their label, or a list of rows with the label in `game`; either may
 * stand within `games`. A row without a sport or two teams is counted and left out.
 */
export function decodeGames(body: unknown): BoltGames | CatalogueRefusal {
  const rows = rowsOf(body);
  if (rows === null) return { kind: 'refused', detail: 'get_games: neither a map nor a list' };
  const games = rows.map(([label, value]) => gameOf(label, value));
  const known = games.filter((game) => game !== null);
  return { games: known, refused: games.length - known.length };
}

const LABELLED = z.record(z.string(), z.unknown());

function rowsOf(body: unknown): readonly (readonly [string | null, unknown])[] | null {
  if (Array.isArray(body)) return body.slice(0, MOST).map((value: unknown) => [null, value]);
  const map = LABELLED.safeParse(body);
  if (!map.success) return null;
  const inner = map.data['games'];
  if (typeof inner === 'object' && inner !== null && Object.keys(map.data).length === 1)
    return rowsOf(inner);
  return Object.entries(map.data).slice(0, MOST);
}

function gameOf(label: string | null, value: unknown): BoltListedGame | null {
  const read = row.safeParse(value);
  if (!read.success) return null;
  const { game, sport, universal_id: id, when, orig_teams: teams } = read.data;
  const named = label ?? game ?? null;
  if (named === null) return null;
  const labelled = parseBoltLabel(named);
  const said = parseBoltTeams(teams ?? '') ?? labelled;
  const home = read.data.home_team ?? said?.home;
  const away = read.data.away_team ?? said?.away;
  if (home === undefined || away === undefined) return null;
  const universalId = id ?? labelled?.universalId ?? null;
  return { label: named, sport, universalId, home, away, when: when ?? null };
}

const DEEPEST = 4;

/**
 * The names of markets in an answer of get_markets, each once and sorted. Its form is not documented: names are taken
 * from lists of names and of objects with a `market` or `name`, however they are grouped by sport and book.
 */
export function decodeMarkets(body: unknown): readonly string[] | CatalogueRefusal {
  if (typeof body !== 'object' || body === null)
    return { kind: 'refused', detail: 'get_markets: neither a map nor a list' };
  const names = new Set<string>();
  collect(body, names, 0);
  return [...names].toSorted();
}

function collect(value: unknown, names: Set<string>, depth: number): void {
  if (depth > DEEPEST || names.size >= MOST || typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    for (const inner of Object.values(value)) collect(inner, names, depth + 1);
    return;
  }
  for (const item of value as readonly unknown[]) {
    if (typeof item === 'string') names.add(item);
    else if (typeof item === 'object' && item !== null && 'market' in item)
      addName(item.market, names);
    else if (typeof item === 'object' && item !== null && 'name' in item) addName(item.name, names);
    else collect(item, names, depth + 1);
  }
}

function addName(value: unknown, names: Set<string>): void {
  if (typeof value === 'string') names.add(value);
}

/** What a subscription asks for and the feed does not offer, or offers in another spelling. */
export type UnknownFilter = {
  readonly filter: 'sports' | 'sportsbooks' | 'markets';
  readonly asked: string;
  /** The offered name that differs in case, spaces or punctuation only. */
  readonly meant: string | null;
};

/** The filters that would be ignored without a word. An absent filter asks for all and is never wrong. */
export function unknownFilters(
  asked: {
    readonly sports?: readonly string[];
    readonly sportsbooks?: readonly string[];
    readonly markets?: readonly string[];
  },
  offered: BoltInfo & { readonly markets?: readonly string[] },
): readonly UnknownFilter[] {
  const check = (
    filter: UnknownFilter['filter'],
    names: readonly string[] = [],
    known: readonly string[] | undefined,
  ): readonly UnknownFilter[] =>
    known === undefined
      ? []
      : names
          .filter((one) => !known.includes(one))
          .map((one) => ({
            filter,
            asked: one,
            meant: known.find((each) => plain(each) === plain(one)) ?? null,
          }));
  return [
    ...check('sports', asked.sports, offered.sports),
    ...check('sportsbooks', asked.sportsbooks, offered.books),
    ...check('markets', asked.markets, offered.markets),
  ];
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
