import { chromium, type Browser } from 'playwright-core';
import { unpackChromium } from './chromium.ts';

/**
 * A headless Chromium for one test file; close it when done. The arguments are ours and not the package's: its
 * `--single-process` ends the browser with the first context, and `--disable-web-security` would hide real mistakes.
 */
export async function launchBrowser(): Promise<Browser> {
  const { executable, environment } = await unpackChromium();
  return chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    env: { ...process.env, ...environment },
  });
}
