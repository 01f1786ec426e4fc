import type { EpochMs, Market } from '../../domain/market/market.ts';
import { isOnGrid } from '../../domain/market/tick-grid.ts';
import type { Contracts } from '../../domain/money/contracts.ts';
import { ONE_DOLLAR } from '../../domain/money/price.ts';
import type { Accounts } from './accounts.ts';
import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import { EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { OrderGroups } from './order-groups.ts';
import type { AccountName, Amendment, NewOrder, SimOrder } from './sim-order.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

/** `trading`: the weekly window, cancels work. `exchange`: nothing works. */
export type Pause = 'none' | 'trading' | 'exchange';

/** Resting orders of one account (Kalshi trading rules). */
export const MAX_OPEN_ORDERS = 200_000;

export type AmendmentContext = {
  readonly market: Market;
  readonly life: MarketLife;
  readonly pause: Pause;
  readonly engine: MatchingEngine;
  readonly accounts: Accounts;
  readonly groups: OrderGroups;
  readonly postOnlyCross: 'refused' | 'accepted_cancelled';
  readonly nowMs: EpochMs;
};
export type AdmissionContext = AmendmentContext & { readonly account: AccountName };

/** Why an order may not enter, by the exchange's rules in the order in which it is assumed to check; null when it may. */
export function refuseOrder(order: NewOrder, context: AdmissionContext): ExchangeError | null {
  return (
    refuseState(context) ??
    refuseForm(order, context) ??
    refusePostOnly(order, context) ??
    refuseGroup(order, context) ??
    refuseCash(order, context)
  );
}

/** Why a resting order may not be changed so; what it keeps is not looked at again. */
export function refuseAmendment(
  order: SimOrder,
  change: Amendment & { readonly remaining: Contracts },
  context: AmendmentContext,
): ExchangeError | null {
  const { price, remaining, expiresAtMs } = change;
  const { market, accounts, engine, nowMs } = context;
  const state = refuseState(context);
  if (state !== null) return state;
  if (price !== order.price && !isPriceOf(market, price)) return EXCHANGE_ERRORS.invalidPrice;
  if (expiresAtMs !== null && expiresAtMs !== order.expiresAtMs && expiresAtMs <= nowMs)
    return UNCONFIRMED.badExpiration;
  const amended = { ...order, price, remaining };
  const postOnly = refusePostOnly(amended, context);
  if (postOnly !== null) return postOnly;
  const role = engine.crosses(order.side, price) ? 'taker' : 'maker';
  const required = accounts.required(order.account, market, amended, role, order);
  return required > 0 && required > accounts.available(order.account, market.exchangeIndex)
    ? EXCHANGE_ERRORS.insufficientBalance
    : null;
}

/** True when an order that may only make would take. One that cannot rest is taken as one that would. */
export function isPostOnlyCross(
  { side, price, timeInForce }: Pick<SimOrder, 'side' | 'price' | 'timeInForce'>,
  engine: MatchingEngine,
): boolean {
  return timeInForce !== 'good_till_canceled' || engine.crosses(side, price);
}

function refuseState({
  life,
  pause,
}: Pick<AmendmentContext, 'life' | 'pause'>): ExchangeError | null {
  if (pause === 'exchange') return UNCONFIRMED.exchangePaused;
  if (life.status !== 'active') return UNCONFIRMED.marketInactive;
  return pause === 'trading' ? UNCONFIRMED.tradingPaused : null;
}

function refuseForm(order: NewOrder, { market, nowMs }: AdmissionContext): ExchangeError | null {
  const { price, expiresAtMs, timeInForce, reduceOnly } = order;
  if (!isPriceOf(market, price)) return EXCHANGE_ERRORS.invalidPrice;
  if (reduceOnly && timeInForce !== 'immediate_or_cancel') return UNCONFIRMED.reduceOnlyNeedsIoc;
  if (expiresAtMs !== null && (timeInForce !== 'good_till_canceled' || expiresAtMs <= nowMs))
    return UNCONFIRMED.badExpiration;
  return null;
}

function isPriceOf(market: Market, price: NewOrder['price']): boolean {
  return price > 0 && price < ONE_DOLLAR && isOnGrid(price, market.priceRanges);
}

function refusePostOnly(
  order: Pick<SimOrder, 'postOnly' | 'side' | 'price' | 'timeInForce'>,
  { engine, postOnlyCross }: AmendmentContext,
): ExchangeError | null {
  return order.postOnly && postOnlyCross === 'refused' && isPostOnlyCross(order, engine)
    ? EXCHANGE_ERRORS.postOnlyCross
    : null;
}

function refuseGroup(
  { orderGroupId }: NewOrder,
  { account, market, groups }: AdmissionContext,
): ExchangeError | null {
  if (orderGroupId === null) return null;
  const group = groups.find(account, orderGroupId, market.exchangeIndex);
  if (group === undefined) return UNCONFIRMED.orderGroupNotFound;
  return group.isTriggered ? UNCONFIRMED.orderGroupTriggered : null;
}

function refuseCash(order: NewOrder, context: AdmissionContext): ExchangeError | null {
  const { account, market, accounts, engine } = context;
  const member = accounts.find(account);
  if (member === undefined) return UNCONFIRMED.userNotFound;
  const shard = member.shards.get(market.exchangeIndex);
  if (shard === undefined) return UNCONFIRMED.userNotFound;
  if (order.reduceOnly) return null;
  const { side, price, count } = order;
  const role = engine.crosses(side, price) ? 'taker' : 'maker';
  const required = accounts.required(account, market, { side, price, remaining: count }, role);
  if (required <= accounts.available(account, market.exchangeIndex)) return null;
  return shard.cash === 0
    ? UNCONFIRMED.insufficientShardBalance
    : EXCHANGE_ERRORS.insufficientBalance;
}
