import type { CanonicalValue } from '../domain/decisions/decision-record.ts';
import type { TradingConfig } from './trading-config.ts';

/** What was active when a decision was made, part of its record. */
export function versionsOf(config: TradingConfig): { readonly [key: string]: CanonicalValue } {
  return {
    strategy: `${config.strategy.name}@${config.strategy.version}`,
    config: config.fingerprint,
    account: config.account,
  };
}
