import type { EpochMs } from '../../domain/market/market.ts';
import type { Rng } from '../rng.ts';

export type MispricingParams = {
  /** Standard deviation at a probability of one half; less towards 0 and 1. */
  readonly deviation: number;
  /** After this time half of a mispricing is gone. */
  readonly halfLifeMs: number;
};

/**
 * How far a maker's belief is off, in probability: an Ornstein-Uhlenbeck process (Uhlenbeck and Ornstein 1930), drawn
 * exactly between any two times, and scaled by 4p(1 − p) so that near-certain games are not mispriced by much.
 */
export class MispricingProcess {
  readonly #params: MispricingParams;
  readonly #rng: Rng;
  #value: number;
  #atMs: EpochMs | null = null;

  constructor(params: MispricingParams, rng: Rng) {
    this.#params = params;
    this.#rng = rng;
    this.#value = params.deviation * rng.normal();
  }

  /** The mispricing at a time not before the last one asked for, at a probability near `p`. */
  at(nowMs: EpochMs, p: number): number {
    const { deviation, halfLifeMs } = this.#params;
    const keep = this.#atMs === null ? 1 : 2 ** (-(nowMs - this.#atMs) / halfLifeMs);
    this.#atMs = nowMs;
    this.#value = this.#value * keep + deviation * Math.sqrt(1 - keep * keep) * this.#rng.normal();
    return this.#value * 4 * p * (1 - p);
  }
}
