import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'fairline-folder-lock-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const MODULE = new URL('../../../local/embedded/folder-lock.ts', import.meta.url);
const STARTERS = 4;
const ROUNDS = 12;
const ROUND_MS = 50;

/** Takes the lock of folder after folder, each at the same moment as the others, and keeps what it took. */
const starter = (beginMs: number): string => `
  import { FolderLock } from ${JSON.stringify(MODULE.href)};
  const taken = [];
  for (let round = 0; round < ${ROUNDS}; round += 1) {
    while (Date.now() < ${beginMs} + round * ${ROUND_MS});
    try { FolderLock.take(\`${dir}/\${round}\`); taken.push(round); }
    catch (error) { if (error.name !== 'StateRefusal') throw error; }
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (Date.now() < ${beginMs} + ${ROUNDS * ROUND_MS});
  console.log(JSON.stringify(taken));
`;

it('a lock that was left behind is taken over by one of many that start at once', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    mkdirSync(join(dir, String(round)));
    writeFileSync(join(dir, String(round), 'lock'), '2147483646 gone');
  }
  const run = promisify(execFile);
  const beginMs = Date.now() + 1_200;
  const taken = await Promise.all(
    Array.from({ length: STARTERS }, async () => {
      const args = ['--input-type=module', '--eval', starter(beginMs)];
      const { stdout } = await run(process.execPath, args);
      return JSON.parse(stdout) as readonly number[];
    }),
  );
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  expect(taken.flat().toSorted((a, b) => a - b)).toEqual(rounds);
  expect(rounds.flatMap((round) => readdirSync(join(dir, String(round))))).toEqual(
    rounds.map(() => 'lock'),
  );
});
