import { encodePriceRanges } from '../../adapters/kalshi/wire/told-encode.ts';
import { formatRfc3339 } from '../../contracts/rfc3339.ts';
import type { EpochMs, Market } from '../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../domain/money/contracts.ts';
import { formatScaled } from '../../domain/money/decimal-text.ts';
import { formatMoney, MICROS_PER_DOLLAR } from '../../domain/money/money.ts';
import type { MarketDataEvent, StreamSequence } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { Holding } from './holding.ts';
import type { Listing } from './listing.ts';
import type { AccountName, SimFill, SimOrder } from './sim-order.ts';
import { ownerOf, subaccountOf } from './subaccount-name.ts';
import type { Strike } from './venue-facts.ts';

/** What happens on the floor, in the words of the stream. */

/** A change of a level; it names the client order id when the arriving or leaving order is the subscriber's own. */
export function deltaEvent(
  { market, side, price, change, cause, atMs }: Extract<FloorEvent, { kind: 'book_change' }>,
  sequence: StreamSequence,
  isOwn: boolean,
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
      clientOrderId: isOwn ? cause.clientOrderId : null,
    },
  };
}

/** The subaccount of an own change; a primary account is not named. */
export function alsoToldOfDelta({
  cause,
}: Extract<FloorEvent, { kind: 'book_change' }>): Readonly<Record<string, unknown>> {
  const subaccount = subaccountOf(cause.account);
  return subaccount === 0 ? {} : { subaccount };
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

/** A change of life is its own message; another grid and other words carry what they are about. */
export function lifecycleEvent(
  { market, notice }: Extract<FloorEvent, { kind: 'lifecycle' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  const silent = { result: null, closeTimeMs: null, exchangeTimeMs: null } as const;
  const about = { sequence, market: market.ticker } as const;
  switch (notice.event) {
    case 'created':
      return {
        kind: 'lifecycle',
        ...about,
        ...silent,
        event: 'created',
        closeTimeMs: market.closeTimeMs,
      };
    case 'activated':
    case 'deactivated':
      return { kind: 'lifecycle', ...about, ...silent, event: notice.event };
    case 'close_date_updated':
      return {
        kind: 'lifecycle',
        ...about,
        ...silent,
        event: notice.event,
        closeTimeMs: notice.closeTimeMs,
      };
    case 'determined':
      return {
        kind: 'lifecycle',
        ...about,
        ...silent,
        event: notice.event,
        result: notice.result,
        exchangeTimeMs: notice.atMs,
      };
    case 'settled':
      return {
        kind: 'lifecycle',
        ...about,
        ...silent,
        event: notice.event,
        exchangeTimeMs: notice.atMs,
      };
    case 'price_level_structure_updated':
      return { kind: 'price_grid_told', ...about, priceRanges: notice.priceRanges };
    case 'metadata_updated':
      return {
        kind: 'market_facts_told',
        ...about,
        title: market.title,
        openTimeMs: market.openTimeMs,
        closeTimeMs: market.closeTimeMs,
        expectedExpirationMs: market.expectedExpirationMs,
      };
  }
}

/** What a lifecycle message tells beside the change (WebSocket page "Market and Event Lifecycle"). */
export function alsoToldOfLifecycle(
  { market, notice }: Extract<FloorEvent, { kind: 'lifecycle' }>,
  listing: Pick<Listing, 'details' | 'structure'> | undefined,
): Readonly<Record<string, unknown>> {
  switch (notice.event) {
    case 'created':
      return {
        open_ts: Math.floor(market.openTimeMs / 1_000),
        ...(listing !== undefined && { price_level_structure: listing.structure }),
        price_ranges: encodePriceRanges(market.priceRanges),
        additional_metadata: metadataOf(market, listing),
      };
    case 'activated':
    case 'deactivated':
      return { is_deactivated: notice.event === 'deactivated' };
    case 'price_level_structure_updated':
      return { price_level_structure: notice.structure };
    case 'metadata_updated':
      return { additional_metadata: metadataOf(market, listing) };
    case 'close_date_updated':
    case 'determined':
    case 'settled':
      return {};
  }
}

function metadataOf(
  market: Market,
  listing: Pick<Listing, 'details'> | undefined,
): Readonly<Record<string, unknown>> {
  const { details = {} } = listing ?? {};
  return {
    name: details.yesSubTitle ?? market.title,
    title: market.title,
    yes_sub_title: details.yesSubTitle ?? market.title,
    no_sub_title: details.noSubTitle ?? market.title,
    rules_primary: details.rulesPrimary ?? '',
    rules_secondary: details.rulesSecondary ?? '',
    can_close_early: true,
    event_ticker: market.eventTicker,
    ...(market.expectedExpirationMs !== null && {
      expected_expiration_ts: Math.floor(market.expectedExpirationMs / 1_000),
    }),
    ...(details.strike !== undefined && strikeFields(details.strike)),
  };
}

function strikeFields(strike: Strike): Readonly<Record<string, unknown>> {
  return {
    strike_type: strike.type,
    ...('floor' in strike && { floor_strike: strike.floor }),
    ...('cap' in strike && { cap_strike: strike.cap }),
    ...('custom' in strike && { custom_strike: strike.custom }),
  };
}

export function eventEvent(
  { event }: Extract<FloorEvent, { kind: 'event' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  const { eventTicker, seriesTicker, exchangeIndex, title } = event;
  return { kind: 'event_told', sequence, eventTicker, seriesTicker, exchangeIndex, title };
}

export function alsoToldOfEvent({
  event,
}: Extract<FloorEvent, { kind: 'event' }>): Readonly<Record<string, unknown>> {
  return { subtitle: event.subTitle, collateral_return_type: event.collateralReturn };
}

/** Two nulls say that the event overrides nothing any more. */
export function feesEvent(
  { eventTicker, override }: Extract<FloorEvent, { kind: 'event_fees' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  const { makerFeeType, multiplierMillionths } = override;
  const isCleared = makerFeeType === null && multiplierMillionths === null;
  return {
    kind: 'event_fees_told',
    sequence,
    eventTicker,
    override: isCleared ? null : { kind: 'override', makerFeeType, multiplierMillionths },
  };
}

export function groupEvent(
  { event, orderGroupId, limit, atMs }: Extract<FloorEvent, { kind: 'order_group' }>,
  sequence: StreamSequence,
): MarketDataEvent {
  return { kind: 'order_group_told', sequence, orderGroupId, event, limit, exchangeTimeMs: atMs };
}

export function quoteEvent(listing: Listing, nowMs: EpochMs): MarketDataEvent {
  const { bids, asks } = listing.engine.view();
  return {
    kind: 'quote_summary',
    quote: {
      market: listing.market.ticker,
      bid: bids[0] ?? null,
      ask: asks[0] ?? null,
      lastPrice: listing.lastPrice,
      volume: listing.volume,
      openInterest: listing.openInterest,
      exchangeTimeMs: nowMs,
    },
  };
}

/** What the `ticker` channel tells beside the summary. Dollar totals are at the last price, in whole dollars. */
export function alsoToldOfQuote(listing: Listing): Readonly<Record<string, unknown>> {
  const { lastPrice, lastCount, volume, openInterest } = listing;
  const dollars = (count: Contracts): number =>
    Math.floor((count * (lastPrice ?? 0)) / MICROS_PER_DOLLAR);
  return {
    ...(lastCount !== null && { last_trade_size_fp: formatContracts(lastCount) }),
    dollar_volume: dollars(volume),
    dollar_open_interest: dollars(openInterest),
  };
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
