import * as z from 'zod';
import type { HistoricalCutoff } from '../../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { tellUnknownFields, wireObject, type UnknownFieldListener } from './known-fields.ts';
import { rfc3339Field } from './wire-fields.ts';
import { MAX_WIRE_BYTES, checkWire, readJson } from './wire-text.ts';

/** Where the live endpoints end (docs.kalshi.com, "Historical Data"). */
export const HISTORICAL_CUTOFF = wireObject(
  'GetHistoricalCutoffResponse',
  z.object({
    market_settled_ts: rfc3339Field,
    trades_created_ts: rfc3339Field,
    orders_updated_ts: rfc3339Field,
    market_positions_last_updated_ts: rfc3339Field.nullish(),
  }),
  [],
);

/** The body of `GET /historical/cutoff`. */
export function decodeHistoricalCutoff(
  text: string,
  tell?: UnknownFieldListener,
): { readonly kind: 'cutoff'; readonly cutoff: HistoricalCutoff } | FrameRefusal {
  const json = readJson(text, MAX_WIRE_BYTES);
  if (json.kind === 'refused') return json;
  tellUnknownFields(HISTORICAL_CUTOFF, json.value, tell);
  const checked = checkWire(HISTORICAL_CUTOFF.schema, json.value, HISTORICAL_CUTOFF.name);
  if (checked.kind === 'refused') return checked;
  const body = checked.value;
  return {
    kind: 'cutoff',
    cutoff: {
      marketsSettledMs: body.market_settled_ts,
      tradesCreatedMs: body.trades_created_ts,
      ordersUpdatedMs: body.orders_updated_ts,
      positionsUpdatedMs: body.market_positions_last_updated_ts ?? null,
    },
  };
}
