import * as z from 'zod';
import { LONGEST_QUOTE_LIFE_MS, SHORTEST_QUOTE_LIFE_MS } from '../domain/execution/quote-life.ts';
import { feedsSchema } from './config-feeds.ts';
import { dollars, fraction, name, nameList, oneOf, whole } from './config-leaves.ts';
import { pricingSchema } from './config-pricing.ts';

/** The largest limit of an order group (Kalshi: Order Groups). */
export const MOST_FUSE_CONTRACTS = 1_000_000;
const HOUR_MS = 3_600_000;

/** Where a run may act. `replay` and `paper` trade with nobody; `demo` and `live` send orders to the exchange. */
export const STAGES = ['replay', 'paper', 'demo', 'live'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * The whole configuration as written in a file. Money and fractions are decimal texts, because a JSON number is a
 * float; times are whole milliseconds and carry their unit in their name. Unknown keys are refused.
 */
export const configSchema = z.strictObject({
  system: z.strictObject({
    stage: oneOf(STAGES),
    /** The book of positions that the orders belong to. */
    account: name('an account'),
    /** What a simulated account starts with; an exchange account says itself what it holds. */
    openingCashDollars: dollars({ from: '1', to: '100000000', scale: 2 }),
  }),
  trading: z.strictObject({
    /** Whose unit the exchange rounds balances to: a member's own ($0.0001) or a broker's ($0.01). */
    balancePrecision: oneOf(['direct']),
    /** Of equity, over all positions and orders, unknown ones at their worst case. */
    totalExposureFraction: fraction({ to: '0.30' }),
    positionFraction: fraction({ to: '0.10' }),
    eventFraction: fraction({ to: '0.10' }),
    maxPositions: whole({ from: 1, to: 5, unit: 'positions' }),
    /** A further cap in dollars per position while a stage is young; null for none. */
    stagePositionCapDollars: dollars({ from: '1', to: '1000000', scale: 2 })
      .nullable()
      .meta({ allowed: 'null, or dollars from 1 to 1000000 as decimal text' }),
    /** Of equity per position, until Kelly sizing is certified. */
    fixedFraction: fraction({ to: '0.10' }),
    /** Share of the full Kelly bet per sport; it acts only with a valid calibration certificate. */
    kellyFraction: z.strictObject({
      nfl: fraction({ from: '0.10', to: '0.50' }),
      nba: fraction({ from: '0.10', to: '0.50' }),
      tennis: fraction({ from: '0.10', to: '0.50' }),
    }),
  }),
  pricing: pricingSchema,
  discovery: z.strictObject({
    /** In the exchange's words; markets of every category when there are none. */
    categories: nameList('categories of the exchange'),
    /** One side must be more likely than this by the middle of the book; null asks for no favourite. */
    minFavouriteProbability: fraction({ from: '0.5', to: '0.9999' })
      .nullable()
      .meta({ allowed: 'null, or a fraction from 0.5 to 0.9999 as decimal text' }),
    /** What taking the best price of the thinner side must cost at least. */
    minLiquidityDollars: dollars({ from: '0', to: '1000000', scale: 2 }),
    maxSpreadDollars: dollars({ from: '0.0001', to: '0.9999', scale: 4 })
      .nullable()
      .meta({ allowed: 'null, or dollars from 0.0001 to 0.9999 as decimal text' }),
    /** Markets, events and series that need looking into. */
    researchGaps: nameList('tickers of markets, events or series'),
    researchGapRule: oneOf(['flag', 'exclude']),
  }),
  strategy: z.strictObject({
    name: name('a strategy'),
    version: name('a version'),
    /** Expected profit per contract after fees that an entry must exceed. */
    minEdgeDollars: dollars({ from: '0', to: '0.9999', scale: 6 }),
    /** Share of the displayed count that one order may take. */
    depthShare: fraction({ from: '0.01', to: '1' }),
    closeGuardMs: whole({ from: 0, to: 24 * HOUR_MS, unit: 'milliseconds' }),
    exits: z.strictObject({
      /** The stop lies at the larger of this fraction of the entry price and this many cents. */
      stopLossFraction: fraction({ to: '1' }),
      stopLossCents: whole({ from: 1, to: 99, unit: 'cents' }),
      profitTargetFraction: fraction({ to: '100' }),
      /** How long a mark must stay beyond a level before a stop is believed. */
      confirmMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
      /** How far below the touch an exit may sell. */
      collarCriticalCents: whole({ from: 1, to: 99, unit: 'cents' }),
      collarMediumCents: whole({ from: 0, to: 99, unit: 'cents' }),
    }),
  }),
  execution: z.strictObject({
    /** An entry decided longer ago than this is refused. */
    entryMaxAgeMs: whole({ from: 1, to: 60_000, unit: 'milliseconds' }),
    submitTimeoutMs: whole({ from: 100, to: 60_000, unit: 'milliseconds' }),
    /** Time between two looks for an order whose outcome is unknown. */
    lookupIntervalMs: whole({ from: 100, to: 60_000, unit: 'milliseconds' }),
    /** How long an order must stay absent before it is abandoned. */
    unknownQuietMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    /** How long a signed request may still be accepted; an abandoned order's reservation outlives it. */
    signatureWindowMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    /** A live order without news for this long is looked up. */
    silentOrderMs: whole({ from: 100, to: 600_000, unit: 'milliseconds' }),
    /** Two looks that disagree with the exchange are this far apart before they count. */
    mismatchConfirmMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    /** No order is larger, whatever the book shows. */
    maxOrderContracts: whole({ from: 1, to: 100_000, unit: 'contracts' }),
    /** A quote is taken off the book by the exchange this long after it was sent. */
    quoteLifeMs: whole({
      from: SHORTEST_QUOTE_LIFE_MS,
      to: LONGEST_QUOTE_LIFE_MS,
      unit: 'milliseconds',
    }),
  }),
  risk: z.strictObject({
    /** Loss of a day, of equity at 00:00 Eastern, that stops new risk until a person clears it. */
    dailyLossFraction: fraction({ to: '0.20' }),
    maxConsecutiveLosses: whole({ from: 1, to: 100, unit: 'losses' }),
    bookMaxAgeMs: whole({ from: 100, to: 60_000, unit: 'milliseconds' }),
    /**
     * Contracts of one strategy on one shard that may match within 15 seconds before the exchange cancels its orders
     * and takes no more. Null for what all positions may be opened with, and one order more.
     */
    fuseContracts: whole({ from: 1, to: MOST_FUSE_CONTRACTS, unit: 'contracts' })
      .nullable()
      .meta({ allowed: `null, or a whole number of contracts from 1 to ${MOST_FUSE_CONTRACTS}` }),
    /** A cause that refuses is lifted when it has been absent this long. */
    healAfterMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
  }),
  feeds: feedsSchema,
});

export type Config = z.infer<typeof configSchema>;

/** v1.0 of everything. A changed number is a new version of the strategy, never an edit of this one. */
export const DEFAULT_CONFIG: Config = {
  system: { stage: 'replay', account: 'paper', openingCashDollars: '10000' },
  trading: {
    balancePrecision: 'direct',
    totalExposureFraction: '0.3',
    positionFraction: '0.1',
    eventFraction: '0.1',
    maxPositions: 5,
    stagePositionCapDollars: null,
    fixedFraction: '0.0025',
    kellyFraction: { nfl: '0.25', nba: '0.22', tennis: '0.18' },
  },
  pricing: {
    arbitration: 'pinnacle_only',
    devig: {
      pinnacle: 'shin',
      draftkings: 'power',
      fanduel: 'power',
      betmgm: 'power',
      betrivers: 'power',
      caesars: 'power',
    },
    weights: {
      pinnacle: '0.5',
      draftkings: '0.15',
      fanduel: '0.15',
      betmgm: '0.2',
      betrivers: '0',
      caesars: '0',
    },
    blendLeastBooks: 2,
    lineMaxAgeLiveMs: 5_000,
    lineMaxAgePregameMs: 30_000,
    legSkewLiveMs: 5_000,
    legSkewPregameMs: 30_000,
    polledMaxAgePregameMs: 90_000,
    polledLegSkewPregameMs: 30_000,
    gameMaxAgeMs: 60_000,
    model: 'alone_before_game',
  },
  discovery: {
    categories: '',
    minFavouriteProbability: null,
    minLiquidityDollars: '0',
    maxSpreadDollars: null,
    researchGaps: '',
    researchGapRule: 'flag',
  },
  strategy: {
    name: 'fair-line',
    version: '1.0',
    minEdgeDollars: '0.05',
    depthShare: '0.25',
    closeGuardMs: 300_000,
    exits: {
      stopLossFraction: '0.15',
      stopLossCents: 8,
      profitTargetFraction: '0.15',
      confirmMs: 3_000,
      collarCriticalCents: 10,
      collarMediumCents: 2,
    },
  },
  execution: {
    entryMaxAgeMs: 1_000,
    submitTimeoutMs: 2_000,
    lookupIntervalMs: 1_000,
    unknownQuietMs: 10_000,
    signatureWindowMs: 30_000,
    silentOrderMs: 5_000,
    mismatchConfirmMs: 5_000,
    maxOrderContracts: 10_000,
    quoteLifeMs: 20_000,
  },
  risk: {
    dailyLossFraction: '0.05',
    maxConsecutiveLosses: 5,
    bookMaxAgeMs: 2_000,
    fuseContracts: null,
    healAfterMs: 5_000,
  },
  feeds: {
    maxFrameBytes: 1_048_576,
    silentAfterMs: 30_000,
    leagues: 'nfl',
    unconfirmedSeries: '',
    books: 'pinnacle,draftkings,fanduel,betmgm',
    coverageWithinMs: 30_000,
    oddsApi: 'off',
    oddsApiIntervalMs: 60_000,
    oddsApiRenewal: 'none',
    balldontlie: 'off',
    balldontlieRequestsPerMinute: 5,
    livescores: 'off',
    scoreboardRequestsPerHour: 500,
    scoreboardLiveMs: 15_000,
    breakerFailures: 5,
    breakerOpenMs: 30_000,
  },
};
