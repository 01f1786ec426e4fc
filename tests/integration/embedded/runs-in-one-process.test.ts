import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { runEmbedded } from '../../../local/embedded/run-embedded.ts';
import { scenarioNamed } from '../../../local/virtual/scenarios.ts';
import { configOf } from '../../../scripts/config-options.ts';
import { configFingerprint } from '../../../shared/adapters/config-file/config-fingerprint.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-in-one-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const { config } = configOf({}, {});
const IDENTITY = {
  seed: 3,
  scenario: 'quiet-short-games',
  factor: 600,
  configFingerprint: configFingerprint(config),
};

/** What an interrupted run left, so that the next start throws nothing of it away. */
function interrupted(name: string): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  const manifest = {
    version: 1,
    runId: 'interrupted',
    namespace: '00000000-0000-4000-8000-000000000000',
    ...IDENTITY,
    startedAtMs: Date.now(),
    starts: 1,
    status: 'running',
  };
  writeFileSync(join(dir, 'run.json'), JSON.stringify(manifest));
  return dir;
}

const run = (stateDir: string, onReport = (): Promise<void> => Promise.resolve()) =>
  runEmbedded({
    ...IDENTITY,
    config,
    scenario: scenarioNamed(IDENTITY.scenario)!,
    stateDir,
    serve: false,
    fresh: false,
    onProgress: () => Promise.resolve(),
    onReport,
    signal: new AbortController().signal,
  });

/** Children, descriptors, and what the SDK is told. */
function held(): object {
  const { pid, env } = process;
  return {
    children: readFileSync(`/proc/self/task/${pid}/children`, 'utf8').trim(),
    endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'] ?? null,
  };
}

/** How many files and sockets are open. */
const descriptors = (): number => readdirSync('/proc/self/fd').length;

it('a start that fails at any step leaves nothing running and no lock, and the next run is whole', async () => {
  const before = held();
  const blocked = {
    // A folder where a file must be written, or a file where a folder must be.
    'log.jsonl': (path: string) => mkdirSync(path),
    venues: (path: string) => writeFileSync(path, ''),
    'tables.db': (path: string) => mkdirSync(path),
    'postgres/other': (path: string) => {
      mkdirSync(join(path, '..'));
      writeFileSync(path, '');
    },
    'endpoints.json': (path: string) => mkdirSync(path),
  };
  for (const [part, block] of Object.entries(blocked)) {
    const dir = interrupted(part.replaceAll(/\W/g, '-'));
    block(join(dir, part));
    await expect(run(dir)).rejects.toThrow();
    expect([part, held(), readdirSync(dir).includes('lock')]).toEqual([part, before, false]);
  }
  const failing = join(folder, 'failing');
  const refused = run(failing, () => Promise.reject(new Error('no room for the report')));
  await expect(refused).rejects.toThrow('no room for the report');
  expect([held(), readdirSync(failing).includes('lock')]).toEqual([before, false]);

  const open = descriptors();
  const { summary } = await run(failing);
  expect([summary.invariants.violated, summary.ledger.imbalanceMicros]).toEqual([0, 0]);
  expect(held()).toEqual(before);
  // Sockets that were closed are gone a little later.
  await vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(open), 3_000);
});
