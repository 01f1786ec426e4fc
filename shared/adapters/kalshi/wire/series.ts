import * as z from 'zod';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import type { Series } from '../../../ports/market-catalogue.ts';
import { feeScheduleFrom, multiplierField } from './fee-fields.ts';
import { wireObject, type UnknownFieldListener } from './known-fields.ts';
import { settlementSourcesField } from './settlement-sources.ts';
import { nameField, shardField } from './wire-fields.ts';
import { decodeList, decodeSingle, type WireList } from './wire-lists.ts';

/** A series (docs.kalshi.com, "Get Series"). */
export const SERIES = wireObject(
  'Series',
  z.object({
    ticker: nameField,
    title: z.string().nullish(),
    category: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    fee_type: z.string().nullish(),
    fee_multiplier: multiplierField.nullish(),
    exchange_index: shardField.nullish(),
    settlement_sources: settlementSourcesField,
  }),
  [
    'frequency',
    'categories',
    'contract_url',
    'contract_terms_url',
    'product_metadata',
    'additional_prohibitions',
    'volume_fp',
    'last_updated_ts',
  ],
);

/** The body of `GET /series`: all of them at once. */
export function decodeSeriesList(
  text: string,
  tell?: UnknownFieldListener,
): WireList<Series> | FrameRefusal {
  return decodeList(text, { list: 'series', row: SERIES, make: seriesFrom }, tell);
}

/** The body of `GET /series/{series_ticker}`. */
export function decodeOneSeries(
  text: string,
  tell?: UnknownFieldListener,
): { readonly kind: 'row'; readonly row: Series } | FrameRefusal {
  return decodeSingle(text, { name: 'series', row: SERIES, make: seriesFrom }, tell);
}

function seriesFrom(row: z.output<typeof SERIES.schema>): Series {
  const category = row.category ?? '';
  return {
    seriesTicker: row.ticker,
    title: row.title ?? row.ticker,
    category: category === '' ? null : category,
    tags: row.tags ?? [],
    exchangeIndex: row.exchange_index ?? 0,
    fees: feeScheduleFrom(row.fee_type, row.fee_multiplier),
    settlementSources: row.settlement_sources,
  };
}
