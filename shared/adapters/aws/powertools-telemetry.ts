import { Logger } from '@aws-lambda-powertools/logger';
import type { LogItem } from '@aws-lambda-powertools/logger';
import type { LogFields, LogLevel, Telemetry } from '../../ports/telemetry.ts';
import { embeddedMetrics, MAX_METRICS_OF_A_LINE, type MetricUnit } from './embedded-metrics.ts';
import { chunked } from './pause.ts';
import { redactField } from './redact-field.ts';

type Write = (line: string) => void;

/**
 * Structured log lines (`message` is the event, `fields` what goes with it) and counts as CloudWatch embedded metrics
 * in namespace Fairline, one dimension `service`. Counts are added up until `flush`, once an invocation; lines also
 * count as `log.<level>`. Secrets in fields are redacted. Debug lines are only written where POWERTOOLS_LOG_LEVEL asks
 * for them. `write` takes the lines instead of standard output, where many functions share a process.
 */
export class PowertoolsTelemetry implements Telemetry {
  readonly #logger: Logger;
  readonly #service: string;
  readonly #write: Write;
  readonly #counts = new Map<string, number>();
  readonly #gauges = new Map<string, number>();

  constructor({
    service,
    write = writeToStdout,
  }: {
    readonly service: string;
    readonly write?: Write;
  }) {
    this.#logger = new LineLogger(service, write);
    this.#service = service;
    this.#write = write;
  }

  log(level: LogLevel, event: string, fields: LogFields): void {
    this.#log(level, event, fields, {});
  }

  count(metric: string, by: number): void {
    this.#counts.set(metric, (this.#counts.get(metric) ?? 0) + by);
  }

  gauge(metric: string, value: number): void {
    this.#gauges.set(metric, value);
  }

  /** The same telemetry, whose lines carry what they belong to, such as a message's id. */
  withCorrelation(correlationId: string): Telemetry {
    const correlation = { correlation_id: correlationId };
    return {
      log: (level, event, fields) => this.#log(level, event, fields, correlation),
      count: (metric, by) => this.count(metric, by),
      gauge: (metric, value) => this.gauge(metric, value),
    };
  }

  /** Writes the counts since the last time, and the newest levels that were said since, if there are any. */
  flush(): void {
    this.#flushAs(this.#counts, 'Count');
    this.#flushAs(this.#gauges, 'None');
  }

  #flushAs(kept: Map<string, number>, unit: MetricUnit): void {
    const since = [...kept];
    kept.clear();
    const of = { service: this.#service, unit, nowMs: Date.now() };
    for (const values of chunked(since, MAX_METRICS_OF_A_LINE))
      this.#write(JSON.stringify(embeddedMetrics({ ...of, values })));
  }

  #log(
    level: LogLevel,
    event: string,
    fields: LogFields,
    correlation: { readonly correlation_id?: string },
  ): void {
    const clean = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, redactField(name, value)]),
    );
    this.#logger[level](event, { ...correlation, fields: clean });
    this.count(`log.${level}`, 1);
  }
}

/** Powertools writes to the console of its process; this one to whoever hosts the function. */
class LineLogger extends Logger {
  readonly #write: Write;

  constructor(service: string, write: Write) {
    super({ serviceName: service });
    this.#write = write;
  }

  protected override printLog(logLevel: number, log: LogItem): void {
    // While it is constructed, it may already warn of its environment.
    if (#write in this) this.#write(JSON.stringify(log.getAttributes(), this.getJsonReplacer()));
    else super.printLog(logLevel, log);
  }
}

function writeToStdout(line: string): void {
  process.stdout.write(`${line}\n`);
}
