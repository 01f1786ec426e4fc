import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { invariant } from '../../shared/domain/money/invariant.ts';

/** A part of a benchmark in a process of its own, spoken to in JSON messages. */
export type BenchChild = {
  /** The next message; fails when the process ends instead. */
  readonly hear: () => Promise<Readonly<Record<string, unknown>>>;
  readonly say: (message: Readonly<Record<string, unknown>>) => void;
  readonly end: () => Promise<void>;
};

/** Starts a file of this folder with this Node. */
export function startChild(
  file: string,
  options: { readonly nodeFlags?: readonly string[]; readonly args?: readonly string[] } = {},
): BenchChild {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { nodeFlags = [], args = [] } = options;
  const child = spawn(process.execPath, [...nodeFlags, path, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const heard: unknown[] = [];
  let wake = nobodyWaits;
  child.on('message', (message) => {
    heard.push(message);
    wake();
  });
  child.on('exit', () => wake());
  return {
    hear: async () => {
      while (heard.length === 0 && isRunning(child))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const message = heard.shift();
      invariant(typeof message === 'object' && message !== null, `${file} ended without a word`);
      return message as Readonly<Record<string, unknown>>;
    },
    say: (message) => void child.send({ ...message }),
    end: async () => {
      if (!isRunning(child)) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** What is woken while nobody waits. */
function nobodyWaits(): void {}

/** A number of a message. */
export function numberOf(message: Readonly<Record<string, unknown>>, name: string): number {
  const value = message[name];
  invariant(typeof value === 'number', () => `${name} is a number`);
  return value;
}

export function textOf(message: Readonly<Record<string, unknown>>, name: string): string {
  const value = message[name];
  invariant(typeof value === 'string', () => `${name} is a text`);
  return value;
}
