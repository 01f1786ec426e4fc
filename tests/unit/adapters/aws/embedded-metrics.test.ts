import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it } from 'vitest';
import {
  embeddedMetrics,
  type MetricUnit,
} from '../../../../shared/adapters/aws/embedded-metrics.ts';

describe('a line of embedded metrics', () => {
  it.each<MetricUnit>(['Count', 'None'])('is what Powertools writes, with unit %s', (unit) => {
    const values: [string, number][] = [
      ['submit.accepted', 3],
      ['queue.age_ms', 1_234.5],
      ['log.error', 0],
    ];
    const theirs = new Metrics({ namespace: 'Fairline', serviceName: 'place-order' });
    for (const [metric, value] of values) theirs.addMetric(metric, unit, value);
    const line = theirs.serializeMetrics();
    const { _aws: about } = line;
    const nowMs = about.Timestamp;
    expect(embeddedMetrics({ service: 'place-order', unit, values, nowMs })).toEqual(line);
  });
});
