import type { FunctionName } from './functions.ts';

export const QUEUE_NAMES = [
  'ticks',
  'held-ticks',
  'intents',
  'order-updates',
  'settlements',
  'history',
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/**
 * One standard queue and the mapping to its consumer. Its dead letters go to `<name>-dead` after `maxReceives` receives.
 * Visibility is at least six times the function's timeout where an effect must not be tried twice at once.
 */
export type QueueDefinition = {
  readonly name: QueueName;
  readonly consumer: FunctionName;
  readonly batchSize: number;
  /** Copies of the consumer that this queue may keep busy; AWS takes 2 and more. */
  readonly maxConcurrency: number;
  readonly visibilityTimeoutS: number;
  readonly maxReceives: number;
  readonly carries: string;
};

/** The queues of the order path and of history: intents one at a time, everything else in small batches. */
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
];
