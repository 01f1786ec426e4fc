import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertySettings, replayCommand, runs } from '../../support/property-settings.ts';

describe('the settings of properties', () => {
  it('are one seed for every run when the environment says nothing', () => {
    expect(propertySettings({})).toEqual(propertySettings({}));
    expect(propertySettings({})).toMatchObject({ seed: expect.any(Number), leastRuns: null });
  });

  it('are those of the environment', () => {
    const environment = { FAIRLINE_PROPERTY_SEED: '-7', FAIRLINE_PROPERTY_RUNS: '20000' };
    expect(propertySettings(environment)).toEqual({ seed: -7, leastRuns: 20_000 });
    expect(propertySettings({ FAIRLINE_PROPERTY_SEED: 'random' }).seed).toBe('random');
  });

  it.each([
    ['FAIRLINE_PROPERTY_SEED', 'Random', 'is "Random", not an integer from -2147483648'],
    ['FAIRLINE_PROPERTY_SEED', '2147483648', 'to 2147483647 or "random"'],
    ['FAIRLINE_PROPERTY_SEED', '', 'FAIRLINE_PROPERTY_SEED is ""'],
    ['FAIRLINE_PROPERTY_RUNS', '0', 'is "0", not an integer from 1'],
    ['FAIRLINE_PROPERTY_RUNS', '1e3', 'FAIRLINE_PROPERTY_RUNS is "1e3"'],
  ])('refuse %s=%j and say what is allowed', (name, value, message) => {
    expect(() => propertySettings({ [name]: value })).toThrow(message);
  });

  it('let the environment ask for more runs, never for fewer', () => {
    expect(runs(1_000, {})).toEqual({ numRuns: 1_000 });
    expect(runs(1_000, { FAIRLINE_PROPERTY_RUNS: '20000' })).toEqual({ numRuns: 20_000 });
    expect(runs(1_000, { FAIRLINE_PROPERTY_RUNS: '10' })).toEqual({ numRuns: 1_000 });
  });

  it('are named in the command that replays a failure, as far as they matter', () => {
    const file = 'tests/properties/a.test.ts';
    expect(replayCommand(file, { seed: 5, leastRuns: null })).toBe(
      'FAIRLINE_PROPERTY_SEED=5 npx vitest run tests/properties/a.test.ts',
    );
    expect(replayCommand(file, { seed: 5, leastRuns: 200 })).toContain(
      'FAIRLINE_PROPERTY_RUNS=200 ',
    );
  });
});

const fails = () => {
  fc.assert(
    fc.property(fc.nat(), (n) => {
      expect(n).toBeLessThan(1);
    }),
  );
};

describe('a property', () => {
  it('draws the same twice in one run', () => {
    const draws = fc.array(fc.integer());
    expect(fc.sample(draws, 20)).toEqual(fc.sample(draws, 20));
  });

  it('that fails names its seed and the command, and keeps its cause', () => {
    const { seed } = fc.readConfigureGlobal();
    expect(fails).toThrow(`seed: ${seed}`);
    expect(fails).toThrow(/Counterexample: \[1\]/);
    expect(fails).toThrow('npx vitest run tests/unit/support/property-settings.test.ts');
    expect(fails).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
  });

  it('that waits does the same', async () => {
    const waits = fc.assert(fc.asyncProperty(fc.nat(), async (n) => Promise.resolve(n < 1)));
    await expect(waits).rejects.toThrow(/FAIRLINE_PROPERTY_SEED=-?\d+ .*npx vitest run tests/);
  });
});
