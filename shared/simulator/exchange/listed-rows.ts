import type { MarketQuote } from '../../adapters/kalshi/wire/markets.ts';
import type { Fill } from '../../domain/execution/fill.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { subtractMoney } from '../../domain/money/money.ts';
import type {
  ExchangeBalance,
  ExchangeMarket,
  ListedOrder,
  ListedPosition,
  ListedSettlement,
} from '../../ports/exchange.ts';
import type { HoldingView } from './account-history.ts';
import type { ShardCash } from './accounts.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { SimFill, SimOrder, SimSettlement } from './sim-order.ts';
import type { Listing } from './listing.ts';

/** What the exchange knows, as the rows of its lists. */

type OnShard = { readonly exchangeIndex: number };

export function orderRow(order: Readonly<SimOrder>): ListedOrder & OnShard {
  return {
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

export function fillRow(fill: SimFill): Fill & OnShard {
  return {
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

export function positionRow(holding: HoldingView): ListedPosition & OnShard {
  return {
    market: holding.market,
    leg: holding.position < 0 ? 'no' : 'yes',
    quantity: contracts(Math.abs(holding.position)),
    exchangeIndex: holding.exchangeIndex,
  };
}

/** `fee` is what the trades in the market had cost when they were made; the payout itself is free. */
export function settlementRow(
  settlement: SimSettlement,
): ListedSettlement & OnShard & { readonly eventTicker: string } {
  return {
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
