import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { STATE_PARTS } from '../../../local/embedded/state-folder.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import {
  familyOf,
  isOpen,
  RunFolder,
  stillThere,
  summaryOf,
  type Ended,
} from '../../support/embedded-run.ts';

// The runs are of their own clock and mostly wait, so they are waited for together.

/** An edge so small that it is traded in often, and limits of age that a machine with much else to do keeps too. */
const SETTINGS = [
  'strategy.minEdgeDollars=0.001',
  'execution.entryMaxAgeMs=10000',
  'risk.bookMaxAgeMs=10000',
  'pricing.lineMaxAgeLiveMs=20000',
].flatMap((setting) => ['--set', setting]);
const GAMES = ['--scenario', 'quiet-short-games', '--speed', '80', ...SETTINGS];
const DAY = ['--seed', '3', ...GAMES];
/** Money and orders: what must have been looked at and must have held. */
const INVARIANTS = [10, 11, 12, 14, 26, 30, 31, 40];
const FIRST_FILLS = /fills [1-9]/;
const FIRST_ORDERS = /orders [1-9]/;
const KEPT = 'Its data is kept: the same command goes on from there.';

/** Tests that run together each end what is their own. */
function aFolder({ onTestFinished }: TestContext): RunFolder {
  const folder = new RunFolder();
  onTestFinished(() => folder.close());
  return folder;
}

/** The run came to its end with everything balanced and nothing left of it but its files. */
function expectWhole(folder: RunFolder, ended: Ended): void {
  expect([ended.status, stackLines(ended)]).toEqual([0, []]);
  const summary = summaryOf(ended);
  expect(summary.mode).toBe('embedded');
  const { checked, violated, byNumber } = summary.invariants;
  expect([checked > 0, violated]).toEqual([true, 0]);
  expect(INVARIANTS.filter((number) => (byNumber[number]?.checked ?? 0) === 0)).toEqual([]);
  expect(summary.ledger.imbalanceMicros).toBe(0);
  expect(summary.messages.deadLettered).toBe(0);
  expect(summary.fills).toBeGreaterThan(0);
  // No order is sent twice, and the exchange knows none that we do not.
  const submitted = folder.submitted();
  expect(new Set(submitted).size).toBe(submitted.length);
  expect(submitted.length).toBeGreaterThan(0);
  expect(summary.orders).toBeGreaterThanOrEqual(submitted.length);
  expect(readdirSync(folder.out).toSorted()).toEqual([
    'decisions.jsonl',
    'report.html',
    'state',
    'summary.json',
  ]);
  expect(folder.read('summary.json')).toBe(ended.out);
  expect(folder.read('report.html')).toContain('<svg');
  expectLocked(folder, false);
}

function expectLocked(folder: RunFolder, isLocked: boolean): void {
  expect(readdirSync(folder.state).includes('lock')).toBe(isLocked);
}

function stackLines({ err }: Ended): readonly string[] {
  return err.split('\n').filter((line) => /^\s+at |bug in Fairline/.test(line));
}

function startsOf(folder: RunFolder): unknown {
  return (JSON.parse(folder.read('state', 'run.json')) as { starts: unknown }).starts;
}

describe.concurrent('an embedded run', () => {
  it('ends with its report, stays up when asked, and leaves nothing behind', async (test) => {
    const folder = aFolder(test);
    const run = folder.start([...DAY, '--serve'], { TMPDIR: folder.elsewhere });
    await run.until(/Everything stays up/);
    const [family, ports] = [familyOf(run.pid), folder.ports()];
    expect(family.length).toBeGreaterThan(2);
    expect(ports.length).toBeGreaterThan(4);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => true));
    // A run that is over but stays up still has its folder.
    const second = await folder.start(DAY).ended;
    expect(second.status).toBe(1);
    expect(second.err).toContain(`${folder.state} is in use by process ${run.pid}.`);
    expect(stackLines(second)).toEqual([]);

    run.signal('SIGINT');
    const ended = await run.ended;
    expectWhole(folder, ended);
    const { runId } = summaryOf(ended) as { readonly runId: string };
    const kept = join('state', 'objects', 'reports', runId);
    expect(folder.read(kept, 'report.html')).toContain('<svg');
    expect(folder.read(kept, 'decisions.jsonl')).toBe(folder.read('decisions.jsonl'));
    expect(await stillThere(family, 2_000)).toEqual([]);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
    const programs = /^fairline-postgres-/;
    expect(readdirSync(folder.elsewhere).filter((name) => !programs.test(name))).toEqual([]);
    const parts = new Set<string>(STATE_PARTS);
    const others = readdirSync(folder.state).filter((name) => !parts.has(name));
    expect(others.filter((name) => !name.startsWith('recording-'))).toEqual([]);
  });

  it('goes on after SIGTERM, and after each of its stores was killed, on a disk that is full while it records', async (test) => {
    const folder = aFolder(test);
    const first = folder.start(DAY);
    await first.until(FIRST_FILLS);
    const [family, toldMs] = [familyOf(first.pid), performance.now()];
    first.signal('SIGTERM');
    const stopped = await first.ended;
    expect(performance.now() - toldMs).toBeLessThan(30_000);
    expect([stopped.status, stopped.out]).toEqual([143, '']);
    expect(stopped.err.trimEnd().split('\n').at(-1)).toBe(
      `Stopped before the end. Everything is kept in ${folder.state}; the same command goes on from there.`,
    );
    expect(await stillThere(family, 2_000)).toEqual([]);
    expectLocked(folder, false);
    const before = folder.submitted();

    const other = await folder.start(['--seed', '2', ...GAMES]).ended;
    expect([other.status, stackLines(other)]).toEqual([1, []]);
    expect(other.err).toContain(`${folder.state} holds an unfinished run with seed 3, not 2.`);

    const recording = join(folder.state, 'recording-2');
    mkdirSync(recording);
    symlinkSync('/dev/full', join(recording, 'manifest.json.partial'));
    const second = folder.start(DAY);
    await second.until(/going on with a run begun 2 times/);
    await second.until(() => folder.submitted().length > before.length);
    process.kill(folder.stores().postgres, 'SIGKILL');
    const withoutPostgres = await second.ended;
    expect([withoutPostgres.status, stackLines(withoutPostgres)]).toEqual([1, []]);
    expect(withoutPostgres.err).toContain(`fairline: PostgreSQL ended (status 137). ${KEPT}`);
    expect(folder.logged('recording_stopped').map(({ fields }) => fields['reason'])).toEqual([
      'ENOSPC',
    ]);

    const third = folder.start(DAY);
    await third.until(/going on with a run begun 3 times/);
    process.kill(folder.stores().dynoxide, 'SIGKILL');
    const withoutDynoxide = await third.ended;
    expect([withoutDynoxide.status, stackLines(withoutDynoxide)]).toEqual([1, []]);
    expect(withoutDynoxide.err).toContain(
      `fairline: DynamoDB (dynoxide) ended (status 137). ${KEPT}`,
    );

    const fourth = await folder.start(DAY).ended;
    expectWhole(folder, fourth);
    expect(startsOf(folder)).toBe(4);
    expect(folder.submitted().slice(0, before.length)).toEqual(before);
    const epochs = folder.logged('recovered').map(({ fields }) => Number(fields['epoch']));
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
    expect(epochs.length).toBeGreaterThan(2);
  });

  it('goes on after SIGKILL at two drawn moments, with all that it had at the exchange', async (test) => {
    const seed = Number(process.env['FAIRLINE_PROPERTY_SEED']);
    const rng = seededRng(seed).fork('embedded run is killed');
    const folder = aFolder(test);
    const killedAfter: number[] = [];
    let submitted: readonly string[] = [];
    for (const latestMs of [3_000, 6_000]) {
      const run = folder.start(DAY);
      await run.until(FIRST_ORDERS);
      const afterMs = rng.integer(latestMs);
      killedAfter.push(afterMs);
      await sleep(afterMs);
      const stores = Object.values(folder.stores());
      run.signal('SIGKILL');
      expect(await stillThere([run.pid, ...stores], 2_000)).toEqual([]);
      expect((await run.ended).status).toBeNull();
      expectLocked(folder, true);
      submitted = folder.submitted();
    }
    const last = await folder.start(DAY).ended;
    const where = `FAIRLINE_PROPERTY_SEED=${seed}, killed ${killedAfter.join(' and ')} ms after the first order`;
    expect(last.status, `${where}\n${last.err}`).toBe(0);
    expectWhole(folder, last);
    expect(startsOf(folder)).toBe(3);
    expect(folder.submitted().slice(0, submitted.length)).toEqual(submitted);
  });
});

describe.concurrent('what cannot begin', () => {
  it('without PostgreSQL is told in one message, and can begin later', async (test) => {
    const folder = aFolder(test);
    const ended = await folder.start(DAY, { PG_BIN: '/no/such/folder' }).ended;
    expectRefused(ended, 1, ['/no/such/folder/postgres cannot be run']);
    expectLocked(folder, false);
    expect(folder.read('state', 'run.json')).toContain('"running"');
  });

  it('in a folder that cannot be made is told before anything is started', async (test) => {
    const folder = aFolder(test);
    const file = join(folder.elsewhere, 'file');
    writeFileSync(file, 'mine');
    const ended = await folder.command(['start', '--out', join(file, 'out')]).ended;
    expectRefused(ended, 2, [`--out is "${join(file, 'out')}"`, 'ENOTDIR']);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('on a port in use is told which, and what to do', async (test) => {
    const folder = aFolder(test);
    const server = createServer();
    test.onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const ended = await folder.command(['exchange', '--port', String(port)]).ended;
    expectRefused(ended, 1, [`port ${port} of 127.0.0.1 is in use`, 'choose another port']);
  });
});

/** One message that says what is wrong: no stack, no bug of ours, nothing on standard output. */
function expectRefused(ended: Ended, status: number, says: readonly string[]): void {
  expect([ended.status, stackLines(ended)]).toEqual([status, []]);
  expect(ended.out.replace(/^Fairline .*\n/, '')).toBe('');
  for (const part of says) expect(ended.err).toContain(part);
  expect(ended.err.split('\n').filter((line) => line.startsWith('fairline: '))).toHaveLength(1);
}
