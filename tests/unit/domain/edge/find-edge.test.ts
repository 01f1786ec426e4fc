import { describe, expect, it } from 'vitest';
import { findEdge, type EdgeInput } from '../../../../shared/domain/edge/find-edge.ts';
import { expectedPayoutFloor } from '../../../../shared/domain/edge/expected-payout.ts';
import { otherLeg } from '../../../../shared/domain/edge/edge.ts';
import type { Level } from '../../../../shared/domain/market/book-view.ts';
import { STANDARD_FEES } from '../../../../shared/domain/market/fee-schedule.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';

const level = (cents: number, count: number): Level => ({
  price: price(cents * 100),
  count: contracts(count * 100),
});

const BOOK = {
  bids: [level(50, 40), level(49, 100)],
  asks: [level(52, 10), level(53, 20), level(56, 500)],
};

function found(fair: number, change: Partial<EdgeInput> = {}) {
  return findEdge({
    fair: probability(fair),
    view: BOOK,
    fees: STANDARD_FEES,
    minPerContract: money(20_000),
    maxCount: contracts(100_000),
    ...change,
  });
}

describe('buying YES', () => {
  it('takes the asks upward while each promises more than the threshold', () => {
    // 0.53 promises 0.60 − 0.53 − 0.0175 = 0.0525; 0.56 only 0.0227, still above 0.02.
    expect(found(0.6, { minPerContract: money(30_000) })).toEqual({
      kind: 'edge',
      edge: {
        leg: 'yes',
        limitPrice: 5_300,
        count: 3_000,
        cost: 10 * 520_000 + 20 * 530_000,
        fees: 174_800 + 348_800,
        worstPerContract: 52_500,
        expected: 30 * 600_000 - (5_200_000 + 10_600_000) - 523_600,
      },
      both: { yes: expect.objectContaining({ leg: 'yes' }) as object, no: null },
    });
  });

  it('takes part of the last level at the maximum count', () => {
    const result = found(0.6, { maxCount: contracts(1_550) });
    expect(result).toMatchObject({
      edge: { count: 1_550, limitPrice: 5_300, cost: 5_200_000 + 5.5 * 530_000 },
    });
  });
});

describe('buying NO', () => {
  it('takes the bids downward at one dollar less the bid', () => {
    // NO at 0.50 promises 0.56 − 0.50 − 0.0175, at 0.51 promises 0.56 − 0.51 − 0.0175.
    expect(found(0.44)).toMatchObject({
      kind: 'edge',
      edge: {
        leg: 'no',
        limitPrice: 4_900,
        count: 14_000,
        cost: 40 * 500_000 + 100 * 510_000,
        worstPerContract: 32_500,
      },
      both: { yes: null },
    });
  });
});

describe('no edge', () => {
  it('says how far the best contract is from the threshold', () => {
    expect(found(0.551)).toEqual({ kind: 'none', code: 'edge_below_threshold', best: 13_500 });
    expect(found(0.51)).toEqual({ kind: 'none', code: 'edge_negative', best: -27_500 });
  });

  it('is not more than the threshold when it equals it', () => {
    const alone = { ...BOOK, asks: [level(52, 10)] };
    expect(found(0.557_5, { view: alone })).toMatchObject({ code: 'edge_below_threshold' });
    expect(found(0.557_501, { view: alone })).toMatchObject({ kind: 'edge' });
  });

  it('is looked for in a book with two sides only', () => {
    const none = { kind: 'none', best: null };
    expect(found(0.9, { view: { bids: [], asks: BOOK.asks } })).toEqual({
      ...none,
      code: 'book_one_sided',
    });
    expect(found(0.1, { view: { bids: BOOK.bids, asks: [] } })).toEqual({
      ...none,
      code: 'book_one_sided',
    });
    expect(found(0.5, { view: { bids: [], asks: [] } })).toEqual({ ...none, code: 'book_empty' });
  });

  it('is found in prices of nothing and of one dollar, which are no quotes', () => {
    const view = { bids: [level(100, 5)], asks: [level(0, 5)] };
    expect(found(0.5, { view })).toEqual({ kind: 'none', code: 'edge_negative', best: null });
  });
});

describe('the expected payout of a contract', () => {
  it.each([
    [0.57, 570_000, 430_000],
    [0.29, 290_000, 710_000],
    [0.000_029, 29, 999_971],
    [0.333_333_333, 333_333, 666_666],
    [0, 0, 1_000_000],
    [1, 1_000_000, 0],
  ])('at %d is %i for YES and %i for NO, rounded down', (fair, yes, no) => {
    expect(expectedPayoutFloor(probability(fair), 'yes')).toBe(yes);
    expect(expectedPayoutFloor(probability(fair), 'no')).toBe(no);
  });
});

it('the other leg of YES is NO', () => {
  expect(otherLeg('yes')).toBe('no');
  expect(otherLeg('no')).toBe('yes');
});
