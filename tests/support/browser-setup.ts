import { unpackChromium } from './chromium.ts';

/** Vitest runs this once before the browser tests, so that no two files unpack at the same time. */
export async function setup(): Promise<void> {
  await unpackChromium();
}
