import { Duration, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import {
  EventBus,
  EventField,
  Rule,
  RuleTargetInput,
  type IEventBus,
} from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { S3OnFailureDestination } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  FUNCTIONS,
  type FunctionDefinition,
  type FunctionName,
  type VariableName,
} from '../../shared/contracts/environment/functions.ts';
import {
  MAPPED_QUEUES,
  QUEUES,
  type QueueName,
} from '../../shared/contracts/environment/queues.ts';
import type { Deployment } from '../config/deployment.ts';
import { TABLE_ACCESS } from '../config/table-access.ts';
import { DailyClose } from '../constructs/daily-close.ts';
import { FunctionWithRole } from '../constructs/function-with-role.ts';
import { allow, grantsFor, putsObjects, type NamedParts } from '../constructs/grants.ts';
import { deadLetterQueue, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { RoleSchedule } from '../constructs/role-schedule.ts';
import { DATABASE_NAME, type DataStack } from './data-stack.ts';

/** What stands in the events of the bus; shared/adapters/aws/eventbridge-bus.ts writes the same. */
const EVENT_SOURCE = 'fairline';
/** Kinds of events (shared/ports/history.ts) that go over the bus; the others go straight to the history queue. */
const BUS_KINDS = ['market', 'lifecycle', 'game_state', 'line', 'feed', 'run'];
const ARCHIVE_DAYS = 30;

/** A second reconciliation at once would look at books that the first one is repairing. */
const RESERVED_CONCURRENCY: Readonly<Partial<Record<FunctionName, number>>> = { reconcile: 1 };

/** What stands before the keys of what a function may put; whoever is not named here may put any key of its bucket. */
const OBJECT_PREFIX: Readonly<Partial<Record<FunctionName, string>>> = { 'review-data': 'data/' };

/** The stream is retried for as long as DynamoDB keeps it would stop the ledger behind one bad record. */
const LEDGER = {
  consumer: 'write-ledger',
  batchSize: 25,
  retryAttempts: 10,
  maxRecordAge: Duration.hours(12),
} as const;

/** The functions with all that wakes them: queues, the journal's stream, rules, schedules and the daily close. */
export class TradingStack extends Stack {
  readonly bus: IEventBus;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly deadLetters: readonly Queue[];
  readonly functions: Readonly<Record<FunctionName, FunctionWithRole>>;
  readonly ledgerMapping: EventSourceMapping;
  readonly dailyClose: DailyClose;
  readonly parts: NamedParts;
  /** What each variable of the environment holds in this deployment. */
  readonly variables: Readonly<Record<VariableName, string>>;

  readonly #name: string;
  readonly #data: DataStack;

  constructor(scope: Construct, deployment: Deployment, data: DataStack) {
    super(scope, `${deployment.name}-trading`, {
      env: { region: deployment.region },
      description: 'Fairline: functions, queues, rules, schedules',
    });
    this.#name = deployment.name;
    this.#data = data;

    this.bus = new EventBus(this, 'bus', {
      eventBusName: deployment.name,
      description: 'State changes; never part of the order path',
    }) as IEventBus;
    this.bus.archive('archive', {
      archiveName: `${deployment.name}-events`,
      eventPattern: { source: [EVENT_SOURCE] },
      retention: Duration.days(ARCHIVE_DAYS),
    });
    const queues = QUEUES.map((definition) => ({
      ...definition,
      made: new QueueWithDeadLetters(this, definition, deployment.name),
    }));
    this.queues = Object.fromEntries(queues.map(({ name, made }) => [name, made.queue])) as Record<
      QueueName,
      Queue
    >;
    const undelivered = this.#undeliveredQueue();
    this.deadLetters = [...queues.map(({ made }) => made.deadLetters), undelivered];

    this.parts = { ...partsOf(data), bus: this.bus, queues: this.queues };
    this.variables = this.#variables(deployment);
    this.functions = Object.fromEntries(
      FUNCTIONS.map((definition) => [definition.name, this.#function(definition)]),
    ) as Record<FunctionName, FunctionWithRole>;

    this.#mapQueues();
    this.ledgerMapping = this.#mapJournal();
    this.#rules(undelivered);
    this.dailyClose = new DailyClose(this, {
      deploymentName: deployment.name,
      reconcile: this.functions.reconcile,
      buildReport: this.functions['build-report'],
    });
    this.#schedules();
    this.#reviews(deployment);
  }

  #variables(deployment: Deployment): Readonly<Record<VariableName, string>> {
    const { queues } = this;
    const data = this.#data;
    return {
      FAIRLINE_STAGE: deployment.stage,
      FAIRLINE_CONFIG: deployment.config,
      FAIRLINE_NAMESPACE: data.namespace,
      TABLE_PREFIX: `${deployment.name}-`,
      INTENTS_QUEUE_URL: queues.intents.queueUrl,
      TICKS_QUEUE_URL: queues.ticks.queueUrl,
      HELD_TICKS_QUEUE_URL: queues['held-ticks'].queueUrl,
      ORDER_UPDATES_QUEUE_URL: queues['order-updates'].queueUrl,
      HISTORY_QUEUE_URL: queues.history.queueUrl,
      FEEDER_COMMANDS_QUEUE_URL: queues['feeder-commands'].queueUrl,
      BUS_NAME: this.bus.eventBusName,
      KALSHI_REST_URL: deployment.addresses.kalshiRest,
      KALSHI_WS_URL: deployment.addresses.kalshiWebSocket,
      KALSHI_SECRET_ID: data.kalshiSecret.secretArn,
      BOLTODDS_WS_URL: deployment.addresses.boltOddsWebSocket,
      BOLTODDS_REST_URL: deployment.addresses.boltOddsRest,
      BOLTODDS_SECRET_ID: data.boltOddsSecret.secretArn,
      ODDS_API_URL: deployment.addresses.oddsApi,
      ODDS_API_SECRET_ID: data.oddsApiSecret.secretArn,
      SCOREBOARD_URL: deployment.addresses.scoreboard,
      BALLDONTLIE_URL: deployment.addresses.balldontlie,
      BALLDONTLIE_SECRET_ID: data.balldontlieSecret.secretArn,
      DATABASE_CLUSTER_ARN: data.database.attrDbClusterArn,
      DATABASE_SECRET_ARN: data.databaseSecretArn,
      DATABASE_NAME,
      RECORDINGS_BUCKET: data.recordings.bucketName,
      REPORTS_BUCKET: data.reports.bucketName,
      ALERTS_TOPIC_ARN: data.alerts.topicArn,
    };
  }

  #function(definition: FunctionDefinition): FunctionWithRole {
    const { name, reads } = definition;
    return new FunctionWithRole(this, {
      deploymentName: this.#name,
      definition,
      environment: Object.fromEntries(
        reads.map((variable) => [variable, this.variables[variable]]),
      ),
      permissions: [
        ...grantsFor(
          reads,
          { tables: TABLE_ACCESS[name], objects: OBJECT_PREFIX[name] ?? '' },
          this.parts,
        ),
        ...this.#consumes(name),
      ],
      reservedConcurrency: RESERVED_CONCURRENCY[name] ?? null,
    });
  }

  /** What Lambda does on behalf of a function that it feeds from queues and the stream. */
  #consumes(name: FunctionName): readonly PolicyStatement[] {
    const fromQueues = MAPPED_QUEUES.filter(({ consumer }) => consumer === name).map((queue) =>
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        [this.queues[queue.name].queueArn],
      ),
    );
    if (name !== LEDGER.consumer) return fromQueues;
    const { failures } = this.#data;
    return [
      ...fromQueues,
      allow(
        ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        [this.#journalStreamArn],
      ),
      allow(['dynamodb:ListStreams'], ['*']),
      allow(['s3:ListBucket'], [failures.bucketArn]),
      putsObjects(this.#data.bucketNames.failures, ''),
    ];
  }

  get #journalStreamArn(): string {
    const arn = this.#data.tables.journal.tableStreamArn;
    if (arn === undefined) throw new Error('the journal has a stream, or there is no ledger');
    return arn;
  }

  #mapQueues(): void {
    for (const { name, consumer, batchSize, maxConcurrency } of MAPPED_QUEUES) {
      new EventSourceMapping(this, `${name}-to-${consumer}`, {
        target: this.functions[consumer].fn,
        eventSourceArn: this.queues[name].queueArn,
        batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
      });
    }
  }

  #mapJournal(): EventSourceMapping {
    return new EventSourceMapping(this, 'journal-to-write-ledger', {
      target: this.functions[LEDGER.consumer].fn,
      eventSourceArn: this.#journalStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: LEDGER.batchSize,
      bisectBatchOnError: true,
      retryAttempts: LEDGER.retryAttempts,
      maxRecordAge: LEDGER.maxRecordAge,
      reportBatchItemFailures: true,
      onFailure: new S3OnFailureDestination(this.#data.failures),
      supportS3OnFailureDestination: true,
    });
  }

  /** Events that a rule could not hand to its queue, such as when somebody took the permission away. */
  #undeliveredQueue(): Queue {
    const queue = deadLetterQueue(this, 'bus-dead', `${this.#name}-bus-dead`);
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the rules; the check only knows redrives of queues.',
    });
    return queue;
  }

  #rules(undelivered: Queue): void {
    const to = (queue: Queue): SqsQueue =>
      new SqsQueue(queue, {
        message: RuleTargetInput.fromEventPath(EventField.fromPath('$.detail')),
        deadLetterQueue: undelivered,
      });
    new Rule(this, 'settled-rule', {
      ruleName: `${this.#name}-settled`,
      description: 'A market that the exchange has settled is booked',
      eventBus: this.bus,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: ['lifecycle'],
        detail: { message: { event: ['settled'] } },
      },
      targets: [to(this.queues.settlements)],
    });
    new Rule(this, 'history-rule', {
      ruleName: `${this.#name}-history`,
      description: 'State changes are kept for analysis',
      eventBus: this.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: BUS_KINDS },
      targets: [to(this.queues.history)],
    });
  }

  /** What is late by a minute is done by the next minute's call, so these are not retried. */
  #schedules(): void {
    const everyMinute = ScheduleExpression.rate(Duration.minutes(1));
    for (const name of ['reconcile', 'watchdog'] as const) {
      new RoleSchedule(this, name, {
        deploymentName: this.#name,
        expression: everyMinute,
        target: { arn: this.functions[name].fn.functionArn, action: 'lambda:InvokeFunction' },
        retries: 0,
      });
    }
    new RoleSchedule(this, 'daily-close', {
      deploymentName: this.#name,
      expression: ScheduleExpression.cron({
        minute: '0',
        hour: '6',
        timeZone: TimeZone.AMERICA_NEW_YORK,
      }),
      target: { arn: this.dailyClose.machine.stateMachineArn, action: 'states:StartExecution' },
      retries: 10,
    });
  }

  /** Behind the hour, when what was told in it is stored; and once the games of the day before are over everywhere. */
  #reviews({ reviewsHourly }: Deployment): void {
    const review = (window: 'hour' | 'day', expression: ScheduleExpression): RoleSchedule =>
      new RoleSchedule(this, `review-${window}`, {
        deploymentName: this.#name,
        expression,
        target: {
          arn: this.functions['review-data'].fn.functionArn,
          action: 'lambda:InvokeFunction',
        },
        input: { window },
        retries: 10,
      });
    if (reviewsHourly)
      review('hour', ScheduleExpression.cron({ minute: '5', timeZone: TimeZone.ETC_UTC }));
    review(
      'day',
      ScheduleExpression.cron({ minute: '0', hour: '9', timeZone: TimeZone.AMERICA_NEW_YORK }),
    );
  }
}

function partsOf(data: DataStack): Omit<NamedParts, 'bus' | 'queues'> {
  const { tables, bucketNames, kalshiSecret, boltOddsSecret, oddsApiSecret } = data;
  const { balldontlieSecret, database, databaseSecretArn, alerts, alertsKey } = data;
  return {
    tables,
    bucketNames,
    kalshiSecret,
    boltOddsSecret,
    oddsApiSecret,
    balldontlieSecret,
    database,
    databaseSecretArn,
    alerts,
    alertsKey,
  };
}
