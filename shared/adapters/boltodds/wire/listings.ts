import { START_TOLERANCE_MS } from '../../../domain/feeds/start-check.ts';
import { easternDateOf, easternDaysAround } from '../../../domain/mapping/eastern-time.ts';
import { findTeam, type Team } from '../../../domain/mapping/teams.ts';
import type { GameListing } from '../../../domain/market/game-listing.ts';
import type { League } from '../../../domain/market/leagues.ts';
import type { EpochMs, GameId } from '../../../domain/market/market.ts';
import type { BoltListedGame } from './catalogue.ts';
import { leagueOfSport } from './sports.ts';
import { parseBoltWhen } from './when.ts';

type Known = {
  readonly league: League;
  readonly home: Team;
  readonly away: Team;
  readonly startTimeMs: EpochMs;
};

/**
 * The games that the feed lists from yesterday to tomorrow, US Eastern, under our names. The zone of its starts is an
 * assumption, so no start is confirmed. Left out are other leagues, teams and starts that cannot be read, a game that
 * is listed again, both of two that have home and away exchanged: which is right is not the feed's to say, and both
 * of two that one pair plays on a day: nothing in the list tells them apart for good.
 */
export function listingsOf(
  games: readonly BoltListedGame[],
  leagues: readonly League[],
  nowMs: EpochMs,
): readonly GameListing[] {
  const days = easternDaysAround(nowMs);
  const known = games
    .flatMap((game) => knownOf(game, leagues) ?? [])
    .filter(({ startTimeMs }) => days.includes(easternDateOf(startTimeMs)))
    .toSorted((a, b) => a.startTimeMs - b.startTimeMs);
  const single = known.filter(
    (game, at) => !known.some((other, before) => before < at && isAgain(game, other)),
  );
  const straight = single.filter((game) => !known.some((other) => isExchanged(game, other)));
  const named = Map.groupBy(straight, nameOf);
  return [...named].flatMap(([gameId, [game, another]]) => {
    if (game === undefined || another !== undefined) return [];
    const { league, startTimeMs } = game;
    return {
      gameId,
      league,
      home: { code: game.home.code, name: game.home.name },
      away: { code: game.away.code, name: game.away.name },
      startTimeMs,
      startConfirmed: false,
      easternDate: easternDateOf(startTimeMs),
    };
  });
}

function nameOf({ league, home, away, startTimeMs }: Known): GameId {
  return `${league}-${easternDateOf(startTimeMs)}-${away.code}-${home.code}`;
}

function knownOf(game: BoltListedGame, leagues: readonly League[]): Known | null {
  const league = leagueOfSport(game.sport);
  if (league === null || !leagues.includes(league) || game.when === null) return null;
  const [home, away] = [findTeam(league, game.home), findTeam(league, game.away)];
  const startTimeMs = parseBoltWhen(game.when);
  if (home === null || away === null || typeof startTimeMs !== 'number') return null;
  return home.code === away.code ? null : { league, home, away, startTimeMs };
}

function isNear(one: Known, other: Known): boolean {
  return (
    one.league === other.league &&
    Math.abs(one.startTimeMs - other.startTimeMs) <= START_TOLERANCE_MS
  );
}

function isAgain(one: Known, other: Known): boolean {
  return (
    isNear(one, other) && one.home.code === other.home.code && one.away.code === other.away.code
  );
}

function isExchanged(one: Known, other: Known): boolean {
  return (
    isNear(one, other) && one.home.code === other.away.code && one.away.code === other.home.code
  );
}
