import { describe, expect, it } from 'vitest';
import { isNearExit, stopLevel, targetLevel } from '../../../../shared/domain/exits/exit-levels.ts';
import type { ExitRules } from '../../../../shared/domain/exits/exit-rules.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { applyEntryFill } from '../../../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import { aFillOf, anEntry, NOON } from '../../../support/trade-builders.ts';

const RULES: ExitRules = {
  stopLossMillionths: 200_000,
  stopLossCents: 4,
  profitTargetMillionths: 300_000,
  confirmMs: 3_000,
  collarCents: { critical: 5, medium: 1 },
};

/** Ten contracts at a price, marked at another. */
function marked(units: number, legPrice: number | null, change: Partial<Position> = {}): Position {
  const intent = anEntry({ limitPrice: price(units), count: contracts(1_000) });
  const position = applyEntryFill(null, aFillOf(intent), intent, 'position-1');
  const mark =
    legPrice === null ? null : { legPrice: price(legPrice), exchangeTimeMs: NOON, kept: false };
  return { ...position, mark, ...change };
}

describe('the levels of an exit', () => {
  it.each([
    ['the fraction is the larger distance', 5_000, 4_000_000, 6_500_000],
    ['the cents are the larger distance', 1_000, 600_000, 1_300_000],
    ['the distance is larger than the price', 300, -100_000, 390_000],
  ])('%s', (_, units, stop, target) => {
    const position = marked(units, null);
    expect(stopLevel(position, RULES)).toBe(stop);
    expect(targetLevel(position, RULES)).toBe(target);
  });
});

describe('a position is near an exit', () => {
  it.each([
    // Bought at 50 cents: the stop is at 40, the target at 65.
    [4_080, true],
    [4_081, false],
    [4_000, true],
    [3_000, true],
    [5_000, false],
    [6_369, false],
    [6_370, true],
    [7_000, true],
  ])('at a mark of %i: %s', (legPrice, near) => {
    expect(isNearExit(marked(5_000, legPrice), RULES)).toBe(near);
  });

  it('while a crossing waits, wherever the mark is', () => {
    const crossing = { rule: 'stop_loss', sinceMs: NOON } as const;
    expect(isNearExit(marked(5_000, 5_000, { crossing }), RULES)).toBe(true);
  });

  it('never without a mark, when it is closed, or at a stop that cannot be reached', () => {
    expect(isNearExit(marked(5_000, null), RULES)).toBe(false);
    expect(isNearExit(marked(5_000, 4_000, { state: 'closed' }), RULES)).toBe(false);
    expect(isNearExit(marked(300, 100), RULES)).toBe(false);
  });
});
