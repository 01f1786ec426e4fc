import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ceilToGrid,
  floorToGrid,
  isOnGrid,
  nextDown,
  nextUp,
  PRICE_LEVEL_STRUCTURES,
  type PriceRange,
} from '../../../../shared/domain/market/tick-grid.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { runs } from '../../../support/property-settings.ts';

const published = fc.constantFrom(...Object.values(PRICE_LEVEL_STRUCTURES));
/** Ranges that a payload could hold, also with ends that are off their own steps and with holes. */
const arbitrary = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 1, max: 700 }),
    )
    .map(([a, b, step]): PriceRange => ({
      start: price(Math.min(a, b)),
      end: price(Math.max(a, b)),
      step,
    })),
  { maxLength: 4 },
);
const anyRanges = fc.oneof(published, arbitrary);
const anyPrice = fc.integer({ min: 0, max: 10_000 }).map(price);

it('floor, ceil and the next prices are what a search over all prices finds', () => {
  fc.assert(
    fc.property(anyPrice, anyRanges, (value, ranges) => {
      const valid: number[] = [];
      for (let units = 0; units <= 10_000; units += 1)
        if (isOnGrid(price(units), ranges)) valid.push(units);
      expect(floorToGrid(value, ranges)).toBe(valid.findLast((units) => units <= value) ?? null);
      expect(ceilToGrid(value, ranges)).toBe(valid.find((units) => units >= value) ?? null);
      expect(nextDown(value, ranges)).toBe(valid.findLast((units) => units < value) ?? null);
      expect(nextUp(value, ranges)).toBe(valid.find((units) => units > value) ?? null);
    }),
    runs(300),
  );
});
