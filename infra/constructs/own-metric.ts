import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** A metric that a part of Fairline writes itself; `service` is the feeder or a function by its name. */
export function ownMetric(
  service: string,
  metricName: string,
  period: Duration,
  statistic: string,
): Metric {
  const dimensionsMap = { service };
  return new Metric({ namespace: 'Fairline', metricName, dimensionsMap, period, statistic });
}
