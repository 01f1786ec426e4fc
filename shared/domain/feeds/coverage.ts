import type { EpochMs, GameId } from '../market/market.ts';
import type { OddsSource } from '../odds/line.ts';

/** A book of a game. */
export type CoveredGame = { readonly book: OddsSource; readonly game: GameId };

/** What came of what a feed was asked for. A feed that drops a name it does not know says nothing: this does. */
export type CoverageReport = {
  readonly requestedBooks: readonly OddsSource[];
  readonly requestedGames: readonly GameId[];
  readonly seen: readonly CoveredGame[];
  /** Asked for long enough ago and not seen since. `game` is null where nothing at all came of a book. */
  readonly missing: readonly { readonly book: OddsSource; readonly game: GameId | null }[];
};

/**
 * Whether each book and game that a feed was asked for has come within a time. While it is not known which games
 * there are, each book must say something of any game; where there is none, nobody need say anything. Holds no clock.
 * Lists are in the order in which they were asked for.
 */
export class CoverageWatch {
  readonly #withinMs: number;
  #books = new Map<OddsSource, EpochMs>();
  /** Null while it is not known which there are. */
  #games: Map<GameId, EpochMs> | null = null;
  readonly #seen = new Map<OddsSource, Set<GameId>>();

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** What is asked for from now on. What was asked for before keeps its time, and what was seen of it counts. */
  expect(books: readonly OddsSource[], games: readonly GameId[] | null, nowMs: EpochMs): void {
    this.#books = askedSince(this.#books, books, nowMs);
    this.#games = games && askedSince(this.#games ?? new Map(), games, nowMs);
  }

  /** The feed said something of a game by a book, be it that its market is suspended. */
  saw(book: OddsSource, game: GameId): void {
    const games = this.#seen.get(book) ?? new Set();
    this.#seen.set(book, games.add(game));
  }

  /** A new connection, which was asked for the same: nothing has been seen on it. */
  restart(nowMs: EpochMs): void {
    this.#seen.clear();
    this.#books = askedSince(new Map(), [...this.#books.keys()], nowMs);
    this.#games &&= askedSince(new Map(), [...this.#games.keys()], nowMs);
  }

  /** What was asked for less than the time ago and has not come is neither seen nor missing yet. */
  report(nowMs: EpochMs): CoverageReport {
    const requestedBooks = [...this.#books.keys()];
    const requestedGames = [...(this.#games?.keys() ?? [])];
    return {
      requestedBooks,
      requestedGames,
      seen: requestedBooks.flatMap((book) => this.#seenOf(book)),
      missing: [...this.#books].flatMap(([book, sinceMs]) => this.#missingOf(book, sinceMs, nowMs)),
    };
  }

  #seenOf(book: OddsSource): readonly CoveredGame[] {
    const seen = this.#seen.get(book) ?? new Set();
    const games =
      this.#games === null ? [...seen] : [...this.#games.keys()].filter((game) => seen.has(game));
    return games.map((game) => ({ book, game }));
  }

  #missingOf(
    book: OddsSource,
    bookSinceMs: EpochMs,
    nowMs: EpochMs,
  ): readonly CoverageReport['missing'][number][] {
    const isDue = (sinceMs: EpochMs): boolean => nowMs - sinceMs >= this.#withinMs;
    if (!isDue(bookSinceMs)) return [];
    const due = [...(this.#games ?? [])]
      .filter(([, sinceMs]) => isDue(sinceMs))
      .map(([game]) => game);
    const isAsked = this.#games === null || due.length > 0;
    if (this.#seenOf(book).length === 0) return isAsked ? [{ book, game: null }] : [];
    return due
      .filter((game) => this.#seen.get(book)?.has(game) !== true)
      .map((game) => ({ book, game }));
  }
}

function askedSince<Name>(
  before: ReadonlyMap<Name, EpochMs>,
  names: readonly Name[],
  nowMs: EpochMs,
): Map<Name, EpochMs> {
  return new Map(names.map((name) => [name, before.get(name) ?? nowMs]));
}
