import type { LedgerEntry } from '../../domain/ledger/posting.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';

/** The ledger in memory: append-only, one entry an id. */
export class MemoryLedgerStore implements LedgerStore {
  readonly #entries = new Map<string, LedgerEntry>();

  append(entries: readonly LedgerEntry[]): Promise<void> {
    for (const entry of entries) {
      if (!this.#entries.has(entry.entryId)) this.#entries.set(entry.entryId, entry);
    }
    return Promise.resolve();
  }

  entries(): Promise<readonly LedgerEntry[]> {
    return Promise.resolve([...this.#entries.values()]);
  }
}
