import type { DomainConfig } from '../contracts/domain-config.ts';
import type { EntryRules } from '../domain/strategies/decide-order.ts';
import type { StrategyVersion } from '../domain/strategies/strategy-version.ts';
import type { PricingConfig } from '../domain/pricing/price-market.ts';
import type { Caps } from '../domain/risk/headroom.ts';
import type { SizingMethod } from '../domain/sizing/size-order.ts';
import type { BalancePrecision } from '../domain/market/fees.ts';
import type { Contracts } from '../domain/money/contracts.ts';

/** Times and counts that bound the order path. */
export type ExecutionLimits = {
  /** Entries decided on older ticks are refused. */
  readonly entryMaxAgeMs: number;
  readonly bookMaxAgeMs: number;
  /** An entry needs the feeder's lease for at least this much longer. */
  readonly leaseMarginMs: number;
  /** An unknown order is looked for at least this long before it may count as absent. */
  readonly unknownQuietMs: number;
  /** Until then a request that was signed may still reach the exchange. */
  readonly signatureWindowMs: number;
  /** A live order without news for this long goes to the resolver. */
  readonly silentOrderMs: number;
  readonly maxOrderCount: Contracts;
  /** Two looks that disagree with the exchange must be this far apart before they count. */
  readonly mismatchConfirmMs: number;
};

/** The resolved and frozen configuration of a run as the use cases need it. */
export type TradingConfig = {
  readonly account: string;
  /** Namespace of the account's client order ids; made once per account. */
  readonly namespace: string;
  readonly strategy: StrategyVersion;
  readonly pricing: PricingConfig;
  readonly sizing: SizingMethod;
  readonly caps: Caps;
  readonly execution: ExecutionLimits;
  /** Contracts of one strategy on one shard that may match within 15 seconds; whole ones. */
  readonly fuseLimit: Contracts;
  readonly balancePrecision: BalancePrecision;
  /** Hash of the whole configuration, part of each decision record. */
  readonly fingerprint: string;
};

/** Entries are refused when the feeder's lease has less than this left. */
const LEASE_MARGIN_MS = 2_000;

/** The part of a resolved configuration that the use cases take, for one account. */
export function tradingConfigOf(
  config: DomainConfig,
  run: { readonly fingerprint: string; readonly namespace: string },
): TradingConfig {
  return {
    account: config.account,
    namespace: run.namespace,
    strategy: config.strategy,
    pricing: config.pricing,
    sizing: config.sizing,
    caps: config.caps,
    execution: { ...config.execution, leaseMarginMs: LEASE_MARGIN_MS },
    fuseLimit: config.risk.fuseLimit,
    balancePrecision: config.balancePrecision,
    fingerprint: run.fingerprint,
  };
}

/** The part of the configuration that one entry is decided by. */
export function entryRules(config: TradingConfig): EntryRules {
  const { entryMaxAgeMs, bookMaxAgeMs, leaseMarginMs, maxOrderCount } = config.execution;
  return {
    strategy: config.strategy,
    pricing: config.pricing,
    sizing: config.sizing,
    caps: config.caps,
    limits: {
      tickMaxAgeMs: entryMaxAgeMs,
      bookMaxAgeMs,
      entryMaxAgeMs,
      leaseMarginMs,
      maxCount: maxOrderCount,
    },
  };
}
