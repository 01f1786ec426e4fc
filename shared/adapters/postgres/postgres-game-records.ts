import type { GameRecord, TimeSpan } from '../../domain/reports/game-record.ts';
import type { GameRecords } from '../../ports/game-records.ts';
import type { Database } from './data-api-database.ts';
import { asking } from './database-problem.ts';
import { readGames, readLines, readStates, type GamesAsked, type KeptGame } from './read-games.ts';

/** Games whose rows are asked for at once. */
const AT_ONCE = 4;

/**
 * What was kept of games, in Postgres: lines as they were told, thinned, and the versions of games' states.
 * Rejects with a `DatabaseProblem`.
 */
export class PostgresGameRecords implements GameRecords {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  between(window: TimeSpan): Promise<readonly GameRecord[]> {
    return asking('read what was kept of games', () => this.#read(window, 'touched'));
  }

  started(window: TimeSpan): Promise<readonly GameRecord[]> {
    return asking('read what was kept of games', () => this.#read(window, 'started'));
  }

  async #read(window: TimeSpan, asked: GamesAsked): Promise<readonly GameRecord[]> {
    const games = await readGames(this.#db, window, asked);
    const records: GameRecord[] = [];
    for (let from = 0; from < games.length; from += AT_ONCE)
      records.push(
        ...(await Promise.all(
          games.slice(from, from + AT_ONCE).map((game) => this.#record(game, asked)),
        )),
      );
    return records;
  }

  async #record(game: KeptGame, asked: GamesAsked): Promise<GameRecord> {
    const [lines, states] = await Promise.all([
      readLines(this.#db, game, asked),
      readStates(this.#db, game.gameId),
    ]);
    return { ...game, lines, states };
  }
}
