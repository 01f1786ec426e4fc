import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../../../shared/domain/edge/edge.ts';
import { STANDARD_FEES } from '../../../../shared/domain/market/fee-schedule.ts';
import { estimateTakerFee } from '../../../../shared/domain/market/fees.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { ExactDecimal } from '../../../../shared/domain/money/decimal.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { complement, price } from '../../../../shared/domain/money/price.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { kellyFraction } from '../../../../shared/domain/sizing/kelly.ts';
import { sizeOrder, type SizingInput } from '../../../../shared/domain/sizing/size-order.ts';
import { runs } from '../../../support/property-settings.ts';

const amount = fc.integer({ min: -1_000_000, max: 50_000_000_000 }).map(money);
const share = fc.integer({ min: 0, max: 1_000_000 });
const anyInput: fc.Arbitrary<SizingInput> = fc.record({
  edge: fc.record({
    leg: fc.constantFrom<Leg>('yes', 'no'),
    limitPrice: fc.integer({ min: 1, max: 9_999 }).map(price),
    count: fc.integer({ min: 1, max: 10_000_000 }).map(contracts),
    cost: amount,
    fees: amount,
    worstPerContract: fc.integer({ min: 1, max: 200_000 }).map(money),
    expected: amount,
  }),
  fees: fc.constant(STANDARD_FEES),
  method: fc.record({ kind: fc.constant('fixed_fraction' as const), millionths: share }),
  equity: amount,
  caps: fc.record({
    positionMillionths: share,
    eventMillionths: share,
    stagePositionCap: fc.option(amount),
    minCount: fc.integer({ min: 0, max: 1_000 }).map(contracts),
    depthShareMillionths: share,
  }),
  room: fc.record({
    account: amount,
    event: amount,
    market: amount,
    cash: amount,
    slots: fc.integer({ min: 0, max: 5 }),
  }),
});
const shareOf = (equity: number, millionths: number): ExactDecimal =>
  ExactDecimal.max(0, equity).mul(millionths).div(1_000_000);
const RUNS = runs(3_000);

describe('a sized order', () => {
  it('fits under every cap at its worst price, and one contract more would not', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const sized = sizeOrder(input);
        const { edge, equity, caps, room, method, fees: schedule } = input;
        const legPrice = edge.leg === 'yes' ? edge.limitPrice : complement(edge.limitPrice);
        const fits = (units: number): boolean => {
          const count = contracts(units);
          const exposure = new ExactDecimal(legPrice).mul(count);
          const fee = new ExactDecimal(
            estimateTakerFee({ price: edge.limitPrice, count: contracts(100), schedule }),
          );
          return (
            exposure.lte(
              shareOf(equity, method.kind === 'fixed_fraction' ? method.millionths : 0),
            ) &&
            exposure.lte(shareOf(equity, caps.positionMillionths)) &&
            exposure.lte(shareOf(equity, caps.eventMillionths)) &&
            (caps.stagePositionCap === null || exposure.lte(caps.stagePositionCap)) &&
            exposure.lte(room.account) &&
            exposure.lte(room.event) &&
            exposure.lte(room.market) &&
            exposure.add(fee.mul(units).div(100)).lte(room.cash) &&
            new ExactDecimal(units).lte(
              new ExactDecimal(edge.count).mul(caps.depthShareMillionths).div(1e6),
            )
          );
        };
        if (sized.kind === 'refused') {
          if (equity > 0 && room.slots > 0)
            expect(fits(Math.max(100, Math.ceil(caps.minCount / 100) * 100))).toBe(false);
          return;
        }
        expect(sized.count % 100).toBe(0);
        expect(sized.count).toBeGreaterThanOrEqual(Math.max(100, caps.minCount));
        expect(fits(sized.count)).toBe(true);
        expect(fits(sized.count + 100)).toBe(false);
        expect(sized.arithmetic.caps[sized.limitedBy]?.count).toBe(sized.count);
      }),
      RUNS,
    );
  });
});

it('no other stake has a higher expected logarithm of wealth than the Kelly bet', () => {
  const bet = fc.record({
    probability: fc.integer({ min: 1, max: 999 }).map((n) => probability(n / 1_000)),
    legPrice: fc.integer({ min: 100, max: 9_800 }).map(price),
    feePerContract: fc.integer({ min: 0, max: 17_500 }).map(money),
  });
  fc.assert(
    fc.property(bet, fc.integer({ min: 0, max: 998 }), (input, other) => {
      const cost = input.legPrice / 10_000 + input.feePerContract / 1_000_000;
      const growth = (spent: number): number =>
        input.probability * Math.log1p((spent * (1 - cost)) / cost) +
        (1 - input.probability) * Math.log1p(-spent);
      const best = kellyFraction(input);
      expect(best).toBeGreaterThanOrEqual(0);
      expect(best).toBeLessThan(1);
      expect(growth(other / 1_000)).toBeLessThanOrEqual(growth(best) + 1e-12);
    }),
    RUNS,
  );
});
