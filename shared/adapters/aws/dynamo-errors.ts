import {
  ResourceNotFoundException,
  TransactionCanceledException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import { pauseAfter, type Pause } from './pause.ts';

/** Tries of one transaction; with the pauses between them they end after about three seconds at most. */
const MAX_TRIES = 8;

const CONDITION_FAILED = 'ConditionalCheckFailed';

/** Reasons for which a cancelled transaction may succeed when it is sent again. */
const PASSING_REASONS: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Errors after which the same request, with its token, may be sent again. */
const PASSING_ERRORS: ReadonlySet<string> = new Set([
  'TransactionInProgressException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
]);
const PASSING_SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * Sends a transaction until it is answered for good. `run` sends the same token each time: of a transaction that was
 * applied although its answer was lost, the table then says so, instead of refusing it by its own effect. Throws the
 * last error when the tries are used up.
 */
export async function untilAnswered<T>(pause: Pause, run: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt + 1 >= MAX_TRIES || !mayPass(error)) throw error;
    }
    await pauseAfter(attempt, pause);
  }
}

/** Position of the first action whose condition failed; null when the error says something else. */
export function failedCondition(error: unknown): number | null {
  const index = reasonsOf(error).findIndex(({ Code }) => Code === CONDITION_FAILED);
  return index === -1 ? null : index;
}

/** A table that hot state lives in is not there; the message says which and what to do. */
export class TableMissing extends Error {
  override readonly name = 'TableMissing';
}

/** What an operator can act on, in place of the service's "Requested resource not found". */
export function explained(error: unknown, tables: string): unknown {
  if (!(error instanceof ResourceNotFoundException)) return error;
  return new TableMissing(`table ${tables} is not there: run \`npx fairline db-init\``, {
    cause: error,
  });
}

function mayPass(error: unknown): boolean {
  const reasons = reasonsOf(error).flatMap(({ Code }) =>
    Code === undefined || Code === 'None' ? [] : [Code],
  );
  if (reasons.length > 0) return reasons.every((code) => PASSING_REASONS.has(code));
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return PASSING_ERRORS.has(error.name) || PASSING_SOCKET_CODES.has(code);
}

function reasonsOf(error: unknown): readonly CancellationReason[] {
  return error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
}
