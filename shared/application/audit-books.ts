import type { BookView, Level } from '../domain/market/book-view.ts';
import type { EpochMs, MarketTicker } from '../domain/market/market.ts';
import type { Clock } from '../ports/clock.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { MarketCatalogue } from '../ports/market-catalogue.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { clearCause, raiseCause, standingCauses } from './trading-causes.ts';

/** A book as the stream built it, and when it last changed. */
export type StreamedBook = {
  readonly view: BookView;
  /** Counts what was applied to it. */
  readonly changes: number;
  readonly changedMs: EpochMs;
};

export type BookAuditDeps = {
  readonly catalogue: Pick<MarketCatalogue, 'books'>;
  readonly clock: Clock;
  readonly store: HotStore;
  readonly telemetry: Telemetry;
  /** Markets whose books may be asked about. */
  readonly markets: () => readonly MarketTicker[];
  /** Null while the book is not to be believed anyway. */
  readonly bookOf: (market: MarketTicker) => StreamedBook | null;
  /** Asks the stream for these books again. */
  readonly resnapshot: (markets: readonly MarketTicker[]) => void;
};

export type BookAuditLook = {
  readonly agreed: number;
  /** Books that moved too much to be compared. */
  readonly unsure: number;
  /** Disagreed once: looked at again next. */
  readonly doubted: readonly MarketTicker[];
  readonly mismatched: readonly MarketTicker[];
};

/** At most, of one request. One request costs 10 tokens: every 2.5 s that is 2 % of the smallest account's reads. */
const BOOKS_PER_LOOK = 20;
/** Few books are spread over so many looks: whole books come back, and most of them stood still since the last one. */
const LOOKS_PER_ROUND = 8;
/** Reads lag: only a book that has stood still for so long can be told from one that was read late. */
const STILL_MS = 1_500;
/** A second mismatch within this long is no accident: the market takes no new risk until its book agrees again. */
const REPEAT_MS = 600_000;

const CODE = 'book_gap';

/**
 * Holds the top of sampled books against the exchange's own by request. A disagreement counts when two looks in a row
 * see it on a book that stood still: the reads may be behind by then, but the stream said nothing either. The book is
 * then asked for again; one that disagrees twice refuses new risk in its market until it agrees.
 */
export class BookAudit {
  readonly #deps: BookAuditDeps;
  readonly #doubted = new Map<MarketTicker, number>();
  readonly #mismatchedMs = new Map<MarketTicker, EpochMs>();
  readonly #refused = new Set<MarketTicker>();
  #hasTakenOver = false;
  #next = 0;

  constructor(deps: BookAuditDeps) {
    this.#deps = deps;
  }

  /** One look at some markets, those in doubt first; null when the exchange could not be asked. */
  async look(): Promise<BookAuditLook | null> {
    const { catalogue, bookOf, telemetry } = this.#deps;
    await this.#takeOver();
    const before = new Map(
      this.#sample().flatMap((market) => {
        const book = bookOf(market);
        return book === null ? [] : [[market, book] as const];
      }),
    );
    const none = { agreed: 0, unsure: 0, doubted: [], mismatched: [] };
    if (before.size === 0) return none;
    const read = await catalogue.books([...before.keys()]);
    if (read.kind !== 'read') {
      telemetry.count('feeder.book_audit_unread', 1);
      return null;
    }
    return this.#compare(before, read.value);
  }

  /** A process that died has left its refusals: they go as ours do. */
  async #takeOver(): Promise<void> {
    if (this.#hasTakenOver) return;
    for (const { code, scope } of await standingCauses(this.#deps.store))
      if (code === CODE && scope.kind === 'market') this.#refused.add(scope.market);
    this.#hasTakenOver = true;
  }

  async #compare(
    before: ReadonlyMap<MarketTicker, StreamedBook>,
    read: ReadonlyMap<MarketTicker, BookView>,
  ): Promise<BookAuditLook> {
    const { clock, telemetry } = this.#deps;
    const nowMs = clock.nowMs();
    const doubted: MarketTicker[] = [];
    const mismatched: MarketTicker[] = [];
    let agreed = 0;
    let unsure = 0;
    for (const [market, book] of before) {
      const theirs = read.get(market);
      const ours = this.#deps.bookOf(market);
      if (theirs === undefined || ours === null) continue;
      if (topOf(theirs) === topOf(ours.view) || topOf(theirs) === topOf(book.view)) {
        agreed += 1;
        await this.#onAgreed(market);
      } else if (ours.changes !== book.changes || nowMs - ours.changedMs < STILL_MS) {
        unsure += 1;
        this.#doubted.delete(market);
      } else if (this.#doubted.get(market) === ours.changes) mismatched.push(market);
      else {
        this.#doubted.set(market, ours.changes);
        doubted.push(market);
      }
    }
    if (mismatched.length > 0) await this.#onMismatch(mismatched, nowMs);
    telemetry.count('feeder.books_audited', agreed + mismatched.length);
    return { agreed, unsure, doubted, mismatched };
  }

  async #onAgreed(market: MarketTicker): Promise<void> {
    this.#doubted.delete(market);
    if (!this.#refused.has(market)) return;
    await clearCause(this.#deps.store, { code: CODE, scope: { kind: 'market', market } });
    // Only now: what could not be written is tried again.
    this.#refused.delete(market);
  }

  async #onMismatch(markets: readonly MarketTicker[], nowMs: EpochMs): Promise<void> {
    const { resnapshot, store, telemetry } = this.#deps;
    for (const market of markets) {
      this.#doubted.delete(market);
      const lastMs = this.#mismatchedMs.get(market);
      this.#mismatchedMs.set(market, nowMs);
      telemetry.count('feeder.book_mismatch', 1);
      telemetry.log('warn', 'book_mismatch', { market, repeated: lastMs !== undefined });
      if (lastMs === undefined || nowMs - lastMs > REPEAT_MS) continue;
      this.#refused.add(market);
      await raiseCause(store, {
        code: CODE,
        scope: { kind: 'market', market },
        state: 'refuse',
        sinceMs: nowMs,
        detail: 'the book of the stream is again not the one that the exchange shows',
      });
    }
    resnapshot(markets);
  }

  /** The doubted and the refused, and then others in turn. */
  #sample(): readonly MarketTicker[] {
    const markets = this.#deps.markets();
    const known = new Set(markets);
    const first = [...this.#doubted.keys(), ...this.#refused].filter((market) => known.has(market));
    const picked = new Set(first.slice(0, BOOKS_PER_LOOK));
    const inTurn = Math.ceil(markets.length / LOOKS_PER_ROUND);
    const most = Math.min(BOOKS_PER_LOOK, picked.size + inTurn);
    for (let tries = 0; tries < markets.length && picked.size < most; tries += 1) {
      const market = markets[this.#next % markets.length];
      this.#next += 1;
      if (market !== undefined) picked.add(market);
    }
    return [...picked];
  }
}

function topOf({ bids, asks }: BookView): string {
  return `${levelText(bids[0])}|${levelText(asks[0])}`;
}

function levelText(level: Level | undefined): string {
  return level === undefined ? 'none' : `${level.price}x${level.count}`;
}
