import { easternDateOf } from '../../domain/mapping/eastern-time.ts';
import { findTeam, hasTeams } from '../../domain/mapping/teams.ts';
import type { GameListing, ListedTeam } from '../../domain/market/game-listing.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { GameId } from '../../domain/market/market.ts';
import type { EventCompetitor, ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';

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
 * The games of one league's board: `league-day-AWAY-HOME` in our codes and by the Eastern day of the start, with `-2`
 * for the second game of a pair on that day by its start, off or not. Athletes are named by ESPN's ids. Events whose
 * two sides are not known yet, doubles, and matches of the other tour are not games of the league.
 */
export function boardGames(
  league: League,
  events: readonly ScoreboardEvent[],
): readonly BoardGame[] {
  const ofPair = new Map<GameId, number>();
  return events
    .toSorted((a, b) => a.startTimeMs - b.startTimeMs || compareText(a.eventId, b.eventId))
    .flatMap((event) => {
      const home = listedTeam(league, event.competitors[0]);
      const away = listedTeam(league, event.competitors[1]);
      if (home === null || away === null || !isOfLeague(league, event)) return [];
      const easternDate = easternDateOf(event.startTimeMs);
      const pair = `${league}-${easternDate}-${away.code}-${home.code}`;
      const nth = (ofPair.get(pair) ?? 0) + 1;
      ofPair.set(pair, nth);
      const { startTimeMs, startConfirmed } = event;
      const gameId = nth === 1 ? pair : `${pair}-${nth}`;
      return [
        {
          event,
          listing: { gameId, league, home, away, startTimeMs, startConfirmed, easternDate },
        },
      ];
    });
}

/** Whether an event of a league's board is of the league. What is not said of a match's division is not held against it. */
export function isOfLeague(league: League, { division }: ScoreboardEvent): boolean {
  const expected = DIVISION_OF[league];
  return expected === undefined || division === null || division === expected;
}

/** Null for a side that has no name yet. A team that is not in our list keeps ESPN's abbreviation, if it is nobody else's. */
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
