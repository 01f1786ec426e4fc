import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { startGuarded, type ProcessExit } from './guarded-process.ts';
import { PartUnavailable } from './part-unavailable.ts';

export type Dynoxide = {
  readonly endpoint: string;
  /** Null when it is somebody else's, named by AWS_ENDPOINT_URL_DYNAMODB. */
  readonly pid: number | null;
  stop(): Promise<void>;
};

const START_TIMEOUT_MS = 10_000;
const START_ATTEMPTS = 5;

/**
 * DynamoDB on this machine: dynoxide, or whatever AWS_ENDPOINT_URL_DYNAMODB names. `dbPath` is the SQLite file that it
 * keeps its tables in, null for memory. It ends when this process does, however that ends.
 *
 * @param onExit called when it ends though nobody stopped it
 */
export async function startDynoxide(options: {
  readonly dbPath: string | null;
  readonly onExit: (exit: ProcessExit) => void;
}): Promise<Dynoxide> {
  const elsewhere = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  if (elsewhere !== undefined && elsewhere !== '')
    return { endpoint: elsewhere, pid: null, stop: () => Promise.resolve() };
  const program = dynoxideProgram();
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      const { pid, stop } = await startGuarded({
        name: 'dynoxide',
        program,
        args: [
          'serve',
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
          ...databaseAt(options.dbPath),
        ],
        environment: {},
        user: null,
        stopSignal: 'TERM',
        isReady: (line) => line.includes('listening on'),
        startTimeoutMs: START_TIMEOUT_MS,
        onExit: options.onExit,
      });
      return { endpoint: `http://127.0.0.1:${port}`, pid, stop };
    } catch (error) {
      const portWasTaken = error instanceof Error && /already in use/i.test(error.message);
      if (!portWasTaken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

function databaseAt(dbPath: string | null): readonly string[] {
  return dbPath === null ? [] : ['--db-path', dbPath];
}

function dynoxideProgram(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return join(dirname(manifest), 'dynoxide');
  } catch {
    throw new PartUnavailable(
      `There is no dynoxide (a local DynamoDB) for ${process.platform}-${process.arch}: the package ` +
        '@dynoxide/linux-x64 is not installed. On linux-x64 run npm install; elsewhere set ' +
        'AWS_ENDPOINT_URL_DYNAMODB to another DynamoDB, such as DynamoDB Local.',
    );
  }
}
