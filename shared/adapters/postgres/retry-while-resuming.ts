import { setTimeout as sleep } from 'node:timers/promises';
import type { RDSDataClient } from '@aws-sdk/client-rds-data';

export type RetryLimits = {
  /** How long a call may wait for the database in all. */
  readonly withinMs: number;
  /** Between two tries, doubled each time up to `longestPauseMs`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
};

/** A paused Aurora is back after 15 to 30 seconds; the functions that ask have 30. */
const USUAL_LIMITS: RetryLimits = { withinMs: 25_000, firstPauseMs: 250, longestPauseMs: 2_000 };

/**
 * Errors after which the statement was not run: the database was paused, or the request never got through to it. What
 * may have been run (a timeout, a broken connection) is not here; it is the caller's to repeat, as appends may be.
 */
const NOT_RUN: readonly string[] = [
  'DatabaseResumingException',
  'ThrottlingException',
  'TooManyRequestsException',
];

/**
 * Makes a client wait for a database that is waking up or too busy, within bounds; then the last error is thrown.
 * Setting it again replaces the limits.
 */
export function retryWhileResuming(client: RDSDataClient, limits = USUAL_LIMITS): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const untilMs = Date.now() + limits.withinMs;
      for (let pauseMs = limits.firstPauseMs; ; pauseMs *= 2) {
        try {
          return await next(args);
        } catch (error) {
          const pause = Math.min(pauseMs, limits.longestPauseMs);
          if (!isNotRun(error) || Date.now() + pause > untilMs) throw error;
          await sleep(pause);
        }
      }
    },
    { step: 'initialize', name: 'retryWhileResuming', override: true },
  );
}

function isNotRun(error: unknown): boolean {
  return error instanceof Error && NOT_RUN.includes(error.name);
}
