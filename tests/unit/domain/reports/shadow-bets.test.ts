import { describe, expect, it } from 'vitest';
import { STANDARD_FEES } from '../../../../shared/domain/market/fee-schedule.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import {
  closingValue,
  contractPrice,
  settledProfit,
  shadowBets,
  type EntryRule,
} from '../../../../shared/domain/reports/shadow-bets.ts';

const fair = (...of: readonly number[]) => of.map(probability);
const rule = (cents: number, promise: EntryRule['promise'] = 'after_fee'): EntryRule => ({
  promise,
  minPerContract: money(cents * 10_000),
});
const bought = (
  probabilities: readonly number[],
  cents: readonly (number | null)[],
  entry = rule(0),
) =>
  shadowBets({
    fair: fair(...probabilities),
    asks: cents.map((one) => (one === null ? null : price(one * 100))),
    fees: STANDARD_FEES,
    rule: entry,
  });

describe('the price of a contract that pays like decimal odds', () => {
  it.each([
    ['exactly a cent', 1.25, 80],
    ['between two cents, up', 1.6, 63],
    ['a hair above a cent, up', 2.49, 41],
    ['exactly a cent again, of odds with four digits', 1.5625, 64],
    ['of long odds', 1_000, 1],
    ['of the shortest that cost less than a dollar', 1.02, 99],
  ])('is %s', (_, odds, cents) => {
    expect(contractPrice(odds)).toBe(cents * 100);
  });

  it.each([1, 1.005, 0, Number.NaN, Infinity])('is none for odds of %s', (odds) => {
    expect(contractPrice(odds)).toBeNull();
  });
});

describe('shadow bets', () => {
  it('take what promises more than the threshold after the fee, and not what is a cent dearer', () => {
    // 0.07 × 0.40 × 0.60 = 1.68 ¢, and 0.07 × 0.41 × 0.59 = 1.6933 ¢, which is charged as 1.70 ¢.
    expect(bought([0.42, 0.58], [40, null])).toEqual([
      { outcome: 0, price: 4_000, fee: 16_800, promised: 3_200 },
    ]);
    expect(bought([0.42, 0.58], [41, null])).toEqual([]);
    expect(bought([0.4275, 0.5725], [41, null])).toEqual([
      { outcome: 0, price: 4_100, fee: 17_000, promised: 500 },
    ]);
  });

  it('do not take what promises exactly the threshold', () => {
    expect(bought([0.4668, 0.5332], [40, null], rule(5))).toEqual([]);
    expect(bought([0.466801, 0.533199], [40, null], rule(5))).toHaveLength(1);
  });

  it('before fees look at the price alone, and still tell and pay the fee', () => {
    expect(bought([0.405, 0.595], [40, null])).toEqual([]);
    expect(bought([0.405, 0.595], [40, null], rule(0, 'before_fee'))).toEqual([
      { outcome: 0, price: 4_000, fee: 16_800, promised: -11_800 },
    ]);
    expect(bought([0.4, 0.6], [40, null], rule(0, 'before_fee'))).toEqual([]);
  });

  it('may take several outcomes of one match', () => {
    expect(bought([0.5, 0.3, 0.2], [40, 20, 25]).map(({ outcome }) => outcome)).toEqual([0, 1]);
  });

  it('are worth what the close says, less the price: above nothing when it closes dearer', () => {
    const [bet] = bought([0.45, 0.55], [40, null]);
    expect(closingValue(bet!, fair(0.43, 0.57))).toBe(30_000);
    expect(closingValue(bet!, fair(0.4, 0.6))).toBe(0);
    expect(closingValue(bet!, fair(0.385, 0.615))).toBe(-15_000);
    // A third of a dollar is rounded down, against the buyer.
    expect(closingValue(bet!, fair(1 / 3, 2 / 3))).toBe(-66_667);
  });

  it('make a dollar or nothing, less price and fee', () => {
    const [bet] = bought([0.45, 0.55], [40, null]);
    expect(settledProfit(bet!, 0)).toBe(583_200);
    expect(settledProfit(bet!, 1)).toBe(-416_800);
  });
});
