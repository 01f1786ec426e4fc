import { describe, expect, it } from 'vitest';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { applyEntryFill } from '../../../../shared/domain/positions/fold-position.ts';
import { markPosition, unrealised } from '../../../../shared/domain/positions/mark-position.ts';
import { aBook, aFillOf, anEntry, NOON } from '../../../support/trade-builders.ts';

const held = (leg: 'yes' | 'no') => {
  const intent = anEntry({ leg, count: contracts(100) });
  return applyEntryFill(null, aFillOf(intent), intent, 'position-1');
};
const fresh = {
  view: aBook(5_000, 5_400),
  sync: 'synced',
  exchangeTimeMs: NOON,
  nowMs: NOON + 2_000,
  maxAgeMs: 2_000,
} as const;

describe('a mark', () => {
  it.each([
    ['yes', 5_000, -20_000],
    ['no', 4_600, -20_000],
  ] as const)('of %s is what it could be sold at: %i', (leg, legPrice, gain) => {
    const marked = markPosition({ ...fresh, position: held(leg) });
    expect(marked.mark).toEqual({ legPrice, exchangeTimeMs: NOON, kept: false });
    expect(unrealised(marked)).toBe(gain);
  });

  it.each([
    ['stale', { nowMs: NOON + 2_001 }],
    ['gapped', { sync: 'gapped' }],
    ['without bids', { view: aBook(null, 5_400) }],
    ['without asks', { view: aBook(5_000, null) }],
    ['crossed', { view: aBook(5_400, 5_300) }],
  ] as const)('is kept, and says so, when the book is %s', (_, change) => {
    const marked = markPosition({ ...fresh, position: held('yes') });
    const later = markPosition({ ...fresh, view: aBook(100, 200), position: marked, ...change });
    expect(later.mark).toEqual({ legPrice: 5_000, exchangeTimeMs: NOON, kept: true });
    const never = markPosition({ ...fresh, position: held('yes'), ...change });
    expect(never.mark).toBeNull();
    expect(unrealised(never)).toBeNull();
  });

  it('is believed again from the next fresh book', () => {
    const marked = markPosition({ ...fresh, position: held('yes') });
    const kept = markPosition({ ...fresh, position: marked, sync: 'gapped' });
    const view = aBook(4_900, 5_000);
    expect(markPosition({ ...fresh, position: kept, view }).mark).toMatchObject({
      legPrice: 4_900,
      kept: false,
    });
  });

  it('does not change with a book that is older than it', () => {
    const marked = markPosition({ ...fresh, position: held('yes') });
    const older = { ...fresh, view: aBook(100, 200), exchangeTimeMs: NOON - 1 };
    expect(markPosition({ ...older, position: marked })).toBe(marked);
  });
});
