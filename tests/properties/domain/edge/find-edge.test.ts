import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedPayoutFloor } from '../../../../shared/domain/edge/expected-payout.ts';
import { findEdge, type EdgeInput } from '../../../../shared/domain/edge/find-edge.ts';
import type { Level } from '../../../../shared/domain/market/book-view.ts';
import type { MakerFeeType } from '../../../../shared/domain/market/fee-schedule.ts';
import { contracts, type Contracts } from '../../../../shared/domain/money/contracts.ts';
import { ExactDecimal } from '../../../../shared/domain/money/decimal.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { edgeInDecimals } from '../../../support/edge-oracle.ts';
import { runs } from '../../../support/property-settings.ts';

const anyCount = fc
  .oneof(
    fc.integer({ min: 1, max: 300 }).map((n) => n * 100),
    fc.integer({ min: 1, max: 50_000 }),
  )
  .map(contracts);

/** A book that is not crossed: distinct prices, split at random into bids and asks. */
const anyView = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 12 }),
    fc.array(anyCount, { minLength: 12, maxLength: 12 }),
    fc.integer({ min: 0, max: 100 }),
  )
  .map(([prices, counts, share]) => {
    const levels = prices
      .toSorted((a, b) => a - b)
      .map((units, i): Level => ({ price: price(units), count: counts[i]! }));
    const cut = Math.round((levels.length * share) / 100);
    return { bids: levels.slice(0, cut).toReversed(), asks: levels.slice(cut) };
  });

/** Floats of all lengths, and the short decimals on which float arithmetic errs. */
const anyFair = fc
  .oneof(
    fc.maxSafeNat().map((n) => n / 2 ** 53),
    fc.integer({ min: 0, max: 1_000_000 }).map((micros) => micros / 1_000_000),
  )
  .map(probability);

const anyInput: fc.Arbitrary<EdgeInput> = fc.record({
  fair: anyFair,
  view: anyView,
  fees: fc.record({
    makerFeeType: fc.constant<MakerFeeType>('quadratic'),
    multiplierMillionths: fc.constantFrom(0, 500_000, 1_000_000, 333_333),
  }),
  minPerContract: fc.integer({ min: -20_000, max: 60_000 }).map(money),
  maxCount: fc.integer({ min: 100, max: 100_000 }).map(contracts),
});

describe('the edge in integers', () => {
  it('is the edge in exact decimals', () => {
    let edges = 0;
    fc.assert(
      fc.property(anyInput, (input) => {
        const { bids, asks } = input.view;
        const result = findEdge(input);
        if (bids.length === 0 || asks.length === 0) {
          expect(result).toMatchObject({ kind: 'none', best: null });
          return;
        }
        const [yes, no] = [edgeInDecimals(input, 'yes'), edgeInDecimals(input, 'no')];
        if (yes === null && no === null) {
          expect(result.kind).toBe('none');
          return;
        }
        edges += 1;
        const larger = no === null || (yes !== null && yes.expected >= no.expected) ? yes : no;
        expect(result).toEqual({ kind: 'edge', edge: larger, both: { yes, no } });
      }),
      runs(20_000),
    );
    // The comparison has seen enough of both answers to mean something.
    expect(edges).toBeGreaterThan(4_000);
  });

  it('promises in all at least what its worst contract promises, for whole contracts', () => {
    fc.assert(
      fc.property(anyInput.map(inWholeContracts), (input) => {
        const result = findEdge(input);
        fc.pre(result.kind === 'edge');
        const { edge } = result;
        expect(edge.worstPerContract).toBeGreaterThan(input.minPerContract);
        expect(edge.expected).toBeGreaterThanOrEqual((edge.worstPerContract * edge.count) / 100);
        expect(edge.count).toBeLessThanOrEqual(input.maxCount);
      }),
      runs(2_000),
    );
  });

  it('does not shrink when fair value moves toward the leg', () => {
    fc.assert(
      fc.property(anyInput, anyFair, (input, other) => {
        const [low, high] = input.fair < other ? [input.fair, other] : [other, input.fair];
        const before = findEdge({ ...input, fair: low });
        const after = findEdge({ ...input, fair: high });
        fc.pre(before.kind === 'edge' && before.both.yes !== null);
        if (after.kind !== 'edge') throw new Error('the edge was lost');
        expect(after.both.yes!.count).toBeGreaterThanOrEqual(before.both.yes.count);
      }),
      runs(2_000),
    );
  });
});

it('the expected payout is the shortest decimal of the probability, rounded down', () => {
  fc.assert(
    fc.property(anyFair, (fair) => {
      const yes = new ExactDecimal(fair).mul(1e6);
      expect(yes.floor().eq(expectedPayoutFloor(fair, 'yes'))).toBe(true);
      expect(new ExactDecimal(1e6).sub(yes).floor().eq(expectedPayoutFloor(fair, 'no'))).toBe(true);
    }),
    runs(20_000),
  );
});

const whole = (count: Contracts): Contracts => contracts(Math.ceil(count / 100) * 100);

function inWholeContracts(input: EdgeInput): EdgeInput {
  const rounded = (level: Level): Level => ({ ...level, count: whole(level.count) });
  const { bids, asks } = input.view;
  const view = { bids: bids.map(rounded), asks: asks.map(rounded) };
  return { ...input, view, maxCount: whole(input.maxCount) };
}
