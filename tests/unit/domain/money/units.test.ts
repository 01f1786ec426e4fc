import { describe, expect, it } from 'vitest';
import {
  addContracts,
  contracts,
  formatContracts,
  minContracts,
  parseContracts,
  subtractContracts,
} from '../../../../shared/domain/money/contracts.ts';
import { InvariantViolation, unreachable } from '../../../../shared/domain/money/invariant.ts';
import {
  addMoney,
  cost,
  formatMoney,
  money,
  negate,
  parseMoney,
  subtractMoney,
} from '../../../../shared/domain/money/money.ts';
import {
  complement,
  formatPrice,
  parsePrice,
  price,
} from '../../../../shared/domain/money/price.ts';

describe('a price', () => {
  it.each([
    ['0.52', 5_200],
    ['0.5200', 5_200],
    ['0.055', 550],
    ['0', 0],
    ['1', 10_000],
    ['1.0000', 10_000],
    ['0.12340000', 1_234],
  ])('reads %s as %i units of 1e-4 dollars', (text, units) => {
    expect(parsePrice(text)).toBe(units);
  });

  it.each([
    ['0.12345', 'too_many_digits'],
    ['1.0001', 'out_of_range'],
    ['-0.01', 'out_of_range'],
    ['', 'not_decimal'],
    ['.5', 'not_decimal'],
    ['5e-1', 'not_decimal'],
    [' 0.5', 'not_decimal'],
    ['0,5', 'not_decimal'],
    ['NaN', 'not_decimal'],
  ])('refuses "%s" as %s', (text, code) => {
    expect(parsePrice(text)).toEqual({ kind: 'refused', code, text, scale: 4 });
  });

  it.each([-1, 10_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('is not made of %d', (units) => {
    expect(() => price(units)).toThrow(InvariantViolation);
  });

  it('writes four digits, and its complement is the other leg', () => {
    expect(formatPrice(price(550))).toBe('0.0550');
    expect(complement(price(4_800))).toBe(5_200);
  });
});

describe('a count', () => {
  it('reads and writes hundredths', () => {
    expect(parseContracts('25.5')).toBe(2_550);
    expect(formatContracts(contracts(1))).toBe('0.01');
    expect(parseContracts('1.001')).toMatchObject({ code: 'too_many_digits' });
    expect(parseContracts('-1')).toMatchObject({ code: 'out_of_range' });
  });

  it('adds, takes away and compares, and never goes below nothing', () => {
    const [three, five] = [contracts(3), contracts(5)];
    expect(addContracts(three, five)).toBe(8);
    expect(subtractContracts(five, three)).toBe(2);
    expect(minContracts(five, three)).toBe(3);
    expect(() => subtractContracts(three, five)).toThrow(InvariantViolation);
    expect(() => contracts(0.5)).toThrow(InvariantViolation);
  });
});

describe('money', () => {
  it('is price times count, exactly', () => {
    expect(cost(price(550), contracts(30))).toBe(16_500);
    expect(formatMoney(cost(price(5_200), contracts(100)))).toBe('0.520000');
  });

  it('reads and writes six digits with a sign', () => {
    expect(parseMoney('-12.345678')).toBe(-12_345_678);
    expect(formatMoney(money(-1))).toBe('-0.000001');
    expect(parseMoney('0.0000001')).toMatchObject({ code: 'too_many_digits' });
    expect(parseMoney('9007199254.740992')).toMatchObject({ code: 'out_of_range' });
  });

  it('has no negative zero', () => {
    expect(Object.is(money(-0), 0)).toBe(true);
    expect(Object.is(negate(money(0)), 0)).toBe(true);
    expect(Object.is(parseMoney('-0.000000'), 0)).toBe(true);
  });

  it('adds, subtracts and refuses to leave 2^53', () => {
    expect(addMoney(money(1), money(2), money(-4))).toBe(-1);
    expect(addMoney()).toBe(0);
    expect(subtractMoney(money(1), money(4))).toBe(-3);
    expect(() => addMoney(money(Number.MAX_SAFE_INTEGER), money(1))).toThrow(InvariantViolation);
  });
});

it('an impossible value names itself', () => {
  expect(() => unreachable({ kind: 'other' } as never)).toThrow('{"kind":"other"}');
});
