import { reconcile } from '../../shared/application/reconcile.ts';
import { ExchangeWatch, type ExchangeLook } from '../../shared/application/watch-exchange.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { ExchangeCalendar } from '../../shared/ports/exchange-calendar.ts';
import type { TaskTimers } from './task-timers.ts';

export type PauseWatchParts = {
  readonly trading: TradingDeps;
  readonly calendar: ExchangeCalendar;
  readonly tasks: TaskTimers;
  readonly intervalMs: number;
  readonly healAfterMs: number;
  /** Asks for every book again. */
  readonly resnapshot: () => void;
  /** Whether the stream is up and no open market's book is suspect. */
  readonly booksAreSound: () => boolean;
};

/** From before a window until it begins: longer than the time between two looks and an order on its way. */
const GUARD_MS = 30_000;
/** A status that could not be read for so long says that nothing is known of the exchange. */
const UNREAD_MS = 30_000;

/**
 * The exchange's pauses, looked for periodically. After one every book is asked for again and our books are held
 * against the exchange's; only when all of that agrees may new risk be taken.
 */
export class PauseWatch {
  readonly #parts: PauseWatchParts;
  readonly #watch: ExchangeWatch;
  #hasAsked = false;
  #last: ExchangeLook | null = null;

  constructor(parts: PauseWatchParts) {
    this.#parts = parts;
    const { trading, calendar, healAfterMs } = parts;
    this.#watch = new ExchangeWatch({
      ...trading,
      calendar,
      guardMs: GUARD_MS,
      unreadMs: UNREAD_MS,
      healAfterMs,
      recover: () => this.#recover(),
    });
  }

  /** What the last look found; null before the first. */
  get last(): ExchangeLook | null {
    return this.#last;
  }

  begin(): void {
    const { tasks, intervalMs } = this.#parts;
    tasks.after(0, 'exchange is looked at', () => this.#look());
    tasks.every(intervalMs, 'exchange is looked at', () => this.#look());
  }

  async #look(): Promise<void> {
    this.#last = await this.#watch.look();
  }

  async #recover(): Promise<boolean> {
    const { trading, resnapshot, booksAreSound } = this.#parts;
    if (!this.#hasAsked) {
      this.#hasAsked = true;
      resnapshot();
      return false;
    }
    if (!booksAreSound()) return false;
    const reconciled = await reconcile(trading);
    if (reconciled.kind !== 'agreed') return false;
    this.#hasAsked = false;
    return true;
  }
}
