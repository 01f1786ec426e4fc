import { describe, expect, it } from 'vitest';
import {
  ceilToGrid,
  DECI_CENT,
  floorToGrid,
  isOnGrid,
  LINEAR_CENT,
  nextDown,
  nextUp,
  PRICE_LEVEL_STRUCTURES,
  TAPERED_DECI_CENT,
} from '../../../../shared/domain/market/tick-grid.ts';
import { price } from '../../../../shared/domain/money/price.ts';

describe('a price is on the grid', () => {
  it.each([
    ['linear_cent', 100, true],
    ['linear_cent', 5_250, false],
    ['linear_cent', 0, false],
    ['linear_cent', 10_000, false],
    ['deci_cent', 5_250, true],
    ['deci_cent', 5_255, false],
    ['tapered_deci_cent', 990, true],
    ['tapered_deci_cent', 1_000, true],
    ['tapered_deci_cent', 1_010, false],
    ['tapered_deci_cent', 9_000, true],
    ['tapered_deci_cent', 9_010, true],
    ['tapered_deci_cent', 8_990, false],
    ['center_half_edge_quint_cent', 1_050, true],
    ['center_half_edge_quint_cent', 1_020, false],
    ['center_half_edge_quint_cent', 920, true],
    ['center_whole_edge_half_cent', 950, true],
    ['center_quint_edge_deci_cent', 990, true],
    ['center_centi_edge_centi_cent', 1, true],
    ['center_deci_edge_centi_cent', 99, true],
    ['center_deci_edge_centi_cent', 101, false],
    ['center_deci_edge_centi_cent', 110, true],
    ['center_deci_edge_centi_cent', 9_999, true],
  ] as const)('%s at %i: %s', (name, units, valid) => {
    expect(isOnGrid(price(units), PRICE_LEVEL_STRUCTURES[name])).toBe(valid);
  });

  it('whole cents are valid in every structure', () => {
    for (const ranges of Object.values(PRICE_LEVEL_STRUCTURES))
      for (let cents = 1; cents <= 99; cents += 1)
        expect(isOnGrid(price(cents * 100), ranges)).toBe(true);
  });
});

describe('rounding to the grid', () => {
  it.each([
    [LINEAR_CENT, 5_250, 5_200, 5_300],
    [LINEAR_CENT, 50, null, 100],
    [LINEAR_CENT, 9_950, 9_900, null],
    [LINEAR_CENT, 0, null, 100],
    [LINEAR_CENT, 10_000, 9_900, null],
    [TAPERED_DECI_CENT, 1_005, 1_000, 1_100],
    [TAPERED_DECI_CENT, 995, 990, 1_000],
    [TAPERED_DECI_CENT, 8_999, 8_900, 9_000],
    [TAPERED_DECI_CENT, 9_995, 9_990, null],
    [DECI_CENT, 1, null, 10],
  ])('%# floors and ceils %#', (ranges, units, down, up) => {
    expect(floorToGrid(price(units), ranges)).toBe(down);
    expect(ceilToGrid(price(units), ranges)).toBe(up);
  });

  it.each([
    [TAPERED_DECI_CENT, 1_000, 990, 1_100],
    [TAPERED_DECI_CENT, 9_000, 8_900, 9_010],
    [LINEAR_CENT, 100, null, 200],
    [LINEAR_CENT, 9_900, 9_800, null],
    [LINEAR_CENT, 10_000, 9_900, null],
    [LINEAR_CENT, 0, null, 100],
  ])('%# steps past a boundary with the step of the side it goes to', (ranges, from, down, up) => {
    expect(nextDown(price(from), ranges)).toBe(down);
    expect(nextUp(price(from), ranges)).toBe(up);
  });

  it('finds nothing without ranges', () => {
    expect(floorToGrid(price(5_000), [])).toBeNull();
    expect(ceilToGrid(price(5_000), [])).toBeNull();
    expect(isOnGrid(price(5_000), [])).toBe(false);
  });
});
