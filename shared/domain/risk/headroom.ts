import type { Fill } from '../execution/fill.ts';
import type { OrderIntent } from '../execution/intent.ts';
import type { EventTicker, MarketTicker } from '../market/market.ts';
import { subtractContracts, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { addMoney, cost, money, NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import { ceilProportion, floorProportion } from '../money/proportion.ts';
import { legPrice } from '../positions/fold-position.ts';

/**
 * What may still be used, stored per scope because a conditional write can compare but not add up. Amounts are
 * micro-dollars, except for `slots`, which counts positions.
 */
export type HeadroomKey =
  'account' | 'slots' | `cash:${number}` | `event:${EventTicker}` | `market:${MarketTicker}`;

/** What one order (later: its position) holds back. */
export type Reservation = {
  /** Worst cost without fees: counts against account, event and market. */
  readonly exposure: Money;
  /** Worst cost with fees: counts against the shard's cash. */
  readonly cash: Money;
  readonly slots: number;
};

export const NO_RESERVATION: Reservation = { exposure: NO_MONEY, cash: NO_MONEY, slots: 0 };

/** One change of one scope: micro-dollars, or positions for `slots`. */
export type HeadroomDelta = { readonly key: HeadroomKey; readonly amount: number };

/** How much may be at risk; fractions in millionths of the account's equity. */
export type Caps = {
  readonly totalMillionths: number;
  readonly positionMillionths: number;
  readonly eventMillionths: number;
  readonly maxPositions: number;
  /** A fixed bound on one position while a stage is proving itself; null when the stage has none. */
  readonly stagePositionCap: Money | null;
};

/** What caps are measured against: equity before the trades in question, and the cash of each shard. */
export type CapBase = {
  readonly equity: Money;
  readonly caps: Caps;
  readonly cashByShard: ReadonlyMap<number, Money>;
};

const WHOLE_MILLIONTHS = 1_000_000;

/**
 * What each scope may hold before anything is at risk: shares of equity rounded down, a market also bounded by the
 * stage, and each shard's own cash. A shard without a balance has none.
 */
export function initialHeadroom({
  equity,
  caps,
  cashByShard,
}: CapBase): (key: HeadroomKey) => number {
  const share = (millionths: number): number =>
    floorProportion(Math.max(0, equity), millionths, WHOLE_MILLIONTHS);
  return (key) => {
    if (key === 'account') return share(caps.totalMillionths);
    if (key === 'slots') return caps.maxPositions;
    if (key.startsWith('event:')) return share(caps.eventMillionths);
    if (key.startsWith('market:'))
      return Math.min(
        share(caps.positionMillionths),
        caps.stagePositionCap ?? Number.MAX_SAFE_INTEGER,
      );
    return cashByShard.get(Number(key.slice('cash:'.length))) ?? NO_MONEY;
  };
}

/** What an intent holds back at worst: an entry its cost at the limit, the estimated fees and a slot; an exit nothing. */
export function reservationFor(intent: OrderIntent): Reservation {
  if (intent.purpose === 'exit') return NO_RESERVATION;
  const exposure = costAtLimit(intent, intent.count);
  return { exposure, cash: addMoney(exposure, intent.estimatedFees), slots: 1 };
}

/** The scopes that an intent's reservation is taken from; none for an exit. */
export function scopesForReservation(intent: OrderIntent): readonly HeadroomDelta[] {
  return scopesOfAmounts(intent, reservationFor(intent));
}

/** An order as far as its reservation is concerned. */
export type ReservedOrder = {
  readonly intent: OrderIntent;
  readonly reservation: Reservation;
  readonly bookedFilled: Contracts;
};

/**
 * What one entry fill gives back, and what stays reserved: the rest at its limit with its share of the fees, rounded
 * up. `order` has the fill among `bookedFilled` already and still its reservation from before. The position now holds
 * its actual cost, so account, event and market get the improvement over the limit; cash gets what was reserved for
 * the filled part less what was paid with its fee; the slot passes to the position, unless that was open before.
 * Amounts may be negative: a fill that comes after its order's reservation was released, or a fee above the estimate,
 * takes headroom although there may be none.
 */
export function releaseForEntryFill({
  order,
  fill,
  opensPosition,
}: {
  readonly order: ReservedOrder;
  readonly fill: Pick<Fill, 'price' | 'count' | 'fee'>;
  readonly opensPosition: boolean;
}): { readonly reservation: Reservation; readonly deltas: readonly HeadroomDelta[] } {
  const { intent, reservation: before } = order;
  invariant(intent.purpose === 'entry', 'only an entry holds a reservation');
  const rest = subtractContracts(intent.count, order.bookedFilled);
  const exposure = Math.min(before.exposure, costAtLimit(intent, rest));
  const fees = Math.min(
    before.cash - before.exposure,
    ceilProportion(intent.estimatedFees, rest, intent.count),
  );
  const after: Reservation = { exposure: money(exposure), cash: money(exposure + fees), slots: 0 };
  const paid = cost(legPrice(intent.leg, fill.price), fill.count);
  const deltas = scopesOfAmounts(intent, {
    exposure: money(before.exposure - after.exposure - paid),
    cash: money(before.cash - after.cash - paid - fill.fee),
    slots: before.slots - after.slots - (opensPosition ? 1 : 0),
  });
  return { reservation: after, deltas };
}

/** What an order that is over gives back: all that is still reserved, the slot among it when nothing filled. */
export function releaseReservation(order: ReservedOrder): readonly HeadroomDelta[] {
  return scopesOfAmounts(order.intent, order.reservation);
}

/**
 * What an exit fill gives back: the basis that left the position, the proceeds less the fee charged, and the slot when
 * the sale closed the position.
 */
export function releaseForExitFill({
  intent,
  fill,
  basis,
  closed,
}: {
  readonly intent: OrderIntent;
  readonly fill: Pick<Fill, 'price' | 'count' | 'fee'>;
  readonly basis: Money;
  readonly closed: boolean;
}): readonly HeadroomDelta[] {
  const proceeds = cost(legPrice(intent.leg, fill.price), fill.count);
  const cash = subtractMoney(proceeds, fill.fee);
  return scopesOfAmounts(intent, { exposure: basis, cash, slots: closed ? 1 : 0 });
}

/** What the settlement of an open position gives back: its whole basis, the payout less any fee, and the slot. */
export function releaseForSettlement({
  position,
  basis,
  payout,
  fee,
}: {
  readonly position: Placed;
  readonly basis: Money;
  readonly payout: Money;
  readonly fee: Money;
}): readonly HeadroomDelta[] {
  return scopesOfAmounts(position, { exposure: basis, cash: subtractMoney(payout, fee), slots: 1 });
}

/** Adds deltas up to one per scope, as a transaction may touch each scope only once. Scopes that come to zero go. */
export function mergeDeltas(
  ...lists: readonly (readonly HeadroomDelta[])[]
): readonly HeadroomDelta[] {
  const sums = new Map<HeadroomKey, number>();
  for (const { key, amount } of lists.flat()) sums.set(key, (sums.get(key) ?? 0) + amount);
  return [...sums].filter(([, amount]) => amount !== 0).map(([key, amount]) => ({ key, amount }));
}

/** Where an intent or a position stands in the scopes. */
type Placed = {
  readonly market: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly exchangeIndex: number;
};

function scopesOfAmounts(placed: Placed, amounts: Reservation): readonly HeadroomDelta[] {
  const scopes: readonly HeadroomDelta[] = [
    { key: 'account', amount: amounts.exposure },
    { key: `event:${placed.eventTicker}`, amount: amounts.exposure },
    { key: `market:${placed.market}`, amount: amounts.exposure },
    { key: `cash:${placed.exchangeIndex}`, amount: amounts.cash },
    { key: 'slots', amount: amounts.slots },
  ];
  return scopes.filter(({ amount }) => amount !== 0);
}

function costAtLimit(intent: OrderIntent, count: Contracts): Money {
  return cost(legPrice(intent.leg, intent.limitPrice), count);
}
