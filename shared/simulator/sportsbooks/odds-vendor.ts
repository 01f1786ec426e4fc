import { encodeFrame, TEXT_PING } from '../../adapters/boltodds/wire/encode.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { BoltGame } from '../../adapters/boltodds/wire/frames.ts';
import type { FeedBook, FeedStep } from './sportsbook.ts';

/** The feed says `ping` this often. */
export const PING_EVERY_MS = 10_000;

/** The feed of several sportsbooks over one socket. */
export class OddsVendor {
  readonly #books: readonly FeedBook[];
  #nextPingMs: EpochMs;

  constructor(options: { readonly books: readonly FeedBook[]; readonly startMs: EpochMs }) {
    this.#books = options.books;
    this.#nextPingMs = options.startMs + PING_EVERY_MS;
  }

  /** Every book of any sport, once. */
  get books(): readonly string[] {
    return [...new Set(this.#books.map(({ source }) => source))];
  }

  /** Every game of any book, once. */
  get games(): readonly BoltGame[] {
    const games = this.#books.flatMap((book) => book.games);
    return [...new Map(games.map((game) => [game.label, game])).values()];
  }

  /**
   * What a client gets who connects and subscribes: the acknowledgement, the confirmation, and the whole state of all
   * open games as one frame with an array. What the books said before is in the state and not said again.
   */
  connect(nowMs: EpochMs): readonly string[] {
    for (const book of this.#books) book.step(nowMs);
    const [first, ...others] = this.#books.flatMap((book) => book.openGames(nowMs));
    return [
      encodeFrame([{ action: 'socket_connected' }]),
      encodeFrame([{ action: 'subscription_updated', message: 'subscription updated' }]),
      ...(first === undefined ? [] : [encodeFrame([first, ...others])]),
    ];
  }

  /** The frames of all books up to a time, book by book, and pings; null for `nextMs` when all games are down. */
  step(nowMs: EpochMs): FeedStep {
    const steps = this.#books.map((book) => book.step(nowMs));
    const frames = steps.flatMap((step) => step.frames);
    const times = steps.flatMap(({ nextMs }) => (nextMs === null ? [] : [nextMs]));
    if (times.length === 0) return { frames, nextMs: null };
    if (nowMs >= this.#nextPingMs) {
      frames.push(TEXT_PING);
      this.#nextPingMs = nowMs + PING_EVERY_MS;
    }
    return { frames, nextMs: Math.min(...times, this.#nextPingMs) };
  }
}
