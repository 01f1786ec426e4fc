import { contractsToDecimal, ExactDecimal, priceToDecimal } from '../money/decimal.ts';
import { feeRateMillionths, type FeeInput } from './fees.ts';

/** The fee model in dollars, M × rate × C × P × (1 − P), exact and before any rounding. For display and as oracle. */
export function modelFeeDecimal({ role, price, count, schedule }: FeeInput): ExactDecimal {
  const p = priceToDecimal(price);
  return new ExactDecimal(schedule.multiplierMillionths)
    .mul(feeRateMillionths(role, schedule))
    .div(1_000_000_000_000)
    .mul(contractsToDecimal(count))
    .mul(p)
    .mul(new ExactDecimal(1).sub(p));
}
