import { describe, expect, it } from 'vitest';
import {
  normalDensity,
  normalQuantile,
  normalShareBelow,
} from '../../../../../shared/domain/odds/devig/normal.ts';

// The values were computed with mpmath 1.3 at 50 digits: Φ(x) = erfc(−x/√2)/2, Φ⁻¹ as its root.

it.each([
  [-37, 5.725571222524577e-300],
  [-30.3, 5.731723503315496e-202],
  [-20.1, 3.6896808637213897e-90],
  [-10.7, 5.088910855027318e-27],
  [-8, 6.220960574271784e-16],
  [-5.7, 5.990371401063528e-9],
  [-5.65, 8.022391850663497e-9],
  [-3, 0.0013498980316300946],
  [-1, 0.15865525393145705],
  [-0.67, 0.2514288950953101],
  [-0.66, 0.25462691467133614],
  [-0.1, 0.460172162722971],
  [0, 0.5],
  [0.3, 0.6179114221889527],
  [0.662, 0.7460143891548866],
  [0.664, 0.7466548444569732],
  [1.5, 0.9331927987311419],
  [3, 0.9986501019683699],
  [8, 0.9999999999999993],
])('Φ(%d) is %d', (x, wanted) => {
  expect(Math.abs(normalShareBelow(x) / wanted - 1)).toBeLessThan(1e-14);
});

it.each([
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798407],
  [1e-12, -7.034483825301132],
  [1e-11, -6.706023155495136],
  [1e-6, -4.753424308822899],
  [0.001, -3.0902323061678136],
  [0.07, -1.4757910281791706],
  [0.08, -1.4050715603096327],
  [0.25, -0.6744897501960817],
  [0.3, -0.5244005127080408],
  [0.7, 0.5244005127080407],
  [0.93, 1.475791028179171],
  [0.975, 1.9599639845400538],
  [0.999, 3.090232306167813],
])('Φ⁻¹(%d) is %d', (p, wanted) => {
  expect(Math.abs(normalQuantile(p) / wanted - 1)).toBeLessThan(1e-14);
});

describe('the ends', () => {
  it('Φ holds nothing beyond what a float holds', () => {
    expect(normalShareBelow(-40)).toBe(0);
    expect(normalShareBelow(40)).toBe(1);
  });

  it('Φ⁻¹ is zero in the middle, and no number outside (0, 1)', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(1.1)).toBeNaN();
  });
});

it('the density is the derivative of Φ', () => {
  for (const x of [-3, -0.5, 0, 0.6, 2]) {
    const slope = (normalShareBelow(x + 1e-5) - normalShareBelow(x - 1e-5)) / 2e-5;
    expect(Math.abs(normalDensity(x) - slope)).toBeLessThan(1e-9);
  }
});
