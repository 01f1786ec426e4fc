import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxBundleKib } from '../../../shared/contracts/environment/bundling.ts';
import {
  FUNCTION_NAMES,
  FUNCTIONS,
  type FunctionName,
} from '../../../shared/contracts/environment/functions.ts';
import { bundleEntry, bundleFunction, type Bundle } from '../../support/bundle.ts';
import { COMPLETE_ENVIRONMENT } from '../../support/function-environment.ts';
import { runRecord, virtualSummary } from '../../fixtures/run-outcome.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'fairline-bundles-'));
const bundles = new Map<FunctionName, Bundle>();

beforeAll(async () => {
  for (const name of FUNCTION_NAMES) bundles.set(name, await bundleFunction(name, folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a process that has nothing but the environment given. */
async function inFreshNode(script: string, environment: Record<string, string> = {}) {
  const { stdout } = await run(process.execPath, ['-e', script], { env: environment, cwd: folder });
  return stdout.trim();
}

function environmentOf(name: FunctionName): Record<string, string> {
  const reads = FUNCTIONS.find((one) => one.name === name)?.reads ?? [];
  return {
    ...Object.fromEntries(reads.map((variable) => [variable, COMPLETE_ENVIRONMENT[variable]])),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_REGION: 'us-east-2',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

describe.each(FUNCTION_NAMES)('the bundle of %s', (name) => {
  const load = (): string => `const entry = require(${JSON.stringify(bundles.get(name)!.file)});`;

  it('is small enough', () => {
    const limit = maxBundleKib(name);
    expect(bundles.get(name)!.bytes / 1024).toBeLessThanOrEqual(limit);
  });

  it('holds a handler and starts outside the checkout, composed as in Lambda', async () => {
    const script = `${load()} console.log(typeof entry.handler, typeof entry.compose)`;
    expect(await inFreshNode(script, environmentOf(name))).toBe('function function');
  });

  it('says what its environment lacks while it starts', async () => {
    const script = `try { ${load()} } catch (error) { console.log(error.message) }`;
    const { FAIRLINE_NAMESPACE: _, ...rest } = environmentOf(name);
    expect(await inFreshNode(script, rest)).toContain('FAIRLINE_NAMESPACE is not set');
  });

  it('carries what draws charts only where charts are drawn', () => {
    const text = readFileSync(bundles.get(name)!.file, 'utf8');
    expect(text.includes('vega')).toBe(name === 'build-report');
  });
});

it('a bundle answers a poisoned message without the network', async () => {
  const event = `{ Records: [{ messageId: 'm0', body: 'poison' }] }`;
  const script = `require(${JSON.stringify(bundles.get('score-edges')!.file)}).handler(${event}).then((answer) => console.log(JSON.stringify(answer)))`;
  const lines = (await inFreshNode(script, environmentOf('score-edges'))).split('\n');
  expect(lines.at(-1)).toBe('{"batchItemFailures":[{"itemIdentifier":"m0"}]}');
});

it('charts are drawn from a bundle as from the source', async () => {
  const entry = join(folder, 'probe.ts');
  const report = new URL('../../../shared/adapters/html-report/render-report.ts', import.meta.url);
  writeFileSync(entry, `export { renderReport } from ${JSON.stringify(report.pathname)};\n`);
  const { file } = await bundleEntry(entry, join(folder, 'probe', 'index.cjs'));
  const record = runRecord();
  const input = JSON.stringify([record, virtualSummary(record)]);
  writeFileSync(join(folder, 'run.json'), input);
  const script = `const [record, summary] = require('./run.json');
    require(${JSON.stringify(file)}).renderReport(record, summary).then((page) => process.stdout.write(page))`;
  const page = await inFreshNode(script);
  const { renderReport } = (await import(report.href)) as {
    renderReport: (...of: [unknown, unknown]) => Promise<string>;
  };
  expect(page).toBe((await renderReport(record, virtualSummary(record))).trim());
});
