import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EpochMs } from '../../shared/domain/market/market.ts';

const manifestSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string().min(1),
  /** Of the account's client order ids: made once, so that no two runs meet each other's orders. */
  namespace: z.uuid(),
  seed: z.int().min(0),
  scenario: z.string().min(1),
  factor: z.number().min(1),
  configFingerprint: z.string().min(1),
  startedAtMs: z.int(),
  /** How often this run was begun: 1, and one more after each interruption. */
  starts: z.int().min(1),
  status: z.enum(['running', 'ended']),
});
export type RunManifest = z.infer<typeof manifestSchema>;

/** What is run: an unfinished run goes on only with the same. */
export type RunIdentity = Pick<RunManifest, 'seed' | 'scenario' | 'factor' | 'configFingerprint'>;

/** The folder cannot be used; the message says why and what to do. */
export class StateRefusal extends Error {
  override readonly name = 'StateRefusal';
}

/**
 * The folder in which a run keeps everything that must outlive its process: tables, ledger, objects, the venues'
 * memory. One process at a time. A run that was interrupted is gone on with; one that ended makes room for the next.
 */
export class StateFolder {
  readonly dir: string;
  readonly isResumed: boolean;
  #manifest: RunManifest;

  private constructor(dir: string, manifest: RunManifest, isResumed: boolean) {
    this.dir = dir;
    this.#manifest = manifest;
    this.isResumed = isResumed;
  }

  /** Throws `StateRefusal`. `fresh` throws away what an interrupted run left. */
  static open(
    dir: string,
    identity: RunIdentity,
    options: { readonly nowMs: EpochMs; readonly fresh: boolean },
  ): StateFolder {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o755 });
    } catch (error) {
      throw new StateRefusal(`${dir} cannot be made: ${reasonOf(error)}. Give another with --out.`);
    }
    takeLock(dir);
    try {
      const before = options.fresh ? null : readManifest(dir);
      if (before !== null && before.status === 'running') {
        refuseAnother(dir, before, identity);
        const folder = new StateFolder(dir, { ...before, starts: before.starts + 1 }, true);
        folder.#write();
        return folder;
      }
      empty(dir);
      const manifest: RunManifest = {
        version: 1,
        runId: new Date(options.nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, ''),
        namespace: randomUUID(),
        ...identity,
        startedAtMs: options.nowMs,
        starts: 1,
        status: 'running',
      };
      const folder = new StateFolder(dir, manifest, false);
      folder.#write();
      return folder;
    } catch (error) {
      rmSync(join(dir, LOCK), { force: true });
      throw error;
    }
  }

  get manifest(): RunManifest {
    return this.#manifest;
  }

  path(...parts: readonly string[]): string {
    return join(this.dir, ...parts);
  }

  /** The run has come to its end: the next one begins anew. */
  end(): void {
    this.#manifest = { ...this.#manifest, status: 'ended' };
    this.#write();
  }

  /** Lets another process in. */
  release(): void {
    rmSync(join(this.dir, LOCK), { force: true });
  }

  #write(): void {
    const file = join(this.dir, MANIFEST);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.#manifest, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

const MANIFEST = 'run.json';
const LOCK = 'lock';

function readManifest(dir: string): RunManifest | null {
  const file = join(dir, MANIFEST);
  if (!existsSync(file)) return null;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    value = null;
  }
  const read = manifestSchema.safeParse(value);
  if (read.success) return read.data;
  throw new StateRefusal(
    `${file} cannot be read. Start with --fresh to throw away what that run left, or give another folder with --out.`,
  );
}

function refuseAnother(dir: string, before: RunManifest, wanted: RunIdentity): void {
  for (const part of ['seed', 'scenario', 'factor', 'configFingerprint'] as const)
    if (before[part] !== wanted[part])
      throw new StateRefusal(
        `${dir} holds an unfinished run with ${WORDS[part]} ${before[part]}, not ${wanted[part]}. Start it as it was begun, or throw it away with --fresh.`,
      );
}

const WORDS = {
  seed: 'seed',
  scenario: 'scenario',
  factor: 'speed',
  configFingerprint: 'configuration',
} as const;

function empty(dir: string): void {
  for (const part of STATE_PARTS) rmSync(join(dir, part), { recursive: true, force: true });
}

/** Everything that a run may leave in its folder; nothing else in it is ever deleted. */
export const STATE_PARTS = [
  'tables.db',
  'tables.db-shm',
  'tables.db-wal',
  'postgres',
  'objects',
  'venues',
  'recording',
  'checkpoints.json',
  'log.jsonl',
  'endpoints.json',
  MANIFEST,
] as const;

/** The file holds the process that has the folder; one that is gone has left it. */
function takeLock(dir: string): void {
  const file = join(dir, LOCK);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST')
        throw new StateRefusal(
          `${dir} cannot be written to: ${reasonOf(error)}. Give another with --out.`,
        );
      const holder = Number(readFileSync(file, 'utf8'));
      if (Number.isSafeInteger(holder) && holder > 0 && isAlive(holder))
        throw new StateRefusal(
          `${dir} is in use by process ${holder}. Wait for it, stop it, or give another folder with --out.`,
        );
      rmSync(file, { force: true });
    }
  }
  throw new StateRefusal(`${dir} is being taken by another process. Try again.`);
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}
