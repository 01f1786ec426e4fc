import type { FeeSchedule, MakerFeeType } from '../../domain/market/fee-schedule.ts';

/** What an event overrides of the fees of its series, each part by itself; null is not overridden. */
export type FeeOverride = {
  readonly makerFeeType: MakerFeeType | null;
  readonly multiplierMillionths: number | null;
};

/** Nothing is overridden. */
export const NO_OVERRIDE: FeeOverride = { makerFeeType: null, multiplierMillionths: null };

/** The fees of a market: those of its series, what its event overrides of them, and none while they are waived. */
export function effectiveFees(
  series: FeeSchedule,
  override: FeeOverride,
  isWaived: boolean,
): FeeSchedule {
  return {
    makerFeeType: override.makerFeeType ?? series.makerFeeType,
    multiplierMillionths: isWaived
      ? 0
      : (override.multiplierMillionths ?? series.multiplierMillionths),
  };
}
