import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { MarketResult } from '../../../domain/market/market.ts';
import { formatContracts } from '../../../domain/money/contracts.ts';
import { formatScaled } from '../../../domain/money/decimal-text.ts';
import { formatMoney } from '../../../domain/money/money.ts';
import { complement, formatPrice } from '../../../domain/money/price.ts';
import type { MarketDataEvent, StreamSequence } from '../../../ports/market-data.ts';
import { marketIdOf } from './market-id.ts';
import { encodeLevels } from './orderbook.ts';
import { encodeToldFrame, streamFrame } from './told-encode.ts';

/** Where an event of ours stands on the wire. */
export type StreamEncodeOptions = {
  readonly useYesPrice: boolean;
  /** The subscription of frames without numbers (fill, user_order, ticker); the others carry their own. */
  readonly subscription: number;
  readonly exchangeIndex: number;
  /** What the exchange tells beside the event of ours, by its names on the wire. */
  readonly alsoTold?: Readonly<Record<string, unknown>>;
  /** Combos have a channel of their own whose messages say the same under another type. */
  readonly isCombo?: boolean;
};

/** The exchange's side of the stream: one event as the text frame that it sends, field by field in its order. */
export function encodeStreamFrame(event: MarketDataEvent, options: StreamEncodeOptions): string {
  switch (event.kind) {
    case 'book_snapshot':
      return frame('orderbook_snapshot', event.sequence, options, snapshotMessage(event, options));
    case 'book_delta':
      return frame('orderbook_delta', event.sequence, options, deltaMessage(event, options));
    case 'public_trade':
      return frame('trade', event.sequence, options, tradeMessage(event));
    case 'fill':
      return frame('fill', null, options, fillMessage(event, options));
    case 'order_update':
      return frame('user_order', null, options, userOrderMessage(event, options));
    case 'lifecycle':
      return frame(
        options.isCombo === true ? 'multivariate_market_lifecycle' : 'market_lifecycle_v2',
        event.sequence,
        options,
        lifecycleMessage(event, options),
      );
    case 'price_grid_told':
    case 'market_facts_told':
    case 'event_told':
    case 'event_fees_told':
    case 'order_group_told':
    case 'quote_summary':
    case 'position_told':
      return encodeToldFrame(event, options);
    case 'stream_error':
      return encodeError(event);
    case 'control':
      return encodeControl(event);
  }
}

/** The reply to a `subscribe` command: one for each channel, each with its own sid. */
export function encodeSubscribed(reply: {
  readonly id: number;
  readonly channel: string;
  readonly subscription: number;
}): string {
  const { id, channel, subscription } = reply;
  return JSON.stringify({ id, type: 'subscribed', msg: { channel, sid: subscription } });
}

/** The reply to `update_subscription`: all markets now in the subscription; it takes a number of it. */
export function encodeOk(reply: {
  readonly id: number;
  readonly subscription: number;
  /** Null on channels without numbers. */
  readonly sequence: number | null;
  /** Null where the subscriber wanted no lists. */
  readonly markets: readonly string[] | null;
}): string {
  return JSON.stringify({
    id: reply.id,
    sid: reply.subscription,
    ...(reply.sequence !== null && { seq: reply.sequence }),
    type: 'ok',
    msg: reply.markets === null ? {} : { market_tickers: reply.markets },
  });
}

export function encodeUnsubscribed(reply: {
  readonly id: number;
  readonly subscription: number;
  readonly sequence: number | null;
}): string {
  return JSON.stringify({
    id: reply.id,
    sid: reply.subscription,
    ...(reply.sequence !== null && { seq: reply.sequence }),
    type: 'unsubscribed',
  });
}

type EventOf<Kind extends MarketDataEvent['kind']> = Extract<MarketDataEvent, { kind: Kind }>;

function frame(
  type: string,
  sequence: StreamSequence,
  { subscription }: StreamEncodeOptions,
  msg: object,
): string {
  return streamFrame({ type, sequence, subscription, msg });
}

function snapshotMessage(
  { snapshot }: EventOf<'book_snapshot'>,
  { useYesPrice }: StreamEncodeOptions,
): object {
  const yes = encodeLevels(snapshot.bids, (price) => price);
  const no = encodeLevels(snapshot.asks, useYesPrice ? (price) => price : complement);
  return {
    market_ticker: snapshot.market,
    market_id: marketIdOf(snapshot.market),
    ...(yes.length > 0 && { yes_dollars_fp: yes }),
    ...(no.length > 0 && { no_dollars_fp: no }),
  };
}

function deltaMessage(
  { delta }: EventOf<'book_delta'>,
  { useYesPrice, alsoTold }: StreamEncodeOptions,
): object {
  const onYesScale = delta.side === 'bid' || useYesPrice;
  return {
    market_ticker: delta.market,
    market_id: marketIdOf(delta.market),
    price_dollars: formatPrice(onYesScale ? delta.price : complement(delta.price)),
    delta_fp: formatScaled(delta.change, 2),
    side: delta.side === 'bid' ? 'yes' : 'no',
    ts: formatRfc3339(delta.exchangeTimeMs),
    ts_ms: delta.exchangeTimeMs,
    ...(delta.clientOrderId !== null && { client_order_id: delta.clientOrderId, ...alsoTold }),
  };
}

function tradeMessage(trade: EventOf<'public_trade'>): object {
  const outcome = trade.takerSide === 'bid' ? 'yes' : 'no';
  return {
    trade_id: trade.tradeId,
    market_ticker: trade.market,
    yes_price_dollars: formatPrice(trade.price),
    no_price_dollars: formatPrice(complement(trade.price)),
    count_fp: formatContracts(trade.count),
    taker_side: outcome,
    taker_outcome_side: outcome,
    taker_book_side: trade.takerSide,
    is_block_trade: false,
    ts: Math.floor(trade.exchangeTimeMs / 1_000),
    ts_ms: trade.exchangeTimeMs,
  };
}

function fillMessage(
  { fill, clientOrderId }: EventOf<'fill'>,
  { exchangeIndex, alsoTold }: StreamEncodeOptions,
): object {
  return {
    trade_id: fill.tradeId,
    order_id: fill.exchangeOrderId,
    ...(clientOrderId !== null && { client_order_id: clientOrderId }),
    market_ticker: fill.market,
    exchange_index: exchangeIndex,
    is_taker: fill.role === 'taker',
    yes_price_dollars: formatPrice(fill.price),
    count_fp: formatContracts(fill.count),
    fee_cost: formatMoney(fill.fee),
    ts: Math.floor(fill.exchangeTimeMs / 1_000),
    ts_ms: fill.exchangeTimeMs,
    outcome_side: fill.bookSide === 'bid' ? 'yes' : 'no',
    book_side: fill.bookSide,
    subaccount: 0,
    ...alsoTold,
  };
}

const WIRE_STATUS = {
  resting: 'resting',
  cancelled: 'canceled',
  executed: 'executed',
  unrecognised: 'unknown',
} as const;

function userOrderMessage(
  { update }: EventOf<'order_update'>,
  { exchangeIndex, alsoTold }: StreamEncodeOptions,
): object {
  const remaining = update.status === 'resting' ? update.initialCount - update.filled : 0;
  return {
    order_id: update.exchangeOrderId,
    ...(update.clientOrderId !== null && { client_order_id: update.clientOrderId }),
    ticker: update.market,
    exchange_index: exchangeIndex,
    status: WIRE_STATUS[update.status],
    outcome_side: update.bookSide === 'bid' ? 'yes' : 'no',
    book_side: update.bookSide,
    yes_price_dollars: formatPrice(update.limitPrice),
    initial_count_fp: formatContracts(update.initialCount),
    fill_count_fp: formatContracts(update.filled),
    remaining_count_fp: formatScaled(remaining, 2),
    last_update_time: formatRfc3339(update.exchangeTimeMs),
    last_updated_ts_ms: update.exchangeTimeMs,
    subaccount_number: 0,
    ...alsoTold,
  };
}

/** Times of lifecycle events are whole seconds on the wire; the part below a second is cut off. */
function lifecycleMessage(
  event: EventOf<'lifecycle'>,
  { exchangeIndex, alsoTold }: StreamEncodeOptions,
): object {
  const saidAt = event.exchangeTimeMs === null ? null : Math.floor(event.exchangeTimeMs / 1_000);
  return {
    market_ticker: event.market,
    exchange_index: exchangeIndex,
    event_type: event.event,
    ...(event.closeTimeMs !== null && { close_ts: Math.floor(event.closeTimeMs / 1_000) }),
    ...(saidAt !== null && {
      [event.event === 'settled' ? 'settled_ts' : 'determination_ts']: saidAt,
    }),
    ...(event.result !== null && {
      result: event.result.kind,
      settlement_value: settlementValueText(event.result),
    }),
    ...alsoTold,
  };
}

function settlementValueText(result: MarketResult): string {
  if (result.kind === 'scalar') return formatPrice(result.settlementValue);
  return result.kind === 'yes' ? '1.0000' : '0.0000';
}

function encodeError(event: EventOf<'stream_error'>): string {
  const { sequence, subscription, code, message } = event;
  return JSON.stringify({
    type: 'error',
    ...(subscription !== null && { sid: subscription }),
    ...(sequence !== null && { seq: sequence.sequence }),
    msg: { code, msg: message },
  });
}

function encodeControl({ sequence, type }: EventOf<'control'>): string {
  return JSON.stringify(
    sequence === null ? { type } : { sid: sequence.subscription, seq: sequence.sequence, type },
  );
}
