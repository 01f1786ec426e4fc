import { easternDateOf } from '../../domain/mapping/eastern-time.ts';
import { findTeam, hasTeams } from '../../domain/mapping/teams.ts';
import type { GameListing, ListedTeam } from '../../domain/market/game-listing.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EventCompetitor, ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { GameNames } from './game-names.ts';

/** An event with the game of ours that it is. */
export type BoardGame = { readonly event: ScoreboardEvent; readonly listing: GameListing };

/** Leagues with so many schools that two of them share an abbreviation: only a whole name tells a school. */
const BY_NAME_ONLY: ReadonlySet<League> = new Set(['ncaaf', 'ncaab', 'wncaab']);

/** A week of tennis holds men, women and doubles; each tour is its own singles. */
const DIVISION_OF: Readonly<Partial<Record<League, string>>> = {
  atp: 'mens-singles',
  wta: 'womens-singles',
};

/**
 * The games of one league's board by their starts: `league-day-AWAY-HOME` in our codes and by the Eastern day of the
 * start, off or not. A pair that plays twice on a day is told apart by `names`. Athletes are named by ESPN's ids.
 * Events whose two sides are not known yet, doubles, and matches of the other tour are not games of the league.
 */
export function boardGames(
  league: League,
  events: readonly ScoreboardEvent[],
  names: GameNames,
): readonly BoardGame[] {
  const games = events
    .toSorted((a, b) => a.startTimeMs - b.startTimeMs || compareText(a.eventId, b.eventId))
    .flatMap((event) => {
      const home = listedTeam(league, event.competitors[0]);
      const away = listedTeam(league, event.competitors[1]);
      if (home === null || away === null || !isOfLeague(league, event)) return [];
      const day = easternDateOf(event.startTimeMs);
      const pair = `${league}-${day}-${away.code}-${home.code}`;
      return [{ event, eventId: event.eventId, home, away, day, pair }];
    });
  const named = names.of(games);
  return games.map(({ event, eventId, home, away, day }) => {
    const { startTimeMs, startConfirmed } = event;
    const gameId = named.get(eventId);
    invariant(gameId !== undefined, 'each event of a board was named');
    const listing = { gameId, league, home, away, startTimeMs, startConfirmed, easternDate: day };
    return { event, listing };
  });
}

/**
 * Whether an event of a league's board is of the league. What is not said of a match's division is not held against
 * it.
 */
export function isOfLeague(league: League, { division }: ScoreboardEvent): boolean {
  const expected = DIVISION_OF[league];
  return expected === undefined || division === null || division === expected;
}

/**
 * Null for a side that has no name yet. A team that is not in our list keeps ESPN's abbreviation, if it is nobody
 * else's.
 */
function listedTeam(league: League, side: EventCompetitor): ListedTeam | null {
  const { id, name, code } = side;
  if (name === null) return null;
  if (!hasTeams(league)) return { code: id, name };
  const byName = findTeam(league, name);
  const byCode = code === null ? null : findTeam(league, code);
  const team = byName ?? (BY_NAME_ONLY.has(league) ? null : byCode);
  if (team !== null) return { code: team.code, name };
  return { code: code === null || byCode !== null ? `${code ?? 'ESPN'}${id}` : code, name };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
