import type { CfnDBCluster } from 'aws-cdk-lib/aws-rds';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Aws } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';
import type { QueueName } from '../../shared/contracts/environment/queues.ts';
import type { TableName } from '../../shared/contracts/environment/tables.ts';
import type { TableAccess } from '../config/table-access.ts';

/** The parts of the account that a variable of the environment may name. */
export type NamedParts = {
  readonly tables: Readonly<Record<TableName, TableV2>>;
  readonly queues: Readonly<Record<QueueName, IQueue>>;
  readonly bus: IEventBus;
  readonly bucketNames: Readonly<Record<BucketName, string>>;
  readonly kalshiSecret: ISecret;
  readonly boltOddsSecret: ISecret;
  readonly oddsApiSecret: ISecret;
  readonly balldontlieSecret: ISecret;
  readonly database: CfnDBCluster;
  readonly databaseSecretArn: string;
  readonly alerts: ITopic;
  readonly alertsKey: IKey;
};

export type BucketName = 'recordings' | 'reports' | 'failures';

/** What may be done within a part, where not all of it may be reached. */
export type Access = {
  readonly tables: TableAccess;
  /** What stands before the keys of the objects that may be put; nothing for any key. */
  readonly objects: string;
};

type Grants = (parts: NamedParts, access: Access) => readonly PolicyStatement[];
const NOTHING: Grants = () => [];

/** What whoever is given a variable may do with the part that it names, and nothing beyond. */
const GRANTS: Readonly<Record<VariableName, Grants>> = {
  FAIRLINE_STAGE: NOTHING,
  FAIRLINE_CONFIG: NOTHING,
  FAIRLINE_NAMESPACE: NOTHING,
  TABLE_PREFIX: ({ tables }, access) => tableStatements(tables, access.tables),
  INTENTS_QUEUE_URL: ({ queues }) => [sends(queues.intents)],
  TICKS_QUEUE_URL: ({ queues }) => [sends(queues.ticks)],
  HELD_TICKS_QUEUE_URL: ({ queues }) => [sends(queues['held-ticks'])],
  ORDER_UPDATES_QUEUE_URL: ({ queues }) => [sends(queues['order-updates'])],
  HISTORY_QUEUE_URL: ({ queues }) => [sends(queues.history)],
  FEEDER_COMMANDS_QUEUE_URL: ({ queues }) => [takes(queues['feeder-commands'])],
  BUS_NAME: ({ bus }) => [allow(['events:PutEvents'], [bus.eventBusArn])],
  KALSHI_REST_URL: NOTHING,
  KALSHI_WS_URL: NOTHING,
  KALSHI_SECRET_ID: ({ kalshiSecret }) => [readsSecret(kalshiSecret.secretArn)],
  BOLTODDS_WS_URL: NOTHING,
  BOLTODDS_SECRET_ID: ({ boltOddsSecret }) => [readsSecret(boltOddsSecret.secretArn)],
  BOLTODDS_REST_URL: NOTHING,
  ODDS_API_URL: NOTHING,
  ODDS_API_SECRET_ID: ({ oddsApiSecret }) => [readsSecret(oddsApiSecret.secretArn)],
  SCOREBOARD_URL: NOTHING,
  BALLDONTLIE_URL: NOTHING,
  BALLDONTLIE_SECRET_ID: ({ balldontlieSecret }) => [readsSecret(balldontlieSecret.secretArn)],
  DATABASE_CLUSTER_ARN: ({ database }) => [
    allow(
      [
        'rds-data:ExecuteStatement',
        'rds-data:BatchExecuteStatement',
        'rds-data:BeginTransaction',
        'rds-data:CommitTransaction',
        'rds-data:RollbackTransaction',
      ],
      [database.attrDbClusterArn],
    ),
  ],
  DATABASE_SECRET_ARN: ({ databaseSecretArn }) => [readsSecret(databaseSecretArn)],
  DATABASE_NAME: NOTHING,
  RECORDINGS_BUCKET: ({ bucketNames }, access) => [
    putsObjects(bucketNames.recordings, access.objects),
  ],
  REPORTS_BUCKET: ({ bucketNames }, access) => [putsObjects(bucketNames.reports, access.objects)],
  ALERTS_TOPIC_ARN: ({ alerts, alertsKey }) => [
    allow(['sns:Publish'], [alerts.topicArn]),
    allow(['kms:GenerateDataKey', 'kms:Decrypt'], [alertsKey.keyArn]),
  ],
};

/** The permissions that follow from the variables somebody reads, with its access to tables and objects. */
export function grantsFor(
  reads: readonly VariableName[],
  access: Access,
  parts: NamedParts,
): readonly PolicyStatement[] {
  return reads.flatMap((variable) => GRANTS[variable](parts, access));
}

export function allow(actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}

/** By the bucket's name and not by reference, so that the acknowledgement can say which. */
export function putsObjects(bucketName: string, prefix: string): PolicyStatement {
  return allow(['s3:PutObject'], [`arn:${Aws.PARTITION}:s3:::${bucketName}/${prefix}*`]);
}

function sends(queue: IQueue): PolicyStatement {
  return allow(['sqs:SendMessage'], [queue.queueArn]);
}

/** Receives and ends messages by itself; `sqs:GetQueueAttributes` is for mappings. */
function takes(queue: IQueue): PolicyStatement {
  return allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [queue.queueArn]);
}

function readsSecret(secretArn: string): PolicyStatement {
  return allow(['secretsmanager:GetSecretValue'], [secretArn]);
}

function tableStatements(
  tables: NamedParts['tables'],
  access: TableAccess,
): readonly PolicyStatement[] {
  return (Object.keys(access) as readonly TableName[]).map((name) =>
    allow(
      (access[name] ?? []).map((action) => `dynamodb:${action}`),
      [tables[name].tableArn],
    ),
  );
}
