import { easternDateOf } from '../../domain/mapping/eastern-time.ts';
import { findTeam, type Team } from '../../domain/mapping/teams.ts';
import type { GameListing } from '../../domain/market/game-listing.ts';
import type { EventCompetitor, ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';

export type NbaGame = { readonly event: ScoreboardEvent; readonly listing: GameListing };

export type NbaGames = {
  readonly games: readonly NbaGame[];
  readonly refused: readonly FrameRefusal[];
};

/**
 * Games under our ids, `nba-2026-11-22-NYK-CLE`: the Eastern day, away and home in our codes. No pair of the NBA plays
 * twice on a day, so a second one is refused, and so is a team that is not of the league by its name and its code.
 */
export function nbaGames(events: readonly ScoreboardEvent[]): NbaGames {
  const games = new Map<string, NbaGame>();
  const refused: FrameRefusal[] = [];
  for (const event of events) {
    const [home, away] = event.competitors;
    const teams = { home: teamOf(home), away: teamOf(away) };
    if (teams.home === null || teams.away === null) {
      refused.push(refuse(`${away.name} at ${home.name}: not both are teams of the NBA`));
      continue;
    }
    const { startTimeMs, startConfirmed } = event;
    const easternDate = easternDateOf(startTimeMs);
    const gameId = `nba-${easternDate}-${teams.away.code}-${teams.home.code}`;
    if (games.has(gameId)) refused.push(refuse(`${gameId} stands twice`));
    else
      games.set(gameId, {
        event,
        listing: {
          gameId,
          league: 'nba',
          home: { code: teams.home.code, name: teams.home.name },
          away: { code: teams.away.code, name: teams.away.name },
          startTimeMs,
          startConfirmed,
          easternDate,
        },
      });
  }
  return { games: [...games.values()], refused };
}

/** Null unless its name stands for a team, and its code for no other one. */
function teamOf({ name, code }: EventCompetitor): Team | null {
  const byName = name === null ? null : findTeam('nba', name);
  const byCode = code === null ? null : findTeam('nba', code);
  return byCode === null || byCode.code === byName?.code ? byName : null;
}

function refuse(detail: string): FrameRefusal {
  return { kind: 'refused', code: 'malformed', detail };
}
