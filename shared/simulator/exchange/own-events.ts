import { formatRfc3339 } from '../../contracts/rfc3339.ts';
import { formatScaled } from '../../domain/money/decimal-text.ts';
import { formatMoney } from '../../domain/money/money.ts';
import type { MarketDataEvent, StreamSequence } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { Holding } from './holding.ts';
import type { AccountName, SimFill, SimOrder } from './sim-order.ts';
import { ownerOf, subaccountOf } from './subaccount-name.ts';

/** What happens to an account, in the words of the stream. */

export function fillEvent(fill: SimFill): MarketDataEvent {
  return {
    kind: 'fill',
    clientOrderId: fill.clientOrderId,
    fill: {
      tradeId: fill.tradeId,
      exchangeOrderId: fill.orderId,
      market: fill.market,
      bookSide: fill.side,
      price: fill.price,
      count: fill.count,
      fee: fill.fee,
      role: fill.role,
      exchangeTimeMs: fill.atMs,
    },
  };
}

/** What the `fill` channel tells beside the fill itself (WebSocket page "User Fills"). */
export function alsoToldOfFill({
  account,
  postPosition,
}: SimFill): Readonly<Record<string, unknown>> {
  return {
    post_position_fp: formatScaled(postPosition, 2),
    subaccount: subaccountOf(account),
  };
}

/** What the `user_orders` channel tells beside the state of the order (WebSocket page "User Orders"). */
export function alsoToldOfOrder(order: Readonly<SimOrder>): Readonly<Record<string, unknown>> {
  const { expiresAtMs, reason } = order;
  return {
    user_id: ownerOf(order.account),
    subaccount_number: subaccountOf(order.account),
    taker_fill_cost_dollars: formatMoney(order.takerCost),
    maker_fill_cost_dollars: formatMoney(order.makerCost),
    taker_fees_dollars: formatMoney(order.takerFees),
    maker_fees_dollars: formatMoney(order.makerFees),
    ...(order.orderGroupId !== null && { order_group_id: order.orderGroupId }),
    self_trade_prevention_type: order.selfTradePrevention,
    created_time: formatRfc3339(order.createdAtMs),
    created_ts_ms: order.createdAtMs,
    ...(expiresAtMs !== null && {
      expiration_time: formatRfc3339(expiresAtMs),
      expiration_ts_ms: expiresAtMs,
    }),
    ...(reason !== null && { last_update_reason: reason }),
  };
}

export function orderEvent(order: Readonly<SimOrder>): MarketDataEvent {
  return {
    kind: 'order_update',
    update: {
      exchangeOrderId: order.orderId,
      clientOrderId: order.clientOrderId,
      market: order.market,
      bookSide: order.side,
      limitPrice: order.price,
      status: order.status === 'canceled' ? 'cancelled' : order.status,
      initialCount: order.count,
      filled: order.filled,
      exchangeTimeMs: order.updatedAtMs,
    },
  };
}

export function groupEvent(
  { event, orderGroupId, limit, atMs }: Extract<FloorEvent, { kind: 'order_group' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  return { kind: 'order_group_told', sequence, orderGroupId, event, limit, exchangeTimeMs: atMs };
}

export function positionEvent({
  ticker,
  position,
  basis,
  realised,
  fees,
}: Holding): MarketDataEvent {
  return {
    kind: 'position_told',
    position: { market: ticker, position, cost: basis, realised, fees },
  };
}

/** What the `market_positions` channel tells beside the position. */
export function alsoToldOfPosition(
  account: AccountName,
  { fees }: Holding,
): Readonly<Record<string, unknown>> {
  return {
    user_id: ownerOf(account),
    position_fee_cost_dollars: formatMoney(fees),
    subaccount: subaccountOf(account),
  };
}
