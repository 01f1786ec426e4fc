/** Metrics that CloudWatch takes from one line. */
export const MAX_METRICS_OF_A_LINE = 100;

const NAMESPACE = 'Fairline';

export type MetricUnit = 'Count' | 'None';

/**
 * One line from which CloudWatch makes metrics of namespace Fairline, with one dimension `service` (CloudWatch: Embedded
 * metric format specification). At most 100 metrics, each a finite number.
 */
export function embeddedMetrics({
  service,
  unit,
  values,
  nowMs,
}: {
  readonly service: string;
  readonly unit: MetricUnit;
  readonly values: readonly (readonly [metric: string, value: number])[];
  readonly nowMs: number;
}): Readonly<Record<string, unknown>> {
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['service']],
          Metrics: values.map(([Name]) => ({ Name, Unit: unit })),
        },
      ],
    },
    service,
    ...Object.fromEntries(values),
  };
}
