import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../../shared/contracts/nearest-name.ts';

describe('the nearest name', () => {
  it.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s takes %i edits', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it('is the one that was probably meant, or none', () => {
    const names = ['maxPositions', 'positionFraction', 'eventFraction'];
    expect(nearestName('MaxPositons', names)).toBe('maxPositions');
    expect(nearestName('capital', names)).toBeNull();
    expect(nearestName('x'.repeat(1_000_000), names)).toBeNull();
  });
});
