import { describe, expect, it } from 'vitest';
import { devig } from '../../../../shared/domain/odds/devig.ts';
import { solveDecreasing } from '../../../../shared/domain/odds/solve-decreasing.ts';

type Curve = (x: number) => readonly [value: number, slope: number];

/** Newton's method with nothing around it: the x of its last step, wherever that is. */
function plainNewton(curve: Curve, start: number, steps = 100): number {
  let x = start;
  for (let step = 0; step < steps; step += 1) {
    const [value, slope] = curve(x);
    x -= value / slope;
  }
  return x;
}

function solve(curve: Curve, bracket: { lower: number; upper: number; start: number }) {
  let asked = 0;
  const root = solveDecreasing((x, into) => {
    asked += 1;
    [into.value, into.slope] = curve(x);
  }, bracket);
  return { root, asked };
}

describe('a root is found by bisection where Newton’s method alone does not find it', () => {
  const CASES: readonly (readonly [
    string,
    Curve,
    { lower: number; upper: number; start: number },
    number,
  ])[] = [
    [
      'the slope is zero where it starts',
      (x) => [0.5 - x ** 9, -9 * x ** 8],
      { lower: 0, upper: 1, start: 0 },
      0.5 ** (1 / 9),
    ],
    [
      'each step goes further out',
      (x) => [-Math.atan(x), -1 / (1 + x * x)],
      { lower: -4, upper: 7, start: 3 },
      0,
    ],
    [
      'it goes round in a circle',
      (x) => [-Math.sign(x) * Math.sqrt(Math.abs(x)), -0.5 / Math.sqrt(Math.abs(x))],
      { lower: -1, upper: 3, start: 2 },
      0,
    ],
    [
      'a step leads to where there is no function',
      (x) => [-0.25 - Math.log(x), -1 / x],
      { lower: 1e-3, upper: 40, start: 30 },
      Math.exp(-0.25),
    ],
    [
      'the slope is not a number',
      (x) => [1 - x * x, Number.NaN],
      { lower: 0, upper: 3, start: 3 },
      1,
    ],
  ];

  it.each(CASES)('%s', (_name, curve, bracket, wanted) => {
    expect(Math.abs(plainNewton(curve, bracket.start) - wanted)).not.toBeLessThan(0.1);
    const { root, asked } = solve(curve, bracket);
    expect(Math.abs((root ?? Number.NaN) - wanted)).toBeLessThan(1e-12);
    expect(Math.abs(curve(root ?? Number.NaN)[0])).toBeLessThan(1e-6);
    expect(asked).toBeLessThan(120);
  });
});

it('takes few steps where Newton’s method does', () => {
  const { root, asked } = solve((x) => [2 - x * x, -2 * x], { lower: 0, upper: 4, start: 1 });
  expect(root).toBeCloseTo(Math.SQRT2, 14);
  expect(asked).toBeLessThan(8);
});

it('ends as soon as the value is within the tolerance asked', () => {
  const root = solveDecreasing(
    (x, into) => {
      into.value = 1 - x;
      into.slope = -0.5;
    },
    { lower: 0, upper: 4, start: 1.004, tolerance: 0.005 },
  );
  expect(root).toBe(1.004);
});

describe('there is no answer', () => {
  it.each([0, 0.5, 1])('where the root is not in the bracket, from %d', (start) => {
    expect(solve((x) => [2 - x, -1], { lower: 0, upper: 1, start }).root).toBeNull();
    expect(solve((x) => [-1 - x, -1], { lower: 0, upper: 1, start }).root).toBeNull();
  });

  it('where the function jumps over zero', () => {
    const { root, asked } = solve((x) => [x < 0.3 ? 1 : -1, 0], { lower: 0, upper: 1, start: 0.5 });
    expect(root).toBeNull();
    expect(asked).toBeLessThan(120);
  });

  it('where the function is not a number', () => {
    expect(solve(() => [Number.NaN, -1], { lower: 0, upper: 1, start: 0.5 }).root).toBeNull();
  });
});

/** A sum of shares less one, falling in its argument, bisected: slow and obvious. */
function bisected(value: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (value(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A probability by the odds ratio c. */
const share = (r: number, c: number): number => r / (c + r - c * r);

describe('odds from which Newton’s method alone leads nowhere have their answer', () => {
  it('odds-ratio of a book that pays far more than fair: the first step would leave c > 0', () => {
    const odds = [100, 100, 10 / 3];
    const inverse = odds.map((each) => 1 / each);
    const curve: Curve = (c) => [
      inverse.reduce((sum, r) => sum + share(r, c), -1),
      inverse.reduce((sum, r) => sum - (share(r, c) ** 2 * (1 - r)) / r, 0),
    ];
    const c = bisected((x) => curve(x)[0], 1e-9, 1);
    expect(Math.abs(plainNewton(curve, 1) - c)).not.toBeLessThan(0.01);
    const result = devig('odds-ratio', odds);
    if (result.kind === 'refused') throw new Error(result.code);
    for (const [index, r] of inverse.entries())
      expect(Math.abs((result.probabilities[index] ?? 0) - share(r, c))).toBeLessThan(1e-12);
  });
});
