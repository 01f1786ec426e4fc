import type { TradingConfig } from '../../shared/application/trading-config.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';

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
    balancePrecision: config.balancePrecision,
    fingerprint: run.fingerprint,
  };
}
