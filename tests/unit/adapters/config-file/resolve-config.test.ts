import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../shared/adapters/config-file/config-problem.ts';
import { configFingerprint } from '../../../../shared/adapters/config-file/config-fingerprint.ts';
import { leafPaths } from '../../../../shared/adapters/config-file/config-tree.ts';
import { resolveConfig } from '../../../../shared/adapters/config-file/resolve-config.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';

function problemsOf(file: unknown, overrides: readonly string[] = []) {
  try {
    resolveConfig({ file, overrides });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('precedence', () => {
  it('is override over file over default, and each value says where it came from', () => {
    const { config, origins } = resolveConfig({
      file: { trading: { maxPositions: 3, fixedFraction: '0.004' } },
      overrides: ['trading.fixedFraction=0.005'],
    });
    expect(config.trading.fixedFraction).toBe('0.005');
    expect(config.trading.maxPositions).toBe(3);
    expect(config.trading.positionFraction).toBe('0.1');
    expect(origins.get('trading.fixedFraction')).toBe('override');
    expect(origins.get('trading.maxPositions')).toBe('file');
    expect(origins.get('trading.positionFraction')).toBe('default');
    expect([...origins.keys()]).toEqual(leafPaths(DEFAULT_CONFIG));
  });

  it('lets the last of two overrides win', () => {
    const overrides = ['trading.maxPositions=3', 'trading.maxPositions=4'];
    expect(resolveConfig({ file: null, overrides }).config.trading.maxPositions).toBe(4);
  });

  it('takes null for a cap that a stage does not have', () => {
    const file = { trading: { stagePositionCapDollars: '50' } };
    const overrides = ['trading.stagePositionCapDollars=null'];
    expect(resolveConfig({ file, overrides: [] }).config.trading.stagePositionCapDollars).toBe(
      '50',
    );
    expect(resolveConfig({ file, overrides }).config.trading.stagePositionCapDollars).toBeNull();
  });

  it('is frozen', () => {
    const { config } = resolveConfig({ file: null, overrides: [] });
    expect(Object.isFrozen(config.strategy.exits)).toBe(true);
  });
});

describe('every wrong value names itself, what was found and what is allowed', () => {
  it.each([
    ['system.stage', 'production', 'one of replay, paper, demo, live'],
    ['system.account', 'a b', 'letters'],
    ['system.openingCashDollars', '0.99', 'dollars from 1'],
    ['system.openingCashDollars', '10.001', 'at most 2 digits'],
    ['trading.balancePrecision', 'cents', 'one of direct'],
    ['trading.totalExposureFraction', '0.31', 'up to 0.30'],
    ['trading.positionFraction', '0.11', 'up to 0.10'],
    ['trading.positionFraction', '0', 'above 0'],
    ['trading.positionFraction', '1e-2', 'decimal text'],
    ['trading.eventFraction', '-0.1', 'above 0'],
    ['trading.maxPositions', '6', 'from 1 to 5'],
    ['trading.maxPositions', '2.5', 'a whole number'],
    ['trading.stagePositionCapDollars', '0', 'null, or dollars'],
    ['trading.fixedFraction', '0.0000001', 'a fraction'],
    ['trading.kellyFraction.nfl', '0.51', 'from 0.10 to 0.50'],
    ['trading.kellyFraction.nba', '0.09', 'from 0.10 to 0.50'],
    ['trading.kellyFraction.tennis', 'x', 'from 0.10 to 0.50'],
    ['pricing.arbitration', 'consensus', 'pinnacle_only, pinnacle_then_draftkings'],
    ['pricing.devig.pinnacle', 'logit', 'proportional, additive, power, shin'],
    ['pricing.devig.caesars', 'Shin', 'shin, odds-ratio, probit, balanced-book, goto, jsd'],
    ['pricing.weights.betmgm', '1.01', 'from 0 to 1'],
    ['pricing.weights.betmgm', '-0.1', 'from 0 to 1'],
    ['pricing.blendLeastBooks', '0', 'sportsbooks from 1 to 6'],
    ['pricing.polledMaxAgePregameMs', '0', 'milliseconds from 1000'],
    ['pricing.gameMaxAgeMs', '0', 'milliseconds from 1000'],
    ['pricing.lineMaxAgeLiveMs', '0', 'milliseconds from 100'],
    ['pricing.model', 'always', 'off, alone_before_game'],
    ['strategy.version', '', 'a version'],
    ['strategy.minEdgeDollars', '1', 'dollars from 0 to 0.9999'],
    ['strategy.depthShare', '1.01', 'from 0.01 to 1'],
    ['strategy.closeGuardMs', '-1', 'milliseconds from 0'],
    ['strategy.exits.stopLossFraction', '0', 'above 0 up to 1'],
    ['strategy.exits.stopLossCents', '100', 'cents from 1 to 99'],
    ['strategy.exits.confirmMs', 'soon', 'milliseconds'],
    ['execution.entryMaxAgeMs', '0', 'milliseconds from 1'],
    ['execution.maxOrderContracts', '0', 'contracts from 1'],
    ['risk.dailyLossFraction', '0.5', 'up to 0.20'],
    ['feeds.maxFrameBytes', '10', 'bytes from 1024'],
    ['feeds.oddsApi', 'true', 'one of off, on'],
    ['feeds.breakerFailures', '0', 'failures from 1'],
    ['feeds.scoreboardRequestsPerHour', '3601', 'requests from 10 to 3600'],
    ['feeds.leagues', 'nfl,nbl', 'leagues out of nfl, ncaaf, nba'],
    ['feeds.books', 'pinnacle,kalshi', 'sportsbooks out of pinnacle, draftkings'],
    ['feeds.books', 'pinnacle,polymarket', 'sportsbooks out of pinnacle, draftkings'],
  ])('%s=%s', (path, value, allowed) => {
    const problems = problemsOf(null, [`${path}=${value}`]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.found).toContain(value);
    expect(problems[0]?.allowed).toContain(allowed);
  });

  it('refuses a JSON number where money or a fraction stands, because it is a float', () => {
    expect(problemsOf({ trading: { positionFraction: 0.1 } })).toEqual([
      {
        path: 'trading.positionFraction',
        found: 'found 0.1',
        allowed: 'a fraction above 0 up to 0.10 as decimal text, such as "0.10"',
        suggestion: null,
      },
    ]);
  });

  it('refuses a value where a section stands', () => {
    expect(problemsOf({ strategy: 5 })[0]).toMatchObject({
      path: 'strategy',
      found: 'found 5',
      allowed: expect.stringContaining('a section with name, version') as string,
    });
    expect(problemsOf([1])[0]?.allowed).toBe('a JSON object of sections');
  });
});

describe('unknown keys', () => {
  it.each([
    [{ tradin: {} }, 'tradin', 'trading'],
    [{ trading: { maxPositons: 3 } }, 'trading.maxPositons', 'trading.maxPositions'],
    [{ pricing: { weights: { betmgn: '1' } } }, 'pricing.weights.betmgn', 'pricing.weights.betmgm'],
    [
      { strategy: { exits: { stopLosCents: 8 } } },
      'strategy.exits.stopLosCents',
      'strategy.exits.stopLossCents',
    ],
  ])('%j is refused with the name that was meant', (file, path, suggestion) => {
    expect(problemsOf(file)).toMatchObject([{ path, suggestion }]);
  });

  it.each(['weights', 'devig'])(
    'no exchange that we trade on can be named in pricing.%s',
    (key) => {
      for (const exchange of ['kalshi', 'polymarket']) {
        const path = `pricing.${key}.${exchange}`;
        const value = key === 'devig' ? 'shin' : '0.5';
        expect(problemsOf({ pricing: { [key]: { [exchange]: value } } })).toMatchObject([{ path }]);
        expect(problemsOf(null, [`${path}=${value}`])).toMatchObject([{ path }]);
      }
    },
  );

  it('finds a setting that stands in another section', () => {
    expect(problemsOf(null, ['fixedFraction=0.001'])[0]?.suggestion).toBe('trading.fixedFraction');
  });

  it('does not reach behind the tree', () => {
    expect(problemsOf(JSON.parse('{"__proto__": {"polluted": 1}}'))[0]?.path).toBe('__proto__');
    expect(problemsOf(null, ['__proto__.polluted=1', 'constructor.x=1'])).toHaveLength(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses an override without a value', () => {
    expect(problemsOf(null, ['trading.maxPositions'])[0]?.found).toContain(
      '--set trading.maxPositions',
    );
  });
});

describe('rules between values', () => {
  it.each([
    [['system.stage=live'], 'pricing.model'],
    [['system.stage=demo'], 'pricing.model'],
    [['trading.totalExposureFraction=0.05'], 'trading.positionFraction'],
    [['trading.fixedFraction=0.05', 'trading.positionFraction=0.04'], 'trading.fixedFraction'],
    [['execution.unknownQuietMs=1000'], 'execution.unknownQuietMs'],
    [['execution.submitTimeoutMs=40000'], 'execution.signatureWindowMs'],
    [['strategy.exits.collarCriticalCents=1'], 'strategy.exits.collarMediumCents'],
  ])('%j is refused at %s', (overrides, path) => {
    expect(problemsOf(null, overrides).map((problem) => problem.path)).toContain(path);
  });

  it('lets a model price alone in replay and paper, and live without it', () => {
    expect(problemsOf(null, ['system.stage=paper'])).toEqual([]);
    expect(problemsOf(null, ['system.stage=live', 'pricing.model=off'])).toEqual([]);
  });

  it('are reported together with wrong values elsewhere', () => {
    const paths = problemsOf({ system: { stage: 'live' }, trading: { maxPositions: 9, typo: 1 } }, [
      'nope=1',
    ]).map((problem) => problem.path);
    expect(paths.toSorted()).toEqual([
      'nope',
      'pricing.model',
      'trading.maxPositions',
      'trading.typo',
    ]);
  });
});

const fingerprintWith = (overrides: readonly string[]): string =>
  configFingerprint(resolveConfig({ file: null, overrides }).config);

describe('the fingerprint', () => {
  it('is one for values that are equal, however they are written', () => {
    expect(fingerprintWith(['trading.positionFraction=0.10'])).toBe(fingerprintWith([]));
    expect(fingerprintWith([])).toMatch(/^[0-9a-f]{64}$/);
  });

  // Sign-offs and records name it: only a setting that comes, goes or has another default may change it.
  it('of the defaults is the one under which v1.0 is known', () => {
    expect(fingerprintWith([])).toBe(
      '70629d0671e08334049a2d39d525272f41c76549a8b0f59d1f2f1a0c658089ca',
    );
  });

  it('changes with any value', () => {
    expect(fingerprintWith(['trading.positionFraction=0.09'])).not.toBe(fingerprintWith([]));
  });
});
