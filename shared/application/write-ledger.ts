import { postJournal } from '../domain/ledger/post.ts';
import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { LedgerEntry } from '../domain/ledger/posting.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

/** Follows the journal: each entry that moves money becomes one balanced ledger entry, however often it arrives. */
export async function writeLedger(
  ledger: LedgerStore,
  journal: readonly JournalEntry[],
): Promise<void> {
  const entries: LedgerEntry[] = [];
  for (const entry of journal) {
    const posted = postJournal(entry);
    if (posted !== null) entries.push(posted);
  }
  if (entries.length > 0) await ledger.append(entries);
}
