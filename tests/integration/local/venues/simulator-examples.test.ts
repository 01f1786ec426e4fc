import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

// The examples of docs/reference/simulator.md, taken from the page and run as a reader would.

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/reference/simulator.md`, 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```js\n([\s\S]*?)```/g)].map((found) => found[1] ?? '');

type Ended = { readonly status: number | null; readonly out: string; readonly err: string };

function start(args: readonly string[], input: string, onText: (out: string) => void = () => {}) {
  const child = spawn(process.execPath, args, { cwd: ROOT });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onText(out);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, out, err }));
  });
  return { child, ended };
}

let exchange: ReturnType<typeof start>;
let address = '';

beforeAll(async () => {
  const told = Promise.withResolvers<string>();
  const args = ['scripts/fairline.mjs', 'exchange', '--json', '--markets', '5', '--rate', '20'];
  exchange = start(args, '', (out) => {
    if (out.includes('\n')) told.resolve(out.trim());
  });
  address = await told.promise;
});

afterAll(async () => {
  exchange.child.kill('SIGTERM');
  expect(await exchange.ended).toMatchObject({ status: 0, err: '' });
});

const run = async (example: string): Promise<Ended> =>
  start(['--input-type=module', '-', address], example).ended;

it('a client of fewer than 40 lines trades and listens', async () => {
  const [raw = ''] = EXAMPLES;
  expect(raw.trim().split('\n').length).toBeLessThan(40);
  const { status, out, err } = await run(raw);
  expect([status, err]).toEqual([0, '']);
  for (const word of ['orderbook_snapshot', 'user_order', "reduced_by: '5.00'"])
    expect(out).toContain(word);
});

it('the published SDK does as the page says', async () => {
  const { status, out, err } = await run(EXAMPLES[1] ?? '');
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(/best YES bid \[/);
  expect(out).toMatch(/taken off 10\.00\ncash 100000\.0000/);
});
