import * as z from 'zod';
import type { PublicTrade } from '../../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { wireObject, type UnknownFieldListener } from './known-fields.ts';
import {
  bookSideFrom,
  countField,
  directionFields,
  nameField,
  openPriceField,
  rfc3339Field,
} from './wire-fields.ts';
import { decodeList, type WireList } from './wire-lists.ts';
import { refuseWire } from './wire-text.ts';

/** A public trade (docs.kalshi.com, "Get Trades"); the historical list has the same rows. */
export const TRADE = wireObject(
  'Trade',
  z.object({
    trade_id: nameField,
    ticker: nameField,
    count_fp: countField,
    yes_price_dollars: openPriceField,
    taker_outcome_side: directionFields.outcome_side,
    taker_book_side: directionFields.book_side,
    /** Deprecated, and all that trades before May 2026 have. */
    taker_side: z.enum(['yes', 'no']).optional(),
    created_time: rfc3339Field,
    is_block_trade: z.boolean().nullish(),
  }),
  ['no_price_dollars'],
);

/** A page of `GET /markets/trades` or `GET /historical/trades`, newest first. */
export function decodeTrades(
  text: string,
  tell?: UnknownFieldListener,
): WireList<PublicTrade> | FrameRefusal {
  return decodeList(text, { list: 'trades', row: TRADE, make: tradeFrom }, tell);
}

function tradeFrom(row: z.output<typeof TRADE.schema>): PublicTrade | FrameRefusal {
  const takerSide = bookSideFrom({
    book_side: row.taker_book_side,
    outcome_side: row.taker_outcome_side ?? row.taker_side,
  });
  if (takerSide === null)
    return refuseWire('malformed', `Trade ${row.trade_id} taker_book_side is missing`);
  return {
    tradeId: row.trade_id,
    market: row.ticker,
    price: row.yes_price_dollars,
    count: row.count_fp,
    takerSide,
    isBlockTrade: row.is_block_trade ?? false,
    exchangeTimeMs: row.created_time,
  };
}
