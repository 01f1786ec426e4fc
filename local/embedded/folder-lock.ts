import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf, reasonOf, StateRefusal } from './state-refusal.ts';

const LOCK = 'lock';
/** Of a lock that its holder has left behind, or gives back in between. */
const ATTEMPTS = 100;
const BETWEEN_ATTEMPTS_MS = 10;
/** Two reads and a removal do not take so long. */
const TAKEOVER_MS = 10_000;

/**
 * One process has a folder at a time. The lock is a file that names its holder: the process, and when that process
 * began, because a number is given again, after a restart of the machine or in a container even soon. It appears whole
 * or not at all.
 */
export class FolderLock {
  readonly dir: string;
  readonly #text: string;

  private constructor(dir: string, text: string) {
    this.dir = dir;
    this.#text = text;
  }

  /** Throws `StateRefusal` when another process has the folder or nothing can be written there. */
  static take(dir: string): FolderLock {
    const text = holderText(process.pid);
    const file = join(dir, LOCK);
    const mine = join(dir, `${LOCK}.${process.pid}`);
    try {
      writeFileSync(mine, text);
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        if (appears(mine, file)) return new FolderLock(dir, text);
        const holder = readHolder(file);
        if (holder === null) continue;
        if (isHeld(holder))
          throw new StateRefusal(
            `${dir} is in use by process ${pidOf(holder)}. Wait for it, stop it, or give another folder with --out.`,
          );
        takeAway(file, holder);
        pause();
      }
    } catch (error) {
      if (error instanceof StateRefusal) throw error;
      throw new StateRefusal(
        `${dir} cannot be written to: ${reasonOf(error)}. Give another with --out.`,
      );
    } finally {
      rmSync(mine, { force: true });
    }
    throw new StateRefusal(`${dir} is being taken by another process. Try again.`);
  }

  release(): void {
    const file = join(this.dir, LOCK);
    if (readHolder(file) === this.#text) rmSync(file, { force: true });
  }
}

/** Somebody else may be taking the lock over. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_ATTEMPTS_MS);
}

/** A link is made in one step, and not where something is already. */
function appears(mine: string, file: string): boolean {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Null when there is no lock any more. */
function readHolder(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Removes a lock that was left behind, if it is still that one. Only who holds the takeover removes: between reading and
 * removing nobody else can have taken the lock away and put a living one in its place.
 */
function takeAway(file: string, holder: string): void {
  const takeover = `${file}.takeover`;
  if (!begins(takeover)) return;
  try {
    if (readHolder(file) === holder) rmSync(file, { force: true });
  } finally {
    rmdirSync(takeover);
  }
}

/** A folder is made by one process only. One that was left by a process that died in between is cleared away. */
function begins(takeover: string): boolean {
  try {
    mkdirSync(takeover);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const since = statSync(takeover, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && Date.now() - since > TAKEOVER_MS)
    rmSync(takeover, { recursive: true, force: true });
  return false;
}

function pidOf(holder: string): number {
  return Number(holder.split(' ')[0]);
}

function isHeld(holder: string): boolean {
  const pid = pidOf(holder);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  // Where birth is not told, our own number in a lock is that of somebody before us.
  if (pid === process.pid && bornAt(pid) === '') return false;
  return isThere(pid) && holderText(pid) === holder;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** `<pid> <when it began>`; the second part is empty where the system does not tell it. */
function holderText(pid: number): string {
  return `${pid} ${bornAt(pid)}`;
}

/** The boot of the machine and the clock tick of it in which a process began: proc(5), starttime of /proc/pid/stat. */
function bornAt(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const hasEnded = ENDED.includes(fields[STATE] ?? '');
    return hasEnded ? 'ended' : `${boot}:${fields[STARTTIME]}`;
  } catch {
    return '';
  }
}

/** Fields 3 and 22 of the file, counted from the third one. */
const STATE = 0;
const STARTTIME = 19;
/** Dead, but nobody has asked how it ended. */
const ENDED = ['Z', 'X'];
