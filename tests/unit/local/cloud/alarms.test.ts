import { describe, expect, it } from 'vitest';
import { Alarms } from '../../../../local/cloud/alarms.ts';
import { Metrics } from '../../../../local/cloud/metrics.ts';
import { Topics } from '../../../../local/cloud/topics.ts';
import type { Wiring } from '../../../../shared/contracts/environment/wiring.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
type Alarm = Wiring['alarms'][number];

const ALARM: Alarm = {
  name: 'errors',
  namespace: 'AWS/Lambda',
  metric: 'Errors',
  dimensions: { FunctionName: 'place-order' },
  statistic: 'Sum',
  periodS: 60,
  evaluationPeriods: 1,
  comparison: 'GreaterThanThreshold',
  threshold: 2,
  treatMissingData: 'notBreaching',
  topics: ['alerts'],
};

/** The changes of an alarm over values put at given seconds. */
async function watch(
  changes: Partial<Alarm>,
  values: readonly (readonly [second: number, value: number])[],
  untilS: number,
  startS = 0,
): Promise<{ readonly changes: readonly string[]; readonly topics: Topics }> {
  const clock = new Scheduler({ startMs: startS * 1_000 });
  const metrics = new Metrics();
  const topics = new Topics(clock, ['alerts']);
  const alarms = new Alarms({
    timers: clock,
    metrics,
    topics,
    alarms: [{ ...ALARM, ...changes }],
    onBeforeLook: () => undefined,
  });
  for (const [second, value] of values) {
    clock.at(second * 1_000, 'put', () => {
      metrics.put('AWS/Lambda', 'Errors', ALARM.dimensions, value, clock.nowMs());
    });
  }
  alarms.start();
  await clock.run({ untilMs: untilS * 1_000, turn });
  alarms.stop();
  return {
    changes: alarms.changes.map(({ atMs, from, to }) => `${atMs / 1_000}: ${from} to ${to}`),
    topics,
  };
}

describe('an alarm', () => {
  it('rises when its period breaches, tells its topics, and falls again', async () => {
    const values = [
      [10, 1],
      [70, 2],
      [80, 1],
    ] as const;
    const { changes, topics } = await watch({}, values, 300);
    expect(changes).toEqual([
      '60: INSUFFICIENT_DATA to OK',
      '120: OK to ALARM',
      '180: ALARM to OK',
    ]);
    expect(topics.published).toMatchObject([
      { topic: 'alerts', subject: 'ALARM: errors', atMs: 120_000 },
    ]);
    expect(topics.published[0]!.message).toContain('"to":"ALARM"');
  });

  it('waits for all of its periods', async () => {
    const values = [
      [10, 9],
      [70, 9],
      [130, 9],
      [190, 9],
      [250, 0],
    ] as const;
    const { changes } = await watch({ evaluationPeriods: 3 }, values, 300);
    expect(changes).toEqual([
      '60: INSUFFICIENT_DATA to OK',
      '180: OK to ALARM',
      '300: ALARM to OK',
    ]);
  });

  it('rings for a silence only when it has listened all the while', async () => {
    const silent = { treatMissingData: 'breaching', periodS: 300 } as const;
    expect((await watch(silent, [], 300, 290)).changes).toEqual([]);
    expect((await watch(silent, [], 600, 290)).changes).toEqual([
      '600: INSUFFICIENT_DATA to ALARM',
    ]);
  });

  const statistics: readonly (readonly [string, number])[] = [
    ['Sum', 60],
    ['SampleCount', 4],
    ['Average', 15],
    ['Maximum', 30],
    ['Minimum', 5],
    ['p50', 10],
    ['p99', 30],
  ];
  it.each(statistics)('looks at %s', async (statistic, value) => {
    const values = [
      [1, 5],
      [12, 10],
      [13, 15],
      [59, 30],
    ] as const;
    const at = async (threshold: number): Promise<readonly string[]> => {
      const comparison = 'GreaterThanOrEqualToThreshold';
      return (await watch({ statistic, comparison, threshold }, values, 60)).changes;
    };
    expect(await at(value)).toEqual(['60: INSUFFICIENT_DATA to ALARM']);
    expect(await at(value + 0.01)).toEqual(['60: INSUFFICIENT_DATA to OK']);
  });

  it.each([
    ['LessThanThreshold', 2, false],
    ['LessThanOrEqualToThreshold', 2, true],
    ['GreaterThanThreshold', 2, false],
    ['GreaterThanOrEqualToThreshold', 2, true],
  ] as const)('%s of a value that is the threshold', async (comparison, value, breaches) => {
    const { changes } = await watch({ comparison }, [[1, value]], 60);
    expect(changes).toEqual([`60: INSUFFICIENT_DATA to ${breaches ? 'ALARM' : 'OK'}`]);
  });

  it.each([
    ['breaching', ['60: INSUFFICIENT_DATA to ALARM']],
    ['notBreaching', ['60: INSUFFICIENT_DATA to OK']],
    ['missing', []],
    ['ignore', []],
  ] as const)('takes missing data as %s', async (treatMissingData, expected) => {
    expect((await watch({ treatMissingData }, [], 180)).changes).toEqual(expected);
  });

  it('loses its data, or keeps its state, as it is told', async () => {
    const missing = await watch({ treatMissingData: 'missing' }, [[1, 9]], 180);
    expect(missing.changes).toEqual([
      '60: INSUFFICIENT_DATA to ALARM',
      '120: ALARM to INSUFFICIENT_DATA',
    ]);
    const ignored = await watch({ treatMissingData: 'ignore' }, [[1, 9]], 180);
    expect(ignored.changes).toEqual(['60: INSUFFICIENT_DATA to ALARM']);
  });

  it('is refused with a statistic or a period that is not served', async () => {
    await expect(watch({ statistic: 'IQM' }, [], 1)).rejects.toThrow(/asks for IQM/);
    await expect(watch({ periodS: 5 }, [], 1)).rejects.toThrow(/period of 5 s/);
  });
});

describe('an embedded metric line', () => {
  it('is taken with its dimensions, single values and lists', () => {
    const metrics = new Metrics();
    const line = JSON.stringify({
      _aws: {
        Timestamp: 60_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Fairline',
            Dimensions: [['service'], ['service', 'market']],
            Metrics: [{ Name: 'ordersSent', Unit: 'Count' }, { Name: 'latencyMs' }],
          },
        ],
      },
      service: 'place-order',
      market: 'KX-1',
      ordersSent: 2,
      latencyMs: [5, 7],
    });
    expect(metrics.ingestEmf(line)).toBe(true);
    const total = (metric: string, dimensions: Readonly<Record<string, string>>): unknown =>
      metrics.series('Fairline', metric, dimensions).total;
    expect(total('ordersSent', { service: 'place-order' })).toEqual({ count: 1, sum: 2, last: 2 });
    // The order of dimensions does not matter.
    expect(total('latencyMs', { market: 'KX-1', service: 'place-order' })).toMatchObject({
      count: 2,
      sum: 12,
    });
    expect(metrics.all).toHaveLength(4);
  });

  it.each(['plain text', '{"level":"INFO"}', '{"_aws":1}', '{"_aws":', '"_aws"'])(
    'is not what %s is',
    (line) => {
      const metrics = new Metrics();
      expect(metrics.ingestEmf(line)).toBe(false);
      expect(metrics.all).toEqual([]);
    },
  );
});

describe('a series', () => {
  it('keeps a bounded time, and takes values that come late', () => {
    const metrics = new Metrics();
    const series = metrics.series('a', 'b', {});
    for (let second = 0; second < 200_000; second += 10) series.add(1, second * 1_000);
    expect(series.between(0, 200_000_000).length).toBeLessThanOrEqual(8_640);
    expect(series.total.count).toBe(20_000);
    series.add(5, 199_975_000);
    expect(series.between(199_970_000, 199_980_000)).toMatchObject([{ count: 2, sum: 6, max: 5 }]);
  });
});
