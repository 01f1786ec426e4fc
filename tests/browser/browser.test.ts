import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

test('renders HTML and SVG, runs script and lays out text', async () => {
  const page = await browser.newPage();
  await page.setContent(
    '<h1>fair</h1><svg width="20" height="20"><rect id="r" width="20" height="10"/></svg>' +
      '<script>document.querySelector("h1").textContent += "line"</script>',
  );
  expect(await page.textContent('h1')).toBe('fairline');
  expect((await page.locator('h1').boundingBox())?.height).toBeGreaterThan(10);
  expect(await page.locator('#r').boundingBox()).toMatchObject({ width: 20, height: 10 });
  await page.close();
});

test('survives the end of a context and keeps contexts apart', async () => {
  const first = await browser.newContext();
  await first.addCookies([{ name: 'a', value: '1', url: 'http://localhost' }]);
  await first.close();
  const second = await browser.newContext();
  expect(await second.cookies()).toEqual([]);
  await second.close();
  expect(browser.isConnected()).toBe(true);
});
