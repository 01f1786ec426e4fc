import * as z from 'zod';

const name = z.string().min(1);
const count = z.int().min(0);

/** What a rule, schedule or machine calls. */
const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('queue'), name }),
  z.strictObject({ kind: z.literal('function'), name }),
  z.strictObject({ kind: z.literal('stateMachine'), name }),
]);

/**
 * infra/wiring.json: what is connected to what in the deployed stacks, read off their synthesis, so that the embedded
 * run is wired as the account is without loading CDK. Names are the short ones of the contracts (`ticks`,
 * `score-edges`). A value of an environment may hold references to other parts, `${queue:intents.url}`,
 * `${bus:fairline.name}`, `${bucket:reports.name}`, `${secret:kalshi.arn}`, `${topic:alerts.arn}`,
 * `${database:clusterArn}`, `${database:secretArn}`, `${function:build-report.arn}`, or be `${runtime:<VARIABLE>}`, which
 * no template knows; who runs it fills them in.
 */
export const wiringSchema = z.strictObject({
  queues: z.record(
    name,
    z.strictObject({
      visibilityTimeoutS: count,
      retentionS: count,
      delayS: count,
      /** Where a message goes that was received `maxReceives` times; null for a dead-letter queue. */
      redrive: z.strictObject({ deadLetterQueue: name, maxReceives: z.int().min(1) }).nullable(),
    }),
  ),
  tables: z.record(
    name,
    z.strictObject({
      partitionKey: name,
      sortKey: name.nullable(),
      stream: z.enum(['NEW_IMAGE', 'NEW_AND_OLD_IMAGES']).nullable(),
    }),
  ),
  functions: z.record(
    name,
    z.strictObject({
      /** Folder of its compose.ts, from the root of the repository. */
      folder: name,
      timeoutS: z.int().min(1),
      memoryMb: z.int().min(128),
      environment: z.record(name, z.string()),
    }),
  ),
  /** Containers that run all the time: the feeder. */
  tasks: z.record(
    name,
    z.strictObject({
      /** Folder of its compose.ts, from the root of the repository. */
      folder: name,
      /** Time between the request to stop and the end. */
      stopTimeoutS: z.int().min(1),
      environment: z.record(name, z.string()),
    }),
  ),
  queueMappings: z.array(
    z.strictObject({
      queue: name,
      function: name,
      batchSize: z.int().min(1),
      batchingWindowS: count,
      maxConcurrency: z.int().min(2),
      reportsItemFailures: z.boolean(),
    }),
  ),
  streamMappings: z.array(
    z.strictObject({
      table: name,
      function: name,
      batchSize: z.int().min(1),
      bisectsOnError: z.boolean(),
      /** Tries after the first one. */
      maxRetries: count,
      maxRecordAgeS: z.int().min(60).nullable(),
      reportsItemFailures: z.boolean(),
      /** Where the place of records that were given up on is written. */
      failureBucket: name.nullable(),
    }),
  ),
  buses: z.array(name),
  rules: z.array(
    z.strictObject({
      name,
      bus: name,
      pattern: z.record(z.string(), z.unknown()),
      targets: z.array(
        z.strictObject({
          target,
          /** JSONPath of the part of the event that is delivered, such as $.detail; null for the whole event. */
          inputPath: z.string().nullable(),
        }),
      ),
    }),
  ),
  schedules: z.array(
    z.strictObject({
      name,
      /** rate(1 minute) or cron(0 9 * * ? *). */
      expression: name,
      timezone: z.string(),
      target,
      /** JSON text that the target gets. */
      input: z.string(),
      enabled: z.boolean(),
    }),
  ),
  stateMachines: z.record(
    name,
    /** The ASL definition, with functions as `${function:<name>.arn}`. */
    z.strictObject({ definition: z.record(z.string(), z.unknown()) }),
  ),
  topics: z.array(name),
  buckets: z.array(name),
  secrets: z.array(name),
  alarms: z.array(
    z.strictObject({
      name,
      namespace: name,
      metric: name,
      dimensions: z.record(z.string(), z.string()),
      statistic: name,
      periodS: z.int().min(1),
      evaluationPeriods: z.int().min(1),
      comparison: z.enum([
        'GreaterThanThreshold',
        'GreaterThanOrEqualToThreshold',
        'LessThanThreshold',
        'LessThanOrEqualToThreshold',
      ]),
      threshold: z.number(),
      treatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']),
      topics: z.array(name),
    }),
  ),
});

export type Wiring = z.infer<typeof wiringSchema>;
export type WiringTarget = z.infer<typeof target>;
