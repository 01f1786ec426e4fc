import { describe, expect, it } from 'vitest';
import { decimalFromAmerican, parseOdds } from '../../../../shared/domain/odds/odds.ts';

describe('odds are read as decimal odds', () => {
  it.each([
    ['1.91', 'decimal', 1.91],
    ['2', 'decimal', 2],
    ['+108', 'american', 2.08],
    ['108', 'american', 2.08],
    ['-113', 'american', 1 + 100 / 113],
    ['-100', 'american', 2],
    ['+100', 'american', 2],
    ['EVEN', 'american', 2],
    ['ev', 'american', 2],
    ['0.5', 'probability', 2],
    ['.25', 'probability', 4],
  ] as const)('%s as %s', (text, format, odds) => {
    expect(parseOdds(text, format)).toBeCloseTo(odds, 14);
  });

  it.each([
    ['1', 'decimal', 'decimal_not_above_one'],
    ['0.95', 'decimal', 'decimal_not_above_one'],
    ['-2', 'decimal', 'decimal_not_above_one'],
    ['EVEN', 'decimal', 'not_a_number'],
    ['1e3', 'decimal', 'not_a_number'],
    ['', 'decimal', 'not_a_number'],
    [' 2', 'decimal', 'not_a_number'],
    ['Infinity', 'decimal', 'not_a_number'],
    ['99', 'american', 'american_within_hundred'],
    ['-99.5', 'american', 'american_within_hundred'],
    ['0', 'american', 'american_within_hundred'],
    ['--110', 'american', 'not_a_number'],
    ['0', 'probability', 'probability_outside_unit'],
    ['1', 'probability', 'probability_outside_unit'],
    ['-0.5', 'probability', 'probability_outside_unit'],
    ['52%', 'probability', 'not_a_number'],
    // In float64 these pay back the stake alone, or without end.
    ['-1000000000000000000', 'american', 'american_within_hundred'],
    ['9'.repeat(400), 'american', 'american_within_hundred'],
    ['9'.repeat(400), 'decimal', 'decimal_not_above_one'],
    [`0.${'0'.repeat(310)}1`, 'probability', 'probability_outside_unit'],
  ] as const)('"%s" as %s is refused as %s', (text, format, code) => {
    expect(parseOdds(text, format)).toEqual({ kind: 'refused', code, text, format });
  });
});

it('American odds do not exist between −100 and +100', () => {
  expect(decimalFromAmerican(-99.99)).toBeNull();
  expect(decimalFromAmerican(Number.NaN)).toBeNull();
  expect(decimalFromAmerican(Number.POSITIVE_INFINITY)).toBeNull();
});
