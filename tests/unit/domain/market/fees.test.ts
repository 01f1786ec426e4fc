import { describe, expect, it } from 'vitest';
import { STANDARD_FEES, type FeeSchedule } from '../../../../shared/domain/market/fee-schedule.ts';
import {
  chargeFill,
  estimateTakerFee,
  feeRateMillionths,
  tradeFee,
  type BalancePrecision,
  type FeeInput,
  type FillCharge,
} from '../../../../shared/domain/market/fees.ts';
import { modelFeeDecimal } from '../../../../shared/domain/market/fee-model.ts';
import { contracts, parseContracts } from '../../../../shared/domain/money/contracts.ts';
import { minimalText } from '../../../../shared/domain/money/decimal.ts';
import { InvariantViolation } from '../../../../shared/domain/money/invariant.ts';
import { cost, money, negate, NO_MONEY } from '../../../../shared/domain/money/money.ts';
import { parsePrice, price } from '../../../../shared/domain/money/price.ts';

const HALF: FeeSchedule = { makerFeeType: 'quadratic', multiplierMillionths: 500_000 };
const MAKER: FeeSchedule = {
  makerFeeType: 'quadratic_with_maker_fees',
  multiplierMillionths: 1_000_000,
};
const COMBO: FeeSchedule = {
  makerFeeType: 'quadratic_with_combo_maker_fees',
  multiplierMillionths: 1_000_000,
};

function fill(
  role: FeeInput['role'],
  priceText: string,
  countText: string,
  schedule = STANDARD_FEES,
) {
  const [value, count] = [parsePrice(priceText), parseContracts(countText)];
  if (typeof value !== 'number' || typeof count !== 'number') throw new Error('bad table');
  return { role, price: value, count, schedule };
}

function bought(input: FeeInput, precision: BalancePrecision, accumulator = NO_MONEY): FillCharge {
  return chargeFill({
    cashFlow: negate(cost(input.price, input.count)),
    tradeFee: tradeFee(input),
    precision,
    accumulator,
  });
}

describe("the exchange's worked examples", () => {
  it.each([
    ['taker 1 @ 0.52', fill('taker', '0.52', '1'), '0.017472', 17_500],
    ['taker 1 @ 0.99', fill('taker', '0.99', '1'), '0.000693', 700],
    ['taker 100 @ 0.50', fill('taker', '0.5', '100'), '1.75', 1_750_000],
    ['maker 100 @ 0.50, no maker fees', fill('maker', '0.5', '100'), '0', 0],
    ['maker 100 @ 0.50, maker fees', fill('maker', '0.5', '100', MAKER), '0.4375', 437_500],
    ['maker 100 @ 0.50, combo', fill('maker', '0.5', '100', COMBO), '0.875', 875_000],
    ['taker 100 @ 0.50, multiplier 0.5', fill('taker', '0.5', '100', HALF), '0.875', 875_000],
    ['taker 1 @ 0.055', fill('taker', '0.055', '1'), '0.00363825', 3_700],
  ])('%s', (_name, input, model, charged) => {
    expect(minimalText(modelFeeDecimal(input))).toBe(model);
    expect(bought(input, 'direct').charged).toBe(charged);
  });

  it('at one cent of balance precision, taker 1 @ 0.055 moves the balance by six cents', () => {
    expect(bought(fill('taker', '0.055', '1'), 'intermediary')).toEqual({
      charged: 5_000,
      tradeFee: 3_639,
      roundingFee: 1_361,
      rebate: 0,
      accumulator: 1_361,
    });
  });

  it('three fills of 0.30 @ 0.50 at one cent: the third gives a cent back', () => {
    let accumulator = NO_MONEY;
    const charges = [1, 2, 3].map(() => {
      const charge = bought(fill('taker', '0.50', '0.30'), 'intermediary', accumulator);
      accumulator = charge.accumulator;
      return charge;
    });
    expect(charges.map((charge) => charge.charged)).toEqual([10_000, 10_000, 0]);
    expect(charges.map((charge) => charge.roundingFee)).toEqual([4_750, 4_750, 4_750]);
    expect(charges.map((charge) => charge.accumulator)).toEqual([4_750, 9_500, 4_250]);
  });

  it('three fills with $0.004 of rounding each carry 0.004, 0.008, 0.002', () => {
    let accumulator = NO_MONEY;
    const carried = [1, 2, 3].map(() => {
      const charge = chargeFill({
        cashFlow: money(-40_000),
        tradeFee: money(6_000),
        precision: 'intermediary',
        accumulator,
      });
      accumulator = charge.accumulator;
      return accumulator;
    });
    expect(carried).toEqual([4_000, 8_000, 2_000]);
  });
});

const withAccumulated = (accumulator: number): FillCharge =>
  chargeFill({
    cashFlow: money(-30_000),
    tradeFee: money(9_000),
    precision: 'intermediary',
    accumulator: money(accumulator),
  });

describe('the accumulator of an order', () => {
  it('gives nothing back at exactly one unit and one unit just above it', () => {
    expect(withAccumulated(9_000)).toMatchObject({
      roundingFee: 1_000,
      rebate: 0,
      accumulator: 10_000,
    });
    expect(withAccumulated(9_001)).toMatchObject({ rebate: 10_000, accumulator: 1, charged: 0 });
  });

  it('gives direct members back in units of $0.0001', () => {
    const charge = chargeFill({
      cashFlow: money(-520_000),
      tradeFee: money(17_472),
      precision: 'direct',
      accumulator: money(90),
    });
    expect(charge).toEqual({
      charged: 17_400,
      tradeFee: 17_472,
      roundingFee: 28,
      rebate: 100,
      accumulator: 18,
    });
  });

  it('never pays for a fill: a rebate larger than the fee waits', () => {
    const charge = chargeFill({
      cashFlow: money(-9_903),
      tradeFee: money(0),
      precision: 'intermediary',
      accumulator: money(9_950),
    });
    expect(charge).toMatchObject({ roundingFee: 97, rebate: 0, charged: 97, accumulator: 10_047 });
  });

  it('rounds a sale against the seller too', () => {
    const charge = chargeFill({
      cashFlow: money(520_000),
      tradeFee: money(17_472),
      precision: 'direct',
      accumulator: NO_MONEY,
    });
    expect(charge.charged).toBe(17_500);
  });

  it('refuses a negative fee as a bug', () => {
    expect(() =>
      chargeFill({
        cashFlow: NO_MONEY,
        tradeFee: money(-1),
        precision: 'direct',
        accumulator: NO_MONEY,
      }),
    ).toThrow(InvariantViolation);
  });
});

describe('a fee estimate', () => {
  it('is what one fill of whole contracts is charged', () => {
    const input = { price: price(5_200), count: contracts(100), schedule: STANDARD_FEES };
    expect(estimateTakerFee(input)).toBe(17_500);
    expect(estimateTakerFee({ ...input, count: contracts(0) })).toBe(0);
  });

  it('covers the rounding of a fractional count even where the fee is nothing', () => {
    const free = { makerFeeType: 'quadratic', multiplierMillionths: 0 } as const;
    const input = { price: price(5_201), count: contracts(1), schedule: free };
    expect(bought({ role: 'taker', ...input }, 'direct').charged).toBe(99);
    expect(estimateTakerFee(input)).toBe(100);
  });
});

it('knows the rate of each role and type', () => {
  expect(feeRateMillionths('taker', COMBO)).toBe(70_000);
  expect(feeRateMillionths('maker', STANDARD_FEES)).toBe(0);
  expect(feeRateMillionths('maker', MAKER)).toBe(17_500);
  expect(feeRateMillionths('maker', COMBO)).toBe(35_000);
});
