import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { FeeOverride } from '../../../domain/market/fee-schedule.ts';
import type { PriceRange } from '../../../domain/market/tick-grid.ts';
import { formatContracts, NO_CONTRACTS } from '../../../domain/money/contracts.ts';
import { formatScaled } from '../../../domain/money/decimal-text.ts';
import { formatMoney } from '../../../domain/money/money.ts';
import { formatPrice, ONE_DOLLAR, ZERO_PRICE, type Price } from '../../../domain/money/price.ts';
import type {
  MarketDataEvent,
  QuoteSummary,
  StreamSequence,
  ToldPosition,
} from '../../../ports/market-data.ts';
import { marketIdOf } from './market-id.ts';

/** The exchange's side of what it sums up or announces (docs.kalshi.com: Market Ticker, Positions, Lifecycle). */

type ToldKind =
  | 'price_grid_told'
  | 'market_facts_told'
  | 'event_told'
  | 'event_fees_told'
  | 'order_group_told'
  | 'quote_summary'
  | 'position_told';

type ToldOptions = {
  readonly subscription: number;
  readonly exchangeIndex: number;
  readonly alsoTold?: Readonly<Record<string, unknown>>;
  readonly isCombo?: boolean;
};

/** A frame as the exchange lays it out: the number only where the channel has numbers. */
export function streamFrame(frame: {
  readonly type: string;
  readonly sequence: StreamSequence;
  readonly subscription: number;
  readonly msg: object;
}): string {
  const { type, sequence, subscription, msg } = frame;
  return JSON.stringify(
    sequence === null
      ? { type, sid: subscription, msg }
      : { type, sid: sequence.subscription, seq: sequence.sequence, msg },
  );
}

export function encodeToldFrame(
  event: Extract<MarketDataEvent, { readonly kind: ToldKind }>,
  options: ToldOptions,
): string {
  const { subscription } = options;
  const sequence = 'sequence' in event ? event.sequence : null;
  const { type, msg } = messageOf(event, options);
  return streamFrame({ type, sequence, subscription, msg: { ...msg, ...options.alsoTold } });
}

function messageOf(
  event: Extract<MarketDataEvent, { readonly kind: ToldKind }>,
  { exchangeIndex, isCombo = false }: ToldOptions,
): { readonly type: string; readonly msg: object } {
  const lifecycle = isCombo ? 'multivariate_market_lifecycle' : 'market_lifecycle_v2';
  switch (event.kind) {
    case 'price_grid_told':
      return {
        type: lifecycle,
        msg: {
          market_ticker: event.market,
          exchange_index: exchangeIndex,
          event_type: 'price_level_structure_updated',
          price_ranges: encodePriceRanges(event.priceRanges),
        },
      };
    case 'market_facts_told':
      return {
        type: lifecycle,
        msg: {
          market_ticker: event.market,
          exchange_index: exchangeIndex,
          event_type: 'metadata_updated',
          ...(event.openTimeMs !== null && { open_ts: seconds(event.openTimeMs) }),
          ...(event.closeTimeMs !== null && { close_ts: seconds(event.closeTimeMs) }),
          additional_metadata: {
            ...(event.title !== null && { title: event.title }),
            ...(event.expectedExpirationMs !== null && {
              expected_expiration_ts: seconds(event.expectedExpirationMs),
            }),
          },
        },
      };
    case 'event_told':
      return {
        type: 'event_lifecycle',
        msg: {
          event_ticker: event.eventTicker,
          ...(event.seriesTicker !== null && { series_ticker: event.seriesTicker }),
          exchange_index: event.exchangeIndex,
          ...(event.title !== null && { title: event.title, subtitle: '' }),
          collateral_return_type: '',
        },
      };
    case 'event_fees_told':
      return {
        type: 'event_fee_update',
        msg: { event_ticker: event.eventTicker, ...feeOverride(event.override) },
      };
    case 'order_group_told':
      return {
        type: 'order_group_updates',
        msg: {
          event_type: event.event,
          order_group_id: event.orderGroupId,
          ...(event.limit !== null && { contracts_limit_fp: formatContracts(event.limit) }),
          ts_ms: event.exchangeTimeMs,
        },
      };
    case 'quote_summary':
      return { type: 'ticker', msg: tickerMessage(event.quote) };
    case 'position_told':
      return { type: 'market_position', msg: positionMessage(event.position) };
  }
}

/** The grid of a market's prices, as market objects have it too. */
export function encodePriceRanges(ranges: readonly PriceRange[]): readonly object[] {
  return ranges.map(({ start, end, step }) => ({
    start: formatPrice(start),
    end: formatPrice(end),
    step: formatPrice(step as Price),
  }));
}

/** No quote and no trade stand as 0 and 1 dollar. Dollar totals are whole dollars, the part below cut off. */
function tickerMessage(quote: QuoteSummary): object {
  const { market, bid, ask, lastPrice, exchangeTimeMs } = quote;
  return {
    market_ticker: market,
    market_id: marketIdOf(market),
    price_dollars: formatPrice(lastPrice ?? ZERO_PRICE),
    yes_bid_dollars: formatPrice(bid?.price ?? ZERO_PRICE),
    yes_ask_dollars: formatPrice(ask?.price ?? ONE_DOLLAR),
    yes_bid_size_fp: formatContracts(bid?.count ?? NO_CONTRACTS),
    yes_ask_size_fp: formatContracts(ask?.count ?? NO_CONTRACTS),
    volume_fp: formatContracts(quote.volume),
    open_interest_fp: formatContracts(quote.openInterest),
    ts: seconds(exchangeTimeMs),
    ts_ms: exchangeTimeMs,
    time: formatRfc3339(exchangeTimeMs),
  };
}

function positionMessage(told: ToldPosition): object {
  return {
    market_ticker: told.market,
    position_fp: formatScaled(told.position, 2),
    position_cost_dollars: formatMoney(told.cost),
    realized_pnl_dollars: formatMoney(told.realised),
    fees_paid_dollars: formatMoney(told.fees),
  };
}

/** `flat` is a type that stands in the exchange's list and that nobody can compute. */
function feeOverride(override: FeeOverride | null): object {
  if (override?.kind === 'not_computable')
    return { fee_type_override: 'flat', fee_multiplier_override: null };
  const multiplier = override?.multiplierMillionths ?? null;
  return {
    fee_type_override: override?.makerFeeType ?? null,
    fee_multiplier_override: multiplier === null ? null : multiplier / 1_000_000,
  };
}

function seconds(timeMs: number): number {
  return Math.floor(timeMs / 1_000);
}
