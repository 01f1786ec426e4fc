import { describe, expect, it } from 'vitest';
import { countsText } from '../../../shared/contracts/study-words.ts';

describe('what a study left out', () => {
  it('is told with its number first, because a reason may end with one', () => {
    const counts = Object.entries({ 'before 2006': 1_845, 'odds of exactly 1': 7 });
    expect(countsText(counts)).toBe('1,845 before 2006, 7 odds of exactly 1');
    expect(countsText([])).toBe('');
  });
});
