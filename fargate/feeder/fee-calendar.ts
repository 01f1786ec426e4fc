import type { EpochMs, EventTicker } from '../../shared/domain/market/market.ts';
import type { FeeChange, MarketCatalogue } from '../../shared/ports/market-catalogue.ts';
import type { DirectoryEntry } from './feeder-parts.ts';
import type { TaskTimers } from './task-timers.ts';

export type FeeCalendarParts = {
  readonly catalogue: Pick<MarketCatalogue, 'feeChanges'>;
  readonly tasks: TaskTimers;
  readonly nowMs: () => EpochMs;
  readonly intervalMs: number;
  readonly entries: () => Iterable<DirectoryEntry>;
  /** The fees of an event are other ones from now on. */
  readonly onDue: (eventTicker: EventTicker) => void;
};

/**
 * Changes of fees that the exchange announces (Kalshi: /series/fee_changes, /events/fee_changes): at the time of one
 * the fees of every followed event that it concerns are read again. A change that is moved or taken back before is read
 * again for nothing.
 */
export class FeeCalendar {
  readonly #parts: FeeCalendarParts;
  readonly #planned = new Set<string>();

  constructor(parts: FeeCalendarParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { tasks, intervalMs } = this.#parts;
    tasks.after(0, 'fee changes are read', () => this.#look());
    tasks.every(intervalMs, 'fee changes are read', () => this.#look());
  }

  async #look(): Promise<void> {
    const { catalogue, tasks, nowMs } = this.#parts;
    const read = await catalogue.feeChanges({ withPast: false });
    if (read.kind !== 'read') return;
    for (const change of read.value) {
      const plan = `${change.id}|${change.atMs}`;
      if (change.atMs <= nowMs() || this.#planned.has(plan)) continue;
      this.#planned.add(plan);
      tasks.after(change.atMs - nowMs(), 'fees change', () => {
        this.#planned.delete(plan);
        for (const eventTicker of this.#concerned(change)) this.#parts.onDue(eventTicker);
      });
    }
  }

  #concerned({ seriesTicker, change }: FeeChange): ReadonlySet<EventTicker> {
    const markets = [...this.#parts.entries()].map(({ market }) => market);
    const concerned = markets.filter((market) =>
      change.kind === 'series'
        ? market.seriesTicker === seriesTicker
        : market.eventTicker === change.eventTicker,
    );
    return new Set(concerned.map(({ eventTicker }) => eventTicker));
  }
}
