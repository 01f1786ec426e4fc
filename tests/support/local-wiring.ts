import { FUNCTIONS } from '../../shared/contracts/environment/functions.ts';
import { MAPPED_QUEUES, QUEUES } from '../../shared/contracts/environment/queues.ts';
import { wiringSchema, type Wiring } from '../../shared/contracts/environment/wiring.ts';

/** A wiring of the contracts' own queues and functions, with an alarm for each dead-letter queue. */
export function localWiring(changes: Partial<Wiring> = {}): Wiring {
  return wiringSchema.parse({
    queues: Object.fromEntries(
      QUEUES.flatMap(({ name, visibilityTimeoutS, maxReceives }) => [
        [
          name,
          {
            visibilityTimeoutS,
            retentionS: 345_600,
            delayS: 0,
            redrive: { deadLetterQueue: `${name}-dead`, maxReceives },
          },
        ],
        [`${name}-dead`, { visibilityTimeoutS, retentionS: 1_209_600, delayS: 0, redrive: null }],
      ]),
    ),
    tables: { journal: { partitionKey: 'id', sortKey: null, stream: 'NEW_IMAGE' } },
    functions: Object.fromEntries(
      FUNCTIONS.map(({ name, timeoutS, memoryMb }) => [
        name,
        { folder: `functions/${name}`, timeoutS, memoryMb, environment: {} },
      ]),
    ),
    tasks: {},
    queueMappings: MAPPED_QUEUES.map(({ name, consumer, batchSize, maxConcurrency }) => ({
      queue: name,
      function: consumer,
      batchSize,
      batchingWindowS: 0,
      maxConcurrency,
      reportsItemFailures: true,
    })),
    streamMappings: [
      {
        table: 'journal',
        function: 'write-ledger',
        batchSize: 8,
        bisectsOnError: true,
        maxRetries: 2,
        maxRecordAgeS: null,
        reportsItemFailures: false,
        failureBucket: 'failures',
      },
    ],
    buses: ['events'],
    rules: [
      {
        name: 'settled',
        bus: 'events',
        pattern: { source: ['fairline'], detail: { kind: ['settled'] } },
        targets: [{ target: { kind: 'queue', name: 'settlements' }, inputPath: '$.detail' }],
      },
    ],
    schedules: [
      {
        name: 'reconcile',
        expression: 'rate(1 minute)',
        timezone: 'UTC',
        target: { kind: 'function', name: 'reconcile' },
        input: '{"why":"schedule"}',
        enabled: true,
      },
    ],
    stateMachines: {
      report: {
        definition: {
          StartAt: 'Build',
          States: {
            Build: { Type: 'Task', Resource: '${function:build-report.arn}', End: true },
          },
        },
      },
    },
    topics: ['alerts'],
    buckets: ['failures', 'reports'],
    secrets: ['kalshi'],
    alarms: QUEUES.map(({ name }) => ({
      name: `${name}-dead-letters`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: `${name}-dead` },
      statistic: 'Maximum',
      periodS: 60,
      evaluationPeriods: 1,
      comparison: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'notBreaching',
      topics: ['alerts'],
    })),
    ...changes,
  });
}
