import { describe, expect, it } from 'vitest';
import {
  devig,
  DEVIG_METHODS,
  type DevigMethod,
  type DevigRefusal,
} from '../../../../../shared/domain/odds/devig.ts';

/** What each method says: a code, with the outcome it is about, or probabilities. */
type Said = DevigRefusal['code'] | `${DevigRefusal['code']} ${number}` | 'probabilities';

function said(method: DevigMethod, odds: readonly number[]): Said {
  const result = devig(method, odds);
  if (result.kind === 'refused')
    return 'index' in result ? `${result.code} ${result.index}` : result.code;
  expect(result.probabilities.every((value) => value > 0 && value < 1)).toBe(true);
  expect(Math.abs(result.probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
  return 'probabilities';
}

const all = (what: Said): Readonly<Record<DevigMethod, Said>> => ({
  proportional: what,
  additive: what,
  power: what,
  shin: what,
  'odds-ratio': what,
  probit: what,
  'balanced-book': what,
  goto: what,
  jsd: what,
});
const NO_INSIDERS = { shin: 'negative_margin', 'balanced-book': 'negative_margin' } as const;
const LINEAR = {
  additive: 'probability_outside_unit 2',
  'balanced-book': 'probability_outside_unit 2',
  goto: 'probability_outside_unit 2',
} as const;

const CASES: readonly (readonly [
  string,
  readonly number[],
  Readonly<Record<DevigMethod, Said>>,
])[] = [
  ['no outcome', [], all('too_few_outcomes')],
  ['one outcome', [1.9], all('too_few_outcomes')],
  ['odds of one', [2, 1, 3], all('odds_not_above_one 1')],
  ['odds below one', [2, 0.5], all('odds_not_above_one 1')],
  ['odds of zero', [0, 2], all('odds_not_above_one 0')],
  ['negative odds', [2, 3, -2], all('odds_not_above_one 2')],
  ['NaN', [2, Number.NaN], all('odds_not_above_one 1')],
  ['infinite odds', [2, Infinity], all('odds_not_above_one 1')],
  ['minus infinite odds', [-Infinity, 2], all('odds_not_above_one 0')],
  ['two that pay more than fair', [2.1, 2.1], { ...all('probabilities'), ...NO_INSIDERS }],
  ['three that do', [3.5, 3.6, 3.2], { ...all('probabilities'), ...NO_INSIDERS }],
  ['two that pay a thousandfold', [1e3, 1e3], { ...all('probabilities'), ...NO_INSIDERS }],
  ['three that pay far more', [100, 100, 3], { ...all('probabilities'), ...NO_INSIDERS }],
  ['no margin at all', [2, 2], all('probabilities')],
  ['a margin of nearly two, of equals', [1.001, 1.001, 1.001], all('probabilities')],
  [
    'the nearest to certain that there is, twice',
    [1 + 2 ** -52, 1 + 2 ** -52],
    all('probabilities'),
  ],
  [
    'a margin of two thirds, more than the long shots have',
    [1.02, 1.5, 34, 51],
    { ...all('probabilities'), ...LINEAR, jsd: 'probability_outside_unit 3' },
  ],
  [
    'a margin of 2.5, more than an even shot has',
    [1.001, 1.001, 1.001, 1.9],
    {
      ...all('probabilities'),
      additive: 'probability_outside_unit 3',
      'balanced-book': 'probability_outside_unit 3',
      goto: 'probability_outside_unit 3',
      jsd: 'probability_outside_unit 3',
    },
  ],
  [
    'a certainty beside what a float cannot hold of it',
    [1.000_001, 1.1, 1e300],
    {
      ...all('probability_outside_unit 2'),
      proportional: 'probabilities',
      'odds-ratio': 'probabilities',
    },
  ],
];

describe.each(CASES)('%s', (_name, odds, expected) => {
  it.each(DEVIG_METHODS)('%s', (method) => {
    expect(said(method, odds)).toBe(expected[method]);
  });
});

it('odds are left as they were given', () => {
  for (const method of DEVIG_METHODS) {
    const odds = Object.freeze([1.5, 4.5, 7.5, 51]);
    devig(method, odds);
    expect(odds).toEqual([1.5, 4.5, 7.5, 51]);
  }
});

/** The entropy of (p, 1−p), natural logarithm. */
function entropy(p: number): number {
  return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
}

it.each([
  [[1.249_183_576, 65.823_946_02, 3.192_360_571]],
  [[125.769_802_8, 2.753_680_672, 1.516_333_044, 18.503_581_02, 524.133_301_1]],
  [[1.018_922_128, 11.572_293_3, 3.385_021_088]],
])('jsd of %j, where all distances at once lead out of (0, r), is found one by one', (odds) => {
  const result = devig('jsd', odds);
  if (result.kind === 'refused') throw new Error(result.code);
  const distances = odds.map((each, index) => {
    const [r, p] = [1 / each, result.probabilities[index] ?? Number.NaN];
    return Math.sqrt(entropy((r + p) / 2) - (entropy(r) + entropy(p)) / 2);
  });
  expect(Math.max(...distances) / Math.min(...distances) - 1).toBeLessThan(1e-9);
});
