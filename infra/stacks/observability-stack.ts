import { Duration, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Dashboard,
  GraphWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { FUNCTIONS } from '../../shared/contracts/environment/functions.ts';
import { QUEUES, type QueueDefinition } from '../../shared/contracts/environment/queues.ts';
import type { Deployment } from '../config/deployment.ts';
import type { FunctionWithRole } from '../constructs/function-with-role.ts';
import { dataAlarms, feederAlarms } from '../constructs/feeder-alarms.ts';
import { ownMetric } from '../constructs/own-metric.ts';
import { runbookAlarm, type AlarmDefinition } from '../constructs/runbook-alarm.ts';
import type { DataStack } from './data-stack.ts';
import type { TradingStack } from './trading-stack.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
const ABOVE = (limit: number) => ({ kind: 'above', limit }) as const;

/** Share of a function's timeout that it may use before somebody looks. */
const NEAR_TIMEOUT = 0.8;
/** Ticks are worth nothing after a second; a minute of this says that scoring does not keep up. */
const TICKS_AGE_S = 10;
const OTHER_AGE_S = 120;
/** A minute of the ledger's lag is its retries; this is trouble. */
const LEDGER_LAG = Duration.minutes(5);
const ACU_UTILISATION_PERCENT = 90;

/** What tells people: an alarm for each way to fail that nothing else heals, a dashboard, and a budget. */
export class ObservabilityStack extends Stack {
  readonly #deployment: Deployment;
  readonly #data: DataStack;
  readonly #trading: TradingStack;

  constructor(
    scope: Construct,
    deployment: Deployment,
    { data, trading }: { readonly data: DataStack; readonly trading: TradingStack },
  ) {
    super(scope, `${deployment.name}-observability`, {
      env: { region: deployment.region },
      description: 'Fairline: alarms, dashboard, budget',
    });
    this.#deployment = deployment;
    this.#data = data;
    this.#trading = trading;

    const alarms = [
      ...this.#queueAlarms(),
      ...FUNCTIONS.flatMap(({ name }) => this.#functionAlarms(name, trading.functions[name])),
      ...feederAlarms(trading.functions.watchdog.fn),
      ...this.#ledgerAlarms(),
      ...this.#closeAlarms(),
      ...dataAlarms(),
    ];
    for (const alarm of alarms) runbookAlarm(this, deployment.name, data.alerts, alarm);
    this.#dashboard((name) => metricOf(alarms, name));
    this.#budget();
  }

  #queueAlarms(): readonly AlarmDefinition[] {
    const dead = this.#trading.deadLetters.map((queue): AlarmDefinition => {
      const name = queue.node.id === 'dead' ? `${queue.node.scope?.node.id}-dead` : queue.node.id;
      return {
        name,
        metric: queue.metricApproximateNumberOfMessagesVisible({
          period: MINUTE,
          statistic: Stats.MAXIMUM,
        }),
        rings: ABOVE(0),
        periods: 1,
        silence: 'fine',
        means: 'A message could not be used, and waits in the dead-letter queue.',
        runbook: 'dead-letters',
      };
    });
    const late = QUEUES.map((queue): AlarmDefinition => ({
      name: `${queue.name}-late`,
      metric: this.#ageOf(queue),
      rings: ABOVE(
        queue.name === 'ticks' || queue.name === 'held-ticks' ? TICKS_AGE_S : OTHER_AGE_S,
      ),
      periods: 3,
      silence: 'fine',
      means: 'Messages wait longer than they are worth.',
      runbook: 'queue-late',
    }));
    return [...dead, ...late];
  }

  #ageOf({ name }: QueueDefinition): Metric {
    return this.#trading.queues[name].metricApproximateAgeOfOldestMessage({
      period: MINUTE,
      statistic: Stats.MAXIMUM,
    });
  }

  #functionAlarms(name: string, { fn, timeout }: FunctionWithRole): readonly AlarmDefinition[] {
    return [
      {
        name: `${name}-errors`,
        metric: fn.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        rings: ABOVE(0),
        periods: 1,
        silence: 'fine',
        means: 'The function threw, timed out or was killed.',
        runbook: 'function-errors',
      },
      {
        name: `${name}-throttles`,
        metric: fn.metricThrottles({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        rings: ABOVE(name === 'reconcile' ? RECONCILE_MAY_MEET : 0),
        periods: 1,
        silence: 'fine',
        means:
          'The function was not run, because the account or its own limit allows no more copies.',
        runbook: 'function-throttles',
      },
      {
        name: `${name}-slow`,
        metric: fn.metricDuration({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
        rings: ABOVE(timeout.toMilliseconds() * NEAR_TIMEOUT),
        periods: 1,
        silence: 'fine',
        means: 'The function came near its timeout.',
        runbook: 'function-slow',
      },
    ];
  }

  #ledgerAlarms(): readonly AlarmDefinition[] {
    const { functions } = this.#trading;
    return [
      {
        name: 'ledger-behind',
        metric: functions['write-ledger'].fn.metric('IteratorAge', {
          period: MINUTE,
          statistic: Stats.MAXIMUM,
        }),
        rings: ABOVE(LEDGER_LAG.toMilliseconds()),
        periods: 1,
        silence: 'fine',
        means: 'The ledger follows the journal too far behind.',
        runbook: 'ledger-behind',
      },
      {
        name: 'database-busy',
        metric: new Metric({
          namespace: 'AWS/RDS',
          metricName: 'ACUUtilization',
          dimensionsMap: { DBClusterIdentifier: this.#data.database.ref },
          period: FIVE_MINUTES,
          statistic: Stats.AVERAGE,
        }),
        rings: ABOVE(ACU_UTILISATION_PERCENT),
        periods: 3,
        silence: 'fine',
        means: 'Aurora is at its largest size.',
        runbook: 'database-busy',
      },
    ];
  }

  #closeAlarms(): readonly AlarmDefinition[] {
    const { machine } = this.#trading.dailyClose;
    return [
      {
        name: 'daily-close-failed',
        metric: machine.metricFailed({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        rings: ABOVE(0),
        periods: 1,
        silence: 'fine',
        means: 'The books did not agree at the close, or there is no report.',
        runbook: 'daily-close',
      },
      {
        name: 'daily-close-late',
        metric: machine.metricTimedOut({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        rings: ABOVE(0),
        periods: 1,
        silence: 'fine',
        means: 'The daily close did not come to an end.',
        runbook: 'daily-close',
      },
      {
        name: 'schedule-dropped',
        metric: new Metric({
          namespace: 'AWS/Scheduler',
          metricName: 'InvocationDroppedCount',
          dimensionsMap: { ScheduleGroup: 'default' },
          period: FIVE_MINUTES,
          statistic: Stats.SUM,
        }),
        rings: ABOVE(0),
        periods: 1,
        silence: 'fine',
        means: 'A schedule could not start what it starts, and gave up.',
        runbook: 'schedule-dropped',
      },
    ];
  }

  #dashboard(alarmed: (name: string) => IMetric): void {
    const { functions, queues } = this.#trading;
    const dashboard = new Dashboard(this, 'dashboard', {
      dashboardName: this.#deployment.name,
      defaultInterval: Duration.hours(3),
    });
    const each = (metric: (fn: FunctionWithRole, label: string) => Metric): readonly Metric[] =>
      FUNCTIONS.map(({ name }) => metric(functions[name], name));
    dashboard.addWidgets(
      new TextWidget({
        markdown: `# ${this.#deployment.name}\nAlarms name their page in docs/runbooks.`,
        width: 24,
        height: 2,
      }),
    );
    dashboard.addWidgets(
      graph(
        'Age of the oldest message, s',
        QUEUES.map((queue) => this.#ageOf(queue).with({ label: queue.name })),
      ),
      graph(
        'Messages taken per minute',
        QUEUES.map(({ name }) =>
          queues[name].metricNumberOfMessagesDeleted({
            period: MINUTE,
            statistic: Stats.SUM,
            label: name,
          }),
        ),
      ),
    );
    dashboard.addWidgets(
      graph(
        'Duration p95, ms',
        each(({ fn }, label) =>
          fn.metricDuration({ statistic: Stats.p(95), period: MINUTE, label }),
        ),
      ),
      graph(
        'Errors',
        each(({ fn }, label) => fn.metricErrors({ statistic: Stats.SUM, period: MINUTE, label })),
      ),
    );
    dashboard.addWidgets(
      graph('No feeder', [alarmed('feeder-gone')]),
      graph('Ledger behind the journal, ms; Aurora, % of its largest size', [
        alarmed('ledger-behind'),
        alarmed('database-busy'),
      ]),
    );
    dashboard.addWidgets(
      graph('Reads of the exchange’s catalogue that needed no request, %', [hitRatio()]),
      graph(
        'Missing in the record: finals, closing lines, leagues whose lines are thin in play',
        ['data.missing_finals', 'data.missing_closing_lines', 'data.thin_in_play'].map((name) =>
          ownMetric('review-data', name, HOUR, Stats.MAXIMUM),
        ),
      ),
    );
  }

  #budget(): void {
    const tells = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold },
      subscribers: [{ subscriptionType: 'SNS', address: this.#data.alerts.topicArn }],
    });
    new CfnBudget(this, 'budget', {
      budget: {
        budgetName: this.#deployment.name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: this.#deployment.monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [tells('ACTUAL', 80), tells('FORECASTED', 100)],
    });
  }
}

/** The daily close and the minute may ask for the one copy at the same time; the loser waits and asks again. */
const RECONCILE_MAY_MEET = 10;

function metricOf(alarms: readonly AlarmDefinition[], named: string): IMetric {
  const alarm = alarms.find(({ name }) => name === named);
  if (alarm === undefined) throw new Error(`the dashboard shows ${named}, which is no alarm`);
  return alarm.metric;
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: 12, height: 6 });
}

/** Of the exchange's catalogue: how many reads the cache answered. */
function hitRatio(): MathExpression {
  const reads = (outcome: string) =>
    ownMetric('feeder', `kalshi.cache.${outcome}`, FIVE_MINUTES, Stats.SUM);
  return new MathExpression({
    expression:
      '100 * (FILL(hit, 0) + FILL(shared, 0)) / (FILL(hit, 0) + FILL(shared, 0) + FILL(miss, 0))',
    usingMetrics: { hit: reads('hit'), shared: reads('shared'), miss: reads('miss') },
    period: FIVE_MINUTES,
    label: 'hit ratio',
  });
}
