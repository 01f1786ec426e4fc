import type { HistoryEvent, HistoryStore } from '../../ports/history.ts';

/** History in memory: append-only, one event an id. */
export class MemoryHistoryStore implements HistoryStore {
  readonly #events = new Map<string, HistoryEvent>();

  append(events: readonly HistoryEvent[]): Promise<void> {
    for (const event of events) {
      if (!this.#events.has(event.eventId)) this.#events.set(event.eventId, event);
    }
    return Promise.resolve();
  }

  events(): Promise<readonly HistoryEvent[]> {
    return Promise.resolve(
      [...this.#events.values()]
        .filter(isGivenBack)
        .toSorted((a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1)),
    );
  }
}

/** What reports fold over; the rest is kept for whoever asks the database. */
function isGivenBack({ kind }: HistoryEvent): boolean {
  return kind !== 'game_state' && kind !== 'line' && kind !== 'feed' && kind !== 'run';
}
