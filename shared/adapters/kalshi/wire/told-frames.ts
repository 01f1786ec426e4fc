import * as z from 'zod';
import type { Level } from '../../../domain/market/book-view.ts';
import type { Contracts } from '../../../domain/money/contracts.ts';
import { ONE_DOLLAR, parsePrice, type Price } from '../../../domain/money/price.ts';
import type {
  FrameRefusal,
  MarketDataEvent,
  OrderGroupEvent,
  StreamSequence,
} from '../../../ports/market-data.ts';
import { feeOverrideFrom, multiplierField } from './fee-fields.ts';
import {
  countField,
  dollarsField,
  epochMsField,
  epochSecondsField,
  nameField,
  priceField,
  signedCountField,
} from './wire-fields.ts';
import { checkWire, refuseWire } from './wire-text.ts';

/** Frames that sum up or announce (docs.kalshi.com: Market Ticker, Market Positions, Order Group Updates, Lifecycle). */

/** Known to be sent, and not read by us. */
const unread = z.unknown().optional();

/** A market that never traded has had an empty text for a price. */
const tradedPriceField = z.string().transform((text, context): Price | null => {
  if (text === '') return null;
  const value = parsePrice(text);
  if (typeof value === 'number') return value === 0 ? null : value;
  context.issues.push({ code: 'custom', message: 'not a price in dollars', input: text });
  return z.NEVER;
});

const tickerMessage = z.object({
  market_ticker: nameField,
  market_id: unread,
  price_dollars: tradedPriceField,
  yes_bid_dollars: priceField,
  yes_ask_dollars: priceField,
  yes_bid_size_fp: countField,
  yes_ask_size_fp: countField,
  last_trade_size_fp: unread,
  volume_fp: countField,
  open_interest_fp: countField,
  dollar_volume: unread,
  dollar_open_interest: unread,
  ts: epochSecondsField.optional(),
  ts_ms: epochMsField.optional(),
  time: unread,
});

/** A quote of 0 or 1 dollar is none. The message has no number: what it says replaces what was said before. */
export function decodeTicker(message: unknown): MarketDataEvent | FrameRefusal {
  const checked = checkWire(tickerMessage, message, 'ticker');
  if (checked.kind === 'refused') return checked;
  const ticker = checked.value;
  const exchangeTimeMs = ticker.ts_ms ?? ticker.ts;
  if (exchangeTimeMs === undefined) return refuseWire('malformed', 'ticker ts_ms is missing');
  return {
    kind: 'quote_summary',
    quote: {
      market: ticker.market_ticker,
      bid: levelOf(ticker.yes_bid_dollars, ticker.yes_bid_size_fp),
      ask: levelOf(ticker.yes_ask_dollars, ticker.yes_ask_size_fp),
      lastPrice: ticker.price_dollars,
      volume: ticker.volume_fp,
      openInterest: ticker.open_interest_fp,
      exchangeTimeMs,
    },
  };
}

function levelOf(price: Price, count: Contracts): Level | null {
  return price === 0 || price === ONE_DOLLAR ? null : { price, count };
}

const positionMessage = z.object({
  user_id: unread,
  market_ticker: nameField,
  position_fp: signedCountField,
  position_cost_dollars: dollarsField,
  realized_pnl_dollars: dollarsField,
  fees_paid_dollars: dollarsField,
  position_fee_cost_dollars: unread,
  volume_fp: unread,
  subaccount: unread,
});

export function decodeMarketPosition(message: unknown): MarketDataEvent | FrameRefusal {
  const checked = checkWire(positionMessage, message, 'market_position');
  if (checked.kind === 'refused') return checked;
  const told = checked.value;
  return {
    kind: 'position_told',
    position: {
      market: told.market_ticker,
      position: told.position_fp,
      cost: told.position_cost_dollars,
      realised: told.realized_pnl_dollars,
      fees: told.fees_paid_dollars,
    },
  };
}

const GROUP_EVENTS: readonly OrderGroupEvent[] = [
  'created',
  'triggered',
  'reset',
  'deleted',
  'limit_updated',
];

const orderGroupMessage = z.object({
  event_type: z.string().max(100),
  order_group_id: nameField,
  contracts_limit_fp: countField.nullish(),
  exchange_index: unread,
  subaccount: unread,
  ts_ms: epochMsField,
});

export function decodeOrderGroupUpdate(
  sequence: StreamSequence,
  message: unknown,
): MarketDataEvent | FrameRefusal {
  const checked = checkWire(orderGroupMessage, message, 'order_group_updates');
  if (checked.kind === 'refused') return checked;
  const told = checked.value;
  return {
    kind: 'order_group_told',
    sequence,
    orderGroupId: told.order_group_id,
    event: GROUP_EVENTS.find((known) => known === told.event_type) ?? 'unrecognised',
    limit: told.contracts_limit_fp ?? null,
    exchangeTimeMs: told.ts_ms,
  };
}

const eventMessage = z.object({
  event_ticker: nameField,
  series_ticker: nameField.nullish(),
  exchange_index: z.number().int().min(0).optional(),
  title: z.string().max(2_000).nullish(),
  subtitle: unread,
  collateral_return_type: unread,
  strike_date: unread,
  strike_period: unread,
});

export function decodeEventLifecycle(
  sequence: StreamSequence,
  message: unknown,
): MarketDataEvent | FrameRefusal {
  const checked = checkWire(eventMessage, message, 'event_lifecycle');
  if (checked.kind === 'refused') return checked;
  const told = checked.value;
  return {
    kind: 'event_told',
    sequence,
    eventTicker: told.event_ticker,
    seriesTicker: told.series_ticker ?? null,
    title: told.title ?? null,
    exchangeIndex: told.exchange_index ?? 0,
  };
}

const eventFeeMessage = z.object({
  event_ticker: nameField,
  fee_type_override: z.string().max(100).nullish(),
  fee_multiplier_override: multiplierField.nullish(),
  exchange_index: unread,
});

export function decodeEventFeeUpdate(
  sequence: StreamSequence,
  message: unknown,
): MarketDataEvent | FrameRefusal {
  const checked = checkWire(eventFeeMessage, message, 'event_fee_update');
  if (checked.kind === 'refused') return checked;
  const told = checked.value;
  return {
    kind: 'event_fees_told',
    sequence,
    eventTicker: told.event_ticker,
    override: feeOverrideFrom(told.fee_type_override, told.fee_multiplier_override),
  };
}

/** The fields that each of these messages is known to have. */
export const KNOWN_TOLD_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ticker', Object.keys(tickerMessage.shape)],
  ['market_position', Object.keys(positionMessage.shape)],
  ['order_group_updates', Object.keys(orderGroupMessage.shape)],
  ['event_lifecycle', Object.keys(eventMessage.shape)],
  ['event_fee_update', Object.keys(eventFeeMessage.shape)],
]);
