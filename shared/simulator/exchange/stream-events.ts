import type { EpochMs } from '../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../domain/money/contracts.ts';
import { MICROS_PER_DOLLAR } from '../../domain/money/money.ts';
import type { MarketDataEvent, StreamSequence } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { Listing } from './listing.ts';
import { subaccountOf } from './subaccount-name.ts';

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
