import { MissedMessages } from '../../shared/application/find-missed-messages.ts';
import { reconcile } from '../../shared/application/reconcile.ts';
import type { OrderMessage } from '../../shared/application/apply-order-update.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { ToldPosition } from '../../shared/ports/market-data.ts';
import type { TaskTimers } from './task-timers.ts';

export type OwnMessagesParts = {
  readonly trading: TradingDeps;
  readonly reader: Pick<Exchange, 'asOfMs' | 'fills' | 'orders'>;
  readonly tasks: TaskTimers;
  readonly intervalMs: number;
  readonly tell: (message: OrderMessage) => void;
};

/** After a reconnect, what was on its way has arrived by then. */
const SETTLES_MS = 2_500;

/**
 * What the stream says of our own orders, fills and positions, held against what the exchange says when it is asked:
 * periodically, after each reconnect, and when a told position is not the one in our books.
 */
export class OwnMessages {
  readonly #parts: OwnMessagesParts;
  readonly #missed: MissedMessages;
  readonly #told = new Map<MarketTicker, { readonly position: number; readonly atMs: EpochMs }>();
  #looking = false;
  /** Somebody asked while a look was under way: that one may have read what was before. */
  #isAskedAgain = false;

  constructor(parts: OwnMessagesParts) {
    this.#parts = parts;
    const { trading, reader, tell } = parts;
    this.#missed = new MissedMessages({ ...trading, reader, tell });
  }

  begin(): void {
    const { tasks, intervalMs } = this.#parts;
    tasks.every(intervalMs, 'own messages are looked for', () => this.#look());
  }

  onMessage(message: OrderMessage): void {
    this.#missed.onMessage(message);
  }

  /** A connection came up, or orders may have gone without a word. */
  lookSoon(): void {
    this.#parts.tasks.after(SETTLES_MS, 'own messages are looked for', () => this.#look());
  }

  /** A position as the stream tells it; what our books say of it is asked when they have had the time to follow. */
  onPosition({ market, position }: ToldPosition): void {
    const isPlanned = this.#told.size > 0;
    this.#told.set(market, { position, atMs: this.#parts.trading.clock.nowMs() });
    if (!isPlanned) this.#planCompare();
  }

  #planCompare(): void {
    this.#parts.tasks.after(SETTLES_MS, 'told positions are compared', () => this.#compare());
  }

  async #look(): Promise<void> {
    const { tasks } = this.#parts;
    if (this.#looking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#looking = true;
    await tasks.guard('own messages', () => this.#missed.look());
    this.#looking = false;
    if (!this.#isAskedAgain) return;
    this.#isAskedAgain = false;
    tasks.after(0, 'own messages are looked for', () => this.#look());
  }

  async #compare(): Promise<void> {
    const { trading, tasks } = this.#parts;
    const untilMs = trading.clock.nowMs() - SETTLES_MS;
    const told = [...this.#told].filter(([, { atMs }]) => atMs <= untilMs);
    for (const [market] of told) this.#told.delete(market);
    if (this.#told.size > 0) this.#planCompare();
    let differs = 0;
    for (const [market, { position }] of told) {
      const ours = (await trading.store.get('positions', market))?.value;
      const held = ours === undefined || ours.state === 'closed' ? 0 : ours.quantity;
      const signed = ours?.leg === 'no' ? -held : held;
      if (signed === position) continue;
      differs += 1;
      trading.telemetry.log('warn', 'position_told_differs', {
        market,
        told: position,
        ours: signed,
      });
    }
    if (differs === 0) return;
    trading.telemetry.count('feeder.position_differs', differs);
    await this.#look();
    await tasks.guard('reconcile', () => reconcile(trading));
  }
}
