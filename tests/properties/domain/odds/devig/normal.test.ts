import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  normalQuantile,
  normalShareBelow,
} from '../../../../../shared/domain/odds/devig/normal.ts';
import { runs } from '../../../../support/property-settings.ts';

const RUNS = runs(1_000);

it('Φ of Φ⁻¹(p) is p, relative to p, down to 1e-300', () => {
  const tail = fc.double({ min: -300, max: -0.31, noNaN: true }).map((power) => 10 ** power);
  fc.assert(
    fc.property(fc.oneof(tail, fc.double({ min: 1e-3, max: 0.999, noNaN: true })), (p) => {
      expect(Math.abs(normalShareBelow(normalQuantile(p)) / p - 1)).toBeLessThan(1e-12);
    }),
    RUNS,
  );
});

it('Φ(x) and Φ(−x) make one, and Φ rises', () => {
  const place = fc.double({ min: -9, max: 9, noNaN: true });
  fc.assert(
    fc.property(place, fc.double({ min: 1e-3, max: 1, noNaN: true }), (x, step) => {
      expect(Math.abs(normalShareBelow(x) + normalShareBelow(-x) - 1)).toBeLessThan(1e-15);
      expect(normalShareBelow(x - step)).toBeLessThanOrEqual(normalShareBelow(x));
    }),
    RUNS,
  );
});
