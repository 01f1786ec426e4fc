import type { EpochMs, GameId, GameOutcome } from '../market/market.ts';

/** A sportsbook, by its canonical lower-case name. Exchanges that we trade on are never an odds source. */
export type OddsSource = string;

/** The sportsbooks whose lines may become a fair value, the sharpest first. */
export const LINE_SOURCES = [
  'pinnacle',
  'draftkings',
  'fanduel',
  'betmgm',
  'betrivers',
  'caesars',
] as const;

export type LineSource = (typeof LINE_SOURCES)[number];

/**
 * What brings the odds of sportsbooks, in the order in which they are believed: of two feeds that bring the same book
 * the first with a usable line speaks. Legs of different feeds are never joined.
 */
export const ODDS_FEEDS = ['boltodds', 'odds_api'] as const;

export type OddsFeedName = (typeof ODDS_FEEDS)[number];

/** A feed that tells of each change, or one that is asked again and again and is never used in play. */
export type OddsDelivery = 'pushed' | 'polled';

export const DELIVERY_OF: Readonly<Record<OddsFeedName, OddsDelivery>> = {
  boltodds: 'pushed',
  odds_api: 'polled',
};

/**
 * One outcome of one sportsbook's winner market, as one feed brings it. `sequence` orders the updates of one (feed,
 * source, game, side) by the source's own order, never by arrival (but for a clock that is far ahead, `orderOf`): its
 * time in microseconds. A suspended leg is a statement, not an absence.
 */
export type LineLeg = {
  readonly feed: OddsFeedName;
  readonly source: OddsSource;
  readonly gameId: GameId;
  readonly side: GameOutcome;
  readonly quote:
    | { readonly kind: 'quoted'; readonly decimalOdds: number; readonly raw: string }
    | { readonly kind: 'suspended' };
  readonly sequence: number;
  /** When the book last said it, where the feed tells; else when the feed did. Staleness is judged by it. */
  readonly sourceTimeMs: EpochMs;
  readonly receivedMs: EpochMs;
};
