import type { Leg } from '../edge/edge.ts';
import type { Fill } from '../execution/fill.ts';
import { bookSideOf, type EntryIntent } from '../execution/intent.ts';
import type { EpochMs, MarketResult } from '../market/market.ts';
import {
  addContracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { addMoney, cost, money, NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import { complement, ONE_DOLLAR, ZERO_PRICE, type Price } from '../money/price.ts';
import { ceilProportion } from '../money/proportion.ts';
import type { Position } from './position.ts';

/** What one contract of a leg costs or brings when the single book trades at a YES price: NO at 1 − p. Exact. */
export function legPrice(leg: Leg, yesPrice: Price): Price {
  return leg === 'yes' ? yesPrice : complement(yesPrice);
}

/** An empty position, as the entry that opens it defines it. */
export function openPosition({
  positionId,
  intent,
  atMs,
}: {
  readonly positionId: string;
  readonly intent: EntryIntent;
  readonly atMs: EpochMs;
}): Position {
  return {
    positionId,
    market: intent.market,
    eventTicker: intent.eventTicker,
    seriesTicker: intent.seriesTicker,
    exchangeIndex: intent.exchangeIndex,
    leg: intent.leg,
    strategy: intent.strategy,
    generation: intent.generation,
    state: 'open',
    quantity: NO_CONTRACTS,
    basis: NO_MONEY,
    boughtCount: NO_CONTRACTS,
    boughtCost: NO_MONEY,
    fees: NO_MONEY,
    realised: NO_MONEY,
    openedAtMs: atMs,
    closedAtMs: null,
    mark: null,
    crossing: null,
    exit: { generation: 0, rule: null, priority: null, sellable: NO_CONTRACTS, attempts: 0 },
  };
}

/**
 * Books one fill of an entry: the quantity, its cost on the scale of the leg, and the fee the exchange charged. A fill
 * that comes late to a position already sold opens it again. The time of opening is the earliest of its fills.
 */
export function applyEntryFill(
  position: Position | null,
  fill: Fill,
  intent: EntryIntent,
  positionId: string,
): Position {
  const held = position ?? openPosition({ positionId, intent, atMs: fill.exchangeTimeMs });
  invariant(held.positionId === positionId, 'a fill is booked to the position it names');
  invariant(
    held.market === intent.market && held.leg === intent.leg,
    'an entry adds to a position of its own market and leg',
  );
  invariant(
    fill.market === intent.market && fill.bookSide === bookSideOf(intent),
    'an entry fill is of the market and side of its intent',
  );
  const paid = cost(legPrice(held.leg, fill.price), fill.count);
  return {
    ...held,
    state: 'open',
    quantity: addContracts(held.quantity, fill.count),
    basis: addMoney(held.basis, paid),
    boughtCount: addContracts(held.boughtCount, fill.count),
    boughtCost: addMoney(held.boughtCost, paid),
    fees: addMoney(held.fees, fill.fee),
    openedAtMs: Math.min(held.openedAtMs, fill.exchangeTimeMs),
    closedAtMs: null,
    exit: { ...held.exit, sellable: addContracts(held.exit.sellable, fill.count) },
  };
}

/**
 * Books one fill of an exit. The basis that goes with it is the sold share of the basis, rounded up (profit is never
 * shown early); the rest stays, so that the sale of the last contract takes exactly what is left. `realised` is before
 * fees. A sale beyond the quantity, or on the buying side, is a bug: exits are reduce-only.
 */
export function applyExitFill(
  position: Position,
  fill: Fill,
): { readonly position: Position; readonly basis: Money; readonly realised: Money } {
  invariant(
    fill.market === position.market &&
      fill.bookSide === bookSideOf({ purpose: 'exit', leg: position.leg }),
    'an exit fill is of the market of its position and sells its leg',
  );
  invariant(fill.count <= position.quantity, 'an exit never sells more than the position holds');
  const basis = money(ceilProportion(position.basis, fill.count, position.quantity));
  const proceeds = cost(legPrice(position.leg, fill.price), fill.count);
  const reduced = reduce(position, {
    count: fill.count,
    basis,
    proceeds,
    atMs: fill.exchangeTimeMs,
  });
  return {
    position: { ...reduced, fees: addMoney(position.fees, fill.fee) },
    basis,
    realised: subtractMoney(proceeds, basis),
  };
}

/** What a quantity of a leg is paid when its market is determined: one dollar, nothing, or the stated value. Exact. */
export function payoutOf(leg: Leg, result: MarketResult, quantity: Contracts): Money {
  return cost(legPrice(leg, yesValue(result)), quantity);
}

function yesValue(result: MarketResult): Price {
  switch (result.kind) {
    case 'yes':
      return ONE_DOLLAR;
    case 'no':
      return ZERO_PRICE;
    case 'scalar':
      return result.settlementValue;
  }
}

/**
 * Closes an open position at its market's result. `payout` is what the exchange says it paid; without it, what the
 * result is worth exactly (yes and no are always whole; a scalar below a cent is the exchange's to round).
 */
export function settlePosition(
  position: Position,
  result: MarketResult,
  atMs: EpochMs,
  payout: Money = payoutOf(position.leg, result, position.quantity),
): {
  readonly position: Position;
  readonly payout: Money;
  readonly basis: Money;
  readonly realised: Money;
} {
  invariant(position.state === 'open', 'a position is settled once, while it is open');
  const { basis, quantity } = position;
  return {
    position: reduce(position, { count: quantity, basis, proceeds: payout, atMs }),
    payout,
    basis,
    realised: subtractMoney(payout, basis),
  };
}

function reduce(
  position: Position,
  by: {
    readonly count: Contracts;
    readonly basis: Money;
    readonly proceeds: Money;
    readonly atMs: EpochMs;
  },
): Position {
  const quantity = subtractContracts(position.quantity, by.count);
  const closed = quantity === NO_CONTRACTS;
  const { exit } = position;
  return {
    ...position,
    state: closed ? 'closed' : 'open',
    quantity,
    basis: subtractMoney(position.basis, by.basis),
    realised: addMoney(position.realised, subtractMoney(by.proceeds, by.basis)),
    closedAtMs: closed ? by.atMs : null,
    crossing: closed ? null : position.crossing,
    // What is left bounds what may still be sold; an exit in flight already took its share out of `sellable`.
    exit: exit.sellable > quantity ? { ...exit, sellable: quantity } : exit,
  };
}
