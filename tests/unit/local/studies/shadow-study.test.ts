import { describe, expect, it } from 'vitest';
import { shadowOf } from '../../../../local/studies/shadow-study.ts';
import { ruleFindings, ruleText } from '../../../../shared/contracts/shadow-words.ts';
import type { ShadowRecord } from '../../../../shared/contracts/study-record.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import type { EarlyMatch } from '../../../../shared/replay/import/soccer-early.ts';

/** The exchange pays more on home than Pinnacle's odds less their margin, and comes back to them at the close. */
const ODDS: EarlyMatch['odds'] = {
  bookEarly: [1.9, 3.6, 4.2],
  exchangeEarly: [2.16, 3.75, 4.3],
  bookClose: [1.87, 3.7, 4.3],
  exchangeClose: [1.96, 3.8, 4.4],
};

function match(day: number, happened: number, odds: Partial<EarlyMatch['odds']> = {}): EarlyMatch {
  return { cluster: `day ${day}`, happened, odds: { ...ODDS, ...odds } };
}

function study(
  matches: readonly EarlyMatch[],
  cents = 5,
  kept: 'shin' | 'proportional' = 'shin',
): ShadowRecord {
  return shadowOf([{ files: [], matches, leftOut: { 'no result': 2 } }], {
    dataDir: 'none',
    seed: 1,
    resamples: 40,
    note: () => undefined,
    kept: { pinnacle: kept, others: 'power' },
    minEdgePerContract: money(cents * 10_000),
  });
}

const EVERY_DAY = Array.from({ length: 32 }, (_, at) => match(at % 28, at % 2));

const FULL = study(EVERY_DAY);
const shown = (cents: number) => study([match(1, 0)], cents).rules;

describe('the study of shadow bets', () => {
  it('buys home at the exchange’s price, by every method, and judges by three closes', () => {
    const { matches, days, yardsticks, rules, refused } = FULL;
    expect({ matches, days }).toEqual({ matches: 32, days: 28 });
    expect(yardsticks.map(({ id }) => id)).toEqual(['shin', 'proportional', 'exchange']);
    expect(Object.values(refused)).toEqual(Array.from({ length: 9 }, () => 0));
    const afterFees = rules[1];
    const proportional = afterFees?.methods.find(({ name }) => name === 'proportional');
    // 1/2.16 is 46.3 ¢, so 47; fair is (1/1.9) / 1.0422 = 50.5 ¢ and the fee 1.75.
    expect(proportional).toMatchObject({ bets: 32, means: { price: 47 } });
    expect(proportional?.means?.fee).toBeCloseTo(1.75, 2);
    expect(proportional?.means?.promised).toBeCloseTo(1.75, 1);
    for (const clv of proportional?.perContract.clv ?? []) expect(clv?.value).toBeGreaterThan(2);
  });

  it('shows the thresholds that were set and the configured one, by name, once', () => {
    expect(shown(5).map(ruleText)).toEqual([
      'more than 0 ¢ before fees',
      'more than 0 ¢ after fees',
      'more than 1 ¢ after fees',
      'more than 2 ¢ after fees',
      'more than 5 ¢ after fees (strategy.minEdgeDollars)',
    ]);
    expect(shown(3).map(ruleText)).toContain('more than 3 ¢ after fees (strategy.minEdgeDollars)');
    expect(shown(0).filter(({ isConfigured }) => isConfigured)).toHaveLength(1);
  });

  it('counts and leaves out a match whose close gives no fair probabilities', () => {
    const { matches, leftOut } = study([match(1, 0), match(2, 0, { bookClose: [1, 3.7, 4.3] })]);
    expect(matches).toBe(1);
    expect(leftOut).toEqual({
      'no result': 2,
      'a close from which no margin can be taken': 1,
    });
  });

  it('lets a method that refuses buy nothing, where the others do', () => {
    const paysMoreThanFair = match(2, 0, {
      bookEarly: [2.1, 3.9, 4.6],
      exchangeEarly: [2.3, 3.75, 4.3],
    });
    const { refused, rules } = study([match(1, 0), paysMoreThanFair]);
    expect(refused).toMatchObject({ shin: 1, 'balanced-book': 1, proportional: 0 });
    const bets = (method: string) => rules[1]?.methods.find(({ name }) => name === method)?.bets;
    expect([bets('proportional'), bets('power'), bets('shin')]).toEqual([2, 2, 1]);
  });

  it('says that too few are bought rather than who was lucky', () => {
    const record = study([match(1, 0), match(2, 2)]);
    const [before, , , , configured] = record.rules;
    expect(ruleFindings(before!, record)).toEqual([
      'at most 2 contracts in 2 matches: too few to tell',
    ]);
    expect(ruleFindings(configured!, record)).toEqual([
      'nothing is bought in 2 matches, by any method',
    ]);
  });

  it('names who earns by every close, and that no method differs where all buy the same', () => {
    const record = FULL;
    expect(ruleFindings(record.rules[1]!, record).slice(2)).toEqual([
      expect.stringMatching(
        /^shadow EV above nothing by every close: proportional, additive, power/,
      ),
      expect.stringMatching(/^CLV against proportional/),
      'shadow EV against proportional, all comparisons allowed for: better by every close: none; worse by every close: none; depending on the close: none',
      'profit that differs from proportional’s: none',
    ]);
    const byDefault = study(EVERY_DAY, 5, 'proportional');
    expect(ruleFindings(byDefault.rules[1]!, byDefault)[0]).toBe(
      'proportional is the method of the defaults',
    );
  });

  it('tells what buying blindly comes to: the prices over a dollar, a third each', () => {
    // 47, 27 and 24 ¢ are two cents less than a dollar: a made-up gift.
    expect(FULL.blindClv).toBeCloseTo(2 / 3, 9);
    expect(study([]).blindClv).toBeNull();
  });

  it('is the same twice, to the byte', () => {
    expect(JSON.stringify(study(EVERY_DAY))).toBe(JSON.stringify(FULL));
  });
});
