import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runSummarySchema, type RunSummary } from '../../shared/contracts/summary.ts';

const PROGRAM = fileURLToPath(new URL('../../scripts/fairline.mjs', import.meta.url));
const LOOK_MS = 10;
/** Longer than any wait of these tests; a run that hangs ends with its test. */
const PATIENCE_MS = 100_000;
/** How long the stores of a run that was killed may take to notice and to end. */
const STORES_END_MS = 5_000;

export type Ended = {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly tookMs: number;
};

/** A run of the program in a process of its own, and what it has said so far. */
export type Started = {
  readonly pid: number;
  readonly said: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
  /** Waits until what it has said matches, or something else is true; rejects when it ends before. */
  readonly until: (sign: RegExp | (() => boolean)) => Promise<void>;
};

/** The folders of one run: what it may write into, and where it would write if it wrote elsewhere. */
export class RunFolder {
  readonly #root = mkdtempSync(join(tmpdir(), 'fairline-embedded-'));
  readonly #children: ChildProcess[] = [];
  readonly out = join(this.#root, 'out');
  readonly state = join(this.out, 'state');
  /** Home and working folder of the runs. */
  readonly elsewhere = join(this.#root, 'elsewhere');

  constructor() {
    mkdirSync(this.elsewhere);
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
    return this.command(['start', '--json', '--out', this.out, ...args], environment);
  }

  command(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.elsewhere,
      env: { ...process.env, HOME: this.elsewhere, ...environment },
    });
    this.#children.push(child);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    let isOver = false;
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        isOver = true;
        resolve({ status, out, err, tookMs: performance.now() - startedMs });
      });
    });
    return {
      pid: child.pid ?? 0,
      said: () => out + err,
      signal: (name) => child.kill(name),
      ended,
      until: async (sign) => {
        const giveUpMs = performance.now() + PATIENCE_MS;
        while (!(typeof sign === 'function' ? sign() : sign.test(out + err))) {
          if (isOver || performance.now() > giveUpMs)
            throw new Error(`waited in vain for ${String(sign)} of a run that said:\n${out}${err}`);
          await sleep(LOOK_MS);
        }
      },
    };
  }

  read(...path: readonly string[]): string {
    return readFileSync(join(this.out, ...path), 'utf8');
  }

  /** The lines of log.jsonl with this message. */
  logged(message: string): readonly LogLine[] {
    const lines = this.read('state', 'log.jsonl').trimEnd().split('\n');
    return lines
      .map((line) => JSON.parse(line) as LogLine)
      .filter((line) => line.message === message);
  }

  /** Ids of the orders that the exchange was sent, in their order. The last line may be in the making. */
  submitted(): readonly string[] {
    const lines = this.read('state', 'venues', 'exchange.jsonl').split('\n').slice(0, -1);
    return lines
      .filter((line) => line.startsWith('["submit"'))
      .map((line) => JSON.parse(line) as readonly [string, number, string, string])
      .filter(([, , account]) => account === 'fairline')
      .map(([, , , body]) => (JSON.parse(body) as { client_order_id: string }).client_order_id);
  }

  /** The processes of the stores of the run that goes on in this folder. */
  stores(): { readonly postgres: number; readonly dynoxide: number } {
    const pidFile = join(this.state, 'postgres', 'postmaster.pid');
    const postgres = existsSync(pidFile)
      ? Number(readFileSync(pidFile, 'utf8').split('\n')[0])
      : Number.NaN;
    const dynoxide = processes().find(
      ({ command }) =>
        command[0]?.endsWith('dynoxide') === true &&
        command.includes(join(this.state, 'tables.db')),
    );
    if (!Number.isInteger(postgres) || dynoxide === undefined)
      throw new Error(`the stores of ${this.state} do not run`);
    return { postgres, dynoxide: dynoxide.pid };
  }

  /** Every address at which the run that goes on answers. */
  ports(): readonly number[] {
    const endpoints = JSON.parse(this.read('state', 'endpoints.json')) as Record<string, unknown>;
    const { healthPort, pid: _pid, ...addresses } = endpoints;
    const ports = Object.values(addresses).map((url) => Number(new URL(String(url)).port));
    return [...new Set([Number(healthPort), ...ports])];
  }

  /** Also of a test that failed in the middle: what still runs is killed, and waited for before its files go. */
  async close(): Promise<void> {
    const running = this.#children.filter(
      ({ exitCode, signalCode }) => (exitCode ?? signalCode) === null,
    );
    const families = running.flatMap(({ pid }) => familyOf(pid ?? 0));
    for (const child of running) child.kill('SIGKILL');
    await stillThere(families, STORES_END_MS);
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

export type LogLine = {
  readonly message: string;
  readonly service: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** The summary that a run printed. */
export function summaryOf({ out }: Ended): RunSummary {
  return runSummarySchema.parse(JSON.parse(out));
}

type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
};

/** The processes of this machine that have not ended, by /proc. */
function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): readonly Process[] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        // It has ended in between.
        return [];
      }
    });
}

/** A process and all that it has begun, as far as they are still its own. */
export function familyOf(pid: number): readonly number[] {
  const all = processes();
  const family = [pid];
  for (const member of family)
    family.push(...all.filter(({ parent }) => parent === member).map((child) => child.pid));
  return family;
}

/** Those of the processes that have not ended after a while. */
export async function stillThere(
  pids: readonly number[],
  withinMs: number,
): Promise<readonly number[]> {
  const giveUpMs = performance.now() + withinMs;
  for (;;) {
    const there = processes().filter(({ pid }) => pids.includes(pid));
    if (there.length === 0 || performance.now() > giveUpMs) return there.map(({ pid }) => pid);
    await sleep(LOOK_MS);
  }
}

/** Whether anything listens on a port of this machine. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
