import type { League } from '../../domain/market/leagues.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { LineSource } from '../../domain/odds/line.ts';
import type { OddsStream, OddsStreamHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { SourceState } from '../http/source-state.ts';
import type { BoltCatalogue } from './bolt-catalogue.ts';
import { sportsOf } from './wire/sports.ts';
import type { BoltFilters } from './wire/subscribe.ts';

export type OddsOfLeaguesOptions = {
  readonly catalogue: Pick<BoltCatalogue, 'info'>;
  readonly leagues: readonly League[];
  readonly books: readonly LineSource[];
  readonly timers: Timers;
  /** A stream that asks for exactly this. */
  readonly newStream: (filters: BoltFilters) => OddsStream;
  /** Told of books and leagues that the feed does not offer: a filter of theirs would be ignored without a word. */
  readonly onNotOffered: (names: readonly string[]) => void;
};

const MARKETS = ['Moneyline'] as const;
const FIRST_RETRY_MS = 2_000;
const MOST_RETRY_MS = 60_000;

/**
 * The odds of followed leagues: what the feed calls them is read from its own list first, because a filter that does
 * not equal a name of the list is ignored. While the list cannot be read there are no odds, and nothing is guessed.
 */
export class OddsOfLeagues implements OddsStream {
  readonly #options: OddsOfLeaguesOptions;
  #handlers: OddsStreamHandlers | null = null;
  #stream: OddsStream | null = null;
  #retry: TimerHandle | null = null;
  #looking: Promise<void> = Promise.resolve();
  readonly #source = new SourceState();
  readonly #ending = new AbortController();

  constructor(options: OddsOfLeaguesOptions) {
    this.#options = options;
  }

  open(handlers: OddsStreamHandlers): void {
    invariant(this.#handlers === null, 'a stream is opened once');
    this.#handlers = handlers;
    this.#looking = this.#look(FIRST_RETRY_MS);
  }

  async close(): Promise<void> {
    this.#handlers = null;
    if (this.#retry !== null) this.#options.timers.cancel(this.#retry);
    this.#ending.abort();
    await this.#looking;
    await this.#stream?.close();
  }

  async #look(retryMs: number): Promise<void> {
    const { catalogue, leagues, books, newStream, onNotOffered } = this.#options;
    const info = await catalogue.info(this.#ending.signal);
    const handlers = this.#handlers;
    if (handlers === null) return;
    if (info.kind === 'unavailable') {
      handlers.onRefused({ kind: 'refused', code: 'feed_error', detail: info.reason });
      if (info.down !== null && this.#source.down(info.down.code)) handlers.onDown(info.down);
      this.#lookAgain(retryMs);
      return;
    }
    const sports = sportsOf(leagues, info.value.sports);
    const offered = books.filter((book) => info.value.books.includes(book));
    const missing = leagues.filter((league) => sportsOf([league], sports).length === 0);
    const notOffered = [...missing, ...books.filter((book) => !offered.includes(book))];
    if (notOffered.length > 0) onNotOffered(notOffered);
    if (sports.length === 0 || offered.length === 0) {
      if (this.#source.down('empty'))
        handlers.onDown({ code: 'empty', detail: `it offers nothing of ${notOffered.join(', ')}` });
      this.#lookAgain(retryMs);
      return;
    }
    if (this.#source.up()) handlers.onUp();
    // Books that are not offered are asked for all the same: what they lack is told of as coverage.
    this.#stream = newStream({ sports, sportsbooks: books, markets: MARKETS });
    this.#stream.open(handlers);
  }

  #lookAgain(afterMs: number): void {
    this.#retry = this.#options.timers.after(afterMs, 'odds feed lists what it has', () => {
      this.#looking = this.#look(Math.min(2 * afterMs, MOST_RETRY_MS));
    });
  }
}
