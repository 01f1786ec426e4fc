import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceOf, imbalance } from '../../../../shared/domain/ledger/fold-ledger.ts';
import type { JournalEntry } from '../../../../shared/domain/ledger/journal.ts';
import { postJournal } from '../../../../shared/domain/ledger/post.ts';
import { equityCurve } from '../../../../shared/domain/reports/equity-curve.ts';
import { netOf, roundTrips } from '../../../../shared/domain/reports/trade-summary.ts';
import {
  opening,
  purchase,
  residual,
  sale,
  settlement,
} from '../../../support/journal-builders.ts';

const CASH = 10_000_000_000;

/** Positions bought, partly sold, and settled, as a journal would have them; at most one leg at a time of a market. */
const journals: fc.Arbitrary<readonly JournalEntry[]> = fc
  .array(
    fc.record({
      leg: fc.constantFrom('yes', 'no'),
      units: fc.integer({ min: 1, max: 9_999 }),
      soldAt: fc.integer({ min: 1, max: 9_999 }),
      sold: fc.nat({ max: 100 }),
      count: fc.integer({ min: 101, max: 500 }),
      fee: fc.nat({ max: 300_000 }),
      won: fc.boolean(),
      unexplained: fc.integer({ min: -50, max: 50 }),
    }),
    { maxLength: 8 },
  )
  .map((rounds) => [
    opening(CASH),
    ...rounds.flatMap((round, index): readonly JournalEntry[] => {
      const { leg, units, soldAt, sold, count, fee, won, unexplained } = round;
      const [positionId, atMs] = [`position-${index}`, index * 10 + 1];
      const common = { positionId, leg, fee };
      const paid = (leg === 'yes' ? units : 10_000 - units) * count;
      const basis = Math.ceil((paid * sold) / count);
      const rest = count - sold;
      const payout = won === (leg === 'yes') ? rest * 10_000 : 0;
      const result = { kind: won ? 'yes' : 'no' } as const;
      return [
        purchase({ ...common, id: `b${index}`, units, count, atMs }),
        ...(sold > 0
          ? [
              sale({
                ...common,
                id: `s${index}`,
                units: soldAt,
                count: sold,
                basis,
                atMs: atMs + 1,
              }),
            ]
          : []),
        settlement({
          ...common,
          result,
          quantity: rest,
          basis: paid - basis,
          payout,
          atMs: atMs + 2,
        }),
        ...(unexplained === 0 ? [] : [residual(unexplained, atMs + 3)]),
      ];
    }),
  ]);

describe('the ledger of any journal', () => {
  it('is balanced, and its cash is what the curve and the round trips say', () => {
    let rounds = 0;
    fc.assert(
      fc.property(journals, (journal) => {
        const ledger = journal.flatMap((entry) => postJournal(entry) ?? []);
        expect(imbalance(ledger)).toBe(0);
        expect(new Set(ledger.map(({ entryId }) => entryId)).size).toBe(ledger.length);
        const cash = balanceOf(ledger).get('cash:0');
        const last = equityCurve({ journal, marks: [] }).at(-1)!;
        expect(last).toMatchObject({ cash, positions: 0, equity: cash });
        const suspense = balanceOf(ledger).get('suspense') ?? 0;
        const net = roundTrips(journal).reduce((sum, trip) => sum + netOf(trip), 0);
        expect(CASH + net - suspense).toBe(cash);
        rounds += journal.length;
      }),
    );
    expect(rounds).toBeGreaterThan(100);
  });
});
