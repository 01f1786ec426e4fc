import { cost } from '../money/money.ts';
import type { Price } from '../money/price.ts';
import { ceilProportion } from '../money/proportion.ts';
import type { Position } from '../positions/position.ts';
import type { ExitRules } from './exit-rules.ts';

const MILLIONTHS = 1_000_000;
const PRICE_UNITS_PER_CENT = 100;
/** How close to a level a mark is near it: 2 %. */
const NEAR_MILLIONTHS = 20_000;

type Bought = Pick<Position, 'boughtCount' | 'boughtCost'>;

/**
 * What all that was bought would be worth, in micro-dollars and without fees, at the level of the stop: the larger of its
 * two distances below what it cost. In totals, as the average entry price need not be a whole price unit. Not positive
 * where the distance is larger than the price: such a stop is never crossed.
 */
export function stopLevel({ boughtCost, boughtCount }: Bought, rules: ExitRules): number {
  const fraction = ceilProportion(boughtCost, rules.stopLossMillionths, MILLIONTHS);
  const cents = rules.stopLossCents * PRICE_UNITS_PER_CENT * boughtCount;
  return boughtCost - Math.max(fraction, cents);
}

/** The same at the level of the profit target, above what it cost. */
export function targetLevel({ boughtCost }: Bought, rules: ExitRules): number {
  return boughtCost + ceilProportion(boughtCost, rules.profitTargetMillionths, MILLIONTHS);
}

export function isStopCrossed(bought: Bought, legPrice: Price, rules: ExitRules): boolean {
  return cost(legPrice, bought.boughtCount) <= stopLevel(bought, rules);
}

export function isTargetCrossed(bought: Bought, legPrice: Price, rules: ExitRules): boolean {
  return cost(legPrice, bought.boughtCount) >= targetLevel(bought, rules);
}

/**
 * Whether a position may soon be sold, so that it is looked at more often: a crossing waits for its confirmation, or its
 * mark is within 2 % of a level or beyond it (margins rounded up). One without a mark is not.
 */
export function isNearExit(position: Position, rules: ExitRules): boolean {
  const { mark, crossing, state } = position;
  if (state === 'closed' || mark === null) return false;
  const value = cost(mark.legPrice, position.boughtCount);
  const stop = stopLevel(position, rules);
  const target = targetLevel(position, rules);
  return (
    crossing !== null ||
    value <= stop + ceilProportion(Math.max(0, stop), NEAR_MILLIONTHS, MILLIONTHS) ||
    value >= target - ceilProportion(target, NEAR_MILLIONTHS, MILLIONTHS)
  );
}
