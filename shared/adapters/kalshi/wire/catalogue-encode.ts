import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { FeeSchedule, MakerFeeType } from '../../../domain/market/fee-schedule.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { SettlementSource } from '../../../domain/market/settlement-facts.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import type { HistoricalCutoff } from '../../../ports/market-catalogue.ts';
import { encodeFees } from './markets.ts';

/** The exchange's side of series, events, changes of fees and the historical cutoff. */

export type SeriesRow = {
  readonly seriesTicker: string;
  readonly title: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly frequency: string;
  readonly exchangeIndex: number;
  readonly fees: FeeSchedule;
  readonly settlementSources: readonly SettlementSource[];
  /** Null: not asked for. */
  readonly volume: Contracts | null;
};

export function encodeSeriesObject(series: SeriesRow): Readonly<Record<string, unknown>> {
  return {
    ticker: series.seriesTicker,
    frequency: series.frequency,
    title: series.title,
    category: series.category,
    categories: series.category === '' ? [] : [series.category],
    tags: series.tags,
    settlement_sources: series.settlementSources,
    contract_url: '',
    contract_terms_url: '',
    ...encodeFees(series.fees),
    additional_prohibitions: [],
    ...(series.volume !== null && { volume_fp: formatContracts(series.volume) }),
    exchange_index: series.exchangeIndex,
  };
}

/** What an event overrides, each part by itself; null is not overridden. */
type Override = {
  readonly makerFeeType: MakerFeeType | null;
  readonly multiplierMillionths: number | null;
};

export type EventRow = {
  readonly eventTicker: string;
  readonly seriesTicker: string;
  readonly title: string;
  readonly subTitle: string;
  readonly category: string;
  readonly collateralReturn: string;
  readonly isMutuallyExclusive: boolean;
  readonly exchangeIndex: number;
  readonly updatedAtMs: EpochMs;
  readonly override: Override;
  readonly settlementSources: readonly SettlementSource[];
  /** Market objects; null: not asked for. */
  readonly markets: readonly Readonly<Record<string, unknown>>[] | null;
};

export function encodeEventObject(event: EventRow): Readonly<Record<string, unknown>> {
  return {
    event_ticker: event.eventTicker,
    series_ticker: event.seriesTicker,
    sub_title: event.subTitle,
    title: event.title,
    collateral_return_type: event.collateralReturn,
    mutually_exclusive: event.isMutuallyExclusive,
    category: event.category,
    strike_date: null,
    strike_period: null,
    ...(event.markets !== null && { markets: event.markets }),
    product_metadata: null,
    settlement_sources: event.settlementSources,
    last_updated_ts: formatRfc3339(event.updatedAtMs),
    ...overrideFields(event.override),
    exchange_index: event.exchangeIndex,
  };
}

type Change = { readonly id: string; readonly atMs: EpochMs };

export function encodeSeriesFeeChanges(
  changes: readonly (Change & { readonly seriesTicker: string; readonly fees: FeeSchedule })[],
): string {
  return JSON.stringify({
    series_fee_change_arr: changes.map(({ id, seriesTicker, fees, atMs }) => ({
      id,
      series_ticker: seriesTicker,
      ...encodeFees(fees),
      scheduled_ts: formatRfc3339(atMs),
    })),
  });
}

/** Nulls are an override that is cleared. */
export function encodeEventFeeChanges(
  changes: readonly (Change & {
    readonly eventTicker: string;
    readonly seriesTicker: string;
    readonly override: Override;
  })[],
  cursor: string | null,
): string {
  return JSON.stringify({
    event_fee_changes: changes.map(({ id, eventTicker, seriesTicker, override, atMs }) => ({
      id,
      event_ticker: eventTicker,
      series_ticker: seriesTicker,
      ...overrideFields(override),
      scheduled_ts: formatRfc3339(atMs),
    })),
    cursor: cursor ?? '',
  });
}

export function encodeHistoricalCutoff(cutoff: HistoricalCutoff): string {
  return JSON.stringify({
    market_settled_ts: formatRfc3339(cutoff.marketsSettledMs),
    trades_created_ts: formatRfc3339(cutoff.tradesCreatedMs),
    orders_updated_ts: formatRfc3339(cutoff.ordersUpdatedMs),
    ...(cutoff.positionsUpdatedMs !== null && {
      market_positions_last_updated_ts: formatRfc3339(cutoff.positionsUpdatedMs),
    }),
  });
}

function overrideFields({
  makerFeeType,
  multiplierMillionths,
}: Override): Readonly<Record<string, unknown>> {
  return {
    fee_type_override: makerFeeType,
    fee_multiplier_override:
      multiplierMillionths === null ? null : multiplierMillionths / 1_000_000,
  };
}
