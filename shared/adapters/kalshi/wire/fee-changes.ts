import * as z from 'zod';
import type { FeeChange } from '../../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { feeOverrideFrom, feeScheduleFrom, multiplierField } from './fee-fields.ts';
import { wireObject, type UnknownFieldListener } from './known-fields.ts';
import { nameField, rfc3339Field } from './wire-fields.ts';
import { decodeList, type WireList } from './wire-lists.ts';

/** A change of a series' fees that is known beforehand (docs.kalshi.com, "Get Series Fee Changes"). */
export const SERIES_FEE_CHANGE = wireObject(
  'SeriesFeeChange',
  z.object({
    id: nameField,
    series_ticker: nameField,
    fee_type: z.string(),
    fee_multiplier: multiplierField,
    scheduled_ts: rfc3339Field,
  }),
  [],
);

/** The same of an event: nulls clear its override. */
export const EVENT_FEE_CHANGE = wireObject(
  'EventFeeChange',
  z.object({
    id: nameField,
    event_ticker: nameField,
    series_ticker: nameField,
    fee_type_override: z.string().nullish(),
    fee_multiplier_override: multiplierField.nullish(),
    scheduled_ts: rfc3339Field,
  }),
  [],
);

/** The body of `GET /series/fee_changes`, which has no pages. */
export function decodeSeriesFeeChanges(
  text: string,
  tell?: UnknownFieldListener,
): WireList<FeeChange> | FrameRefusal {
  const make = (row: z.output<typeof SERIES_FEE_CHANGE.schema>): FeeChange => ({
    id: row.id,
    seriesTicker: row.series_ticker,
    change: { kind: 'series', fees: feeScheduleFrom(row.fee_type, row.fee_multiplier) },
    atMs: row.scheduled_ts,
  });
  return decodeList(text, { list: 'series_fee_change_arr', row: SERIES_FEE_CHANGE, make }, tell);
}

/** A page of `GET /events/fee_changes`. */
export function decodeEventFeeChanges(
  text: string,
  tell?: UnknownFieldListener,
): WireList<FeeChange> | FrameRefusal {
  const make = (row: z.output<typeof EVENT_FEE_CHANGE.schema>): FeeChange => ({
    id: row.id,
    seriesTicker: row.series_ticker,
    change: {
      kind: 'event',
      eventTicker: row.event_ticker,
      override: feeOverrideFrom(row.fee_type_override, row.fee_multiplier_override),
    },
    atMs: row.scheduled_ts,
  });
  return decodeList(text, { list: 'event_fee_changes', row: EVENT_FEE_CHANGE, make }, tell);
}
