import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import {
  formatScaled,
  parseScaled,
  trimDecimal,
} from '../../../../shared/domain/money/decimal-text.ts';
import {
  contractsToDecimal,
  ExactDecimal,
  minimalText,
  moneyToDecimal,
  priceToDecimal,
} from '../../../../shared/domain/money/decimal.ts';
import { cost, formatMoney, money, parseMoney } from '../../../../shared/domain/money/money.ts';
import { complement, price } from '../../../../shared/domain/money/price.ts';
import {
  ceilDivide,
  floorDivide,
  nearestDivide,
} from '../../../../shared/domain/money/rounding.ts';

const micros = fc.maxSafeInteger();
const priceUnits = fc.integer({ min: 0, max: 10_000 });
const countUnits = fc.integer({ min: 0, max: 100_000_000 });

describe('money', () => {
  it('survives its text', () => {
    fc.assert(
      fc.property(micros, (units) => {
        expect(parseMoney(formatMoney(money(units)))).toBe(money(units));
      }),
    );
  });

  it('has the text that decimal.js gives it', () => {
    fc.assert(
      fc.property(micros, (units) => {
        const text = minimalText(moneyToDecimal(money(units)));
        expect(trimDecimal(formatMoney(money(units)))).toBe(text);
      }),
    );
  });

  it('of price × count is exact, and the two legs add up to one dollar a contract', () => {
    fc.assert(
      fc.property(priceUnits, countUnits, (p, c) => {
        const [value, count] = [price(p), contracts(c)];
        const exact = priceToDecimal(value).mul(contractsToDecimal(count));
        expect(moneyToDecimal(cost(value, count)).eq(exact)).toBe(true);
        expect(cost(value, count) + cost(complement(value), count)).toBe(10_000 * c);
      }),
    );
  });
});

describe('decimal text', () => {
  it('is read exactly at any scale or refused', () => {
    const decimalText = fc
      .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.stringMatching(/^\d{0,8}$/))
      .map(([whole, digits]) => (digits === '' ? String(whole) : `${whole}.${digits}`));
    fc.assert(
      fc.property(decimalText, fc.integer({ min: 0, max: 6 }), (text, scale) => {
        const units = parseScaled(text, scale);
        const exact = new ExactDecimal(text).mul(10 ** scale);
        if (typeof units === 'number') expect(exact.eq(units)).toBe(true);
        else {
          expect(units.code).toBe('too_many_digits');
          expect(exact.isInteger()).toBe(false);
        }
      }),
    );
  });

  it('has exactly its scale of digits', () => {
    fc.assert(
      fc.property(micros, fc.integer({ min: 1, max: 8 }), (units, scale) => {
        expect(formatScaled(units, scale)).toMatch(new RegExp(`^-?\\d+\\.\\d{${scale}}$`));
      }),
    );
  });
});

describe('integer division', () => {
  const dividend = fc.maxSafeInteger();
  const divisor = fc.integer({ min: 1, max: 1_000_000_000 });

  it('agrees with BigInt', () => {
    fc.assert(
      fc.property(dividend, divisor, (n, d) => {
        const [a, b] = [BigInt(n), BigInt(d)];
        const truncated = a / b;
        const floored = a % b < 0n ? truncated - 1n : truncated;
        expect(BigInt(floorDivide(n, d))).toBe(floored);
        expect(BigInt(ceilDivide(n, d))).toBe(a % b === 0n ? truncated : floored + 1n);
      }),
    );
  });

  it('rounds to the nearest, halves away from zero', () => {
    const half = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    fc.assert(
      fc.property(half, divisor, (n, d) => {
        const exact = new ExactDecimal(n).div(d).toDecimalPlaces(0, ExactDecimal.ROUND_HALF_UP);
        expect(exact.eq(nearestDivide(n, d))).toBe(true);
      }),
    );
  });
});
