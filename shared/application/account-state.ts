import type { Money } from '../domain/money/money.ts';
import type { CapBase } from '../domain/risk/headroom.ts';
import type { TradingConfig } from './trading-config.ts';

/** Key of the one row that holds for the whole account. */
export const ACCOUNT_KEY = 'account';

/** What the caps are shares of. Cash scopes are opened with the account and need no initial value. */
export function capBase(config: TradingConfig, equity: Money): CapBase {
  return { equity, caps: config.caps, cashByShard: new Map() };
}
