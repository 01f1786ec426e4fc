import type { EpochMs } from '../domain/market/market.ts';

/** The only source of time in use cases. The virtual world and the real one each bring their own. */
export interface Clock {
  nowMs(): EpochMs;
}
