import { describe, expect, it } from 'vitest';
import { trimDecimal } from '../../../../shared/domain/money/decimal-text.ts';
import { InvariantViolation } from '../../../../shared/domain/money/invariant.ts';
import {
  clampProbability,
  complementProbability,
  impliedProbability,
  probability,
  probabilityToNanos,
} from '../../../../shared/domain/money/probability.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  ceilDivide,
  floorDivide,
  nearestDivide,
} from '../../../../shared/domain/money/rounding.ts';

describe('integer division', () => {
  it.each([
    [7, 2, 3, 4, 4],
    [-7, 2, -4, -3, -4],
    [6, 3, 2, 2, 2],
    [-6, 3, -2, -2, -2],
    [0, 5, 0, 0, 0],
    [1, 1_000, 0, 1, 0],
    [-1, 1_000, -1, 0, 0],
    [Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, null],
  ])('%i / %i floors to %i, ceils to %i, rounds to %s', (dividend, divisor, down, up, nearest) => {
    expect(floorDivide(dividend, divisor)).toBe(down);
    expect(ceilDivide(dividend, divisor)).toBe(up);
    if (nearest !== null) expect(nearestDivide(dividend, divisor)).toBe(nearest);
  });

  it('refuses what is not an integer and a divisor that is not positive', () => {
    expect(() => floorDivide(1.5, 2)).toThrow(InvariantViolation);
    expect(() => floorDivide(1, 0)).toThrow(InvariantViolation);
    expect(() => ceilDivide(1, -2)).toThrow(InvariantViolation);
  });
});

it.each([
  ['0.017500', '0.0175'],
  ['1.000000', '1'],
  ['100', '100'],
  ['-0.100', '-0.1'],
])('the shortest text of %s is %s', (text, short) => {
  expect(trimDecimal(text)).toBe(short);
});

describe('a probability', () => {
  it('lies in [0, 1]', () => {
    expect(probability(1)).toBe(1);
    for (const value of [-1e-9, 1 + 1e-9, Number.NaN])
      expect(() => probability(value)).toThrow(InvariantViolation);
  });

  it('is clamped only by name', () => {
    expect(clampProbability(1 + 1e-12)).toBe(1);
    expect(clampProbability(-1e-12)).toBe(0);
    expect(() => clampProbability(Number.NaN)).toThrow(InvariantViolation);
  });

  it('has a complement, a price that implies it, and integer parts for records', () => {
    expect(complementProbability(probability(0.25))).toBe(0.75);
    expect(impliedProbability(price(5_250))).toBe(0.525);
    expect(probabilityToNanos(probability(0.123_456_789_4))).toBe(123_456_789);
  });
});
