import { describe, expect, it } from 'vitest';
import { MemoryHotStore, MAX_WRITES } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import { money } from '../../shared/domain/money/money.ts';
import type { HotWrite } from '../../shared/ports/hot-store.ts';
import { hotStoreContract } from './hot-store-contract.ts';

hotStoreContract('memory', () => Promise.resolve(new MemoryHotStore()));

const opening = (journalId: string): HotWrite => ({
  kind: 'insert',
  table: 'journal',
  key: journalId,
  value: { kind: 'opening', journalId, exchangeIndex: 0, cash: money(1), atMs: 0 },
});

describe('memory hot store', () => {
  it('tells its stream of each journal row once, in the order of the commits', async () => {
    const seen: JournalEntry[] = [];
    const store = new MemoryHotStore((entries) => seen.push(...entries));
    await store.transact([opening('a'), opening('b')]);
    await store.transact([opening('a')]);
    await store.transact([opening('c')]);
    expect(seen.map((entry) => entry.journalId)).toEqual(['a', 'b', 'c']);
  });

  it('refuses a transaction beyond the bound or that touches a row twice', () => {
    const store = new MemoryHotStore();
    const many = Array.from({ length: MAX_WRITES + 1 }, (_, index) => opening(String(index)));
    expect(() => store.transact(many)).toThrow('1 to 100 writes');
    expect(() => store.transact([opening('a'), opening('a')])).toThrow('each row once');
  });
});
