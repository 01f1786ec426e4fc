import type { EpochMs, Market } from '../../domain/market/market.ts';
import { isOnGrid } from '../../domain/market/tick-grid.ts';
import { ONE_DOLLAR } from '../../domain/money/price.ts';
import type { Accounts } from './accounts.ts';
import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import { EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { AccountName, NewOrder } from './sim-order.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

/** `trading`: the weekly window, cancels work. `exchange`: nothing works. */
export type Pause = 'none' | 'trading' | 'exchange';

export type AdmissionContext = {
  readonly account: AccountName;
  readonly market: Market;
  readonly life: MarketLife;
  readonly pause: Pause;
  readonly engine: MatchingEngine;
  readonly accounts: Accounts;
  readonly nowMs: EpochMs;
};

/** Why an order may not enter, by the exchange's rules in the order in which it is assumed to check; null when it may. */
export function refuseOrder(order: NewOrder, context: AdmissionContext): ExchangeError | null {
  return (
    refuseState(context) ??
    refuseForm(order, context) ??
    refusePostOnly(order, context) ??
    refuseCash(order, context)
  );
}

function refuseState({ life, pause }: AdmissionContext): ExchangeError | null {
  if (pause === 'exchange') return UNCONFIRMED.exchangePaused;
  if (life.status !== 'active') return UNCONFIRMED.marketInactive;
  return pause === 'trading' ? UNCONFIRMED.tradingPaused : null;
}

function refuseForm(order: NewOrder, { market, nowMs }: AdmissionContext): ExchangeError | null {
  const { price, expiresAtMs, timeInForce, reduceOnly } = order;
  if (price <= 0 || price >= ONE_DOLLAR || !isOnGrid(price, market.priceRanges))
    return EXCHANGE_ERRORS.invalidPrice;
  if (reduceOnly && timeInForce !== 'immediate_or_cancel') return UNCONFIRMED.reduceOnlyNeedsIoc;
  if (expiresAtMs !== null && (timeInForce !== 'good_till_canceled' || expiresAtMs <= nowMs))
    return UNCONFIRMED.badExpiration;
  return null;
}

function refusePostOnly(order: NewOrder, { engine }: AdmissionContext): ExchangeError | null {
  const wouldTake =
    order.timeInForce !== 'good_till_canceled' || engine.crosses(order.side, order.price);
  return order.postOnly && wouldTake ? EXCHANGE_ERRORS.postOnlyCross : null;
}

function refuseCash(order: NewOrder, context: AdmissionContext): ExchangeError | null {
  const { account, market, accounts, engine } = context;
  const member = accounts.find(account);
  if (member === undefined) return UNCONFIRMED.userNotFound;
  const shard = member.shards.get(market.exchangeIndex);
  if (shard === undefined) return UNCONFIRMED.insufficientShardBalance;
  if (order.reduceOnly) return null;
  const { side, price, count } = order;
  const role = engine.crosses(side, price) ? 'taker' : 'maker';
  const required = accounts.required(account, market, { side, price, remaining: count }, role);
  return required > accounts.available(account, market.exchangeIndex)
    ? EXCHANGE_ERRORS.insufficientBalance
    : null;
}
