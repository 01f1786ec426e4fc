import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeeRole, MakerFeeType } from '../../../../shared/domain/market/fee-schedule.ts';
import {
  BALANCE_UNIT,
  chargeFill,
  estimateTakerFee,
  tradeFee,
  type BalancePrecision,
} from '../../../../shared/domain/market/fees.ts';
import { modelFeeDecimal } from '../../../../shared/domain/market/fee-model.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { ExactDecimal } from '../../../../shared/domain/money/decimal.ts';
import { cost, money, negate, NO_MONEY } from '../../../../shared/domain/money/money.ts';
import { complement, price } from '../../../../shared/domain/money/price.ts';
import { runs } from '../../../support/property-settings.ts';

const RUNS = runs(2_000);
const anyPrice = fc.integer({ min: 1, max: 9_999 }).map(price);
const anyCount = fc
  .oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 800_000_000 }))
  .map(contracts);
const anySchedule = fc.record({
  makerFeeType: fc.constantFrom<MakerFeeType>(
    'quadratic',
    'quadratic_with_maker_fees',
    'quadratic_with_combo_maker_fees',
  ),
  multiplierMillionths: fc.oneof(
    fc.constantFrom(0, 500_000, 1_000_000, 1_500_000, 2_000_000),
    fc.integer({ min: 0, max: 10_000_000 }),
  ),
});
const anyFill = fc.record({
  role: fc.constantFrom<FeeRole>('taker', 'maker'),
  price: anyPrice,
  count: anyCount,
  schedule: anySchedule,
});
const anyPrecision = fc.constantFrom<BalancePrecision>('direct', 'intermediary');

describe('the trade fee', () => {
  it('in integers is the model in decimal.js, rounded up to 1e-6', () => {
    fc.assert(
      fc.property(anyFill, (fill) => {
        const oracle = modelFeeDecimal(fill).mul(1_000_000).ceil();
        expect(oracle.eq(tradeFee(fill))).toBe(true);
      }),
      RUNS,
    );
  });

  it('is the same for YES at p and NO at 1 − p', () => {
    fc.assert(
      fc.property(anyFill, (fill) => {
        expect(tradeFee({ ...fill, price: complement(fill.price) })).toBe(tradeFee(fill));
      }),
      RUNS,
    );
  });

  it('never falls when the count grows', () => {
    fc.assert(
      fc.property(anyFill, fc.integer({ min: 1, max: 10_000 }), (fill, more) => {
        const larger = tradeFee({ ...fill, count: contracts(fill.count + more) });
        expect(larger).toBeGreaterThanOrEqual(tradeFee(fill));
      }),
      RUNS,
    );
  });
});

describe('what is charged', () => {
  const anyOrder = fc.record({
    side: fc.constantFrom(1, -1),
    fills: fc.array(
      fc.record({
        role: fc.constantFrom<FeeRole>('taker', 'maker'),
        price: anyPrice,
        count: fc.integer({ min: 1, max: 5_000 }).map(contracts),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    schedule: anySchedule,
    precision: anyPrecision,
  });

  it('keeps the balance on its grid, is never negative, and adds up over an order', () => {
    fc.assert(
      fc.property(anyOrder, ({ side, fills, schedule, precision }) => {
        const unit = BALANCE_UNIT[precision];
        let accumulator = NO_MONEY;
        let charged = 0;
        let fees = 0;
        for (const fill of fills) {
          const paid = cost(fill.price, fill.count);
          const cashFlow = side === 1 ? paid : negate(paid);
          const fee = tradeFee({ ...fill, schedule });
          const charge = chargeFill({ cashFlow, tradeFee: fee, precision, accumulator });
          expect(Math.abs((cashFlow - charge.charged) % unit)).toBe(0);
          expect(charge.charged).toBeGreaterThanOrEqual(0);
          expect(charge.roundingFee).toBeGreaterThanOrEqual(0);
          expect(charge.roundingFee).toBeLessThan(unit);
          expect(charge.rebate % unit).toBe(0);
          accumulator = charge.accumulator;
          charged += charge.charged;
          fees += fee;
        }
        // Nothing is lost: what was charged beyond the fees is what still stands in the accumulator.
        expect(charged - fees).toBe(accumulator);
        expect(accumulator).toBeGreaterThanOrEqual(0);
      }),
      runs(500),
    );
  });

  it('stays within the estimate for either leg, and meets it for whole contracts', () => {
    const takers = fc.record({ price: anyPrice, count: anyCount, schedule: anySchedule });
    fc.assert(
      fc.property(takers, fc.boolean(), (input, buying) => {
        const paid = cost(input.price, input.count);
        const { charged } = chargeFill({
          cashFlow: buying ? negate(paid) : paid,
          tradeFee: tradeFee({ role: 'taker', ...input }),
          precision: 'direct',
          accumulator: money(0),
        });
        const estimate = estimateTakerFee(input);
        expect(charged).toBeLessThanOrEqual(estimate);
        expect(estimate - charged).toBeLessThanOrEqual(input.count % 100 === 0 ? 0 : 200);
        expect(new ExactDecimal(estimate).mod(100).isZero()).toBe(true);
      }),
      RUNS,
    );
  });
});
