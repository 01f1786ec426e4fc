import { execFile, type ExecFileOptions } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { PartUnavailable } from './part-unavailable.ts';

const run = promisify(execFile);

/** Runs a program to its end. Throws `PartUnavailable` with its last words when it does not do what it was asked. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<void> {
  try {
    await run(program, args, options);
  } catch (error) {
    throw new PartUnavailable(
      `${basename(program)}, which prepares PostgreSQL, failed: ${lastWords(error)}`,
      { cause: error },
    );
  }
}

function lastWords(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  if (said !== '') return said;
  return error instanceof Error ? error.message : String(error);
}
