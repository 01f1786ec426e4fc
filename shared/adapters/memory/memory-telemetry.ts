import type { LogFields, LogLevel, Telemetry } from '../../ports/telemetry.ts';

export type LogLine = {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
};

/** Counts everything and keeps each newest level; keeps the newest lines up to a bound. */
export class MemoryTelemetry implements Telemetry {
  readonly counts = new Map<string, number>();
  readonly gauges = new Map<string, number>();
  readonly #lines: LogLine[] = [];
  readonly #keep: number;

  constructor(keep = 10_000) {
    this.#keep = keep;
  }

  log(level: LogLevel, event: string, fields: LogFields): void {
    if (this.#lines.length === this.#keep) this.#lines.shift();
    this.#lines.push({ level, event, fields });
    this.count(`log.${level}`, 1);
  }

  count(metric: string, by: number): void {
    this.counts.set(metric, (this.counts.get(metric) ?? 0) + by);
  }

  gauge(metric: string, value: number): void {
    this.gauges.set(metric, value);
  }

  lines(): readonly LogLine[] {
    return this.#lines;
  }
}
