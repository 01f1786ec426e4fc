/** One DynamoDB table. Every table has one string key, `id`, and no sort key. */
export type TableDefinition = {
  readonly name: TableName;
  /** New images of its items go to functions, in order per item. */
  readonly stream: boolean;
  readonly holds: string;
};

export const TABLE_NAMES = [
  'journal',
  'orders',
  'open-orders',
  'positions',
  'ownership',
  'fills',
  'settlements',
  'headroom',
  'lease',
  'trading-state',
  'decisions',
  'rate-limits',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/**
 * The tables of hot state. `open-orders` is the strongly consistent sparse index of `orders`: an item for each order
 * that is not over, written in the same transaction, because a global secondary index lags. `trading-state` holds what
 * is few: standing causes, the account, suspicions, fuses. `decisions` holds each decision and the head of each
 * market's chain. `rate-limits` is an item a bucket of request tokens, which all processes of the account take from:
 * those of the exchange, and the requests of an hour to the scoreboards.
 */
export const TABLES: readonly TableDefinition[] = [
  { name: 'journal', stream: true, holds: 'what happened, each once: the source of the ledger' },
  { name: 'orders', stream: false, holds: 'each order and its state' },
  { name: 'open-orders', stream: false, holds: 'the ids of orders that are not over' },
  { name: 'positions', stream: false, holds: 'the position of each market' },
  { name: 'ownership', stream: false, holds: 'which order holds a market, and its generation' },
  { name: 'fills', stream: false, holds: 'each booked fill, so that none is booked twice' },
  { name: 'settlements', stream: false, holds: 'each booked settlement' },
  { name: 'headroom', stream: false, holds: 'the room and the cap of each risk scope' },
  { name: 'lease', stream: false, holds: 'who may act as the feeder, and until when' },
  {
    name: 'trading-state',
    stream: false,
    holds: 'standing causes, the account, suspicions, fuses',
  },
  { name: 'decisions', stream: false, holds: 'each decision, and the head of each market’s chain' },
  { name: 'rate-limits', stream: false, holds: 'how full each bucket of request tokens is' },
];
