import type { Brand } from './brand.ts';
import { invariant } from './invariant.ts';
import { ONE_DOLLAR, type Price } from './price.ts';

/** A probability as a float64 in [0, 1]. Never money: it becomes a price only through a named rounding. */
export type Probability = Brand<number, 'Probability'>;

/** Makes a probability; NaN or a value outside [0, 1] is a bug of the caller. */
export function probability(value: number): Probability {
  invariant(value >= 0 && value <= 1, () => `a probability lies in [0, 1], not ${value}`);
  return value as Probability;
}

/** Brings a float that may leave [0, 1] by rounding back into it; NaN is a bug of the caller. */
export function clampProbability(value: number): Probability {
  invariant(!Number.isNaN(value), 'a probability is a number');
  return Math.min(1, Math.max(0, value)) as Probability;
}

export function complementProbability(value: Probability): Probability {
  return (1 - value) as Probability;
}

/** The probability that a price implies before fees: units of 1e-4 dollars over one dollar. */
export function impliedProbability(value: Price): Probability {
  return (value / ONE_DOLLAR) as Probability;
}

/** Integer parts per 1e9, nearest: how probabilities stand in decision records and hashes. */
export function probabilityToNanos(value: Probability): number {
  return Math.round(value * 1e9);
}
