import { relative } from 'node:path';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { propertySettings, replayCommand, runs } from './property-settings.ts';

const { seed, leastRuns } = propertySettings(process.env);
if (seed === 'random') throw new Error('vitest.config.ts draws the seed, once for all files');

fc.configureGlobal({ ...runs(), seed, reporter: report });

/** What fast-check would say, and how to see it again. */
function report(details: fc.RunDetails<unknown>): void {
  if (!details.failed) return;
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  const command = replayCommand(file, { seed: details.seed, leastRuns });
  throw new Error(`${fc.defaultReportMessage(details)}\n\nReplay with:\n  ${command}`, {
    cause: details.errorInstance,
  });
}
