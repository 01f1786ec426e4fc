import type { Telemetry } from '../../shared/ports/telemetry.ts';

/** Telemetry whose lines can be told which message they belong to. */
export type FunctionTelemetry = Telemetry & {
  withCorrelation(correlationId: string): Telemetry;
};

/** Gives any telemetry the correlation of functions: the id stands as one more field of each line. */
export function correlatable(telemetry: Telemetry): FunctionTelemetry {
  return {
    log: (level, event, fields) => telemetry.log(level, event, fields),
    count: (metric, by) => telemetry.count(metric, by),
    gauge: (metric, value) => telemetry.gauge(metric, value),
    withCorrelation: (correlationId) => ({
      log: (level, event, fields) => telemetry.log(level, event, { ...fields, correlationId }),
      count: (metric, by) => telemetry.count(metric, by),
      gauge: (metric, value) => telemetry.gauge(metric, value),
    }),
  };
}
