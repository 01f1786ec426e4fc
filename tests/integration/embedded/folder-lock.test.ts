import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  console.log(JSON.stringify(taken));
  // Whoever comes late must find the holders alive, however late that is.
  process.stdin.resume();
  process.stdin.on('end', () => process.exit());
`;

/** What a starter took, told while it still holds it; `leave` lets it end. */
function startOne(beginMs: number): { taken: Promise<readonly number[]>; leave: () => void } {
  const args = ['--input-type=module', '--eval', starter(beginMs)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const taken = new Promise<readonly number[]>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('\n')) resolve(JSON.parse(text) as readonly number[]);
    });
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`a starter ended with ${status}`)));
  });
  return { taken, leave: () => child.stdin.end() };
}

it('a lock that was left behind is taken over by one of many that start at once', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    mkdirSync(join(dir, String(round)));
    writeFileSync(join(dir, String(round), 'lock'), '2147483646 gone');
  }
  const beginMs = Date.now() + 1_200;
  const starters = Array.from({ length: STARTERS }, () => startOne(beginMs));
  const taken = await Promise.all(starters.map((one) => one.taken));
  for (const { leave } of starters) leave();
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  expect(taken.flat().toSorted((a, b) => a - b)).toEqual(rounds);
  expect(rounds.flatMap((round) => readdirSync(join(dir, String(round))))).toEqual(
    rounds.map(() => 'lock'),
  );
});
