import * as z from 'zod';
import { UNCONFIRMED_SERIES } from '../domain/mapping/series.ts';
import { LEAGUES } from '../domain/market/leagues.ts';
import { ARBITRATION_RULES, BOOKS_IN_TURN } from '../domain/odds/arbitration.ts';
import { DEVIG_METHODS } from '../domain/odds/devig.ts';
import { LINE_SOURCES, type LineSource } from '../domain/odds/line.ts';
import { LONGEST_QUOTE_LIFE_MS, SHORTEST_QUOTE_LIFE_MS } from '../domain/execution/quote-life.ts';
import { dollars, fraction, listedNames, name, nameList, oneOf, whole } from './config-leaves.ts';

/** The largest limit of an order group (Kalshi: Order Groups). */
export const MOST_FUSE_CONTRACTS = 1_000_000;
const HOUR_MS = 3_600_000;
/** The weight of a book in a blend: a share of the sum of all weights. */
const WEIGHT = fraction({ from: '0', to: '1' });

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
  pricing: z.strictObject({
    arbitration: oneOf(ARBITRATION_RULES),
    /** How each sportsbook's margin is taken out of its odds. */
    devig: z.strictObject(ofEachBook(oneOf(DEVIG_METHODS))),
    /** What each sportsbook counts in a weighted blend; 0 is not asked. */
    weights: z.strictObject(ofEachBook(WEIGHT)),
    /** Fewer sportsbooks with a usable line make no blend. */
    blendLeastBooks: whole({ from: 1, to: LINE_SOURCES.length, unit: 'sportsbooks' }),
    /** Age at which a leg of a line is no longer a price. */
    lineMaxAgeLiveMs: whole({ from: 100, to: 60_000, unit: 'milliseconds' }),
    lineMaxAgePregameMs: whole({ from: 100, to: 600_000, unit: 'milliseconds' }),
    /** How far apart in time the two legs of a line may be. */
    legSkewLiveMs: whole({ from: 0, to: 60_000, unit: 'milliseconds' }),
    legSkewPregameMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
    /** The same for a feed that is asked again and again; it is never used in play. */
    polledMaxAgePregameMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    polledLegSkewPregameMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
    /** Age at which a scoreboard's word of a game gives way to another one's. */
    gameMaxAgeMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    /** Whether a model may price without a line, and then only before the game. Never where orders are real. */
    model: oneOf(['off', 'alone_before_game']),
  }),
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
     * Contracts of one strategy on one shard that may match within 15 seconds before the exchange cancels its orders and
     * takes no more. Null for what all positions may be opened with, and one order more.
     */
    fuseContracts: whole({ from: 1, to: MOST_FUSE_CONTRACTS, unit: 'contracts' })
      .nullable()
      .meta({ allowed: `null, or a whole number of contracts from 1 to ${MOST_FUSE_CONTRACTS}` }),
    /** A cause that refuses is lifted when it has been absent this long. */
    healAfterMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
  }),
  feeds: z.strictObject({
    /** A larger frame is refused unread. */
    maxFrameBytes: whole({ from: 1_024, to: 16_777_216, unit: 'bytes' }),
    /** A feed that says nothing for this long is down. */
    silentAfterMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    /** Whose games are followed, such as nfl,nba. */
    leagues: nameList(`leagues out of ${LEAGUES.join(', ')}`),
    /** Series whose form no recorded market has confirmed and that are followed all the same, on the user's own word. */
    unconfirmedSeries: nameList(`series out of ${UNCONFIRMED_SERIES.join(', ')}`),
    /** The sportsbooks that odds feeds are asked for. */
    books: nameList(`sportsbooks out of ${LINE_SOURCES.join(', ')}`),
    /** A book of a game that was asked for and has not come by then is missing. */
    coverageWithinMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
    /** The Odds API, asked before games; off without a key. */
    oddsApi: oneOf(['off', 'on']),
    oddsApiIntervalMs: whole({ from: 10_000, to: 3_600_000, unit: 'milliseconds' }),
    /** When its credits are full again: on the first of a month the rest is spread until then. */
    oddsApiRenewal: oneOf(['none', 'monthly']),
    /** Balldontlie, a second source of NBA games; off without a key. */
    balldontlie: oneOf(['off', 'on']),
    /** What the plan allows in a minute. */
    balldontlieRequestsPerMinute: whole({ from: 1, to: 6_000, unit: 'requests' }),
    /** Live scores of the odds feed, a second source of soccer states. */
    livescores: oneOf(['off', 'on']),
    /** Requests to the scoreboards in an hour, all leagues together. */
    scoreboardRequestsPerHour: whole({ from: 10, to: 3_600, unit: 'requests' }),
    /** Between two looks at a scoreboard with a game on it that is live. */
    scoreboardLiveMs: whole({ from: 5_000, to: 600_000, unit: 'milliseconds' }),
    /** Failures in a row after which a source is left alone, and for how long until one trial request. */
    breakerFailures: whole({ from: 1, to: 100, unit: 'failures' }),
    breakerOpenMs: whole({ from: 1_000, to: 3_600_000, unit: 'milliseconds' }),
  }),
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

type Rule = { readonly holds: boolean; readonly path: string; readonly allowed: string };

/**
 * Rules between values that are each right alone. Returns what is wrong and what would be right; empty when all hold.
 */
export function crossFieldProblems(
  config: Config,
): readonly { readonly path: string; readonly allowed: string }[] {
  const { stage } = config.system;
  const { trading, execution, risk, strategy } = config;
  const total = Number(trading.totalExposureFraction);
  const rules: readonly Rule[] = [
    {
      holds: config.pricing.model === 'off' || stage === 'replay' || stage === 'paper',
      path: 'pricing.model',
      allowed: `off in the stage ${stage}: a model prices alone only in replay and paper`,
    },
    {
      holds: Number(trading.positionFraction) <= total,
      path: 'trading.positionFraction',
      allowed: `at most trading.totalExposureFraction, ${trading.totalExposureFraction}`,
    },
    {
      holds: Number(trading.eventFraction) <= total,
      path: 'trading.eventFraction',
      allowed: `at most trading.totalExposureFraction, ${trading.totalExposureFraction}`,
    },
    {
      holds: Number(trading.fixedFraction) <= Number(trading.positionFraction),
      path: 'trading.fixedFraction',
      allowed: `at most trading.positionFraction, ${trading.positionFraction}`,
    },
    {
      holds: execution.unknownQuietMs > execution.lookupIntervalMs,
      path: 'execution.unknownQuietMs',
      allowed: `longer than execution.lookupIntervalMs, ${execution.lookupIntervalMs}`,
    },
    {
      holds: execution.signatureWindowMs > execution.submitTimeoutMs,
      path: 'execution.signatureWindowMs',
      allowed: `longer than execution.submitTimeoutMs, ${execution.submitTimeoutMs}`,
    },
    {
      holds: risk.fuseContracts === null || risk.fuseContracts > execution.maxOrderContracts,
      path: 'risk.fuseContracts',
      allowed: `null, or more than execution.maxOrderContracts, ${execution.maxOrderContracts}: one order must not blow it`,
    },
    {
      holds: strategy.exits.collarMediumCents <= strategy.exits.collarCriticalCents,
      path: 'strategy.exits.collarMediumCents',
      allowed: `at most strategy.exits.collarCriticalCents, ${strategy.exits.collarCriticalCents}`,
    },
  ];
  return [...rules, ...bookRules(config)].filter(({ holds }) => !holds);
}

/** Names in lists are of the lists they name, and no book is asked for by a rule that no feed is asked for. */
function bookRules({ pricing, feeds }: Config): readonly Rule[] {
  const followed = listedNames(feeds.books);
  const weighted = LINE_SOURCES.filter((source) => Number(pricing.weights[source]) > 0);
  const rule = pricing.arbitration;
  const asked: readonly LineSource[] = rule === 'weighted_blend' ? weighted : BOOKS_IN_TURN[rule];
  return [
    {
      holds: listedNames(feeds.leagues).every((one) => isOneOf(LEAGUES, one)),
      path: 'feeds.leagues',
      allowed: `leagues out of ${LEAGUES.join(', ')}, separated by commas`,
    },
    {
      holds: listedNames(feeds.unconfirmedSeries).every((one) => isOneOf(UNCONFIRMED_SERIES, one)),
      path: 'feeds.unconfirmedSeries',
      allowed: `series out of ${UNCONFIRMED_SERIES.join(', ')}, separated by commas; others need no switch or are not known`,
    },
    {
      holds: followed.every((one) => isOneOf(LINE_SOURCES, one)),
      path: 'feeds.books',
      allowed: `sportsbooks out of ${LINE_SOURCES.join(', ')}, separated by commas`,
    },
    {
      holds: asked.every((one) => followed.includes(one)),
      path: 'feeds.books',
      allowed: `with pricing.arbitration ${rule}, at least ${asked.join(', ')}`,
    },
    {
      holds: rule !== 'weighted_blend' || weighted.length >= pricing.blendLeastBooks,
      path: 'pricing.blendLeastBooks',
      allowed: `at most the ${weighted.length} sportsbooks that have a weight above 0`,
    },
    {
      holds: feeds.oddsApi === 'off' || pricing.polledMaxAgePregameMs > feeds.oddsApiIntervalMs,
      path: 'pricing.polledMaxAgePregameMs',
      allowed: `longer than feeds.oddsApiIntervalMs, ${feeds.oddsApiIntervalMs}: each line would expire before the next look`,
    },
    {
      holds: pricing.gameMaxAgeMs > feeds.scoreboardLiveMs,
      path: 'pricing.gameMaxAgeMs',
      allowed: `longer than feeds.scoreboardLiveMs, ${feeds.scoreboardLiveMs}: each word would be old before the next look`,
    },
  ];
}

function isOneOf(names: readonly string[], one: string): boolean {
  return names.includes(one);
}

/** One leaf for each sportsbook. */
function ofEachBook<Leaf>(leaf: Leaf): Record<LineSource, Leaf> {
  return {
    pinnacle: leaf,
    draftkings: leaf,
    fanduel: leaf,
    betmgm: leaf,
    betrivers: leaf,
    caesars: leaf,
  };
}
