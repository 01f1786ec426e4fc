import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFolder, type RunIdentity } from '../../../../local/embedded/state-folder.ts';
import { StateRefusal } from '../../../../local/embedded/state-refusal.ts';
import { NOON } from '../../../support/trade-builders.ts';

const IDENTITY: RunIdentity = {
  seed: 1,
  scenario: 'sunday',
  factor: 1_200,
  configFingerprint: 'f'.repeat(64),
};

let root = '';
let dir = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairline-state-folder-'));
  dir = join(root, 'out', 'state');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(change: Partial<RunIdentity> = {}, fresh = false): StateFolder {
  return StateFolder.open(dir, { ...IDENTITY, ...change }, { nowMs: NOON, fresh });
}

/** A run that was interrupted, with something of everything. */
function interrupted(): StateFolder {
  const state = open();
  for (const name of ['postgres', 'recording', 'recording-2', 'venues', 'mine'])
    mkdirSync(join(dir, name));
  writeFileSync(join(dir, 'tables.db'), '');
  state.release();
  return state;
}

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(StateRefusal);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('nothing was refused');
}

describe('the folder of a run', () => {
  it('is made, belongs to one run, and is gone on with after an interruption', () => {
    const first = interrupted();
    expect([first.isResumed, first.manifest.starts]).toEqual([false, 1]);
    const second = open();
    expect([second.isResumed, second.manifest]).toEqual([true, { ...first.manifest, starts: 2 }]);
    expect(existsSync(join(dir, 'tables.db'))).toBe(true);
    second.release();
  });

  it('records each start into a folder of its own', () => {
    const names = [1, 2, 3].map(() => {
      const state = open();
      state.release();
      return state.recordingDir;
    });
    expect(names).toEqual(
      ['recording', 'recording-2', 'recording-3'].map((name) => join(dir, name)),
    );
  });

  it('makes room for the next run when one has ended, and leaves what is not its own', () => {
    const first = interrupted();
    first.end();
    const second = open({ seed: 2 });
    expect([second.isResumed, second.manifest.starts]).toEqual([false, 1]);
    expect(second.manifest.namespace).not.toBe(first.manifest.namespace);
    expect(readdirSync(dir).toSorted()).toEqual(['lock', 'mine', 'run.json']);
  });

  it('throws away what an interrupted run left when it is told to', () => {
    const first = interrupted();
    const second = open({ factor: 60 }, true);
    expect([second.isResumed, second.manifest.factor]).toEqual([false, 60]);
    expect(second.manifest.namespace).not.toBe(first.manifest.namespace);
    expect(existsSync(join(dir, 'tables.db'))).toBe(false);
  });

  it.each<{ change: Partial<RunIdentity>; says: string }>([
    { change: { seed: 2 }, says: 'seed 1, not 2' },
    { change: { scenario: 'one-game' }, says: 'scenario sunday, not one-game' },
    { change: { factor: 60 }, says: 'speed 1200, not 60' },
    { change: { configFingerprint: 'e' }, says: `configuration ${'f'.repeat(64)}, not e` },
  ])('refuses to go on with another run: $change', ({ change, says }) => {
    interrupted();
    expect(refusalOf(() => open(change))).toBe(
      `${dir} holds an unfinished run with ${says}. Start it as it was begun, or throw it away with --fresh.`,
    );
    // Nothing was changed, and the folder is free.
    expect(open().manifest.starts).toBe(2);
  });

  it.each(['', '{"version":1', '{"version":2}', '[]', '\u0000'])(
    'does not guess at a manifest that cannot be read: %j',
    (text) => {
      interrupted();
      writeFileSync(join(dir, 'run.json'), text);
      expect(refusalOf(() => open())).toBe(
        `${join(dir, 'run.json')} cannot be read. Start with --fresh to throw away what that run left, or give another folder with --out.`,
      );
      expect(existsSync(join(dir, 'tables.db'))).toBe(true);
      expect(open({}, true).isResumed).toBe(false);
    },
  );

  it('says why it cannot be made', () => {
    writeFileSync(join(root, 'out'), 'a file');
    expect(refusalOf(() => open())).toBe(
      `${dir} cannot be made: ENOTDIR. Give another with --out.`,
    );
  });
});

const lock = (): string => join(dir, 'lock');

describe('the lock of a folder', () => {
  it('lets nobody in while its holder lives, and everybody after', () => {
    const state = open();
    expect(refusalOf(() => open())).toBe(
      `${dir} is in use by process ${process.pid}. Wait for it, stop it, or give another folder with --out.`,
    );
    state.release();
    expect(existsSync(lock())).toBe(false);
    open().release();
  });

  it.each([
    { what: 'of a process that has ended', text: '2147483646 gone' },
    { what: 'whose number another process has now', text: `${process.ppid} some-boot:17` },
    { what: 'of ours that we did not take', text: `${process.pid} some-boot:17` },
    { what: 'that is empty', text: '' },
    { what: 'that is no lock of ours', text: 'hello' },
  ])('$what is taken over', ({ text }) => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(lock(), text);
    const state = open();
    expect(readFileSync(lock(), 'utf8')).toMatch(new RegExp(`^${process.pid} \\S+:\\d+$`));
    expect(readdirSync(dir).toSorted()).toEqual(['lock', 'run.json']);
    state.release();
  });

  it('that somebody else has taken meanwhile is not given back for him', () => {
    const state = open();
    writeFileSync(lock(), '17 other');
    state.release();
    expect(readFileSync(lock(), 'utf8')).toBe('17 other');
  });
});
