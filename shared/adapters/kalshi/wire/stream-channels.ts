export const STREAM_CHANNELS = [
  'orderbook_delta',
  'ticker',
  'trade',
  'fill',
  'user_orders',
  'market_positions',
  'order_group_updates',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
] as const;
export type StreamChannelName = (typeof STREAM_CHANNELS)[number];

/** Channels whose messages carry numbers (docs.kalshi.com, "WebSocket Connection"). */
export const SEQUENCED_CHANNELS: ReadonlySet<StreamChannelName> = new Set<StreamChannelName>([
  'orderbook_delta',
  'trade',
  'order_group_updates',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
]);

/** Channels that can be of some markets only. The others tell of everything, or of the whole account. */
export const MARKET_CHANNELS: ReadonlySet<StreamChannelName> = new Set<StreamChannelName>([
  'orderbook_delta',
  'ticker',
  'trade',
  'fill',
  'user_orders',
  'market_positions',
]);
