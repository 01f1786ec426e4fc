import * as z from 'zod';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Metrics } from '../metrics.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { Service } from './http-call.ts';
import { action, jsonService } from './json-service.ts';

const MAX_DATA = 1_000;
const MAX_VALUES = 150;
const MAX_COUNT = 10_000;
const SECOND_MS = 1_000;

const datum = z.looseObject({
  MetricName: z.string().min(1).max(255),
  Dimensions: z
    .array(z.looseObject({ Name: z.string(), Value: z.string() }))
    .max(30)
    .nullish(),
  /** Seconds. */
  Timestamp: z.number().nullish(),
  Value: z.number().nullish(),
  Values: z.array(z.number()).max(MAX_VALUES).nullish(),
  Counts: z.array(z.int().min(0).max(MAX_COUNT)).max(MAX_VALUES).nullish(),
  StatisticValues: z.undefined('the local cloud takes values, not statistics of them').optional(),
});

const putMetricData = z.looseObject({
  Namespace: z.string().min(1).max(255),
  MetricData: z.array(datum).min(1).max(MAX_DATA),
});

/** CloudWatch: PutMetricData. */
export function cloudWatchService(cloud: {
  readonly metrics: Metrics;
  readonly clock: Clock;
}): Service {
  return jsonService({
    actions: {
      PutMetricData: action(putMetricData, 'InvalidParameterValue', (input) => {
        for (const each of input.MetricData) {
          const dimensions = Object.fromEntries(
            (each.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
          );
          const atMs =
            typeof each.Timestamp === 'number'
              ? Math.round(each.Timestamp * SECOND_MS)
              : cloud.clock.nowMs();
          for (const value of valuesOf(each))
            cloud.metrics.put(input.Namespace, each.MetricName, dimensions, value, atMs);
        }
        return {};
      }),
    },
  });
}

function valuesOf({ MetricName, Value, Values, Counts }: z.infer<typeof datum>): readonly number[] {
  if (typeof Value === 'number') return [Value];
  if (Values === undefined || Values === null)
    throw new AwsError(
      'MissingParameter',
      `At least one of the parameters Value or Values must be specified for ${MetricName}.`,
    );
  return Values.flatMap((value, index) =>
    Array.from({ length: Counts?.[index] ?? 1 }, () => value),
  );
}
