import { leagueOfSport } from '../adapters/boltodds/wire/sports.ts';
import { parseBoltWhen } from '../adapters/boltodds/wire/when.ts';
import type { BoltGame } from '../adapters/boltodds/wire/frames.ts';
import { gameNamed } from '../domain/mapping/game-named.ts';
import type { GameListing } from '../domain/market/game-listing.ts';
import type { GameId, GameMapping } from '../domain/market/market.ts';

/** How a mapping's evidence names its game (mapMarkets). No team has ` at ` in its name. */
const LISTED = /^the scoreboard lists (.+) at (.+) on (\d{4}-\d{2}-\d{2})$/;

/**
 * The games of a feeder's recording, as the evidence of its mappings names them, and which of them a message of the odds
 * feed is about: by the same rule as the feeder, league, teams, sides and start. A mapping without such evidence has no odds.
 */
export class FrameGames {
  readonly #games = new Map<GameId, GameListing>();
  /** Null once a game was added: a message names a game far more often than a mapping changes. */
  #listed: readonly GameListing[] | null = null;

  onMapping(mapping: GameMapping | null): void {
    for (const evidence of mapping?.evidence ?? []) {
      const [, away, home, easternDate] = LISTED.exec(evidence) ?? [];
      if (mapping === null || away === undefined || home === undefined) continue;
      this.#listed = null;
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
    this.#listed ??= [...this.#games.values()];
    const league = leagueOfSport(game.sport);
    if (league === null) return null;
    const said = { league, home: game.homeTeam, away: game.awayTeam, startTimeMs };
    const named = gameNamed(this.#listed, said);
    return named.kind === 'found' ? named.game.gameId : null;
  }
}
