import type { FunctionName } from './functions.ts';

export const QUEUE_NAMES = [
  'ticks',
  'held-ticks',
  'intents',
  'order-updates',
  'settlements',
  'history',
  'feeder-commands',
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** One standard queue. Its dead letters go to `<name>-dead` after `maxReceives` receives. */
type Queue = {
  readonly name: QueueName;
  readonly visibilityTimeoutS: number;
  readonly maxReceives: number;
  readonly carries: string;
};

/**
 * A queue that feeds a function, and its mapping. Visibility is at least six times the function's timeout where an effect
 * must not be tried twice at once.
 */
export type MappedQueue = Queue & {
  readonly consumer: FunctionName;
  readonly batchSize: number;
  /** Copies of the consumer that this queue may keep busy; AWS takes 2 and more. */
  readonly maxConcurrency: number;
};

/** A queue that the feeder asks by itself; no mapping empties it while no feeder leads. */
export type AskedQueue = Queue & { readonly consumer: 'feeder' };

export type QueueDefinition = MappedQueue | AskedQueue;

/**
 * The queues of the order path and of history, intents one at a time and everything else in small batches; and the
 * feeder's commands.
 */
export const QUEUES: readonly QueueDefinition[] = [
  {
    name: 'ticks',
    consumer: 'score-edges',
    batchSize: 10,
    maxConcurrency: 4,
    visibilityTimeoutS: 60,
    maxReceives: 12,
    carries: 'joined ticks of all markets, conflated',
  },
  {
    name: 'held-ticks',
    consumer: 'evaluate-exits',
    batchSize: 5,
    maxConcurrency: 2,
    visibilityTimeoutS: 60,
    maxReceives: 12,
    carries: 'ticks of markets in which there is a position',
  },
  {
    name: 'intents',
    consumer: 'place-order',
    batchSize: 1,
    maxConcurrency: 4,
    visibilityTimeoutS: 60,
    maxReceives: 12,
    carries: 'signals that are to become orders',
  },
  {
    name: 'order-updates',
    consumer: 'apply-order-update',
    batchSize: 10,
    maxConcurrency: 2,
    visibilityTimeoutS: 60,
    maxReceives: 12,
    carries: 'fills and order states from the exchange’s stream',
  },
  {
    name: 'settlements',
    consumer: 'settle-market',
    batchSize: 1,
    maxConcurrency: 2,
    visibilityTimeoutS: 60,
    maxReceives: 12,
    carries: 'markets that the exchange has settled',
  },
  {
    name: 'history',
    consumer: 'write-history',
    batchSize: 10,
    maxConcurrency: 2,
    visibilityTimeoutS: 180,
    maxReceives: 12,
    carries: 'what is kept for analysis: edges, lines, markets, games, marks',
  },
  {
    name: 'feeder-commands',
    consumer: 'feeder',
    visibilityTimeoutS: 30,
    maxReceives: 3,
    carries: 'what the feeder that leads is asked to do',
  },
];

export const MAPPED_QUEUES: readonly MappedQueue[] = QUEUES.filter(
  (queue) => queue.consumer !== 'feeder',
);
