import type { EpochMs, MarketTicker } from '../market/market.ts';

/** What canonical JSON may hold: integers, texts, flags, null, lists and objects. No floats, no wall times. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

/**
 * One decision with everything it was made of: inputs with sequence and age, versions, fingerprint, cap arithmetic,
 * and the outcome. Re-evaluating `inputs` gives `outcome` again, to the byte.
 */
export type DecisionRecord = {
  readonly decisionId: string;
  readonly kind: 'entry' | 'exit';
  readonly market: MarketTicker;
  /** The decision's own time: exchange or feeder time of its inputs, never the wall. */
  readonly decidedAtMs: EpochMs;
  readonly versions: { readonly [key: string]: CanonicalValue };
  readonly inputs: { readonly [key: string]: CanonicalValue };
  readonly outcome: { readonly [key: string]: CanonicalValue };
};
