import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { Fill } from '../../../domain/execution/fill.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatContracts } from '../../../domain/money/contracts.ts';
import { formatScaled } from '../../../domain/money/decimal-text.ts';
import { addMoney, formatMoney, MICROS_PER_CENT, type Money } from '../../../domain/money/money.ts';
import { complement, formatPrice, ONE_DOLLAR } from '../../../domain/money/price.ts';
import { floorDivide } from '../../../domain/money/rounding.ts';
import type {
  ExchangeBalance,
  ListedOrder,
  ListedPosition,
  ListedSettlement,
} from '../../../ports/exchange.ts';

/** The exchange's side of the account's lists: the bodies that the decoders beside this file read. */

const WIRE_STATUS = { resting: 'resting', cancelled: 'canceled', executed: 'executed' } as const;

/** A row of the orders list. */
export type OrderRow = ListedOrder & {
  readonly exchangeIndex: number;
  /** What the exchange tells of an order and no row of ours has, by its names on the wire. */
  readonly alsoTold?: AlsoTold;
};

type AlsoTold = Readonly<Record<string, string | number | boolean>>;

export function encodeOrdersPage(rows: readonly OrderRow[], cursor: string | null): string {
  return JSON.stringify({ orders: rows.map(orderFields), cursor: cursor ?? '' });
}

/** The body of one order alone. */
export function encodeOrder(row: OrderRow): string {
  return JSON.stringify({ order: orderFields(row) });
}

function orderFields(row: OrderRow): Readonly<Record<string, unknown>> {
  return {
    order_id: row.exchangeOrderId,
    client_order_id: row.clientOrderId,
    ticker: row.market,
    outcome_side: row.bookSide === 'bid' ? 'yes' : 'no',
    book_side: row.bookSide,
    side: row.bookSide === 'bid' ? 'yes' : 'no',
    action: 'buy',
    type: 'limit',
    status: WIRE_STATUS[row.status],
    yes_price_dollars: formatPrice(row.limitPrice),
    no_price_dollars: formatPrice(complement(row.limitPrice)),
    initial_count_fp: formatContracts(row.initialCount),
    fill_count_fp: formatContracts(row.filled),
    remaining_count_fp: formatScaled(
      row.status === 'resting' ? row.initialCount - row.filled : 0,
      2,
    ),
    created_time: formatRfc3339(row.createdAtMs),
    subaccount_number: 0,
    ...row.alsoTold,
    exchange_index: row.exchangeIndex,
  };
}

export function encodeFillsPage(
  rows: readonly (Fill & { readonly exchangeIndex: number; readonly alsoTold?: AlsoTold })[],
  cursor: string | null,
): string {
  const fills = rows.map((row) => ({
    fill_id: row.tradeId,
    trade_id: row.tradeId,
    order_id: row.exchangeOrderId,
    ticker: row.market,
    market_ticker: row.market,
    outcome_side: row.bookSide === 'bid' ? 'yes' : 'no',
    book_side: row.bookSide,
    side: row.bookSide === 'bid' ? 'yes' : 'no',
    action: 'buy',
    count_fp: formatContracts(row.count),
    yes_price_dollars: formatPrice(row.price),
    no_price_dollars: formatPrice(complement(row.price)),
    is_taker: row.role === 'taker',
    fee_cost: formatMoney(row.fee),
    created_time: formatRfc3339(row.exchangeTimeMs),
    ts: Math.floor(row.exchangeTimeMs / 1_000),
    subaccount_number: 0,
    ...row.alsoTold,
    exchange_index: row.exchangeIndex,
  }));
  return JSON.stringify({ fills, cursor: cursor ?? '' });
}

export function encodePositionsPage(
  rows: readonly (ListedPosition & {
    readonly exchangeIndex: number;
    readonly alsoTold?: AlsoTold;
  })[],
  cursor: string | null,
  events: readonly AlsoTold[] = [],
): string {
  const positions = rows.map((row) => ({
    ticker: row.market,
    exchange_index: row.exchangeIndex,
    position_fp: formatScaled(row.leg === 'yes' ? row.quantity : -row.quantity, 2),
    ...row.alsoTold,
  }));
  return JSON.stringify({
    market_positions: positions,
    event_positions: events,
    cursor: cursor ?? '',
  });
}

/**
 * `balance` is the total in cents, cut off; the dollar texts are exact, with the four decimals that a direct member's
 * money has, and more only where a reserve has them. A key of one subaccount gets no breakdown.
 */
export function encodeBalance(
  rows: readonly ExchangeBalance[],
  told: {
    readonly asOfMs: EpochMs;
    /** What positions are worth, cut off to cents. */
    readonly portfolioValueCents: number;
    readonly withBreakdown: boolean;
  },
): string {
  const total = addMoney(...rows.map((row) => row.available));
  return JSON.stringify({
    balance: Math.trunc(total / MICROS_PER_CENT),
    balance_dollars: balanceText(total),
    portfolio_value: told.portfolioValueCents,
    updated_ts: Math.floor(told.asOfMs / 1_000),
    ...(told.withBreakdown && {
      balance_breakdown: rows.map((row) => ({
        exchange_index: row.exchangeIndex,
        balance: balanceText(row.available),
      })),
    }),
  });
}

function balanceText(amount: Money): string {
  return formatMoney(amount).replace(/00$/, '');
}

/** `revenue` and `value` are whole cents on the wire: what a scalar result pays below a cent is cut off. */
export function encodeSettlementsPage(
  rows: readonly (ListedSettlement & {
    readonly exchangeIndex: number;
    readonly eventTicker: string;
    readonly alsoTold?: AlsoTold;
  })[],
  cursor: string | null,
): string {
  const settlements = rows.map((row) => ({
    ticker: row.market,
    exchange_index: row.exchangeIndex,
    event_ticker: row.eventTicker,
    market_result: row.result.kind,
    yes_count_fp: formatContracts(row.yesCount),
    no_count_fp: formatContracts(row.noCount),
    revenue: floorDivide(row.revenue, MICROS_PER_CENT),
    value: payoutCents(row.result),
    fee_cost: formatMoney(row.fee),
    settled_time: formatRfc3339(row.settledAtMs),
    ...row.alsoTold,
  }));
  return JSON.stringify({ settlements, cursor: cursor ?? '' });
}

export function encodeUserDataTimestamp(asOfMs: EpochMs): string {
  return JSON.stringify({ as_of_time: formatRfc3339(asOfMs) });
}

function payoutCents(result: ListedSettlement['result']): number {
  if (result.kind === 'scalar') return floorDivide(result.settlementValue * 100, ONE_DOLLAR);
  return result.kind === 'yes' ? 100 : 0;
}
