import { UNCONFIRMED_SERIES } from '../domain/mapping/series.ts';
import { LEAGUES, type League } from '../domain/market/leagues.ts';
import type { MarketFilters } from '../domain/market/market-filters.ts';
import type { BalancePrecision } from '../domain/market/fees.ts';
import { contracts, ONE_CONTRACT, type Contracts } from '../domain/money/contracts.ts';
import { parseScaled } from '../domain/money/decimal-text.ts';
import { invariant } from '../domain/money/invariant.ts';
import { MONEY_SCALE, money, type Money } from '../domain/money/money.ts';
import { PRICE_SCALE, price } from '../domain/money/price.ts';
import type { ArbitrationRule } from '../domain/odds/arbitration.ts';
import { LINE_SOURCES, type LineSource } from '../domain/odds/line.ts';
import type { PricingConfig } from '../domain/pricing/price-market.ts';
import type { Caps } from '../domain/risk/headroom.ts';
import type { SizingMethod } from '../domain/sizing/size-order.ts';
import type { StrategyVersion } from '../domain/strategies/strategy-version.ts';
import { listedNames } from './config-leaves.ts';
import { MOST_FUSE_CONTRACTS, type Config, type Stage } from './config.ts';

const MILLIONTHS_SCALE = 6;
const ONE_IN_MILLIONTHS = 1_000_000;

export type KellySport = keyof Config['trading']['kellyFraction'];

/** A configuration in the domain's types: integers in fixed units instead of decimal texts. */
export type DomainConfig = {
  readonly stage: Stage;
  readonly account: string;
  readonly openingCash: Money;
  readonly balancePrecision: BalancePrecision;
  readonly caps: Caps;
  /** What acts until a calibration certificate exists. */
  readonly sizing: SizingMethod;
  /** Kelly without a certificate, by sport: it falls back to the fixed fraction and says so. */
  readonly kellySizing: Readonly<Record<KellySport, SizingMethod>>;
  readonly pricing: PricingConfig;
  readonly filters: MarketFilters;
  readonly strategy: StrategyVersion;
  readonly execution: {
    readonly entryMaxAgeMs: number;
    readonly submitTimeoutMs: number;
    readonly lookupIntervalMs: number;
    readonly unknownQuietMs: number;
    readonly signatureWindowMs: number;
    readonly silentOrderMs: number;
    readonly mismatchConfirmMs: number;
    readonly maxOrderCount: Contracts;
    readonly quoteLifeMs: number;
    readonly bookMaxAgeMs: number;
  };
  readonly risk: {
    readonly dailyLossMillionths: number;
    readonly maxConsecutiveLosses: number;
    readonly healAfterMs: number;
    /** Whole contracts, at most 1,000,000. */
    readonly fuseLimit: Contracts;
  };
  readonly feeds: Omit<Config['feeds'], 'leagues' | 'books' | 'unconfirmedSeries'> & {
    readonly leagues: readonly League[];
    readonly unconfirmedSeries: readonly string[];
    readonly books: readonly LineSource[];
  };
};

/** Reads a decimal text that the schema has already accepted. */
function units(text: string, scale: number): number {
  const value = parseScaled(text, scale);
  invariant(
    typeof value === 'number',
    `the schema accepted ${text} as a decimal of ${scale} digits`,
  );
  return value;
}

const millionths = (text: string): number => units(text, MILLIONTHS_SCALE);
const amount = (text: string): Money => money(units(text, MONEY_SCALE));

/** The configuration as domain and use cases take it. Exact: no value is rounded. */
export function toDomainConfig(config: Config): DomainConfig {
  const { system, trading, execution, risk } = config;
  const { maxOrderContracts, ...times } = execution;
  const fixed = millionths(trading.fixedFraction);
  const kelly = (sport: KellySport): SizingMethod => ({
    kind: 'kelly',
    fractionMillionths: millionths(trading.kellyFraction[sport]),
    certificate: null,
    fallbackMillionths: fixed,
  });
  return {
    stage: system.stage,
    account: system.account,
    openingCash: amount(system.openingCashDollars),
    balancePrecision: trading.balancePrecision,
    caps: capsOf(trading),
    sizing: { kind: 'fixed_fraction', millionths: fixed },
    kellySizing: { nfl: kelly('nfl'), nba: kelly('nba'), tennis: kelly('tennis') },
    pricing: pricingOf(config.pricing),
    filters: filtersOf(config.discovery),
    strategy: strategyOf(config.strategy),
    execution: {
      ...times,
      maxOrderCount: contracts(maxOrderContracts * ONE_CONTRACT),
      bookMaxAgeMs: risk.bookMaxAgeMs,
    },
    risk: {
      dailyLossMillionths: millionths(risk.dailyLossFraction),
      maxConsecutiveLosses: risk.maxConsecutiveLosses,
      healAfterMs: risk.healAfterMs,
      fuseLimit: fuseLimitOf(config),
    },
    feeds: {
      ...config.feeds,
      leagues: namesOf(config.feeds.leagues, LEAGUES),
      unconfirmedSeries: namesOf(config.feeds.unconfirmedSeries, UNCONFIRMED_SERIES),
      books: namesOf(config.feeds.books, LINE_SOURCES),
    },
  };
}

/**
 * The limit of a fuse that none was given for: what all positions may be opened with, each by the largest order, and one
 * order more, so that no full fill blows it alone. At most what the exchange takes.
 */
function fuseLimitOf({ execution, risk, trading }: Config): Contracts {
  const derived = execution.maxOrderContracts * (trading.maxPositions + 1);
  const whole = Math.min(risk.fuseContracts ?? derived, MOST_FUSE_CONTRACTS);
  return contracts(whole * ONE_CONTRACT);
}

function capsOf(trading: Config['trading']): Caps {
  const cap = trading.stagePositionCapDollars;
  return {
    totalMillionths: millionths(trading.totalExposureFraction),
    positionMillionths: millionths(trading.positionFraction),
    eventMillionths: millionths(trading.eventFraction),
    maxPositions: trading.maxPositions,
    stagePositionCap: cap === null ? null : amount(cap),
  };
}

function pricingOf(pricing: Config['pricing']): PricingConfig {
  return {
    rule: ruleOf(pricing),
    method: pricing.devig,
    limits: {
      pushed: {
        quoteMaxAgeMs: { pregame: pricing.lineMaxAgePregameMs, live: pricing.lineMaxAgeLiveMs },
        sideStalenessMs: { pregame: pricing.legSkewPregameMs, live: pricing.legSkewLiveMs },
      },
      polled: {
        quoteMaxAgeMs: { pregame: pricing.polledMaxAgePregameMs, live: null },
        sideStalenessMs: { pregame: pricing.polledLegSkewPregameMs, live: null },
      },
    },
    gameMaxAgeMs: pricing.gameMaxAgeMs,
    model: pricing.model,
  };
}

function ruleOf({
  arbitration: name,
  weights,
  blendLeastBooks: leastBooks,
}: Config['pricing']): ArbitrationRule {
  if (name !== 'weighted_blend') return { name };
  const of = (source: LineSource): number => millionths(weights[source]) / ONE_IN_MILLIONTHS;
  return {
    name,
    weights: {
      pinnacle: of('pinnacle'),
      draftkings: of('draftkings'),
      fanduel: of('fanduel'),
      betmgm: of('betmgm'),
      betrivers: of('betrivers'),
      caesars: of('caesars'),
    },
    leastBooks,
  };
}

/** Names that the rules between values have accepted, each once. */
function namesOf<Name extends string>(text: string, known: readonly Name[]): readonly Name[] {
  return [...new Set(listedNames(text))].map((one) => {
    const found = known.find((name) => name === one);
    invariant(found !== undefined, `the rules accepted ${one} as a name`);
    return found;
  });
}

function filtersOf(discovery: Config['discovery']): MarketFilters {
  const { minFavouriteProbability: favourite, maxSpreadDollars: spread } = discovery;
  return {
    categories: listedNames(discovery.categories),
    minFavouriteMillionths: favourite === null ? null : millionths(favourite),
    minLiquidity: amount(discovery.minLiquidityDollars),
    maxSpread: spread === null ? null : price(units(spread, PRICE_SCALE)),
    excludeResearchGaps: discovery.researchGapRule === 'exclude',
    researchGaps: new Set(listedNames(discovery.researchGaps)),
  };
}

function strategyOf(strategy: Config['strategy']): StrategyVersion {
  const { exits } = strategy;
  return {
    name: strategy.name,
    version: strategy.version,
    minEdgePerContract: amount(strategy.minEdgeDollars),
    depthShareMillionths: millionths(strategy.depthShare),
    closeGuardMs: strategy.closeGuardMs,
    exits: {
      stopLossMillionths: millionths(exits.stopLossFraction),
      stopLossCents: exits.stopLossCents,
      profitTargetMillionths: millionths(exits.profitTargetFraction),
      confirmMs: exits.confirmMs,
      collarCents: { critical: exits.collarCriticalCents, medium: exits.collarMediumCents },
    },
  };
}
