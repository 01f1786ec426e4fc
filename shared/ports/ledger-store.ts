import type { LedgerEntry } from '../domain/ledger/posting.ts';

/** The record of money. Appending an entry whose id is already there changes nothing. */
export interface LedgerStore {
  append(entries: readonly LedgerEntry[]): Promise<void>;
  entries(): Promise<readonly LedgerEntry[]>;
}
