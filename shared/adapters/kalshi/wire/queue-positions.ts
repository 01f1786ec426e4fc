import * as z from 'zod';
import type { MarketTicker } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { countField, nameField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** Places in the queue, both sides of the wire (docs.kalshi.com, "Get Queue Positions for Orders"). */

export type QueuePosition = {
  readonly exchangeOrderId: string;
  readonly market: MarketTicker;
  /** Contracts that must match before this order does; 0 is the front. */
  readonly ahead: Contracts;
};

export function encodeQueuePositions(positions: readonly QueuePosition[]): string {
  return JSON.stringify({
    queue_positions: positions.map(({ exchangeOrderId, market, ahead }) => ({
      order_id: exchangeOrderId,
      market_ticker: market,
      queue_position_fp: formatContracts(ahead),
    })),
  });
}

export function encodeQueuePosition(ahead: Contracts): string {
  return JSON.stringify({ queue_position_fp: formatContracts(ahead) });
}

const positionsList = z.object({
  queue_positions: z
    .array(
      z.object({ order_id: nameField, market_ticker: nameField, queue_position_fp: countField }),
    )
    .max(200_000)
    .nullish(),
});
const onePosition = z.object({ queue_position_fp: countField });

export function decodeQueuePositions(
  text: string,
): { readonly kind: 'queue'; readonly positions: readonly QueuePosition[] } | FrameRefusal {
  const read = readWire(positionsList, text, 'queue positions');
  if (read.kind === 'refused') return read;
  const positions = (read.value.queue_positions ?? []).map((row) => ({
    exchangeOrderId: row.order_id,
    market: row.market_ticker,
    ahead: row.queue_position_fp,
  }));
  return { kind: 'queue', positions };
}

export function decodeQueuePosition(
  text: string,
): { readonly kind: 'queue'; readonly ahead: Contracts } | FrameRefusal {
  const read = readWire(onePosition, text, 'queue position');
  return read.kind === 'refused' ? read : { kind: 'queue', ahead: read.value.queue_position_fp };
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const QUEUE_ANSWERS = {
  GetOrderQueuePositionsResponse: positionsList,
  GetOrderQueuePositionResponse: onePosition,
};
