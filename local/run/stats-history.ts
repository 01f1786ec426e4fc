import type { RunStats } from '../../shared/application/report/run-stats.ts';
import type { HistoryEvent, HistoryStore } from '../../shared/ports/history.ts';

/** A history that is folded into statistics as it comes, each event once; what was folded is not kept. */
export class StatsHistory implements Pick<HistoryStore, 'append'> {
  readonly #stats: RunStats;
  readonly #eventIds = new Set<string>();

  constructor(stats: RunStats) {
    this.#stats = stats;
  }

  append(events: readonly HistoryEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#eventIds.has(event.eventId)) continue;
      this.#eventIds.add(event.eventId);
      this.#stats.onHistory(event);
    }
    return Promise.resolve();
  }
}
