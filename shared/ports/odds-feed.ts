import type { EpochMs, GameId } from '../domain/market/market.ts';
import type { LineLeg, OddsFeedName, OddsSource } from '../domain/odds/line.ts';

/**
 * One message of an odds stream in our words. `sequence` is the source's own order, as in its legs: its time in
 * microseconds, so that what is gone has a time too.
 */
export type OddsEvent =
  | { readonly kind: 'legs'; readonly legs: readonly LineLeg[] }
  /** The whole state of one (source, game): legs that are not in it are gone. */
  | {
      readonly kind: 'replace';
      readonly feed: OddsFeedName;
      readonly source: OddsSource;
      readonly gameId: GameId;
      readonly sequence: number;
      readonly legs: readonly LineLeg[];
    }
  | {
      readonly kind: 'removed';
      readonly feed: OddsFeedName;
      readonly source: OddsSource;
      readonly gameId: GameId;
      readonly sequence: number;
    }
  | { readonly kind: 'alive'; readonly receivedMs: EpochMs };
