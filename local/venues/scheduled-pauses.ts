import { weeklyPauses } from '../../shared/adapters/kalshi/wire/exchange-schedule.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';

export type ScheduledPausesOptions = {
  readonly exchange: SimExchange;
  readonly timers: Timers;
  /** Drops every stream: sockets of the exchange break in its weekly pause. */
  readonly dropStreams: () => void;
};

const DAY_MS = 86_400_000;

/** The weekly pause of trading by the calendar: Thursdays from 03:00 to 05:00 in New York (Kalshi: Maintenance and Pauses). */
export class ScheduledPauses {
  readonly #options: ScheduledPausesOptions;
  #planned: TimerHandle | null = null;

  constructor(options: ScheduledPausesOptions) {
    this.#options = options;
  }

  /** Pauses from now on whenever it is time, and at once when it is. */
  begin(): void {
    this.#plan(this.#options.timers.nowMs());
  }

  /** No further pause begins; one that has begun ends. */
  close(): void {
    if (this.#planned === null) return;
    this.#options.timers.cancel(this.#planned);
    this.#planned = null;
  }

  #plan(nowMs: EpochMs): void {
    const { timers, exchange, dropStreams } = this.#options;
    const next = weeklyPauses({ fromMs: nowMs, toMs: nowMs + 8 * DAY_MS }).find(
      ({ endMs }) => endMs > nowMs,
    );
    if (next === undefined) return;
    const { startMs, endMs } = next;
    this.#planned = timers.at(startMs, 'weekly pause', () => {
      exchange.setPause('trading', timers.nowMs());
      dropStreams();
      this.#planned = timers.at(endMs, 'end of the weekly pause', () => {
        const atMs = timers.nowMs();
        if (exchange.floor.pause === 'trading') exchange.setPause('none', atMs);
        this.#plan(atMs);
      });
    });
  }
}
