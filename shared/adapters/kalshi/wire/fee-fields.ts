import * as z from 'zod';
import type {
  FeeOverride,
  FeeSchedule,
  MakerFeeType,
} from '../../../domain/market/fee-schedule.ts';

/** The types of fees that can be computed. `flat` is in the exchange's enum, and nothing has it. */
export const MAKER_FEE_TYPES: readonly MakerFeeType[] = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
];

/** A JSON number, read to the nearest millionth. */
export const multiplierField = z
  .number()
  .min(0)
  .max(1_000)
  .transform((multiplier) => Math.round(multiplier * 1_000_000));

/** The fees of a series from its two fields; null where they cannot be computed: its markets are not priced. */
export function feeScheduleFrom(
  word: string | null | undefined,
  multiplierMillionths: number | null | undefined,
): FeeSchedule | null {
  const makerFeeType = MAKER_FEE_TYPES.find((known) => known === word);
  return makerFeeType === undefined ||
    multiplierMillionths === undefined ||
    multiplierMillionths === null
    ? null
    : { makerFeeType, multiplierMillionths };
}

/** What an event overrides from its two fields; null where both are null. */
export function feeOverrideFrom(
  word: string | null | undefined,
  multiplierMillionths: number | null | undefined,
): FeeOverride | null {
  const isTold = word !== undefined && word !== null && word !== '';
  const makerFeeType = MAKER_FEE_TYPES.find((known) => known === word) ?? null;
  if (isTold && makerFeeType === null) return { kind: 'not_computable' };
  if (makerFeeType === null && (multiplierMillionths ?? null) === null) return null;
  return { kind: 'override', makerFeeType, multiplierMillionths: multiplierMillionths ?? null };
}
