import type { EpochMs, Market, MarketTicker } from '../../shared/domain/market/market.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import type { TaskTimers } from './task-timers.ts';

const READ_RETRY_MS = 5_000;
/** From a change of the directory until it is read again; the wait then doubles. */
const FIRST_LOOK_MS = 1_000;

export type MarketListListener = {
  /** The first markets are followed from here on. */
  readonly onFirst: (entries: readonly DirectoryEntry[]) => void;
  /** Markets were listed, or could be mapped, since. */
  readonly onFresh: (entries: readonly DirectoryEntry[]) => Promise<void>;
  /** Markets as they were read again; the question was asked at `askedAtMs`. */
  readonly onRead: (markets: readonly Market[], askedAtMs: EpochMs) => void;
};

/** The markets that one epoch follows: read from the directory, looked for again, and refreshed when news were lost. */
export class MarketList {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  readonly #listener: MarketListListener;
  readonly #known = new Map<MarketTicker, DirectoryEntry>();
  #isOpened = false;
  #look: Promise<boolean> | null = null;

  constructor(parts: FeederParts, tasks: TaskTimers, listener: MarketListListener) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#listener = listener;
  }

  get tickers(): readonly MarketTicker[] {
    return [...this.#known.keys()];
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

  /** By command; a directory that has not been read yet is about to be. */
  async lookNow(): Promise<void> {
    if (this.#isOpened) await this.#lookForMarkets();
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

  async #readDirectory(): Promise<readonly DirectoryEntry[] | null> {
    const read = await this.#tasks.guard('directory', () => this.#parts.directory());
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
      const hasNews = await this.#tasks.guard('directory', () => this.#lookForMarkets());
      this.#planLook(hasNews === true ? FIRST_LOOK_MS : 2 * waitMs);
    });
  }

  /** One look at a time: who asks meanwhile gets its answer. */
  #lookForMarkets(): Promise<boolean> {
    this.#look ??= this.#lookOnce().finally(() => {
      this.#look = null;
    });
    return this.#look;
  }

  /** Whether markets were listed, or could be mapped, since. */
  async #lookOnce(): Promise<boolean> {
    const entries = (await this.#readDirectory()) ?? [];
    const fresh = entries.filter(({ market, mapping }) => {
      const known = this.#known.get(market.ticker);
      return known === undefined || (known.mapping === null && mapping !== null);
    });
    if (fresh.length === 0 || this.#tasks.isOver) return false;
    this.#parts.telemetry.log('info', 'markets_found', { markets: fresh.length });
    await this.#listener.onFresh(fresh);
    return !this.#tasks.isOver;
  }
}
