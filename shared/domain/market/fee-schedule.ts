/** How a maker is charged; the taker's rate is the same in all of them. Words of the exchange (kalshi-api §7). */
export type MakerFeeType =
  'quadratic' | 'quadratic_with_maker_fees' | 'quadratic_with_combo_maker_fees';

export type FeeRole = 'taker' | 'maker';

/** Fees of one market: the series' type and multiplier after any override by its event. */
export type FeeSchedule = {
  readonly makerFeeType: MakerFeeType;
  /** Multiplier in millionths: 1 is 1,000,000, 0.5 is 500,000. */
  readonly multiplierMillionths: number;
};

export const STANDARD_FEES: FeeSchedule = {
  makerFeeType: 'quadratic',
  multiplierMillionths: 1_000_000,
};

/**
 * What an event changes in the fees of its series, each part by itself; null leaves that of the series. Fees that we
 * cannot compute are `not_computable`: markets of such an event are not priced.
 */
export type FeeOverride =
  | {
      readonly kind: 'override';
      readonly makerFeeType: MakerFeeType | null;
      readonly multiplierMillionths: number | null;
    }
  | { readonly kind: 'not_computable' };

/** The fees of a market: those of its series after what its event overrides. Null where they cannot be computed. */
export function overriddenFees(
  own: FeeSchedule | null,
  override: FeeOverride | null,
): FeeSchedule | null {
  if (override === null) return own;
  if (override.kind === 'not_computable') return null;
  const makerFeeType = override.makerFeeType ?? own?.makerFeeType ?? null;
  const multiplierMillionths = override.multiplierMillionths ?? own?.multiplierMillionths ?? null;
  return makerFeeType === null || multiplierMillionths === null
    ? null
    : { makerFeeType, multiplierMillionths };
}
