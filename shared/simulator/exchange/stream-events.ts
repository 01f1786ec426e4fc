import { formatRfc3339 } from '../../contracts/rfc3339.ts';
import { formatScaled } from '../../domain/money/decimal-text.ts';
import { formatMoney } from '../../domain/money/money.ts';
import type { LifecycleEvent, MarketDataEvent, StreamSequence } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { AccountName, SimFill, SimOrder } from './sim-order.ts';

/** What happens on the floor, in the words of the stream. */

/** A change of a level; it names the client order id when the arriving or leaving order is the subscriber's own. */
export function deltaEvent(
  { market, side, price, change, cause, atMs }: Extract<FloorEvent, { kind: 'book_change' }>,
  sequence: StreamSequence,
  account: AccountName,
): MarketDataEvent {
  return {
    kind: 'book_delta',
    sequence,
    delta: {
      market,
      side,
      price,
      change,
      exchangeTimeMs: atMs,
      clientOrderId: cause.account === account ? cause.clientOrderId : null,
    },
  };
}

export function tradeEvent(
  trade: Extract<FloorEvent, { kind: 'trade' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  return {
    kind: 'public_trade',
    sequence,
    tradeId: trade.tradeId,
    market: trade.market,
    price: trade.price,
    count: trade.count,
    takerSide: trade.takerSide,
    exchangeTimeMs: trade.atMs,
  };
}

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
export function alsoToldOfFill({ postPosition }: SimFill): Readonly<Record<string, string>> {
  return { post_position_fp: formatScaled(postPosition, 2) };
}

/** What the `user_orders` channel tells beside the state of the order (WebSocket page "User Orders"). */
export function alsoToldOfOrder(
  order: Readonly<SimOrder>,
): Readonly<Record<string, string | number>> {
  const { expiresAtMs, reason } = order;
  return {
    taker_fill_cost_dollars: formatMoney(order.takerCost),
    maker_fill_cost_dollars: formatMoney(order.makerCost),
    taker_fees_dollars: formatMoney(order.takerFees),
    maker_fees_dollars: formatMoney(order.makerFees),
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

export function lifecycleEvent(
  { market, notice }: Extract<FloorEvent, { kind: 'lifecycle' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  const event: LifecycleEvent = notice.event;
  const base = { kind: 'lifecycle', sequence, market: market.ticker, event } as const;
  switch (notice.event) {
    case 'created':
      return { ...base, result: null, closeTimeMs: market.closeTimeMs, exchangeTimeMs: null };
    case 'activated':
    case 'deactivated':
    case 'price_level_structure_updated':
    case 'metadata_updated':
      return { ...base, result: null, closeTimeMs: null, exchangeTimeMs: null };
    case 'close_date_updated':
      return { ...base, result: null, closeTimeMs: notice.closeTimeMs, exchangeTimeMs: null };
    case 'determined':
      return { ...base, result: notice.result, closeTimeMs: null, exchangeTimeMs: notice.atMs };
    case 'settled':
      return { ...base, result: null, closeTimeMs: null, exchangeTimeMs: notice.atMs };
  }
}
