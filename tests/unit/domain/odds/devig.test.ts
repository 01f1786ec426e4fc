import { describe, expect, it } from 'vitest';
import {
  devig,
  DEVIG_METHODS,
  type Devigged,
  type DevigMethod,
} from '../../../../shared/domain/odds/devig.ts';

function solved(method: DevigMethod, odds: readonly number[]): Devigged {
  const result = devig(method, odds);
  if (result.kind === 'refused') throw new Error(`refused: ${result.code}`);
  return result;
}

/** The root of a decreasing function by 200 plain bisections: slow, obvious, and nothing of the code under test. */
function bisect(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Shin's formula as it is printed. */
function shinByHand(odds: readonly number[]): { z: number; probabilities: readonly number[] } {
  const inverse = odds.map((value) => 1 / value);
  const booksum = inverse.reduce((a, b) => a + b, 0);
  const at = (z: number): readonly number[] =>
    inverse.map((r) => (Math.sqrt(z * z + (4 * (1 - z) * r * r) / booksum) - z) / (2 * (1 - z)));
  const z = bisect((x) => at(x).reduce((a, b) => a + b, 0) - 1, 0, 0.999_999);
  return { z, probabilities: at(z) };
}

describe('the published example of the Shin method, odds 2.6, 2.4, 4.3', () => {
  const odds = [2.6, 2.4, 4.3];
  const published = [0.372_994_060_332_089_65, 0.404_779_410_920_018_4, 0.222_226_528_747_427_5];

  it('is met, z too', () => {
    const result = solved('shin', odds);
    for (const [index, value] of published.entries())
      expect(result.probabilities[index]).toBeCloseTo(value, 9);
    expect(result).toMatchObject({ method: 'shin' });
    if (result.method === 'shin') expect(result.z).toBeCloseTo(0.016_942_512_764_070_55, 9);
  });

  it('is met closer still by an independent bisection', () => {
    const byHand = shinByHand(odds);
    const result = solved('shin', odds);
    for (const [index, value] of byHand.probabilities.entries())
      expect(Math.abs((result.probabilities[index] ?? 0) - value)).toBeLessThan(1e-12);
    if (result.method === 'shin') expect(Math.abs(result.z - byHand.z)).toBeLessThan(1e-11);
  });
});

it.each([
  [[1.91, 2.05]],
  [[1.05, 15]],
  [[1.01, 34]],
  [[3.1, 3.4, 2.45]],
  [[1.5, 4.5, 7.5, 51]],
  [[6, 6.5, 7, 8, 9, 10, 11, 13, 15, 21, 34, 67]],
])('Shin of %j is what a bisection of the printed formula finds', (odds) => {
  const byHand = shinByHand(odds);
  const result = solved('shin', odds);
  for (const [index, value] of byHand.probabilities.entries())
    expect(Math.abs((result.probabilities[index] ?? 0) - value)).toBeLessThan(1e-11);
  if (result.method === 'shin') expect(Math.abs(result.z - byHand.z)).toBeLessThan(1e-9);
});

it.each([[[1.91, 2.05]], [[2.1, 2.05]], [[1.01, 34]], [[1.000_1, 2_000]], [[2.6, 2.4, 4.3]]])(
  'power of %j is what a bisection finds',
  (odds) => {
    const inverse = odds.map((value) => 1 / value);
    const total = (k: number): number => inverse.reduce((a, r) => a + r ** k, 0);
    const k = bisect((x) => total(x) - 1, 0, 20_000);
    const result = solved('power', odds);
    for (const [index, r] of inverse.entries())
      expect(Math.abs((result.probabilities[index] ?? 0) - r ** k)).toBeLessThan(1e-11);
  },
);

it('proportional divides by the sum of the inverse odds', () => {
  expect(solved('proportional', [1.5, 2.5])).toEqual({
    kind: 'devigged',
    method: 'proportional',
    probabilities: [0.625, 0.375],
    margin: expect.closeTo(1 / 1.5 + 0.4 - 1, 15) as number,
  });
});

describe('odds that give nothing are refused with their numbers', () => {
  it('one outcome', () => {
    expect(devig('power', [1.9])).toEqual({
      kind: 'refused',
      method: 'power',
      code: 'too_few_outcomes',
      outcomes: 1,
    });
  });

  it.each([1, 0.5, 0, -2, Number.NaN, Number.POSITIVE_INFINITY])('odds of %d', (odds) => {
    for (const method of DEVIG_METHODS)
      expect(devig(method, [2, odds])).toEqual({
        kind: 'refused',
        method,
        code: 'odds_not_above_one',
        index: 1,
        decimalOdds: odds,
      });
  });

  it('more than fair odds, which only Shin cannot explain', () => {
    expect(devig('shin', [2.1, 2.1])).toMatchObject({ code: 'negative_margin' });
    expect(solved('proportional', [2.1, 2.1]).probabilities).toEqual([0.5, 0.5]);
    expect(solved('power', [2.1, 2.1]).probabilities).toEqual([0.5, 0.5]);
    expect(solved('power', [2.1, 2.1]).margin).toBeLessThan(0);
  });

  it('a favourite so certain that nothing is left for the other side', () => {
    const result = devig('power', [1.000_001, 1.1, 1e300]);
    expect(result).toMatchObject({ kind: 'refused', method: 'power' });
  });
});
