import { expect, test } from 'vitest';
import { filesBelow, read } from './checkout.ts';

const DRAWING = /^tests\/(unit|properties|contract)\//;
const SETTINGS_TEST = 'tests/unit/support/property-settings.test.ts';
const SETUP = 'tests/support/property-setup.ts';

const files = filesBelow('tests', /\.ts$/)
  .map((path) => ({ path, text: read(path) }))
  .filter(({ text }) => /^import .* from 'fast-check';$/m.test(text));

/** What a property says of its own seed or runs: then the environment could not, and a seed would be luck or habit. */
function ownSettings(text: string): readonly string[] {
  const checked = text.replaceAll(/fc\.sample\([^;]*;/g, '');
  return [
    ...checked.matchAll(/\b(?:(?:numRuns|seed|endOnFailure): *-?["'\d]|path: *["']\d).*/g),
  ].map(([found]) => found);
}

test('whatever draws values lies in a project whose seed is set', () => {
  expect(files.length).toBeGreaterThan(20);
  const tests = files.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'));
  expect(tests.filter((path) => !DRAWING.test(path))).toEqual([]);
  expect(read('vitest.config.ts')).toContain(SETUP);
});

test('no property has a seed or a number of runs of its own', () => {
  const own = files.filter(
    ({ path, text }) => path !== SETTINGS_TEST && ownSettings(text).length > 0,
  );
  expect(own.map(({ path }) => path)).toEqual([]);
});

test('a setting of its own is seen, a sample of values is none', () => {
  expect(ownSettings('}), { numRuns: 500 },')).toHaveLength(1);
  expect(ownSettings('}), { seed: -7, path: "1:2" },')).toHaveLength(1);
  expect(ownSettings('fc.sample(row, { numRuns: 1, seed: 1 });\n  runs(500),')).toEqual([]);
});
