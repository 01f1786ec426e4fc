import { ONE_CONTRACT, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { money, NO_MONEY, type Money } from '../money/money.ts';
import { ONE_DOLLAR, type Price } from '../money/price.ts';
import { ceilDivide, floorDivide } from '../money/rounding.ts';
import type { FeeRole, FeeSchedule } from './fee-schedule.ts';

/** One fill as the fee model sees it. The model is symmetric in P, so YES and NO prices give the same fee. */
export type FeeInput = {
  readonly role: FeeRole;
  readonly price: Price;
  readonly count: Contracts;
  readonly schedule: FeeSchedule;
};

/** Whose balance it is: a member of the exchange, or an account through a broker. */
export type BalancePrecision = 'direct' | 'intermediary';

/** The unit to which the exchange aligns a balance: $0.0001 and $0.01 (Kalshi, "Fee Rounding"). */
export const BALANCE_UNIT: Readonly<Record<BalancePrecision, Money>> = {
  direct: 100 as Money,
  intermediary: 10_000 as Money,
};

/** What the exchange books for one fill. `charged` is its `fee_cost`. */
export type FillCharge = {
  readonly charged: Money;
  readonly tradeFee: Money;
  readonly roundingFee: Money;
  readonly rebate: Money;
  /** Rounding fees of the order that were not given back yet; goes into its next fill. */
  readonly accumulator: Money;
};

/**
 * The rate of the quadratic fee model in millionths of C × P × (1 − P), before the multiplier: taker 0.07; maker 0,
 * 0.0175 or 0.035 by the series' type (Kalshi fee schedule of 2026-07-07).
 */
export function feeRateMillionths(role: FeeRole, schedule: FeeSchedule): number {
  if (role === 'taker') return 70_000;
  switch (schedule.makerFeeType) {
    case 'quadratic':
      return 0;
    case 'quadratic_with_maker_fees':
      return 17_500;
    case 'quadratic_with_combo_maker_fees':
      return 35_000;
  }
}

/** 1e-6 (multiplier) × 1e-6 (rate) × 1e-2 (count) × 1e-8 (price and its complement), in units of 1e-6 dollars. */
const MODEL_DIVISOR = 1e16;
/** Divides multiplier × rate for each rate at whole and half multipliers, so that their numerators stay short. */
const WEIGHT_UNIT = 1_250_000_000;
const SHORT_DIVISOR = MODEL_DIVISOR / WEIGHT_UNIT;

/**
 * The fee model of one fill rounded up to 1e-6 dollars ("trade fee" of the exchange). Integers throughout; BigInt only
 * when the numerator leaves 2^53 or the multiplier is not a multiple of one half.
 */
export function tradeFee({ role, price, count, schedule }: FeeInput): Money {
  const weight = feeRateMillionths(role, schedule) * schedule.multiplierMillionths;
  const variance = price * (ONE_DOLLAR - price);
  if (weight % WEIGHT_UNIT === 0) {
    const numerator = (weight / WEIGHT_UNIT) * count * variance;
    // A quotient of integers below 2^53 is nearer to no integer than its own fraction allows: ceil is exact.
    if (numerator <= Number.MAX_SAFE_INTEGER) return Math.ceil(numerator / SHORT_DIVISOR) as Money;
  }
  const divisor = BigInt(MODEL_DIVISOR);
  const numerator = BigInt(weight) * BigInt(count) * BigInt(variance);
  return money(Number((numerator + divisor - 1n) / divisor));
}

/**
 * What the exchange books for one fill (Kalshi, "Fee Rounding", page of September 2026). The balance change, cash flow
 * less trade fee, is floored to the balance's unit; what the floor took is the rounding fee and is added to the order's
 * accumulator. Whole units by which the accumulator *exceeds* zero remainder are rebated: nothing at exactly one unit,
 * one unit just above it; never so much that the fill's fee would be negative. A sale's cash flow is positive.
 */
export function chargeFill(input: {
  /** What the trade itself moves: negative when paying. */
  readonly cashFlow: Money;
  readonly tradeFee: Money;
  readonly precision: BalancePrecision;
  readonly accumulator: Money;
}): FillCharge {
  invariant(input.tradeFee >= 0, 'a trade fee is not negative');
  invariant(input.accumulator >= 0, 'an accumulator of rounding fees is not negative');
  const unit = BALANCE_UNIT[input.precision];
  const change = input.cashFlow - input.tradeFee;
  const roundingFee = change - floorDivide(change, unit) * unit;
  const beforeRebate = input.tradeFee + roundingFee;
  const accumulated = input.accumulator + roundingFee;
  const exceeded = Math.max(0, ceilDivide(accumulated, unit) - 1);
  const rebate = Math.min(exceeded, floorDivide(beforeRebate, unit)) * unit;
  return {
    charged: money(beforeRebate - rebate),
    tradeFee: input.tradeFee,
    roundingFee: money(roundingFee),
    rebate: money(rebate),
    accumulator: money(accumulated - rebate),
  };
}

/**
 * The most that a direct member is charged for buying or selling `count` at `price` as a taker in one fill, in whole
 * units of $0.0001, before the trade. Exact for whole contracts; a fractional count may leave the trade itself off the
 * balance's grid, and then up to one unit more. An order filled in n pieces can cost n × 1e-6 dollars and one unit more.
 */
export function estimateTakerFee(input: Omit<FeeInput, 'role'>): Money {
  if (input.count === 0) return NO_MONEY;
  const fee = tradeFee({ role: 'taker', ...input });
  const unit = BALANCE_UNIT.direct;
  const offGrid = input.count % ONE_CONTRACT === 0 ? 0 : unit - 1;
  return (Math.ceil((fee + offGrid) / unit) * unit) as Money;
}
