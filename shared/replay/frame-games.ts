import { parseBoltWhen } from '../adapters/boltodds/wire/when.ts';
import type { BoltGame } from '../adapters/boltodds/wire/frames.ts';
import { gameNamed } from '../domain/mapping/map-markets.ts';
import type { GameListing } from '../domain/market/game-listing.ts';
import type { GameId, GameMapping } from '../domain/market/market.ts';

/** How a mapping's evidence names its game (mapMarkets). No team has ` at ` in its name. */
const LISTED = /^the scoreboard lists (.+) at (.+) on (\d{4}-\d{2}-\d{2})$/;

/**
 * The games of a feeder's recording, as the evidence of its mappings names them, and which of them a message of the odds
 * feed is about: by the same rule as the feeder, teams, sides and start. A mapping without such evidence has no odds.
 */
export class FrameGames {
  readonly #games = new Map<GameId, GameListing>();

  onMapping(mapping: GameMapping | null): void {
    for (const evidence of mapping?.evidence ?? []) {
      const [, away, home, easternDate] = LISTED.exec(evidence) ?? [];
      if (mapping === null || away === undefined || home === undefined) continue;
      this.#games.set(mapping.gameId, {
        gameId: mapping.gameId,
        league: mapping.league,
        startConfirmed: true,
        // Codes name markets, and these are mapped already.
        home: { code: '', name: home },
        away: { code: '', name: away },
        startTimeMs: mapping.startTimeMs,
        easternDate: easternDate ?? '',
      });
    }
  }

  gameIdOf(game: BoltGame): GameId | null {
    const startTimeMs = game.when === null ? null : parseBoltWhen(game.when);
    if (typeof startTimeMs !== 'number') return null;
    const said = { home: game.homeTeam, away: game.awayTeam, startTimeMs };
    return gameNamed([...this.#games.values()], said)?.gameId ?? null;
  }
}
