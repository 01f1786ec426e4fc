import type { GameId } from '../../domain/market/market.ts';

/** An event of two sides on an Eastern day: `pair` is what its game is called when it is the only one of them. */
export type PairedEvent = {
  readonly pair: GameId;
  /** ESPN's, which stays when a start moves. */
  readonly eventId: string;
};

/** Those of several days of all leagues; the longest unseen go first. */
const MOST_PAIRS = 8_192;

/**
 * What each event is called, for as long as the process lives: by its pair and day alone if it is the first of them and
 * seen alone, else with ESPN's id behind it. No start that moves, no event that comes or goes and no restart then gives
 * the name of one game to another: of two that are seen at once neither has the name of the pair.
 */
export class GameNames {
  readonly #given = new Map<GameId, Map<string, GameId>>();

  /** The names of the events of one board, by their ids. */
  of(events: readonly PairedEvent[]): ReadonlyMap<string, GameId> {
    const names = new Map<string, GameId>();
    for (const [pair, together] of Map.groupBy(events, (event) => event.pair)) {
      const given = this.#given.get(pair) ?? new Map<string, GameId>();
      const isAlone = given.size === 0 && together.length === 1;
      for (const { eventId } of together) {
        const name = given.get(eventId) ?? (isAlone ? pair : `${pair}-${eventId}`);
        given.set(eventId, name);
        names.set(eventId, name);
      }
      this.#given.delete(pair);
      this.#given.set(pair, given);
    }
    for (const pair of this.#given.keys()) {
      if (this.#given.size <= MOST_PAIRS) break;
      this.#given.delete(pair);
    }
    return names;
  }
}
