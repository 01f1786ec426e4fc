import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { ListedEvent, QuotedEvent } from './wire/answers.ts';

/** A game as the vendor names it. */
export type OddsApiGame = {
  readonly league: League;
  readonly home: string;
  readonly away: string;
  readonly startTimeMs: EpochMs;
};

/** Our game, or null when it is not mapped or stands with home and away exchanged. */
export type GameIdOf = (said: OddsApiGame) => GameId | null;

export type OwnGame = {
  readonly event: QuotedEvent;
  readonly league: League;
  readonly gameId: GameId;
};

/** Null for a game that is not ours, or of a league that is not followed. */
export function ownGameId(event: ListedEvent, gameIdOf: GameIdOf): GameId | null {
  const { league, home, away, commenceMs: startTimeMs } = event;
  return league === null ? null : gameIdOf({ league, home, away, startTimeMs });
}

/** The games of ours in an answer that have not begun. One that stands twice, under two ids, is neither. */
export function ownGames(
  events: readonly QuotedEvent[],
  gameIdOf: GameIdOf,
  nowMs: EpochMs,
): { readonly games: readonly OwnGame[]; readonly refused: readonly FrameRefusal[] } {
  const games = events.flatMap((event): readonly OwnGame[] => {
    // A game that is on shows prices of a market near its settlement.
    const gameId = event.commenceMs <= nowMs ? null : ownGameId(event, gameIdOf);
    return gameId === null || event.league === null
      ? []
      : [{ event, league: event.league, gameId }];
  });
  const times = new Map<GameId, number>();
  for (const { gameId } of games) times.set(gameId, (times.get(gameId) ?? 0) + 1);
  const refused = [...times].flatMap(([gameId, count]): readonly FrameRefusal[] => {
    const detail = `${gameId} stands ${count} times: none of them is used`;
    return count === 1 ? [] : [{ kind: 'refused', code: 'malformed', detail }];
  });
  return { games: games.filter(({ gameId }) => times.get(gameId) === 1), refused };
}
