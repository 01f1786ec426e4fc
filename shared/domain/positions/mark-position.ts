import type { Leg } from '../edge/edge.ts';
import type { BookView } from '../market/book-view.ts';
import type { EpochMs } from '../market/market.ts';
import type { BookSync } from '../market/market-tick.ts';
import { cost, subtractMoney, type Money } from '../money/money.ts';
import type { Price } from '../money/price.ts';
import { legPrice } from './fold-position.ts';
import type { Position } from './position.ts';

/**
 * Best price at which a leg could be sold, on the leg's own scale: the YES bid, or one less the YES ask for NO. Null
 * when that side of the book is empty.
 */
export function bestLegBid(leg: Leg, view: BookView): Price | null {
  const level = leg === 'yes' ? view.bids[0] : view.asks[0];
  return level === undefined ? null : legPrice(leg, level.price);
}

/**
 * A book with both sides, not crossed. A locked one (bid equal to ask) cannot last at the exchange, but it is what a replay
 * without an assumed spread trades against.
 */
export function isTwoSided(view: BookView): boolean {
  const [bid, ask] = [view.bids[0], view.asks[0]];
  return bid !== undefined && ask !== undefined && bid.price <= ask.price;
}

/**
 * Marks a position at the price at which it could be sold, believed only from a synced, two-sided book whose exchange
 * time is at most `maxAgeMs` before now. Without one the last mark stays, flagged `kept`. A book older than the mark
 * came late and changes nothing.
 */
export function markPosition({
  position,
  view,
  sync,
  exchangeTimeMs,
  nowMs,
  maxAgeMs,
}: {
  readonly position: Position;
  readonly view: BookView;
  readonly sync: BookSync;
  readonly exchangeTimeMs: EpochMs;
  readonly nowMs: EpochMs;
  readonly maxAgeMs: number;
}): Position {
  const { mark } = position;
  if (mark !== null && exchangeTimeMs < mark.exchangeTimeMs) return position;
  const bid = bestLegBid(position.leg, view);
  const believed = sync === 'synced' && isTwoSided(view) && nowMs - exchangeTimeMs <= maxAgeMs;
  if (believed && bid !== null)
    return { ...position, mark: { legPrice: bid, exchangeTimeMs, kept: false } };
  return mark === null || mark.kept ? position : { ...position, mark: { ...mark, kept: true } };
}

/** Value at the mark less the basis of what is held, before fees; null while there has been no mark. */
export function unrealised(position: Position): Money | null {
  if (position.mark === null) return null;
  return subtractMoney(cost(position.mark.legPrice, position.quantity), position.basis);
}
