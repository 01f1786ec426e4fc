import type {
  EpochMs,
  GameMapping,
  Market,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import type { TaskTimers } from './task-timers.ts';

const READ_RETRY_MS = 5_000;
/** From a change of the directory until it is read again; the wait then doubles. */
const FIRST_LOOK_MS = 1_000;

/** What is other in a list than in the one before. */
export type MarketListChange = {
  readonly fresh: readonly DirectoryEntry[];
  /** Known markets whose game was found since, is another, starts at another time, or is not certain any more. */
  readonly remapped: readonly DirectoryEntry[];
  readonly gone: readonly MarketTicker[];
};

export type MarketListListener = {
  /** The first markets are followed from here on. */
  readonly onFirst: (entries: readonly DirectoryEntry[]) => void;
  readonly onChanged: (change: MarketListChange) => void;
  /** Of markets that are listed no more, those that nothing of ours is in. */
  readonly droppable: (tickers: readonly MarketTicker[]) => Promise<readonly MarketTicker[]>;
  /** Markets as they were read again; the question was asked at `askedAtMs`. */
  readonly onRead: (markets: readonly Market[], askedAtMs: EpochMs) => void;
};

/** The markets that one epoch follows: read from the directory, looked for again, and refreshed when news were lost. */
export class MarketList {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  readonly #listener: MarketListListener;
  readonly #known = new Map<MarketTicker, DirectoryEntry>();
  /** Markets that the last list did not have. */
  #missing = new Set<MarketTicker>();
  #isOpened = false;
  #look: Promise<Look> | null = null;

  constructor(parts: FeederParts, tasks: TaskTimers, listener: MarketListListener) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#listener = listener;
  }

  get tickers(): readonly MarketTicker[] {
    return [...this.#known.keys()];
  }

  get entries(): Iterable<DirectoryEntry> {
    return this.#known.values();
  }

  follow(entry: DirectoryEntry): void {
    this.#known.set(entry.market.ticker, entry);
  }

  /** Reads the directory until it could be read, and then looks for other markets for ever. */
  async open(): Promise<void> {
    const entries = await this.#readDirectory();
    if (entries === null) {
      this.#tasks.after(READ_RETRY_MS, 'feeder reads the directory', () => this.open());
      return;
    }
    this.#listener.onFirst(entries);
    this.#isOpened = true;
    this.#planLook(FIRST_LOOK_MS);
  }

  /** By command, or because fees change; a directory that has not been read yet is about to be. */
  async lookNow(): Promise<readonly DirectoryEntry[] | null> {
    if (!this.#isOpened) return null;
    // A look that is under way may have read what is not so any more.
    await this.#look;
    return (await this.#lookForMarkets({ afresh: true })).entries;
  }

  /** Reads what the markets are now, again and again until the exchange shows all of them or the epoch is over. */
  refresh(): void {
    this.#tasks.after(0, 'feeder reads markets', async () => {
      const { tickers } = this;
      const askedAtMs = this.#parts.timers.nowMs();
      const read = await this.#tasks.guard('markets', () =>
        this.#parts.reader.markets({ tickers }),
      );
      if (this.#tasks.isOver) return;
      if (read?.kind === 'read') {
        this.#listener.onRead(
          read.value.map(({ market }) => market),
          askedAtMs,
        );
        if (read.value.length === tickers.length) return;
      }
      // No answer, or one that lacks markets because the exchange's reads are behind.
      this.#tasks.after(READ_RETRY_MS, 'feeder reads markets again', () => this.refresh());
    });
  }

  async #readDirectory(how = { afresh: false }): Promise<readonly DirectoryEntry[] | null> {
    const read = await this.#tasks.guard('directory', () => this.#parts.directory(how));
    if (this.#tasks.isOver || read === null) return null;
    if (read.kind === 'read') return read.value;
    this.#parts.telemetry.log('warn', 'directory_unavailable', { reason: read.reason });
    return null;
  }

  /**
   * Looks for other markets soon after the directory has changed, because the exchange's reads may be behind, and then
   * less and less often.
   */
  #planLook(afterMs: number): void {
    const { directoryIntervalMs } = this.#parts.limits;
    if (directoryIntervalMs === null) return;
    const waitMs = Math.min(afterMs, directoryIntervalMs);
    this.#tasks.after(waitMs, 'feeder reads the directory again', async () => {
      const look = await this.#tasks.guard('directory', () => this.#lookForMarkets());
      this.#planLook(look?.hasNews === true ? FIRST_LOOK_MS : 2 * waitMs);
    });
  }

  /** One look at a time: who asks meanwhile gets its answer. */
  #lookForMarkets(how = { afresh: false }): Promise<Look> {
    this.#look ??= this.#lookOnce(how).finally(() => {
      this.#look = null;
    });
    return this.#look;
  }

  async #lookOnce(how: { readonly afresh: boolean }): Promise<Look> {
    const askedAtMs = this.#parts.timers.nowMs();
    const entries = await this.#readDirectory(how);
    if (entries === null) return { entries, hasNews: false };
    const fresh = entries.filter(({ market }) => !this.#known.has(market.ticker));
    const remapped = entries.filter(({ market, mapping }) => {
      const known = this.#known.get(market.ticker);
      return known !== undefined && !isSameMapping(known.mapping, mapping);
    });
    const gone = await this.#gone(entries);
    if (this.#tasks.isOver) return { entries: null, hasNews: false };
    this.#rememberFees(entries, askedAtMs);
    const hasNews = fresh.length + remapped.length + gone.length > 0;
    if (!hasNews) return { entries, hasNews };
    this.#parts.telemetry.log('info', 'markets_changed', {
      found: fresh.length,
      remapped: remapped.length,
      gone: gone.length,
    });
    for (const ticker of gone) this.#known.delete(ticker);
    for (const entry of [...fresh, ...remapped]) this.#known.set(entry.market.ticker, entry);
    this.#listener.onChanged({ fresh, remapped, gone });
    return { entries, hasNews };
  }

  /** A market goes when two lists in a row lack it, so that one on the edge of a filter does not come and go. */
  async #gone(entries: readonly DirectoryEntry[]): Promise<readonly MarketTicker[]> {
    const listed = new Set(entries.map(({ market }) => market.ticker));
    const lacking = this.tickers.filter((ticker) => !listed.has(ticker));
    const twice = lacking.filter((ticker) => this.#missing.has(ticker));
    this.#missing = new Set(lacking);
    return twice.length === 0 ? [] : this.#listener.droppable(twice);
  }

  /** Other fees than those that were known count from now on. */
  #rememberFees(entries: readonly DirectoryEntry[], askedAtMs: EpochMs): void {
    const other = entries.filter(({ market }) => {
      const known = this.#known.get(market.ticker);
      return known !== undefined && !isSameFees(known.market, market);
    });
    if (other.length === 0) return;
    for (const entry of other) this.#known.set(entry.market.ticker, entry);
    this.#listener.onRead(
      other.map(({ market }) => market),
      askedAtMs,
    );
  }
}

/** `entries` is null when the directory could not be read. */
type Look = { readonly entries: readonly DirectoryEntry[] | null; readonly hasNews: boolean };

function isSameFees({ fees: a }: Market, { fees: b }: Market): boolean {
  return a.makerFeeType === b.makerFeeType && a.multiplierMillionths === b.multiplierMillionths;
}

/** What shows a mapping may grow while it says the same. */
function isSameMapping(a: GameMapping | null, b: GameMapping | null): boolean {
  if (a === null || b === null) return a === b;
  return a.gameId === b.gameId && a.yesSide === b.yesSide && a.startTimeMs === b.startTimeMs;
}
