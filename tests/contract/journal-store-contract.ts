import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { JournalStore } from '../../shared/ports/history.ts';
import {
  opening,
  planned,
  purchase,
  residual,
  sale,
  settlement,
} from '../support/journal-builders.ts';
import { anEntry, anExit, NOON } from '../support/trade-builders.ts';

/** One entry of each kind, in the order of a trade, at times that only grow. */
export const A_TRADE: readonly JournalEntry[] = [
  opening(100_000_000, NOON),
  planned(anEntry(), NOON + 1),
  purchase({
    id: 'bought',
    positionId: 'entry-1',
    units: 5_200,
    count: 1_000,
    fee: 7,
    atMs: NOON + 2,
  }),
  {
    kind: 'position_opened',
    journalId: 'position_opened:entry-1',
    positionId: 'entry-1',
    market: anEntry().market,
    leg: 'yes',
    cause: 'entry',
    atMs: NOON + 2,
  },
  planned(anExit({ positionId: 'entry-1' }), NOON + 3),
  sale({
    id: 'sold',
    positionId: 'entry-1',
    units: 6_000,
    count: 400,
    fee: 5,
    basis: 2_080_000,
    atMs: NOON + 4,
  }),
  settlement({
    positionId: 'entry-1',
    result: { kind: 'scalar', settlementValue: price(5_000) },
    quantity: 600,
    basis: 3_120_000,
    payout: 3_000_000,
    fee: 1,
    atMs: NOON + 5,
  }),
  {
    kind: 'position_closed',
    journalId: 'position_closed:entry-1',
    positionId: 'entry-1',
    market: anEntry().market,
    leg: 'yes',
    cause: 'settlement',
    atMs: NOON + 5,
  },
  residual(-3, NOON + 6),
];

/** What every store of the journal must do, whatever it is made of. */
export function journalStoreContract(name: string, make: () => Promise<JournalStore>): void {
  describe(`journal store contract: ${name}`, () => {
    it('gives back each kind of entry as it was appended', async () => {
      const store = await make();
      expect(await store.entries()).toEqual([]);
      await store.append(A_TRADE.slice(0, 4));
      await store.append([]);
      await store.append(A_TRADE.slice(4));
      expect(await store.entries()).toEqual(A_TRADE);
    });

    it('gives entries by time, and those of one time in the order in which they came', async () => {
      const store = await make();
      const [late, first, second, early] = [
        residual(1, NOON + 9),
        opening(5, NOON, 1),
        opening(5, NOON, 0),
        opening(5, NOON - 1, 2),
      ] as const;
      await store.append([late, first]);
      await store.append([second, early]);
      expect(await store.entries()).toEqual([early, first, second, late]);
    });

    it('keeps the first entry of an id, within a batch and between batches', async () => {
      const store = await make();
      await store.append([opening(1), opening(2)]);
      await store.append([opening(3), residual(4, NOON)]);
      expect(await store.entries()).toEqual([opening(1), residual(4, NOON)]);
    });

    it('keeps once what many append at the same time, in any order', async () => {
      const store = await make();
      await Promise.all(
        Array.from({ length: 8 }, (_, copy) =>
          store.append(copy % 2 === 0 ? A_TRADE : A_TRADE.toReversed()),
        ),
      );
      const ids = (await store.entries()).map(({ journalId }) => journalId);
      expect(ids.toSorted()).toEqual(A_TRADE.map(({ journalId }) => journalId).toSorted());
    });

    it('keeps more than one page', async () => {
      const store = await make();
      const many = Array.from({ length: 450 }, (_, index) => residual(index, NOON + index));
      await store.append(many);
      expect(await store.entries()).toEqual(many);
    });
  });
}
