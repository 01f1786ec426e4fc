export const FUNCTION_NAMES = [
  'score-edges',
  'place-order',
  'apply-order-update',
  'evaluate-exits',
  'settle-market',
  'write-ledger',
  'write-history',
  'reconcile',
  'watchdog',
  'build-report',
  'review-data',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** What a function is given of the account. Infrastructure grants exactly these, and sets exactly these variables. */
export type FunctionDefinition = {
  /** Also the folder under functions/ and the construct's name. */
  readonly name: FunctionName;
  readonly timeoutS: number;
  readonly memoryMb: number;
  /** Environment variables of `VARIABLES` that it reads; more is not set. */
  readonly reads: readonly VariableName[];
  readonly does: string;
};

/** Every variable of the environment, and what it holds. */
export const VARIABLES = {
  FAIRLINE_STAGE: 'replay, paper, demo or live',
  FAIRLINE_CONFIG: 'overrides of the configuration as JSON text; {} for the defaults',
  FAIRLINE_NAMESPACE: 'UUID that the account’s client order ids are made in',
  TABLE_PREFIX: 'what stands before each table’s name, such as fairline-demo-',
  INTENTS_QUEUE_URL: 'where score-edges sends signals',
  TICKS_QUEUE_URL: 'where the feeder sends ticks',
  HELD_TICKS_QUEUE_URL: 'where the feeder sends ticks of held markets',
  ORDER_UPDATES_QUEUE_URL: 'where the feeder sends fills and order states',
  HISTORY_QUEUE_URL: 'where batches for analysis are sent',
  FEEDER_COMMANDS_QUEUE_URL: 'where the feeder takes its commands from',
  BUS_NAME: 'the event bus of state changes',
  KALSHI_REST_URL: 'REST address of the exchange, up to /trade-api/v2',
  KALSHI_WS_URL: 'WebSocket address of the exchange',
  KALSHI_SECRET_ID: 'secret that holds {"keyId", "privateKeyPem"}',
  BOLTODDS_WS_URL: 'WebSocket address of the odds feed, without the key',
  BOLTODDS_REST_URL: 'REST address of the odds feed, up to /api, without the key',
  BOLTODDS_SECRET_ID: 'secret that holds {"token"}',
  ODDS_API_URL: 'address of The Odds API, without the key; asked when feeds.oddsApi is on',
  ODDS_API_SECRET_ID: 'secret that holds {"apiKey"} of The Odds API; read when feeds.oddsApi is on',
  SCOREBOARD_URL: 'address of the scoreboards, up to /apis/site/v2/sports',
  BALLDONTLIE_URL: 'address of Balldontlie; asked when feeds.balldontlie is on',
  BALLDONTLIE_SECRET_ID:
    'secret that holds {"apiKey"} of Balldontlie; read when feeds.balldontlie is on',
  DATABASE_CLUSTER_ARN: 'Aurora cluster, for the Data API',
  DATABASE_SECRET_ARN: 'secret of the database user',
  DATABASE_NAME: 'name of the database',
  RECORDINGS_BUCKET: 'where the feeder’s recordings are kept',
  REPORTS_BUCKET: 'where reports are kept',
  ALERTS_TOPIC_ARN: 'who is told when something needs a person',
} as const;
export type VariableName = keyof typeof VARIABLES;

const BASE = ['FAIRLINE_STAGE', 'FAIRLINE_CONFIG', 'FAIRLINE_NAMESPACE'] as const;
const TRADES = [...BASE, 'TABLE_PREFIX', 'KALSHI_REST_URL', 'KALSHI_SECRET_ID'] as const;
const DATABASE = ['DATABASE_CLUSTER_ARN', 'DATABASE_SECRET_ARN', 'DATABASE_NAME'] as const;

/** The functions. A function's timeout is longer than its HTTP calls and far shorter than its queue's visibility. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'score-edges',
    timeoutS: 10,
    memoryMb: 512,
    reads: [...BASE, 'INTENTS_QUEUE_URL', 'HISTORY_QUEUE_URL'],
    does: 'scores ticks and sends signals; reads no store',
  },
  {
    name: 'place-order',
    timeoutS: 10,
    memoryMb: 512,
    reads: [...TRADES, 'HISTORY_QUEUE_URL'],
    does: 'decides a signal against stored room, reserves, and sends one order',
  },
  {
    name: 'apply-order-update',
    timeoutS: 10,
    memoryMb: 512,
    reads: TRADES,
    does: 'books what the exchange’s stream says of our orders',
  },
  {
    name: 'evaluate-exits',
    timeoutS: 10,
    memoryMb: 512,
    reads: TRADES,
    does: 'marks a position and sends an exit when a rule fires',
  },
  {
    name: 'settle-market',
    timeoutS: 10,
    memoryMb: 512,
    reads: TRADES,
    does: 'books what the exchange paid for a settled market',
  },
  {
    name: 'write-ledger',
    timeoutS: 30,
    memoryMb: 512,
    reads: [...BASE, ...DATABASE],
    does: 'follows the journal’s stream into the ledger',
  },
  {
    name: 'write-history',
    timeoutS: 30,
    memoryMb: 512,
    reads: [...BASE, ...DATABASE],
    does: 'keeps edges, lines, markets, games and marks for analysis',
  },
  {
    name: 'reconcile',
    timeoutS: 55,
    memoryMb: 512,
    reads: [...TRADES, 'HISTORY_QUEUE_URL'],
    does: 'holds our books against the exchange’s, every minute',
  },
  {
    name: 'watchdog',
    timeoutS: 30,
    memoryMb: 256,
    reads: [...BASE, 'TABLE_PREFIX', 'ALERTS_TOPIC_ARN'],
    does: 'looks every minute for what has stopped, and tells somebody',
  },
  {
    name: 'build-report',
    timeoutS: 300,
    memoryMb: 1024,
    reads: [...BASE, 'TABLE_PREFIX', ...DATABASE, 'REPORTS_BUCKET'],
    does: 'folds ledger and history into the report',
  },
  {
    name: 'review-data',
    timeoutS: 120,
    memoryMb: 1024,
    reads: [...BASE, ...DATABASE, 'REPORTS_BUCKET'],
    does: 'looks each hour and each day at what was kept of every league’s games, and says what is missing',
  },
];

/** What the feeder, a container and no function, reads of the environment. */
export const FEEDER_READS: readonly VariableName[] = [
  ...TRADES,
  'KALSHI_WS_URL',
  'BOLTODDS_WS_URL',
  'BOLTODDS_REST_URL',
  'BOLTODDS_SECRET_ID',
  'ODDS_API_URL',
  'ODDS_API_SECRET_ID',
  'SCOREBOARD_URL',
  'BALLDONTLIE_URL',
  'BALLDONTLIE_SECRET_ID',
  'TICKS_QUEUE_URL',
  'HELD_TICKS_QUEUE_URL',
  'ORDER_UPDATES_QUEUE_URL',
  'FEEDER_COMMANDS_QUEUE_URL',
  'BUS_NAME',
  'RECORDINGS_BUCKET',
];
