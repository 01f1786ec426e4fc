import * as z from 'zod';
import type { Fill } from '../../../domain/execution/fill.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { Contracts } from '../../../domain/money/contracts.ts';
import { price, ONE_DOLLAR, type Price } from '../../../domain/money/price.ts';
import type {
  ExchangeBalance,
  ListedOrder,
  ListedPosition,
  ListedSettlement,
} from '../../../ports/exchange.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { orderStatusFrom } from './own-frames.ts';
import { marketResultFrom } from './market-result.ts';
import {
  bookSideFrom,
  centsField,
  countField,
  directionFields,
  dollarsField,
  epochMsField,
  epochSecondsField,
  nameField,
  openPriceField,
  rfc3339Field,
  signedCountField,
} from './wire-fields.ts';
import { readWire, refuseWire } from './wire-text.ts';

/**
 * The account's lists as the exchange's REST side gives them (docs.kalshi.com, portfolio pages). One row that cannot be
 * read refuses its whole page: a list with a row silently left out would show an order or a fill as absent.
 */

/** One page; `cursor` asks for the next and is null on the last. */
export type Page<Row> = {
  readonly kind: 'page';
  readonly rows: readonly Row[];
  readonly cursor: string | null;
};

const MAX_ROWS = 1_000;
const cursorField = z.string().max(4_000).nullish();

const order = z.object({
  order_id: nameField,
  client_order_id: z.string().max(200).nullish(),
  ticker: nameField,
  ...directionFields,
  status: z.string(),
  yes_price_dollars: openPriceField,
  initial_count_fp: countField,
  fill_count_fp: countField,
  created_time: rfc3339Field,
});
const ordersPage = z.object({ orders: z.array(order).max(MAX_ROWS), cursor: cursorField });

/**
 * A page of orders. A status that is not known is read as `resting`: it may still trade. An order without an id of the
 * client (placed by hand) has the empty one, which is none of ours.
 */
export function decodeOrdersPage(text: string): Page<ListedOrder> | FrameRefusal {
  const read = readWire(ordersPage, text, 'orders');
  if (read.kind === 'refused') return read;
  const rows: ListedOrder[] = [];
  for (const row of read.value.orders) {
    const listed = listedOrder(row);
    if ('kind' in listed) return listed;
    rows.push(listed);
  }
  return page(rows, read.value.cursor);
}

const oneOrder = z.object({ order });

/** One order alone, read as a row of the list. */
export function decodeOrder(
  text: string,
): { readonly kind: 'order'; readonly order: ListedOrder } | FrameRefusal {
  const read = readWire(oneOrder, text, 'order');
  if (read.kind === 'refused') return read;
  const listed = listedOrder(read.value.order);
  return 'kind' in listed ? listed : { kind: 'order', order: listed };
}

function listedOrder(row: z.output<typeof order>): ListedOrder | FrameRefusal {
  const bookSide = bookSideFrom(row);
  if (bookSide === null) return refuseWire('malformed', `order ${row.order_id} book_side`);
  return {
    exchangeOrderId: row.order_id,
    clientOrderId: row.client_order_id ?? '',
    market: row.ticker,
    bookSide,
    limitPrice: row.yes_price_dollars,
    initialCount: row.initial_count_fp,
    filled: row.fill_count_fp,
    status: orderStatusFrom(row.status) ?? 'resting',
    createdAtMs: row.created_time,
  };
}

const fill = z.object({
  trade_id: nameField,
  order_id: nameField,
  ticker: nameField.nullish(),
  market_ticker: nameField.nullish(),
  ...directionFields,
  count_fp: countField,
  yes_price_dollars: openPriceField,
  is_taker: z.boolean(),
  fee_cost: dollarsField,
  created_time: rfc3339Field.nullish(),
  ts_ms: epochMsField.nullish(),
  ts: epochSecondsField.nullish(),
});
const fillsPage = z.object({ fills: z.array(fill).max(MAX_ROWS), cursor: cursorField });

/** A page of fills. The fee is what the exchange charged; the client's order id is not in this list. */
export function decodeFillsPage(text: string): Page<Fill> | FrameRefusal {
  const read = readWire(fillsPage, text, 'fills');
  if (read.kind === 'refused') return read;
  const rows: Fill[] = [];
  for (const row of read.value.fills) {
    const bookSide = bookSideFrom(row);
    const market = row.market_ticker ?? row.ticker ?? null;
    const exchangeTimeMs = row.ts_ms ?? row.created_time ?? row.ts ?? null;
    if (bookSide === null || market === null || exchangeTimeMs === null)
      return refuseWire('malformed', `fill ${row.trade_id} book_side, ticker or created_time`);
    rows.push({
      tradeId: row.trade_id,
      exchangeOrderId: row.order_id,
      market,
      bookSide,
      price: row.yes_price_dollars,
      count: row.count_fp,
      fee: row.fee_cost,
      role: row.is_taker ? 'taker' : 'maker',
      exchangeTimeMs,
    });
  }
  return page(rows, read.value.cursor);
}

const position = z.object({ ticker: nameField, position_fp: signedCountField });
const positionsPage = z.object({
  market_positions: z.array(position).max(MAX_ROWS).nullish(),
  cursor: cursorField,
});

/** A page of positions: positive YES, negative NO; markets whose position is zero are left out. */
export function decodePositionsPage(text: string): Page<ListedPosition> | FrameRefusal {
  const read = readWire(positionsPage, text, 'positions');
  if (read.kind === 'refused') return read;
  const rows = (read.value.market_positions ?? [])
    .filter((row) => row.position_fp !== 0)
    .map((row): ListedPosition => {
      const leg = row.position_fp > 0 ? 'yes' : 'no';
      return { market: row.ticker, leg, quantity: Math.abs(row.position_fp) as Contracts };
    });
  return page(rows, read.value.cursor);
}

const balance = z.object({
  balance: centsField.nullish(),
  balance_dollars: dollarsField.nullish(),
  balance_breakdown: z
    .array(z.object({ exchange_index: z.number().int().min(0), balance: dollarsField }))
    .max(100)
    .nullish(),
});

/**
 * Available cash by shard. Without a breakdown (a key locked to one subaccount gets none) the total is that of the
 * shard which was asked for. The dollar text is exact; `balance` is the same cut to whole cents and only the last resort.
 */
export function decodeBalance(
  text: string,
  askedExchangeIndex: number,
): { readonly kind: 'balances'; readonly balances: readonly ExchangeBalance[] } | FrameRefusal {
  const read = readWire(balance, text, 'balance');
  if (read.kind === 'refused') return read;
  const { balance: cents, balance_dollars, balance_breakdown } = read.value;
  if (balance_breakdown !== undefined && balance_breakdown !== null && balance_breakdown.length > 0)
    return {
      kind: 'balances',
      balances: balance_breakdown.map((row) => ({
        exchangeIndex: row.exchange_index,
        available: row.balance,
      })),
    };
  const available = balance_dollars ?? cents ?? null;
  if (available === null) return refuseWire('malformed', 'balance balance_dollars is missing');
  return { kind: 'balances', balances: [{ exchangeIndex: askedExchangeIndex, available }] };
}

/** Cents that one YES paid: 0 to 100. */
const payoutField = z
  .number()
  .int()
  .min(0)
  .max(100)
  .transform((cents): Price => price((cents * ONE_DOLLAR) / 100));

const settlement = z.object({
  ticker: nameField,
  market_result: z.string().min(1),
  yes_count_fp: countField,
  no_count_fp: countField,
  revenue: centsField,
  value: payoutField.nullish(),
  fee_cost: dollarsField,
  settled_time: rfc3339Field,
});
const settlementsPage = z.object({
  settlements: z.array(settlement).max(MAX_ROWS),
  cursor: cursorField,
});

/** A page of settlements. `revenue` and `value` are whole cents on the wire. */
export function decodeSettlementsPage(text: string): Page<ListedSettlement> | FrameRefusal {
  const read = readWire(settlementsPage, text, 'settlements');
  if (read.kind === 'refused') return read;
  const rows: ListedSettlement[] = [];
  for (const row of read.value.settlements) {
    const result = marketResultFrom(row.market_result, row.value ?? null);
    if (result === null)
      return refuseWire('malformed', `settlement ${row.ticker} ${row.market_result} without value`);
    rows.push({
      market: row.ticker,
      result,
      yesCount: row.yes_count_fp,
      noCount: row.no_count_fp,
      revenue: row.revenue,
      fee: row.fee_cost,
      settledAtMs: row.settled_time,
    });
  }
  return page(rows, read.value.cursor);
}

const userDataTimestamp = z.object({ as_of_time: rfc3339Field });

/** Up to when the exchange's user-data reads are complete. */
export function decodeUserDataTimestamp(
  text: string,
): { readonly kind: 'as_of'; readonly asOfMs: EpochMs } | FrameRefusal {
  const read = readWire(userDataTimestamp, text, 'user_data_timestamp');
  return read.kind === 'refused' ? read : { kind: 'as_of', asOfMs: read.value.as_of_time };
}

function page<Row>(rows: readonly Row[], cursor: string | null | undefined): Page<Row> {
  return { kind: 'page', rows, cursor: cursor === '' ? null : (cursor ?? null) };
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const PORTFOLIO_OBJECTS = {
  Order: order,
  Fill: fill,
  MarketPosition: position,
  Settlement: settlement,
  GetBalanceResponse: balance,
  GetUserDataTimestampResponse: userDataTimestamp,
};
