import type { EpochMs } from '../market/market.ts';
import { addContracts, contracts, NO_CONTRACTS, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { addMoney, cost, NO_MONEY } from '../money/money.ts';
import { legPrice } from '../positions/fold-position.ts';
import type { Fill } from './fill.ts';
import { bookSideOf, type ExchangeOrderId } from './intent.ts';
import type { Order, OrderState } from './order.ts';
import type { SubmitOutcome } from './outcome.ts';

/**
 * Where an order may go, forward only. From `planned` the exchange's own facts may arrive before our note that it was
 * sent. `cancelled` and `expired` become `filled` when a late fact shows that all of it had traded. What was abandoned
 * moves only by {@link adopt}.
 */
const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  planned: ['sent', 'unknown', 'resting', 'filled', 'cancelled', 'rejected', 'expired'],
  sent: ['unknown', 'resting', 'filled', 'cancelled', 'rejected', 'expired'],
  unknown: ['resting', 'filled', 'cancelled', 'expired', 'abandoned'],
  resting: ['filled', 'cancelled', 'expired'],
  filled: [],
  cancelled: ['filled'],
  rejected: [],
  expired: ['filled'],
  abandoned: [],
};

const ADOPTED: readonly OrderState[] = ['resting', 'filled', 'cancelled'];
const TERMINAL: readonly OrderState[] = ['filled', 'cancelled', 'rejected', 'expired', 'abandoned'];
const LIVE: readonly OrderState[] = ['sent', 'unknown', 'resting'];

/** Whether an order moves from one state to another in the ordinary way. A state does not move to itself. */
export function canMove(from: OrderState, to: OrderState): boolean {
  return NEXT[from].includes(to);
}

/** Whether something that was abandoned may turn out to be this after all. */
export function canAdopt(from: OrderState, to: OrderState): boolean {
  return from === 'abandoned' && ADOPTED.includes(to);
}

/** Nothing more will trade under it, as far as we know. It may still have fills to book. */
export function isTerminal(state: OrderState): boolean {
  return TERMINAL.includes(state);
}

/** It may be at the exchange now: sent, unknown or resting. */
export function isLive(state: OrderState): boolean {
  return LIVE.includes(state);
}

/** What may change together with the state. The intent never does. */
export type OrderPatch = Partial<Omit<Order, 'intent' | 'state' | 'updatedAtMs'>>;

/** Moves an order along the table. A move that is not in the table is a bug of the caller. */
export function advance(
  order: Order,
  to: OrderState,
  atMs: EpochMs,
  patch: OrderPatch = {},
): Order {
  invariant(canMove(order.state, to), `an order does not move from ${order.state} to ${to}`);
  return moved(order, to, atMs, patch);
}

/** Takes up an abandoned order that appeared at the exchange after all. The caller raises the alarm. */
export function adopt(order: Order, to: OrderState, atMs: EpochMs, patch: OrderPatch = {}): Order {
  invariant(canAdopt(order.state, to), `an order in ${order.state} is not adopted as ${to}`);
  return moved(order, to, atMs, { ...patch, adoptedAtMs: atMs });
}

function moved(order: Order, to: OrderState, atMs: EpochMs, patch: OrderPatch): Order {
  const unknown = to === 'unknown' || to === 'abandoned' ? order.unknown : null;
  const next: Order = { ...order, unknown, ...patch, state: to };
  invariant(
    (next.unknown !== null) === (to === 'unknown' || to === 'abandoned'),
    'an order has an unknown outcome exactly while it is unknown or abandoned',
  );
  invariant(
    (next.rejection !== null) === (to === 'rejected'),
    'an order has a rejection exactly when it was rejected',
  );
  return { ...next, updatedAtMs: Math.max(order.updatedAtMs, atMs) };
}

/**
 * Takes in what a submit told us. Orders are immediate-or-cancel, so an accepted one is over at once: `filled` when
 * all of it traded, else `cancelled`. What the exchange has already shown of the order outranks a late `rejected` or
 * `unknown`, which then change nothing.
 */
export function applyOutcome(order: Order, outcome: SubmitOutcome, atMs: EpochMs): Order {
  switch (outcome.kind) {
    case 'accepted': {
      const view = { exchangeOrderId: outcome.exchangeOrderId, filled: outcome.filled, atMs };
      const applied = applyExchangeView(order, { ...view, status: 'cancelled' });
      invariant(
        applied.contradiction === null,
        `an accepted outcome fits its order, but: ${applied.contradiction}`,
      );
      return applied.order;
    }
    case 'rejected': {
      if (order.state !== 'planned' && order.state !== 'sent') return order;
      const { code, message } = outcome;
      return advance(order, 'rejected', atMs, { rejection: { code, message } });
    }
    case 'unknown': {
      if (order.state !== 'planned' && order.state !== 'sent') return order;
      const { cause } = outcome;
      return advance(order, 'unknown', atMs, {
        unknown: { cause, sinceMs: atMs, absentLooks: 0, lastLookMs: null },
      });
    }
  }
}

/** What the exchange shows of one order, by stream or by list. `filled` is the total so far. */
export type ExchangeView = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly status: 'resting' | 'cancelled' | 'executed';
  readonly filled: Contracts;
  readonly atMs: EpochMs;
};

/** Why a view cannot be of this order; the order is then left as it was, and the caller alarms and blocks. */
export type ViewContradiction = 'filled_beyond_count' | 'other_exchange_order' | 'was_rejected';

export type AppliedView = {
  readonly order: Order;
  readonly changed: boolean;
  /** It had been abandoned and appeared after all: an alarm, and its fills are real. */
  readonly adopted: boolean;
  readonly contradiction: ViewContradiction | null;
};

/**
 * Takes in a view of the order, in any order of arrival and any number of times, with the same final order but for
 * `updatedAtMs` and `adoptedAtMs`: `exchangeFilled` never decreases, and a state never moves back, so a stale `resting`
 * after the end is ignored. A view that says nothing new leaves the very same order, so that nobody writes it again.
 */
export function applyExchangeView(order: Order, view: ExchangeView): AppliedView {
  const contradiction = contradictionOf(order, view);
  if (contradiction !== null) return { order, changed: false, adopted: false, contradiction };
  const ended = view.status !== 'resting';
  const shown = showAtExchange(order, { ...view, ended });
  return {
    order: shown,
    changed: shown !== order,
    adopted: order.state === 'abandoned',
    contradiction: null,
  };
}

function contradictionOf(order: Order, view: ExchangeView): ViewContradiction | null {
  if (order.state === 'rejected') return 'was_rejected';
  if (order.exchangeOrderId !== null && order.exchangeOrderId !== view.exchangeOrderId)
    return 'other_exchange_order';
  return view.filled > order.intent.count ? 'filled_beyond_count' : null;
}

/** The order as it stands once the exchange has shown it; the same object when nothing in it is new. */
function showAtExchange(
  order: Order,
  seen: {
    readonly exchangeOrderId: ExchangeOrderId;
    readonly filled: Contracts;
    readonly ended: boolean;
    readonly atMs: EpochMs;
  },
): Order {
  const { exchangeOrderId, ended, atMs } = seen;
  const exchangeFilled = contracts(Math.max(order.exchangeFilled, seen.filled));
  const to = shownState(order.state, { complete: exchangeFilled === order.intent.count, ended });
  const patch = { exchangeOrderId, exchangeFilled };
  if (order.state === 'abandoned') return adopt(order, to, atMs, patch);
  if (to !== order.state) return advance(order, to, atMs, patch);
  if (exchangeFilled === order.exchangeFilled && exchangeOrderId === order.exchangeOrderId)
    return order;
  return { ...order, ...patch, updatedAtMs: Math.max(order.updatedAtMs, atMs) };
}

/** A complete order is filled and an ended one cancelled; otherwise it rests unless we know that it is over. */
function shownState(
  from: OrderState,
  { complete, ended }: { readonly complete: boolean; readonly ended: boolean },
): OrderState {
  if (complete) return 'filled';
  if (from !== 'abandoned' && isTerminal(from)) return from;
  return ended ? 'cancelled' : 'resting';
}

/** Two looks that did not find an order make it absent; one may have come from a lagging copy. */
export const ABSENT_LOOKS_TO_ABANDON = 2;

/**
 * Takes in a look, made after the exchange's as-of time had passed, that did not find the order. A look counts once
 * the quiet period since the outcome became unknown is over, and each time counts once; the second one abandons the
 * order. A `sent` order becomes unknown with its first look, as its answer was never read. Others do not change.
 */
export function applyAbsentLook(
  order: Order,
  { atMs, quietMs }: { readonly atMs: EpochMs; readonly quietMs: number },
): Order {
  if (order.state === 'sent')
    return advance(order, 'unknown', atMs, {
      unknown: { cause: 'timeout', sinceMs: atMs, absentLooks: 0, lastLookMs: null },
    });
  if (order.state !== 'unknown' || order.unknown === null) return order;
  const { sinceMs, lastLookMs } = order.unknown;
  if (atMs < sinceMs + quietMs || (lastLookMs !== null && atMs <= lastLookMs)) return order;
  const unknown = {
    ...order.unknown,
    absentLooks: order.unknown.absentLooks + 1,
    lastLookMs: atMs,
  };
  if (unknown.absentLooks >= ABSENT_LOOKS_TO_ABANDON)
    return advance(order, 'abandoned', atMs, { unknown });
  return { ...order, unknown, updatedAtMs: Math.max(order.updatedAtMs, atMs) };
}

/**
 * Whether an abandoned order's reservation may go: a signed request is good for the signature window, so until then
 * the order may still arrive.
 */
export function mayReleaseAbandoned(
  order: Order,
  nowMs: EpochMs,
  signatureWindowMs: number,
): boolean {
  return (
    order.state === 'abandoned' &&
    order.unknown !== null &&
    nowMs >= order.unknown.sinceMs + signatureWindowMs
  );
}

/**
 * Books one fill of this order; that it is booked once is the caller's condition on its key. A fill shows the order
 * at the exchange: one that was sent, unknown or abandoned is resting with it, or filled when complete. The reservation
 * is untouched, see `releaseForEntryFill`. A fill of another order, or beyond the count, is a bug of the caller.
 */
export function bookFill(order: Order, fill: Fill): Order {
  const { intent } = order;
  invariant(order.state !== 'rejected', 'a rejected order has no fills');
  invariant(
    fill.market === intent.market && fill.bookSide === bookSideOf(intent),
    'a fill is of the market and side of its order',
  );
  invariant(
    order.exchangeOrderId === null || order.exchangeOrderId === fill.exchangeOrderId,
    'a fill carries the exchange id of its order',
  );
  const bookedFilled = addContracts(order.bookedFilled, fill.count);
  invariant(bookedFilled <= intent.count, 'an order never fills beyond its count');
  const shown = showAtExchange(order, {
    exchangeOrderId: fill.exchangeOrderId,
    filled: bookedFilled,
    ended: false,
    atMs: fill.exchangeTimeMs,
  });
  return {
    ...shown,
    bookedFilled,
    bookedCost: addMoney(order.bookedCost, cost(legPrice(intent.leg, fill.price), fill.count)),
    bookedFees: addMoney(order.bookedFees, fill.fee),
    updatedAtMs: Math.max(shown.updatedAtMs, fill.exchangeTimeMs),
  };
}

/** Why a fill cannot be of this order: it is another's, or one of the two is not what we think. */
export type FillContradiction = ViewContradiction | 'other_market_or_side';

/** What speaks against a fill being of this order; null when nothing does. */
export function fillContradiction(order: Order, fill: Fill): FillContradiction | null {
  const { intent } = order;
  if (order.state === 'rejected') return 'was_rejected';
  if (fill.market !== intent.market || fill.bookSide !== bookSideOf(intent))
    return 'other_market_or_side';
  if (order.exchangeOrderId !== null && order.exchangeOrderId !== fill.exchangeOrderId)
    return 'other_exchange_order';
  return order.bookedFilled + fill.count > intent.count ? 'filled_beyond_count' : null;
}

/**
 * Over, and every fill the exchange speaks of is booked. What is left of the reservation may then go, but for an
 * abandoned order only once {@link mayReleaseAbandoned} says so.
 */
export function isSettled(order: Order): boolean {
  return isTerminal(order.state) && order.bookedFilled === order.exchangeFilled;
}

/**
 * Nothing more will happen to it and nothing of it is still to be booked or released: it never reached the exchange, or
 * it is settled, and an abandoned entry has given its reservation back.
 */
export function isOver(order: Order): boolean {
  if (order.state === 'rejected' || order.state === 'expired') return true;
  if (!isSettled(order)) return false;
  const { cash, slots } = order.reservation;
  return order.state !== 'abandoned' || (cash === 0 && slots === 0);
}

/** A new order, before anything of it was sent. */
export function plannedOrder(
  intent: Order['intent'],
  reservation: Order['reservation'],
  atMs: EpochMs,
): Order {
  return {
    intent,
    state: 'planned',
    exchangeOrderId: null,
    exchangeFilled: NO_CONTRACTS,
    bookedFilled: NO_CONTRACTS,
    bookedCost: NO_MONEY,
    bookedFees: NO_MONEY,
    reservation,
    unknown: null,
    rejection: null,
    adoptedAtMs: null,
    updatedAtMs: atMs,
  };
}
