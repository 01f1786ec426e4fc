import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FUNCTIONS } from '../../shared/contracts/environment/functions.ts';
import { WATCHDOG_FINDINGS } from '../../shared/application/watchdog.ts';
import { synthesisOf } from '../support/synthesis.ts';

const ROOT = new URL('../../', import.meta.url);
const live = synthesisOf('live');
const alarms = live.resources('AWS::CloudWatch::Alarm').map(({ properties }) => properties);

const named = (name: string) =>
  alarms.find(({ AlarmName }) => AlarmName === `fairline-live-${name}`);

describe('alarms', () => {
  test('ring for one message in any dead-letter queue', () => {
    const dead = live
      .resources('AWS::SQS::Queue')
      .filter(({ properties }) => properties['RedrivePolicy'] === undefined)
      .map(({ properties }) => String(properties['QueueName']));
    expect(dead.length).toBeGreaterThan(6);
    for (const name of dead) {
      expect(named(name.replace('fairline-live-', ''))).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        Statistic: 'Maximum',
        Period: 60,
      });
    }
  });

  test.each(FUNCTIONS)(
    'ring when $name fails, is held back, or comes near its timeout',
    ({ name, timeoutS }) => {
      expect(named(`${name}-errors`)).toMatchObject({ MetricName: 'Errors', Threshold: 0 });
      expect(named(`${name}-throttles`)).toMatchObject({ MetricName: 'Throttles' });
      expect(named(`${name}-slow`)).toMatchObject({
        MetricName: 'Duration',
        Threshold: timeoutS * 800,
      });
    },
  );

  test('ring when the ledger falls behind, no feeder leads, and the watchdog itself is silent', () => {
    expect(named('ledger-behind')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 300_000 });
    expect(Object.keys(WATCHDOG_FINDINGS)).toContain('feeder_gone');
    expect(named('feeder-gone')).toMatchObject({
      Namespace: 'Fairline',
      MetricName: 'watchdog.feeder_gone',
      Dimensions: [{ Name: 'service', Value: 'watchdog' }],
    });
    expect(named('watchdog-silent')).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(named('database-busy')).toMatchObject({ MetricName: 'ACUUtilization' });
  });

  test('ring for what is missing in the record, as the newest look at it found, until the next look', () => {
    for (const [name, metric] of [
      ['finals-missing', 'data.missing_finals'],
      ['lines-thin-in-play', 'data.thin_in_play'],
    ] as const)
      expect(named(name)).toMatchObject({
        Namespace: 'Fairline',
        MetricName: metric,
        Dimensions: [{ Name: 'service', Value: 'review-data' }],
        Period: 3_600,
        Threshold: 0,
        Statistic: 'Maximum',
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      });
  });

  test('each tell the topic, when they ring and when it is over', () => {
    const [topic] = live.resources('AWS::SNS::Topic');
    for (const { AlarmName, AlarmActions, OKActions } of alarms) {
      expect([AlarmName, JSON.stringify(AlarmActions)]).toEqual([
        AlarmName,
        expect.stringContaining(topic?.id ?? 'no topic'),
      ]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test('each name a runbook that is there, and says what it means, where to look, what to do', () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const path = /docs\/runbooks\/[a-z-]+\.md/.exec(String(AlarmDescription))?.[0] ?? '';
      expect([AlarmName, path, existsSync(new URL(path, ROOT))]).toEqual([AlarmName, path, true]);
      const headings = [...readFileSync(new URL(path, ROOT), 'utf8').matchAll(/^## (.+)$/gm)];
      expect(headings.map(([, heading]) => heading)).toEqual([
        'What it means',
        'Where to look',
        'What to do',
      ]);
    }
  });
});

test('spending is watched: at 80 % of the month’s budget, and when the forecast passes it', () => {
  const [budget] = live.resources('AWS::Budgets::Budget');
  expect(budget?.properties).toMatchObject({
    Budget: { BudgetLimit: { Amount: live.deployment.monthlyBudgetUsd, Unit: 'USD' } },
    NotificationsWithSubscribers: [
      { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
      { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
    ],
  });
});

test('there is one dashboard, and it shows how many reads the cache answered', () => {
  const [dashboard, ...others] = live.resources('AWS::CloudWatch::Dashboard');
  expect(others).toEqual([]);
  const body = JSON.stringify(dashboard?.properties['DashboardBody']);
  for (const outcome of ['hit', 'shared', 'miss'])
    expect(body).toContain(`kalshi.cache.${outcome}`);
  expect(body).toContain('(FILL(hit, 0) + FILL(shared, 0) + FILL(miss, 0))');
});

test('the dashboard shows what its titles say: the ledger’s lag and the load of Aurora, not alarms that stand beside theirs', () => {
  const [dashboard] = live.resources('AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.properties['DashboardBody']);
  for (const metric of ['watchdog.feeder_gone', 'IteratorAge', 'ACUUtilization'])
    expect(body).toContain(metric);
  expect(body).not.toContain('feeder.feed_behind');
});
