import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryLedgerStore } from '../../shared/adapters/memory/memory-ledger-store.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { DecisionLog } from '../../shared/ports/decision-log.ts';
import type { HotStore, HotTable } from '../../shared/ports/hot-store.ts';
import type { LedgerStore } from '../../shared/ports/ledger-store.ts';
import type { Books } from '../invariants/books.ts';

const TABLES = [
  'orders',
  'positions',
  'ownership',
  'fills',
  'settlements',
  'causes',
  'account',
  'suspicions',
  'fuses',
] as const satisfies readonly Exclude<HotTable, 'journal' | 'lease'>[];

/** The stores of a run, read at one time into memory, for the checker that looks at everything at once. */
export async function loadBooks(stores: {
  readonly store: HotStore;
  readonly ledger: Pick<LedgerStore, 'entries'>;
  readonly decisions: Pick<DecisionLog, 'all'>;
  readonly journal: readonly JournalEntry[];
  readonly config: Books['config'];
}): Promise<Books> {
  const store = new MemoryHotStore();
  for (const table of TABLES) await copyTable(stores.store, store, table);
  for (const entry of stores.journal)
    await store.transact([
      { kind: 'insert', table: 'journal', key: entry.journalId, value: entry },
    ]);
  for (const [scope, cap] of await stores.store.caps()) {
    const room = (await stores.store.headroom(scope)) ?? cap;
    await store.transact([{ kind: 'release', scope, amount: room - cap, initial: cap }]);
  }
  const ledger = new MemoryLedgerStore();
  await ledger.append(await stores.ledger.entries());
  const decisions = new MemoryDecisionLog();
  for (const { record } of await stores.decisions.all()) await decisions.append(record);
  return { store, ledger, decisions, config: stores.config };
}

async function copyTable(
  from: HotStore,
  to: MemoryHotStore,
  table: (typeof TABLES)[number],
): Promise<void> {
  for (const { key, value } of await from.list(table))
    // The row came out of this very table.
    await to.transact([
      { kind: 'insert', table, key, value } as Parameters<MemoryHotStore['transact']>[0][number],
    ]);
}
