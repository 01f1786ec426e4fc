export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'critical';
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** What operators see. No secret, no address with a key in it, no price signal ever enters a field. */
export interface Telemetry {
  log(level: LogLevel, event: string, fields: LogFields): void;
  count(metric: string, by: number): void;
  /** A level, of which the newest counts; its name says the unit. */
  gauge(metric: string, value: number): void;
}
