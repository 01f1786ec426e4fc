import type { EpochMs } from '../market/market.ts';
import type { ModelVersion } from '../models/forecast.ts';
import type { Probability } from '../money/probability.ts';
import type { DevigMethod } from '../odds/devig.ts';
import type { OddsSource } from '../odds/line.ts';

/** The de-vig methods that prices are made with, and whose spread is their uncertainty. */
export const PRICING_METHODS = [
  'proportional',
  'power',
  'shin',
] as const satisfies readonly DevigMethod[];

export type PricingMethod = (typeof PRICING_METHODS)[number];

/** The probability that YES wins, where it came from and how old it is. */
export type FairValue =
  | {
      readonly kind: 'line';
      readonly probability: Probability;
      /** Half the spread between the methods of pricing: how much the method matters here. */
      readonly uncertainty: number;
      readonly sources: readonly OddsSource[];
      readonly method: PricingMethod;
      /** Bookmaker's margin of the pair: sum of inverse odds less one. */
      readonly margin: number;
      /** The older of the two legs' source times. */
      readonly asOfMs: EpochMs;
    }
  | {
      readonly kind: 'model';
      readonly probability: Probability;
      readonly uncertainty: number;
      readonly model: ModelVersion;
      readonly asOfMs: EpochMs;
    };
