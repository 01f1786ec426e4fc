import { encodePriceRanges } from '../../adapters/kalshi/wire/told-encode.ts';
import type { Market } from '../../domain/market/market.ts';
import type { MarketDataEvent, StreamSequence } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { Listing } from './listing.ts';
import type { Strike } from './venue-facts.ts';

/** What happens to markets and events by themselves, in the words of the stream. */

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
