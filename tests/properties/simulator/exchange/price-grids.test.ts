import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  PRICE_LEVEL_STRUCTURES,
  type PriceLevelStructure,
} from '../../../../shared/domain/market/tick-grid.ts';
import { runs } from '../../../support/property-settings.ts';
import { openDesk, type Desk } from '../../../support/exchange-desk.ts';

/** Steps by the exchange's own table, in 1e-4 dollars: in the middle, at the edges, and where those end. */
const STEPS: Readonly<Record<PriceLevelStructure, readonly [number, number, number]>> = {
  linear_cent: [100, 100, 1_000],
  deci_cent: [10, 10, 1_000],
  tapered_deci_cent: [100, 10, 1_000],
  center_whole_edge_half_cent: [100, 50, 1_000],
  center_whole_edge_quint_cent: [100, 20, 1_000],
  center_half_edge_half_cent: [50, 50, 1_000],
  center_half_edge_quint_cent: [50, 20, 1_000],
  center_half_edge_deci_cent: [50, 10, 1_000],
  center_quint_edge_quint_cent: [20, 20, 1_000],
  center_quint_edge_deci_cent: [20, 10, 1_000],
  center_centi_edge_centi_cent: [1, 1, 1_000],
  center_deci_edge_centi_cent: [10, 1, 100],
};
const NAMES = Object.keys(STEPS) as readonly PriceLevelStructure[];

it('an order is taken exactly when its price is on the grid of its market, in every structure', () => {
  const desks = new Map<PriceLevelStructure, Desk>(
    NAMES.map((name) => [
      name,
      openDesk({ market: { priceRanges: PRICE_LEVEL_STRUCTURES[name] }, dollars: 1_000_000 }),
    ]),
  );
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...NAMES),
      fc.oneof(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 1_000 }).map((deci) => deci * 10),
        fc.integer({ min: 0, max: 500 }).map((quint) => quint * 20),
        fc.constantFrom(0, 1, 99, 100, 101, 990, 1_000, 1_010, 9_000, 9_900, 9_901, 9_999, 10_000),
      ),
      (name, units) => {
        const [middle, edge, end] = STEPS[name];
        const isMiddle = units >= end && units <= 10_000 - end && units % middle === 0;
        const isEdge = (units <= end || units >= 10_000 - end) && units % edge === 0;
        const isValid = units > 0 && units < 10_000 && (isMiddle || isEdge);
        const desk = desks.get(name)!;
        const text = `${units === 10_000 ? 1 : 0}.${String(units % 10_000).padStart(4, '0')}`;
        const { status, body } = desk.send('us', { price: text, count: '0.01' });
        expect([status, body.includes('invalid_price')]).toEqual(
          isValid ? [201, false] : [400, true],
        );
        seen[isValid ? 'taken' : 'refused'] += 1;
      },
    ),
    runs(1_000),
  );
  expect(seen.taken).toBeGreaterThan(200);
  expect(seen.refused).toBeGreaterThan(200);
});
