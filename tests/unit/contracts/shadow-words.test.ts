import { describe, expect, it } from 'vitest';
import { ruleFindings, ruleText } from '../../../shared/contracts/shadow-words.ts';
import type { ShadowRecord, ShadowRuleRecord } from '../../../shared/contracts/study-record.ts';
import { money } from '../../../shared/domain/money/money.ts';
import type { DevigMethod } from '../../../shared/domain/odds/devig.ts';
import type { OfMany } from '../../../shared/domain/reports/shadow-score.ts';

type Method = ShadowRuleRecord['methods'][number];

/** Alone it lies above or below nothing; of many only as far as `side` says. */
function told(side: -1 | 0 | 1): OfMany {
  const value = side === 0 ? 1 : side;
  return {
    alone: { value, low: value - 0.5, high: value + 0.5 },
    ofMany: { value, low: value - (side === 0 ? 2 : 0.75), high: value + 0.75 },
  };
}

function method(
  name: DevigMethod,
  sides: readonly (-1 | 0 | 1)[] | null,
  { bets = 40, apart = 30, earns = 0 } = {},
): Method {
  const own = { value: earns, low: earns - 0.5, high: earns + 0.5 };
  return {
    name,
    bets,
    matches: bets,
    means: null,
    perContract: { clv: [own, own], value: [own, own], profit: own },
    difference:
      sides === null
        ? null
        : {
            than: 'proportional',
            matchesApart: apart,
            clv: sides.map(told),
            value: sides.map(told),
            profit: told(sides[0] ?? 0),
          },
  };
}

function findings(methods: readonly Method[]): readonly string[] {
  const rule: ShadowRuleRecord = {
    promise: 'after_fee',
    minPerContract: money(15_000),
    isConfigured: true,
    methods,
  };
  const record: ShadowRecord = {
    matches: 2_000,
    days: 100,
    leftOut: {},
    kept: 'shin',
    yardsticks: [
      { id: 'a', title: 'one close' },
      { id: 'b', title: 'another' },
    ],
    refused: {},
    blindClv: null,
    rules: [rule],
  };
  expect(ruleText(rule)).toBe('more than 1.5 ¢ after fees (strategy.minEdgeDollars)');
  return ruleFindings(rule, record);
}

describe('what a rule of shadow bets shows', () => {
  it('tells a method that is better by every close from one that is by some', () => {
    const [bought, kept, earning, , value, profit] = findings([
      method('proportional', null, { bets: 1_200 }),
      method('shin', [1, 1], { earns: 1 }),
      method('power', [-1, -1]),
      method('goto', [1, 0]),
      method('jsd', [1, -1]),
      method('probit', [0, 0]),
    ]);
    expect(bought).toBe('shin buys 40 contracts, proportional 1,200');
    expect(kept).toBe(
      'shin less proportional, cents a match by one close: CLV 1.000 (0.500 to 1.500), shadow EV 1.000 (0.500 to 1.500), profit 1.000 (0.500 to 1.500)',
    );
    expect(earning).toBe('shadow EV above nothing by every close: shin');
    expect(value).toBe(
      'shadow EV against proportional, all comparisons allowed for: better by every close: shin; worse by every close: power; depending on the close: goto, jsd',
    );
    expect(profit).toBe('profit that differs from proportional’s: shin, power, goto, jsd');
  });

  it('says nothing of a method that differs on a few matches, or bought a few contracts', () => {
    const [, , earning, clv] = findings([
      method('proportional', null),
      method('shin', [1, 1], { apart: 29 }),
      method('power', [0, 0], { bets: 29, earns: 1 }),
    ]);
    expect(earning).toBe('shadow EV above nothing by every close: none');
    expect(clv).toMatch(/better by every close: none; worse by every close: none; .*: none$/);
  });

  it('is that too few were bought, whoever was lucky', () => {
    expect(findings([method('shin', [1, 1], { bets: 1, earns: 1 })])).toEqual([
      'at most 1 contract in 2,000 matches: too few to tell',
    ]);
    expect(findings([method('shin', [0, 0], { bets: 0 })])).toEqual([
      'nothing is bought in 2,000 matches, by any method',
    ]);
  });
});
