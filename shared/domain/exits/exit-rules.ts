/** Distances of the exits of one strategy version; fractions in millionths of the entry cost. */
export type ExitRules = {
  /** Loss at which a position is sold at once: the larger of this fraction of the entry price and `stopLossTicks`. */
  readonly stopLossMillionths: number;
  /** In units of one cent of price. */
  readonly stopLossCents: number;
  readonly profitTargetMillionths: number;
  /** How long a mark must stay beyond a level before a stop is believed. */
  readonly confirmMs: number;
  /** How far below the touch an exit of each priority may sell, in cents. */
  readonly collarCents: { readonly critical: number; readonly medium: number };
};

export type ExitRule = 'stop_loss' | 'profit_target';
/** Highest first. The other two of the four levels arrive with their rules. */
export type ExitPriority = 'critical' | 'medium';
