import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../shared/adapters/config-file/resolve-config.ts';
import { toDomainConfig } from '../../../shared/contracts/domain-config.ts';

const filters = (...overrides: readonly string[]) =>
  toDomainConfig(resolveConfig({ file: null, overrides }).config).filters;

describe('the filters of markets in the configuration', () => {
  it('ask for nothing by default', () => {
    expect(filters()).toEqual({
      categories: [],
      minFavouriteMillionths: null,
      minLiquidity: 0,
      maxSpread: null,
      excludeResearchGaps: false,
      researchGaps: new Set(),
    });
  });

  it('become integers and lists', () => {
    expect(
      filters(
        'discovery.categories= Sports , Climate and Weather',
        'discovery.minFavouriteProbability=0.85',
        'discovery.minLiquidityDollars=250.50',
        'discovery.maxSpreadDollars=0.04',
        'discovery.researchGaps=KXNFLGAME,KXNBA-1',
        'discovery.researchGapRule=exclude',
      ),
    ).toEqual({
      categories: ['Sports', 'Climate and Weather'],
      minFavouriteMillionths: 850_000,
      minLiquidity: 250_500_000,
      maxSpread: 400,
      excludeResearchGaps: true,
      researchGaps: new Set(['KXNFLGAME', 'KXNBA-1']),
    });
  });

  it.each([
    ['discovery.minFavouriteProbability', '0.49', 'from 0.5 to 0.9999'],
    ['discovery.minFavouriteProbability', '1', 'from 0.5 to 0.9999'],
    ['discovery.maxSpreadDollars', '0', 'from 0.0001'],
    ['discovery.minLiquidityDollars', '-1', 'dollars from 0'],
    ['discovery.categories', 'Sports,,Politics', 'separated by commas'],
    ['discovery.categories', ',', 'separated by commas'],
    ['discovery.researchGapRule', 'drop', 'flag, exclude'],
  ])('refuse %s=%s', (path, value, allowed) => {
    expect(() => filters(`${path}=${value}`)).toThrow(allowed);
  });
});
