import type { Telemetry } from '../../shared/ports/telemetry.ts';

/**
 * What an error that nobody foresaw does. `fail_record`: in an account it fails its own record, so that one poisoned
 * message does not take its neighbours to the dead letters. `fail_invocation`: under a simulator it ends the invocation
 * at once, as the death of the process would, and the host sees the error itself.
 */
export type Unexpected = 'fail_record' | 'fail_invocation';

const SHOWN_LENGTH = 300;

/** Rethrows or reports, as asked. */
export function onUnexpected(error: unknown, unexpected: Unexpected, telemetry: Telemetry): void {
  if (unexpected === 'fail_invocation') throw error;
  telemetry.count('record.unexpected', 1);
  telemetry.log('error', 'record_failed_unexpectedly', {
    error: error instanceof Error ? error.name : typeof error,
    message: errorText(error).slice(0, SHOWN_LENGTH),
    at: error instanceof Error ? firstFrame(error) : '',
  });
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where it was thrown. */
function firstFrame({ stack = '' }: Error): string {
  const frame = stack.split('\n').find((line) => line.trimStart().startsWith('at '));
  return frame === undefined ? '' : frame.trim().slice(0, SHOWN_LENGTH);
}
