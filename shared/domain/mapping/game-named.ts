import { START_TOLERANCE_MS } from '../feeds/start-check.ts';
import type { GameListing, ListedTeam } from '../market/game-listing.ts';
import type { League } from '../market/leagues.ts';
import type { EpochMs, GameId } from '../market/market.ts';
import { foldName } from './fold-name.ts';
import { findTeam, type Team } from './teams.ts';

/**
 * Which listed game a source means. Only `found` may carry a price: `reversed` has home and away exchanged, and
 * `start_differs` is the right pair at another time, so one of the two sources is wrong.
 */
export type GameNamed =
  | { readonly kind: 'found'; readonly game: GameListing }
  | { readonly kind: 'reversed'; readonly game: GameListing }
  /** `byMs`: what the source says minus what is listed. */
  | { readonly kind: 'start_differs'; readonly game: GameListing; readonly byMs: number }
  | { readonly kind: 'no_such_game' }
  | { readonly kind: 'ambiguous'; readonly games: readonly GameId[] };

/**
 * Which listed game a source means that names both sides and a start. Teams count by their canonical codes, athletes by
 * their full names; a null league looks in all of them.
 */
export function gameNamed(
  games: readonly GameListing[],
  said: {
    readonly league: League | null;
    readonly home: string;
    readonly away: string;
    readonly startTimeMs: EpochMs;
  },
): GameNamed {
  const index = indexOf(games);
  const straight = index.of(said.league, said.home, said.away);
  const near = straight.filter(
    ({ startTimeMs }) => Math.abs(startTimeMs - said.startTimeMs) <= START_TOLERANCE_MS,
  );
  const [only] = near;
  if (near.length > 1) return ambiguous(near);
  if (only !== undefined) {
    const sameDay = straight.filter((game) => game.easternDate === only.easternDate);
    // The second game of a day often stands beside the first until its start is known: a time tells nothing then.
    return sameDay.length > 1 && !sameDay.every((game) => game.startConfirmed)
      ? ambiguous(sameDay)
      : { kind: 'found', game: only };
  }
  const reversed = nearest(index.of(said.league, said.away, said.home), said.startTimeMs);
  const listed = nearest(straight, said.startTimeMs);
  const isReversed =
    reversed !== null &&
    (listed === null || Math.abs(reversed.startTimeMs - said.startTimeMs) <= START_TOLERANCE_MS);
  if (isReversed) return { kind: 'reversed', game: reversed };
  if (listed === null) return { kind: 'no_such_game' };
  return { kind: 'start_differs', game: listed, byMs: said.startTimeMs - listed.startTimeMs };
}

/**
 * The curated team that a listing means, by its code and its name. Null when neither is known, and when they contradict
 * each other.
 */
export function teamListed(league: League, { code, name }: ListedTeam): Team | null {
  const byCode = findTeam(league, code);
  const byName = findTeam(league, name);
  if (byCode !== null && byName !== null && byCode.code !== byName.code) return null;
  return byName ?? byCode;
}

/** Whether a word stands for a listed side: the same team, or the same full name where the list does not know it. */
export function isNamed(league: League, listed: ListedTeam, said: string): boolean {
  const team = findTeam(league, said);
  return keysOf(league, listed).includes(team === null ? foldName(said) : teamKey(team));
}

function ambiguous(games: readonly GameListing[]): GameNamed {
  return { kind: 'ambiguous', games: games.map(({ gameId }) => gameId) };
}

type GameIndex = {
  of(league: League | null, home: string, away: string): readonly GameListing[];
};

/** A feed names a game with every frame; the listing changes once in minutes. */
const indexes = new WeakMap<readonly GameListing[], GameIndex>();

function indexOf(games: readonly GameListing[]): GameIndex {
  const kept = indexes.get(games);
  if (kept !== undefined) return kept;
  const made = makeIndex(games);
  indexes.set(games, made);
  return made;
}

function makeIndex(games: readonly GameListing[]): GameIndex {
  const byPair = new Map<string, GameListing[]>();
  const leagues = new Set(games.map(({ league }) => league));
  for (const game of games)
    for (const home of keysOf(game.league, game.home))
      for (const away of keysOf(game.league, game.away)) {
        const pair = pairKey(game.league, home, away);
        const listed = byPair.get(pair);
        if (listed === undefined) byPair.set(pair, [game]);
        else listed.push(game);
      }
  return {
    of: (league, home, away) =>
      (league === null ? [...leagues] : [league]).flatMap(
        (one) => byPair.get(pairKey(one, saidKey(one, home), saidKey(one, away))) ?? [],
      ),
  };
}

function keysOf(league: League, listed: ListedTeam): readonly string[] {
  const team = teamListed(league, listed);
  const name = foldName(listed.name);
  return team === null ? [name] : [teamKey(team), name];
}

function saidKey(league: League, said: string): string {
  const team = findTeam(league, said);
  return team === null ? foldName(said) : teamKey(team);
}

/** No folded name has a colon. */
function teamKey({ code }: Team): string {
  return `team:${code}`;
}

function pairKey(league: League, home: string, away: string): string {
  return `${league}|${home}|${away}`;
}

function nearest(games: readonly GameListing[], startTimeMs: EpochMs): GameListing | null {
  return games.reduce<GameListing | null>(
    (best, game) =>
      best === null ||
      Math.abs(game.startTimeMs - startTimeMs) < Math.abs(best.startTimeMs - startTimeMs)
        ? game
        : best,
    null,
  );
}
