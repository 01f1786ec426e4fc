import type { HistoricalCutoff } from '../../ports/market-catalogue.ts';
import type { Rng } from '../rng.ts';
import type { RateLimitOptions } from './rate-limiter.ts';
import type { ReadLag } from './read-clock.ts';
import type { StreamRules } from './stream-hub.ts';
import type { FloorOptions } from './trading-floor.ts';

export type KeyPairPem = { readonly publicKeyPem: string; readonly privateKeyPem: string };

export type SimExchangeOptions = Partial<FloorOptions> & {
  /** Draws the read lags. */
  readonly rng: Rng;
  /** Default 200 to 500 ms. */
  readonly readLag?: ReadLag;
  /** The token buckets of the accounts; null, the default, lets every request through. */
  readonly limits?: RateLimitOptions | null;
  /** Makes the pair of a key that a client asks the exchange to make; without it such a request is 404. */
  readonly makeKeyPair?: (() => KeyPairPem) | null;
  /** Up to when data has left the live endpoints; by default three months before now. */
  readonly cutoff?: HistoricalCutoff | null;
  /** Where the exchange's documents leave its stream open. */
  readonly stream?: Partial<StreamRules>;
};

/** Kalshi's reads were seen about 360 ms behind its writes. */
export const DEFAULT_READ_LAG: ReadLag = { minMs: 200, maxMs: 500 };
