import { describe, expect, it } from 'vitest';
import { STANDARD_FEES } from '../../../../shared/domain/market/fee-schedule.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { seededDraw } from '../../../../shared/domain/reports/seeded-draw.ts';
import {
  scoreShadow,
  type ShadowMatch,
  type ShadowSeries,
} from '../../../../shared/domain/reports/shadow-score.ts';

const fair = (...of: readonly number[]) => of.map(probability);

/** Asked 40 ¢ and 60 ¢; the first closes at what `closes` says by one yardstick and a cent lower by another. */
function match(day: string, closes: number, happened: number): ShadowMatch {
  return {
    cluster: day,
    asks: [price(4_000), price(6_000)],
    closing: [fair(closes, 1 - closes), fair(closes - 0.01, 1.01 - closes)],
    happened,
  };
}

const MATCHES = [
  match('a', 0.44, 0),
  match('a', 0.41, 1),
  match('b', 0.38, 1),
  match('c', 0.43, 1),
] as const;
const BUYS = fair(0.45, 0.55);
const PASSES = fair(0.4, 0.6);

function scored<Name extends string>(
  series: readonly ShadowSeries<Name>[],
  reference: Name,
  matches: readonly ShadowMatch[] = MATCHES,
) {
  return scoreShadow({
    matches,
    series,
    reference,
    rule: { promise: 'after_fee', minPerContract: money(0) },
    fees: STANDARD_FEES,
    resampling: { resamples: 200, draw: seededDraw(1) },
  });
}

describe('scores of shadow bets', () => {
  const [base, keen, blind] = scored(
    [
      { name: 'base', fair: [BUYS, PASSES, PASSES, PASSES] },
      { name: 'keen', fair: [BUYS, BUYS, BUYS, PASSES] },
      { name: 'blind', fair: [BUYS, null, PASSES, null] },
    ],
    'base',
  );

  it('are cents a contract, by each close, and at settlement', () => {
    expect(keen).toMatchObject({ bets: 3, matches: 3 });
    expect(keen?.means?.price).toBe(40);
    expect(keen?.means?.fee).toBeCloseTo(1.68, 12);
    expect(keen?.means?.promised).toBeCloseTo(3.32, 12);
    const { clv, value, profit } = keen!.perContract;
    // 4, 1 and −2 ¢ by one close, 3, 0 and −3 by the other; the fee is 1.68 ¢ each.
    expect(clv.map((one) => one?.value)).toEqual([1, 0].map((of) => expect.closeTo(of, 3)));
    expect(value.map((one) => one?.value)).toEqual(
      [-0.68, -1.68].map((of) => expect.closeTo(of, 3)),
    );
    // One of three came in: (100 − 3 × 41.68) / 3.
    expect(profit?.value).toBeCloseTo(-8.3466667, 6);
    expect(profit!.low).toBeLessThan(profit!.value);
    expect(profit!.high).toBeGreaterThan(profit!.value);
  });

  it('less the reference are cents a match over all matches, none bought counting nothing', () => {
    expect(keen?.difference).toMatchObject({ than: 'base', matchesApart: 2 });
    // The second and third contract made +1 and −2 ¢ at the close, and lost, over four matches.
    expect(keen?.difference?.clv[0]?.alone?.value).toBeCloseTo(-0.25, 9);
    expect(keen?.difference?.value[0]?.alone?.value).toBeCloseTo((-1 - 2 * 1.68) / 4, 9);
    expect(keen?.difference?.profit.alone?.value).toBeCloseTo((-2 * 41.68) / 4, 9);
    const { alone, ofMany } = keen!.difference!.profit;
    expect(ofMany!.low).toBeLessThanOrEqual(alone!.low);
    expect(ofMany!.high).toBeGreaterThanOrEqual(alone!.high);
  });

  it('of a method that refuses: it buys nothing there, and is no different where it agrees', () => {
    expect(blind).toMatchObject({ bets: 1, matches: 1 });
    expect(blind?.difference).toMatchObject({
      matchesApart: 0,
      profit: { alone: { value: 0, low: 0, high: 0 } },
    });
  });

  it('of the reference have nothing to be less than', () => {
    expect(base?.difference).toBeNull();
    expect(base).toMatchObject({ bets: 1, means: { price: 40 } });
    // Its one contract is of one day in three: a third of the resamples has none.
    expect(base?.perContract.profit).toBeNull();
  });

  it('of a method that never buys are not known, and not zero', () => {
    const [none] = scored([{ name: 'none', fair: MATCHES.map(() => PASSES) }], 'none');
    expect(none).toMatchObject({ bets: 0, matches: 0, means: null });
    expect(none?.perContract).toEqual({ clv: [null, null], value: [null, null], profit: null });
  });

  it('of no matches at all are not known', () => {
    const [none] = scored([{ name: 'none', fair: [] }], 'none', []);
    expect(none).toMatchObject({ bets: 0, perContract: { clv: [], value: [], profit: null } });
  });

  it('count a match apart when as many contracts are bought, but others', () => {
    const other = fair(0.37, 0.63);
    const [, second] = scored(
      [
        { name: 'one', fair: MATCHES.map(() => BUYS) },
        { name: 'two', fair: MATCHES.map(() => other) },
      ],
      'one',
    );
    expect(second).toMatchObject({ bets: 4, difference: { matchesApart: 4 } });
  });
});
