import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../shared/adapters/html-report/render-report.ts';
import { replayOutcome, runRecord, virtualSummary } from '../fixtures/run-outcome.ts';
import { launchBrowser } from '../support/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-report-'));
let browser: Browser;
const pages: Record<string, string> = {};

beforeAll(async () => {
  const record = runRecord({ trades: 24 });
  const replay = replayOutcome();
  const reports = {
    virtual: await renderReport(record, virtualSummary(record)),
    replay: await renderReport(replay.record, replay.summary),
  };
  for (const [name, text] of Object.entries(reports)) {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, text);
    pages[name] = pathToFileURL(file).href;
  }
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

async function open(name: string, width: number, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const said: string[] = [];
  const requested: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(pages[name]!);
  return { page, said, requested, context };
}

describe.each([
  ['virtual', 1280, 'light'],
  ['virtual', 390, 'dark'],
  ['replay', 1280, 'dark'],
  ['replay', 390, 'light'],
] as const)('the %s report, %i pixels wide, %s', (name, width, scheme) => {
  it('asks for nothing, complains of nothing and fits the window', async () => {
    const { page, said, requested, context } = await open(name, width, scheme);
    expect(requested).toEqual([pages[name]]);
    expect(said).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const headings = page.locator('h1, h2');
    expect(await headings.count()).toBeGreaterThan(8);
    for (const heading of await headings.all()) expect(await heading.isVisible()).toBe(true);
    await context.close();
  });

  it('shows one drawing of each chart, in letters that can be read', async () => {
    const { page, context } = await open(name, width, scheme);
    for (const figure of await page.locator('figure').all()) {
      const shown = figure.locator('svg:visible');
      expect(await shown.count()).toBe(1);
      const letters = await shown.locator('text').first().boundingBox();
      expect(letters?.height).toBeGreaterThan(9);
      const box = await shown.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    await context.close();
  });
});

/** The colour of the equity curve and of the page. */
const coloursOf = async (scheme: 'light' | 'dark') => {
  const { page, context } = await open('virtual', 1280, scheme);
  const colours = await page.evaluate(() => {
    const line = [...document.querySelectorAll('#equity .wide path')].find((path) =>
      path.getAttribute('stroke')?.includes('--ours'),
    );
    return [
      line === undefined ? '' : getComputedStyle(line).stroke,
      getComputedStyle(document.body).backgroundColor,
    ];
  });
  await context.close();
  return colours;
};

describe('the report in light and dark', () => {
  it('draws its curve in another colour on another paper', async () => {
    const [light, dark] = [await coloursOf('light'), await coloursOf('dark')];
    expect(light[0]).toBe('rgb(31, 95, 168)');
    expect(dark[0]).toBe('rgb(120, 176, 242)');
    expect(light[1]).not.toBe(dark[1]);
  });
});
