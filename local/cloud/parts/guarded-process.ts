import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { PartUnavailable } from './part-unavailable.ts';

/** How a process ended. */
export type ProcessExit = { readonly status: number | null; readonly lastWords: string };

export type GuardedProcess = {
  readonly pid: number;
  /** Asks it to end and waits; after `STOP_TIMEOUT_MS` it is killed. Stopping twice is stopping once. */
  readonly stop: () => Promise<void>;
};

export type GuardedCommand = {
  /** As it is called in messages. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /**
   * A folder that is entered before `user` takes over and opened as descriptor 5, so that the program finds it as
   * `/proc/self/fd/5` although its user may not be allowed into the folders above. The program itself starts in `/`.
   */
  readonly folder?: string;
  /** Whom it runs as; null for whoever we are. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** What makes it end in good order. */
  readonly stopSignal: 'TERM' | 'INT';
  /** True for the line of its output that says it can be used. */
  readonly isReady: (line: string) => boolean;
  readonly startTimeoutMs: number;
  /** When it ended though nobody stopped it, after it was ready. */
  readonly onExit: (exit: ProcessExit) => void;
};

const STOP_TIMEOUT_MS = 10_000;
const LAST_LINES = 12;

const ENTER_FOLDER = 'exec 5<. && cd / || exit 1';

/**
 * The guard: starts the program, tells its pid on descriptor 3, and reads its own standard input, a pipe that only this
 * process holds. However this process ends, the pipe closes, and the program gets its signal.
 */
const GUARD = `
exec 4<&0
signal=$1; shift
"$@" </dev/null 3>&- 4<&- & child=$!
echo $child >&3
( exec 3>&-; cat <&4 >/dev/null 2>&1; kill -s "$signal" $child 2>/dev/null ) >/dev/null 2>&1 & watch=$!
exec 3>&- 4<&-
wait $child; status=$?
kill $watch 2>/dev/null
exit $status
`;

/**
 * Starts a program that must not outlive us, and waits until it can be used. Throws with its last words when it ends
 * before that or takes longer than its start may.
 */
export async function startGuarded(command: GuardedCommand): Promise<GuardedProcess> {
  const child = spawnGuard(command);
  const output = new LastLines();
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => resolve({ status: null, lastWords: error.message }));
    child.once('close', (status) => resolve({ status, lastWords: output.text() }));
  });
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        output.add(line);
        if (command.isReady(line)) resolve();
      });
  });
  const pid = await beforeExit(childPid(child), exited, command);
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= end(child, pid, exited));
  try {
    await beforeExit(ready, exited, command);
  } catch (error) {
    await stop();
    throw error;
  }
  const watch = async (): Promise<void> => {
    const exit = await exited;
    if (stopping === null) command.onExit(exit);
  };
  void watch();
  return { pid, stop };
}

type Guard = ReturnType<typeof spawnGuard>;

function spawnGuard(command: GuardedCommand): ChildProcessByStdio<Writable, Readable, Readable> {
  const script = command.folder === undefined ? GUARD : `${ENTER_FOLDER}${GUARD}`;
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'guard', command.stopSignal, command.program, ...command.args],
    {
      // Not in our group: the Ctrl-C of a terminal is for us, and we still need our stores while we end.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...command.environment },
      ...(command.folder === undefined ? {} : { cwd: command.folder }),
      ...command.user,
    },
  );
  // Nothing is ever written; the pipe breaks when the guard is gone, and its exit says so.
  child.stdin.on('error', () => undefined);
  return child;
}

/** What the guard says first, on descriptor 3. */
function childPid(guard: Guard): Promise<number> {
  const told = guard.stdio[3];
  return new Promise((resolve) => {
    if (told instanceof Readable)
      createInterface({ input: told }).once('line', (line) => resolve(Number(line)));
  });
}

async function beforeExit<T>(
  wanted: Promise<T>,
  exited: Promise<ProcessExit>,
  { name, startTimeoutMs }: GuardedCommand,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new PartUnavailable(`${name} was not ready after ${startTimeoutMs} ms.`)),
      startTimeoutMs,
    );
  });
  const gone = exited.then(({ status, lastWords }) => {
    throw new PartUnavailable(`${name} ended while it started (status ${status}): ${lastWords}`);
  });
  // It may reject long after somebody else has won.
  gone.catch(() => undefined);
  try {
    return await Promise.race([wanted, gone, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function end(guard: Guard, pid: number, exited: Promise<ProcessExit>): Promise<void> {
  guard.stdin.end();
  const kill = setTimeout(() => killQuietly(pid), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(kill);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}

class LastLines {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LAST_LINES) this.#lines.shift();
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
