import { postJournal } from '../domain/ledger/post.ts';
import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { LedgerEntry } from '../domain/ledger/posting.ts';
import type { JournalStore } from '../ports/history.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

export type WriteLedgerDeps = { readonly ledger: LedgerStore; readonly journal: JournalStore };

/**
 * Follows the journal: keeps each entry, and makes one balanced ledger entry of each that moves money, however often it
 * arrives. The journal goes first, so that a posting never stands without its reason.
 */
export async function writeLedger(
  { ledger, journal }: WriteLedgerDeps,
  entries: readonly JournalEntry[],
): Promise<void> {
  const posted: LedgerEntry[] = [];
  for (const entry of entries) {
    const posting = postJournal(entry);
    if (posting !== null) posted.push(posting);
  }
  if (entries.length > 0) await journal.append(entries);
  if (posted.length > 0) await ledger.append(posted);
}
