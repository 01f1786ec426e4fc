import type { RunStats } from '../../shared/application/report/run-stats.ts';
import type { HistoryEvent, HistoryStore } from '../../shared/ports/history.ts';

/** A history that is folded into statistics as it comes, each event once, and kept in memory. */
export class StatsHistory implements HistoryStore {
  readonly #stats: RunStats;
  readonly #events = new Map<string, HistoryEvent>();

  constructor(stats: RunStats) {
    this.#stats = stats;
  }

  append(events: readonly HistoryEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#events.has(event.eventId)) continue;
      this.#events.set(event.eventId, event);
      this.#stats.onHistory(event);
    }
    return Promise.resolve();
  }

  events(): Promise<readonly HistoryEvent[]> {
    return Promise.resolve(
      [...this.#events.values()].toSorted(
        (a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1),
      ),
    );
  }
}
