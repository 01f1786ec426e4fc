import * as z from 'zod';
import type { ExchangeEvent } from '../../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { feeOverrideFrom, multiplierField } from './fee-fields.ts';
import { wireObject, type UnknownFieldListener } from './known-fields.ts';
import { settlementSourcesField } from './settlement-sources.ts';
import { nameField, shardField } from './wire-fields.ts';
import { decodeList, decodeSingle, type WireList } from './wire-lists.ts';

/** An event (docs.kalshi.com, "Get Event"). Combos are not among the events of the list. */
export const EVENT = wireObject(
  'EventData',
  z.object({
    event_ticker: nameField,
    series_ticker: nameField,
    title: z.string().nullish(),
    mutually_exclusive: z.boolean().nullish(),
    fee_type_override: z.string().nullish(),
    fee_multiplier_override: multiplierField.nullish(),
    exchange_index: shardField.nullish(),
    settlement_sources: settlementSourcesField,
  }),
  [
    'sub_title',
    'collateral_return_type',
    'category',
    'strike_date',
    'strike_period',
    'markets',
    'product_metadata',
    'last_updated_ts',
  ],
);

/** A page of `GET /events`. */
export function decodeEvents(
  text: string,
  tell?: UnknownFieldListener,
): WireList<ExchangeEvent> | FrameRefusal {
  return decodeList(text, { list: 'events', row: EVENT, make: eventFrom }, tell);
}

/** The body of `GET /events/{event_ticker}`. */
export function decodeOneEvent(
  text: string,
  tell?: UnknownFieldListener,
): { readonly kind: 'row'; readonly row: ExchangeEvent } | FrameRefusal {
  return decodeSingle(text, { name: 'event', row: EVENT, make: eventFrom }, tell);
}

function eventFrom(row: z.output<typeof EVENT.schema>): ExchangeEvent {
  return {
    eventTicker: row.event_ticker,
    seriesTicker: row.series_ticker,
    title: row.title ?? row.event_ticker,
    exchangeIndex: row.exchange_index ?? 0,
    isMutuallyExclusive: row.mutually_exclusive ?? false,
    feeOverride: feeOverrideFrom(row.fee_type_override, row.fee_multiplier_override),
    settlementSources: row.settlement_sources,
  };
}
