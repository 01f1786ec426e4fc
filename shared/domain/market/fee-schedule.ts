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
