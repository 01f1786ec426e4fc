import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../shared/domain/ledger/posting.ts';
import { money } from '../../shared/domain/money/money.ts';
import type { LedgerStore } from '../../shared/ports/ledger-store.ts';

const entry = (entryId: string, micros = 1_000): LedgerEntry => ({
  entryId,
  bookedAtMs: 5,
  source: { kind: 'opening' },
  postings: [
    { account: 'cash:0', amount: money(micros) },
    { account: 'capital', amount: money(-micros) },
  ],
});

/** What every ledger store must do, whatever it is made of. */
export function ledgerStoreContract(name: string, make: () => Promise<LedgerStore>): void {
  describe(`ledger store contract: ${name}`, () => {
    it('gives back what was appended, in that order', async () => {
      const store = await make();
      expect(await store.entries()).toEqual([]);
      await store.append([entry('b'), entry('a', -7)]);
      await store.append([]);
      await store.append([entry('c')]);
      expect(await store.entries()).toEqual([entry('b'), entry('a', -7), entry('c')]);
    });

    it('keeps the first entry of an id, within a batch and between batches', async () => {
      const store = await make();
      await store.append([entry('a', 1), entry('a', 2)]);
      await store.append([entry('a', 3), entry('b', 4)]);
      expect(await store.entries()).toEqual([entry('a', 1), entry('b', 4)]);
    });

    it('books once what many append at the same time', async () => {
      const store = await make();
      await Promise.all(
        Array.from({ length: 20 }, (_, copy) =>
          store.append([entry('same'), entry(`own-${copy}`)]),
        ),
      );
      const ids = (await store.entries()).map(({ entryId }) => entryId);
      expect(ids).toHaveLength(21);
      expect(new Set(ids).size).toBe(21);
    });

    it('keeps amounts to the micro-dollar, also large ones', async () => {
      const store = await make();
      const large = entry('large', Number.MAX_SAFE_INTEGER);
      await store.append([large]);
      expect(await store.entries()).toEqual([large]);
    });
  });
}
