import type { EpochMs } from '../../domain/market/market.ts';
import type { Game } from '../games/game.ts';
import type { Rng } from '../rng.ts';
import type { BookProfile } from './book-profile.ts';

/**
 * What a book believes: the true probability of `lagMs` ago, off by an Ornstein-Uhlenbeck noise in log-odds that is
 * sampled exactly whatever the time between two looks.
 */
export class Belief {
  readonly #game: Game;
  readonly #profile: BookProfile;
  readonly #rng: Rng;
  #noise: number;
  #lookedMs: EpochMs | null = null;

  constructor(options: { readonly game: Game; readonly profile: BookProfile; readonly rng: Rng }) {
    this.#game = options.game;
    this.#profile = options.profile;
    this.#rng = options.rng;
    this.#noise = options.profile.noiseDeviation * options.rng.normal();
  }

  /** The believed probability that home wins; times do not go back. 0 and 1 are believed as such. */
  homeProbabilityAt(nowMs: EpochMs): number {
    this.#advanceNoise(nowMs);
    const truth = this.#game.trueHomeProbability(nowMs - this.#profile.lagMs);
    if (truth <= 0 || truth >= 1) return truth;
    const odds = (truth / (1 - truth)) * Math.exp(this.#noise);
    return odds / (1 + odds);
  }

  #advanceNoise(nowMs: EpochMs): void {
    const elapsedMs = nowMs - (this.#lookedMs ?? nowMs);
    this.#lookedMs = nowMs;
    if (elapsedMs <= 0) return;
    const { noiseDeviation, noiseHalfLifeMs } = this.#profile;
    const kept = 2 ** (-elapsedMs / noiseHalfLifeMs);
    this.#noise =
      kept * this.#noise + noiseDeviation * Math.sqrt(1 - kept * kept) * this.#rng.normal();
  }
}
