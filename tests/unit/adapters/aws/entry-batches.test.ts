import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { entryBatches } from '../../../../shared/adapters/aws/entry-batches.ts';

const BOUNDS = { maxEntries: 4, maxBytes: 50, what: 'message' };

const bytesOf = (batch: readonly { readonly bytes: number }[]): number =>
  batch.reduce((sum, { bytes }) => sum + bytes, 0);

it('keeps order and bounds, and begins a batch only when the one before is full', () => {
  const entries = fc.array(fc.record({ bytes: fc.nat(50) }), { maxLength: 40 });
  fc.assert(
    fc.property(entries, (drawn) => {
      const batches = entryBatches(drawn, BOUNDS);
      expect(batches.flat()).toEqual(drawn);
      for (const [index, batch] of batches.entries()) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(BOUNDS.maxEntries);
        expect(bytesOf(batch)).toBeLessThanOrEqual(BOUNDS.maxBytes);
        const next = batches[index + 1]?.[0];
        if (next !== undefined && batch.length < BOUNDS.maxEntries)
          expect(bytesOf(batch) + next.bytes).toBeGreaterThan(BOUNDS.maxBytes);
      }
    }),
  );
});

it('refuses an entry that fits nowhere', () => {
  expect(() => entryBatches([{ bytes: 1 }, { bytes: 51 }], BOUNDS)).toThrow(
    'message has 51 bytes; at most 50 are taken',
  );
});
