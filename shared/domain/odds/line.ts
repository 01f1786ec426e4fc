import type { EpochMs, GameId, GameSide } from '../market/market.ts';

/** A sportsbook, by its canonical lower-case name. Exchanges that we trade on are never an odds source. */
export type OddsSource = string;

/**
 * One side of one sportsbook's two-way moneyline. `sequence` orders the updates of one (source, game, side) by the
 * source's own order, never by arrival. A suspended leg is a statement, not an absence.
 */
export type LineLeg = {
  readonly source: OddsSource;
  readonly gameId: GameId;
  readonly side: GameSide;
  readonly quote:
    | { readonly kind: 'quoted'; readonly decimalOdds: number; readonly raw: string }
    | { readonly kind: 'suspended' };
  readonly sequence: number;
  readonly sourceTimeMs: EpochMs;
  readonly receivedMs: EpochMs;
};
