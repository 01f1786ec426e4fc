import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export type ParentProcess = {
  /** What the program printed as its first line, as JSON. */
  readonly told: unknown;
  /** SIGKILL: it gets no chance to stop anything. */
  readonly kill: () => Promise<void>;
};

/** A Node process of its own that runs a module's text and stays; its first line of output says that it is up. */
export async function startParent(module: string): Promise<ParentProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', module], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const told = await new Promise<unknown>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (status) => reject(new Error(`the parent ended with ${status}`)));
  });
  return {
    told,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** True once no process has the id any more; false after `timeoutMs`. */
export async function isGoneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  for (const untilMs = performance.now() + timeoutMs; performance.now() < untilMs;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(10);
  }
  return false;
}
