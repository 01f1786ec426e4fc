import { PowertoolsTelemetry } from '../../shared/adapters/aws/powertools-telemetry.ts';
import type { FunctionName } from '../../shared/contracts/environment/functions.ts';

/** What a process that hosts many functions gives each of them; Lambda gives nothing. */
export type FunctionHost = {
  /** Takes the lines of log and metrics instead of standard output. */
  readonly write?: (line: string) => void;
};

export function composeTelemetry(
  service: FunctionName,
  { write }: FunctionHost,
): PowertoolsTelemetry {
  return new PowertoolsTelemetry(write === undefined ? { service } : { service, write });
}

const SHOWN_LENGTH = 500;

/**
 * A handler between what must be ready before it and what must be written after it, whatever came of it. An error goes
 * on to Lambda, which counts it and delivers again.
 */
export function observed<Event, Result>(
  telemetry: PowertoolsTelemetry,
  handler: (event: Event) => Promise<Result>,
  prepare: () => Promise<void> = () => Promise.resolve(),
): (event: Event) => Promise<Result> {
  return async (event) => {
    try {
      await prepare();
      return await handler(event);
    } catch (error) {
      telemetry.log('error', 'invocation_failed', {
        error: error instanceof Error ? error.name : typeof error,
        message: String(error instanceof Error ? error.message : error).slice(0, SHOWN_LENGTH),
      });
      throw error;
    } finally {
      telemetry.flush();
    }
  };
}
