import type { MarketQuote } from '../../adapters/kalshi/wire/markets.ts';
import type { OrderRow } from '../../adapters/kalshi/wire/portfolio-encode.ts';
import { formatRfc3339 } from '../../contracts/rfc3339.ts';
import type { Fill } from '../../domain/execution/fill.ts';
import { contracts, formatContracts } from '../../domain/money/contracts.ts';
import { addMoney, formatMoney, subtractMoney, type Money } from '../../domain/money/money.ts';
import type {
  ExchangeBalance,
  ExchangeMarket,
  ListedPosition,
  ListedSettlement,
} from '../../ports/exchange.ts';
import type { HoldingView } from './account-history.ts';
import type { ShardCash } from './accounts.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { SimFill, SimOrder, SimSettlement } from './sim-order.ts';
import type { Listing } from './listing.ts';
import { ownerOf, subaccountOf } from './subaccount-name.ts';

/** What the exchange knows, as the rows of its lists. */

type OnShard = { readonly exchangeIndex: number };
/** What the exchange tells beside, by its names on the wire. */
type MoreTold = { readonly alsoTold: Readonly<Record<string, string | number>> };

export function orderRow(order: Readonly<SimOrder>): OrderRow {
  return {
    alsoTold: orderDetails(order),
    exchangeOrderId: order.orderId,
    clientOrderId: order.clientOrderId ?? '',
    market: order.market,
    bookSide: order.side,
    limitPrice: order.price,
    initialCount: order.count,
    filled: order.filled,
    status: order.status === 'canceled' ? 'cancelled' : order.status,
    createdAtMs: order.createdAtMs,
    exchangeIndex: order.exchangeIndex,
  };
}

/** What the exchange tells of an order that our own reading of it has no use for. */
function orderDetails(order: Readonly<SimOrder>): NonNullable<OrderRow['alsoTold']> {
  const { expiresAtMs, orderGroupId } = order;
  return {
    user_id: ownerOf(order.account),
    subaccount_number: subaccountOf(order.account),
    taker_fill_cost_dollars: formatMoney(order.takerCost),
    maker_fill_cost_dollars: formatMoney(order.makerCost),
    taker_fees_dollars: formatMoney(order.takerFees),
    maker_fees_dollars: formatMoney(order.makerFees),
    last_update_time: formatRfc3339(order.updatedAtMs),
    self_trade_prevention_type: order.selfTradePrevention,
    cancel_order_on_pause: order.cancelOnPause,
    ...(expiresAtMs !== null && { expiration_time: formatRfc3339(expiresAtMs) }),
    ...(orderGroupId !== null && { order_group_id: orderGroupId }),
  };
}

export function fillRow(fill: SimFill): Fill & OnShard & MoreTold {
  return {
    alsoTold: { subaccount_number: subaccountOf(fill.account) },
    tradeId: fill.tradeId,
    exchangeOrderId: fill.orderId,
    market: fill.market,
    bookSide: fill.side,
    price: fill.price,
    count: fill.count,
    fee: fill.fee,
    role: fill.role,
    exchangeTimeMs: fill.atMs,
    exchangeIndex: fill.exchangeIndex,
  };
}

export function positionRow(holding: HoldingView): ListedPosition & OnShard & MoreTold {
  return {
    alsoTold: {
      total_traded_dollars: formatMoney(holding.traded),
      market_exposure_dollars: formatMoney(holding.basis),
      realized_pnl_dollars: formatMoney(holding.realised),
      fees_paid_dollars: formatMoney(holding.fees),
      last_updated_ts: formatRfc3339(holding.updatedAtMs),
    },
    market: holding.market,
    leg: holding.position < 0 ? 'no' : 'yes',
    quantity: contracts(Math.abs(holding.position)),
    exchangeIndex: holding.exchangeIndex,
  };
}

/** `fee` is what the trades in the market had cost when they were made; the payout itself is free. */
export function settlementRow(
  settlement: SimSettlement,
): ListedSettlement & OnShard & MoreTold & { readonly eventTicker: string } {
  return {
    alsoTold: {
      yes_total_cost_dollars: formatMoney(settlement.yesCost),
      no_total_cost_dollars: formatMoney(settlement.noCost),
    },
    market: settlement.market,
    result: settlement.result,
    yesCount: settlement.yesCount,
    noCount: settlement.noCount,
    revenue: settlement.revenue,
    fee: settlement.tradeFees,
    settledAtMs: settlement.atMs,
    exchangeIndex: settlement.exchangeIndex,
    eventTicker: settlement.eventTicker,
  };
}

/** The markets of each event together, in the order of their first one. */
export function eventPositionRows(
  holdings: readonly HoldingView[],
): readonly Readonly<Record<string, string>>[] {
  const events = new Map<string, HoldingView[]>();
  for (const holding of holdings) {
    const known = events.get(holding.eventTicker);
    if (known === undefined) events.set(holding.eventTicker, [holding]);
    else known.push(holding);
  }
  return [...events].map(([eventTicker, own]) => {
    const sum = (of: (holding: HoldingView) => Money): string =>
      formatMoney(addMoney(...own.map(of)));
    return {
      event_ticker: eventTicker,
      total_cost_dollars: sum(({ traded }) => traded),
      total_cost_shares_fp: formatContracts(
        contracts(own.reduce((total, { tradedCount }) => total + tradedCount, 0)),
      ),
      event_exposure_dollars: sum(({ basis }) => basis),
      realized_pnl_dollars: sum(({ realised }) => realised),
      fees_paid_dollars: sum(({ fees }) => fees),
    };
  });
}

export function balanceRow(exchangeIndex: number, on: Readonly<ShardCash>): ExchangeBalance {
  return { exchangeIndex, available: subtractMoney(on.cash, on.reserved) };
}

/** A market with its life of one time and its quotes of now.  */
export function marketRow(
  { market, engine, lastPrice }: Listing,
  life: MarketLife,
): {
  readonly exchangeMarket: ExchangeMarket;
  readonly quote: MarketQuote;
} {
  return {
    exchangeMarket: {
      market: { ...market, status: life.status, closeTimeMs: life.closeTimeMs },
      result: life.result,
    },
    quote: { bid: engine.best('bid'), ask: engine.best('ask'), lastPrice },
  };
}
