import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { FolderLock } from './folder-lock.ts';
import { reasonOf, StateRefusal } from './state-refusal.ts';

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

/**
 * The folder in which a run keeps everything that must outlive its process: tables, ledger, objects, the venues'
 * memory. One process at a time. A run that was interrupted is gone on with; one that ended makes room for the next.
 */
export class StateFolder {
  readonly dir: string;
  readonly isResumed: boolean;
  readonly #lock: FolderLock;
  #manifest: RunManifest;

  private constructor(lock: FolderLock, manifest: RunManifest, isResumed: boolean) {
    this.dir = lock.dir;
    this.#lock = lock;
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
    const lock = FolderLock.take(dir);
    try {
      const before = options.fresh ? null : readManifest(dir);
      if (before !== null && before.status === 'running') {
        refuseAnother(dir, before, identity);
        const folder = new StateFolder(lock, { ...before, starts: before.starts + 1 }, true);
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
      const folder = new StateFolder(lock, manifest, false);
      folder.#write();
      return folder;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get manifest(): RunManifest {
    return this.#manifest;
  }

  path(...parts: readonly string[]): string {
    return join(this.dir, ...parts);
  }

  /** Each start records into a folder of its own: a recording that a kill has cut is never written on. */
  get recordingDir(): string {
    const { starts } = this.#manifest;
    return this.path(starts === 1 ? RECORDING : `${RECORDING}-${starts}`);
  }

  /** The run has come to its end: the next one begins anew. */
  end(): void {
    this.#manifest = { ...this.#manifest, status: 'ended' };
    this.#write();
  }

  /** Lets another process in. */
  release(): void {
    this.#lock.release();
  }

  #write(): void {
    const file = join(this.dir, MANIFEST);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.#manifest, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

const MANIFEST = 'run.json';
const RECORDING = 'recording';

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

/** The manifest goes first: whoever is killed in between has left no run to go on with. */
function empty(dir: string): void {
  rmSync(join(dir, MANIFEST), { force: true });
  for (const name of readdirSync(dir))
    if (isStatePart(name)) rmSync(join(dir, name), { recursive: true, force: true });
}

/** Everything that a run may leave in its folder; nothing else in it is ever deleted. */
export const STATE_PARTS = [
  'tables.db',
  'tables.db-shm',
  'tables.db-wal',
  'postgres',
  'objects',
  'venues',
  RECORDING,
  'checkpoints.json',
  'log.jsonl',
  'endpoints.json',
  MANIFEST,
] as const;

function isStatePart(name: string): boolean {
  return STATE_PARTS.some((part) => part === name) || name.startsWith(`${RECORDING}-`);
}
