import type { FrameRefusal, MarketDataEvent, StreamSequence } from '../../../ports/market-data.ts';
import { decodeDelta, decodeSnapshot } from './book-frames.ts';
import { scanDelta } from './delta-scan.ts';
import { decodeFillFrame, decodeUserOrder } from './own-frames.ts';
import {
  decodeLifecycle,
  decodeStreamError,
  decodeTrade,
  KNOWN_EVENT_FIELDS,
} from './event-frames.ts';
import {
  decodeEventFeeUpdate,
  decodeEventLifecycle,
  decodeMarketPosition,
  decodeOrderGroupUpdate,
  decodeTicker,
  KNOWN_TOLD_FIELDS,
} from './told-frames.ts';
import { isOversized, readJson, refuseWire } from './wire-text.ts';

/** How a connection was subscribed and what is accepted of it. */
export type StreamFrameOptions = {
  readonly maxBytes: number;
  /** Whether `use_yes_price` was sent when subscribing to books: the NO side then comes on the YES scale. */
  readonly useYesPrice: boolean;
  /** Told of each field that is not known; the frame is used all the same. */
  readonly onUnknownField?: (type: string, field: string) => void;
};

/** Messages without market data of ours; they carry a number of their subscription where the channel has numbers. */
const CONTROL_TYPES: ReadonlySet<string> = new Set(['subscribed', 'ok', 'unsubscribed']);

const KNOWN_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ...KNOWN_EVENT_FIELDS,
  ...KNOWN_TOLD_FIELDS,
  ['orderbook_snapshot', ['market_ticker', 'market_id', 'yes_dollars_fp', 'no_dollars_fp']],
  [
    'orderbook_delta',
    [
      'market_ticker',
      'market_id',
      'side',
      'price_dollars',
      'delta_fp',
      'ts',
      'ts_ms',
      'client_order_id',
      'subaccount',
    ],
  ],
]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * One text frame of the exchange's WebSocket as one event of ours. Never throws: what cannot be used is refused with
 * its reason. Unknown fields are let through, an unknown type is refused (its number is then missing, so the books of
 * its subscription are resynced). Prices and counts are exact. Source: docs.kalshi.com, WebSocket pages.
 */
export function decodeStreamFrame(
  text: string,
  options: StreamFrameOptions,
): MarketDataEvent | FrameRefusal {
  if (!isOversized(text, options.maxBytes)) {
    const delta = scanDelta(text, options.useYesPrice);
    if (delta !== null) return delta;
  }
  const json = readJson(text, options.maxBytes);
  if (json.kind === 'refused') return json;
  if (!isFields(json.value)) return refuseWire('malformed', 'a frame is a JSON object');
  return decodeFields(json.value, options);
}

function decodeFields(frame: Fields, options: StreamFrameOptions): MarketDataEvent | FrameRefusal {
  const type = frame['type'];
  if (typeof type !== 'string') return refuseWire('malformed', 'a frame has a type');
  const sequence = sequenceOf(frame);
  if (sequence === 'malformed') return refuseWire('malformed', `${type} sid or seq`);
  if (CONTROL_TYPES.has(type)) return { kind: 'control', sequence, type };
  const message = frame['msg'];
  if (!isFields(message)) {
    return KNOWN_FIELDS.has(type)
      ? refuseWire('malformed', `${type} msg is not an object`)
      : refuseWire('unknown_type', type);
  }
  if (options.onUnknownField !== undefined) countUnknown(type, message, options.onUnknownField);
  switch (type) {
    case 'orderbook_delta':
      return decodeDelta(sequence, message, options.useYesPrice);
    case 'orderbook_snapshot':
      return decodeSnapshot(sequence, message, options.useYesPrice);
    case 'trade':
      return decodeTrade(sequence, message);
    case 'fill':
      return decodeFillFrame(message);
    case 'user_order':
      return decodeUserOrder(message);
    case 'market_lifecycle_v2':
    case 'multivariate_market_lifecycle':
      return decodeLifecycle(sequence, message);
    case 'ticker':
      return decodeTicker(message);
    case 'market_position':
      return decodeMarketPosition(message);
    case 'order_group_updates':
      return decodeOrderGroupUpdate(sequence, message);
    case 'event_lifecycle':
      return decodeEventLifecycle(sequence, message);
    case 'event_fee_update':
      return decodeEventFeeUpdate(sequence, message);
    case 'error':
      return decodeStreamError(sequence, subscriptionOf(frame), message);
    default:
      return refuseWire('unknown_type', type);
  }
}

/** The number of a frame; null on channels that have none. A sid or seq that is there must be a number. */
function sequenceOf(frame: Fields): StreamSequence | 'malformed' {
  const { sid, seq } = { sid: frame['sid'], seq: frame['seq'] };
  if ((sid !== undefined && !isCount(sid)) || (seq !== undefined && !isCount(seq)))
    return 'malformed';
  return isCount(sid) && isCount(seq) ? { subscription: sid, sequence: seq } : null;
}

function subscriptionOf(frame: Fields): number | null {
  const sid = frame['sid'];
  return isCount(sid) ? sid : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countUnknown(
  type: string,
  message: Fields,
  onUnknownField: NonNullable<StreamFrameOptions['onUnknownField']>,
): void {
  const known = KNOWN_FIELDS.get(type);
  if (known === undefined) return;
  for (const field of Object.keys(message)) if (!known.includes(field)) onUnknownField(type, field);
}
