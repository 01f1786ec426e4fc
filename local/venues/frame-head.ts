/** What stands at the head of a frame; null where it does not say. */
export type FrameHead = {
  readonly type: string | null;
  readonly sid: number | null;
  readonly seq: number | null;
  /** Of a `subscribed` reply. */
  readonly channel: string | null;
};

/** A frame names its type, subscription and number before its content. */
const HEAD_LENGTH = 160;
const TYPE = /"type":"([a-z_0-9]+)"/;
const SID = /"sid":(\d+)/;
const SEQ = /"seq":(\d+)/;
const CHANNEL = /"channel":"([a-z_0-9]+)"/;

/**
 * Reads the head of a frame that the simulated exchange made, without reading its content. Not for frames of others:
 * it takes the first key of each name that stands before the content.
 */
export function readFrameHead(frame: string): FrameHead {
  const contentAt = frame.indexOf('"msg":');
  const head = frame.slice(0, contentAt === -1 ? HEAD_LENGTH : contentAt);
  const type = TYPE.exec(head)?.[1] ?? null;
  // A confirmation names its subscription in its content.
  const from = type === 'subscribed' ? frame.slice(0, HEAD_LENGTH) : head;
  return {
    type,
    sid: numberOf(SID, from),
    seq: numberOf(SEQ, head),
    channel: type === 'subscribed' ? (CHANNEL.exec(from)?.[1] ?? null) : null,
  };
}

function numberOf(pattern: RegExp, text: string): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The channel on which a type of message comes; null for replies to commands. */
const CHANNELS: Readonly<Record<string, string>> = {
  orderbook_snapshot: 'orderbook_delta',
  orderbook_delta: 'orderbook_delta',
  ticker: 'ticker',
  trade: 'trade',
  fill: 'fill',
  user_order: 'user_orders',
  market_position: 'market_positions',
  market_lifecycle_v2: 'market_lifecycle_v2',
  event_lifecycle: 'market_lifecycle_v2',
  event_fee_update: 'market_lifecycle_v2',
  order_group_updates: 'order_group_updates',
};

export function channelOf(type: string | null): string | null {
  return type === null ? null : (CHANNELS[type] ?? null);
}
