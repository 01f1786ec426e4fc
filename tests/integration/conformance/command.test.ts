import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../../scripts/program.ts';

async function typed(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const status = await runCommandLine(['conformance', ...args], {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    environment,
    start: () => Promise.resolve(0),
    exchange: () => Promise.resolve(0),
    oddsFeed: () => Promise.resolve(0),
  });
  return { status, out, err };
}

describe('fairline conformance at a simulated exchange', () => {
  it('writes what it saw to be published, and nothing secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairline-conformance-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const only = ['signed-read', 'fill-or-kill'].flatMap((name) => ['--only', name]);
    const { status, out } = await typed(['--env', 'sim', '--out', folder, '--json', ...only]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ environment: 'sim', holds: 2, leftBehind: 0 });
    const files = readdirSync(folder).toSorted((a, b) => (a < b ? -1 : 1));
    expect(files).toEqual([
      expect.stringMatching(/^conformance-sim-\d{4}-\d\d-\d\d\.json$/),
      expect.stringMatching(/^conformance-sim-\d{4}-\d\d-\d\d\.md$/),
    ]);
    const written = files.map((file) => readFileSync(join(folder, file), 'utf8')).join();
    expect(written).toContain('| fill-or-kill |');
    expect(written + out).not.toMatch(/PRIVATE KEY|[0-9a-f]{8}-[0-9a-f]{4}/);
  });
});
