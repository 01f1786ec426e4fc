import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { JournalStore } from '../../ports/history.ts';

/** The journal in memory: append-only, one entry an id. */
export class MemoryJournalStore implements JournalStore {
  readonly #entries = new Map<string, JournalEntry>();

  append(entries: readonly JournalEntry[]): Promise<void> {
    for (const entry of entries) {
      if (!this.#entries.has(entry.journalId)) this.#entries.set(entry.journalId, entry);
    }
    return Promise.resolve();
  }

  entries(): Promise<readonly JournalEntry[]> {
    return Promise.resolve([...this.#entries.values()].toSorted((a, b) => a.atMs - b.atMs));
  }
}
