import {
  advance,
  applyAbsentLook,
  applyExchangeView,
  applyOutcome,
  bookFill,
  fillContradiction,
  isSettled,
  mayReleaseAbandoned,
  type ExchangeView,
  type FillContradiction,
} from '../domain/execution/transitions.ts';
import { fillKey, type Fill } from '../domain/execution/fill.ts';
import type { Order } from '../domain/execution/order.ts';
import type { SubmitOutcome } from '../domain/execution/outcome.ts';
import type { EpochMs } from '../domain/market/market.ts';
import type { HotWrite } from '../ports/hot-store.ts';
import { loadOrderContext, type OrderContext } from './market-state.ts';
import { StepDraft } from './step-draft.ts';
import { raiseCause } from './trading-causes.ts';
import type { TradingDeps } from './trading-deps.ts';

/** One thing that happens to an order of ours. */
export type OrderStep =
  | { readonly kind: 'sent' }
  | { readonly kind: 'never_sent' }
  /** Said by the sender alone, who knows that not a byte has left although the order is marked as sent. */
  | { readonly kind: 'kept_back' }
  | { readonly kind: 'outcome'; readonly outcome: SubmitOutcome }
  | { readonly kind: 'view'; readonly view: ExchangeView }
  | { readonly kind: 'fill'; readonly fill: Fill }
  | { readonly kind: 'absent_look' }
  | { readonly kind: 'signature_window_over' };

export type Progress =
  | { readonly kind: 'progressed'; readonly order: Order }
  | { readonly kind: 'nothing_new'; readonly order: Order }
  /** What was told cannot be of this order, or cannot be booked to it; it is as it was, and its market is stopped. */
  | { readonly kind: 'contradiction'; readonly order: Order; readonly what: Contradiction }
  | { readonly kind: 'no_such_order' };

/**
 * `position_of_another`: a late fill of an order given up, while its market has the position of another one.
 * `sold_beyond_position`: a sale of more than is booked as bought; the purchase may be booked yet.
 */
export type Contradiction = FillContradiction | 'position_of_another' | 'sold_beyond_position';

/** Conflicts with other writers are retried this often; more means that something is wrong. */
export const MAX_CONFLICTS = 16;

export type ProgressDeps = Pick<TradingDeps, 'store' | 'clock' | 'config' | 'telemetry'>;

/**
 * Moves one order by one step. Order, fill, position, ownership, headroom and journal change in one transaction; a
 * step seen before changes nothing; a conflict with another writer is read again and decided again.
 */
export async function progressOrder(
  deps: ProgressDeps,
  clientOrderId: string,
  step: OrderStep,
): Promise<Progress> {
  for (let attempt = 0; attempt < MAX_CONFLICTS; attempt += 1) {
    const context = await loadOrderContext(deps.store, clientOrderId);
    if (context === null) return { kind: 'no_such_order' };
    const { value: before } = context.order;
    if (step.kind === 'fill' && (await isBooked(deps, step.fill)))
      return { kind: 'nothing_new', order: before };
    const what = contradictionOf(context, step);
    if (what !== null) return contradicted(deps, before, what);
    const next = planStep(context, step, deps.clock.nowMs(), deps.config.execution);
    if (next === null) return { kind: 'nothing_new', order: before };
    const commit = await deps.store.transact(next.writes);
    if (commit.kind === 'conflict') continue;
    if (before.state === 'abandoned' && next.order.state !== 'abandoned')
      deps.telemetry.log('critical', 'abandoned_order_appeared', { order: clientOrderId });
    return { kind: 'progressed', order: next.order };
  }
  return unresolved(clientOrderId);
}

function contradictionOf(context: OrderContext, step: OrderStep): Contradiction | null {
  const order = context.order.value;
  if (step.kind === 'view') return applyExchangeView(order, step.view).contradiction;
  if (step.kind !== 'fill') return null;
  const position = context.position?.value;
  const { intent } = order;
  if (intent.purpose === 'exit') {
    if (position?.positionId !== intent.positionId) return 'position_of_another';
    if (step.fill.count > position.quantity) return 'sold_beyond_position';
  } else if (position?.state === 'open' && position.positionId !== intent.clientOrderId) {
    return 'position_of_another';
  }
  return fillContradiction(order, step.fill);
}

/** Never guessed at: the alarm is raised and the market may only be left until a person has looked. */
async function contradicted(
  deps: ProgressDeps,
  order: Order,
  what: Contradiction,
): Promise<Progress> {
  const { clientOrderId, market } = order.intent;
  deps.telemetry.log('critical', 'order_contradiction', { order: clientOrderId, what });
  await raiseCause(deps.store, {
    code: 'mismatch',
    scope: { kind: 'market', market },
    state: 'reduce',
    sinceMs: deps.clock.nowMs(),
    detail: `${clientOrderId}: ${what}`,
  });
  return { kind: 'contradiction', order, what };
}

function unresolved(clientOrderId: string): never {
  throw new Error(
    `order ${clientOrderId}: ${MAX_CONFLICTS} conflicting writes in a row; the message will be delivered again`,
  );
}

async function isBooked(deps: ProgressDeps, fill: Fill): Promise<boolean> {
  return (await deps.store.get('fills', fillKey(fill))) !== null;
}

type PlannedStep = { readonly order: Order; readonly writes: readonly HotWrite[] };

/** The writes that follow from one step, or null when it changes nothing. Pure. */
export function planStep(
  context: OrderContext,
  step: OrderStep,
  nowMs: EpochMs,
  limits: { readonly unknownQuietMs: number; readonly signatureWindowMs: number },
): PlannedStep | null {
  const before = context.order.value;
  const stepped = stepOrder(before, step, nowMs, limits);
  if (stepped === null) return null;
  const draft = new StepDraft(context, nowMs);
  let order = stepped;
  if (step.kind === 'fill') order = draft.bookFill(order, step.fill);
  const settledNow =
    isSettled(order) &&
    (order.state !== 'abandoned' ||
      order.intent.purpose === 'exit' ||
      step.kind === 'signature_window_over');
  if (settledNow) order = draft.settle(order);
  return { order, writes: draft.writes(before, order) };
}

function stepOrder(
  order: Order,
  step: OrderStep,
  nowMs: EpochMs,
  limits: { readonly unknownQuietMs: number; readonly signatureWindowMs: number },
): Order | null {
  switch (step.kind) {
    case 'sent':
      return order.state === 'planned' ? advance(order, 'sent', nowMs) : null;
    case 'never_sent':
      return order.state === 'planned' ? advance(order, 'expired', nowMs) : null;
    case 'kept_back':
      return order.state === 'sent' ? advance(order, 'expired', nowMs) : null;
    case 'outcome': {
      const next = applyOutcome(order, step.outcome, nowMs);
      return next === order ? null : next;
    }
    case 'view': {
      const next = applyExchangeView(order, step.view);
      return next.changed ? next.order : null;
    }
    case 'fill':
      return bookFill(order, step.fill);
    case 'absent_look': {
      const next = applyAbsentLook(order, { atMs: nowMs, quietMs: limits.unknownQuietMs });
      return next === order ? null : next;
    }
    case 'signature_window_over':
      return order.state === 'abandoned' &&
        holdsReservation(order) &&
        mayReleaseAbandoned(order, nowMs, limits.signatureWindowMs)
        ? order
        : null;
  }
}

/** An exit holds no reservation; an entry's is released once. */
function holdsReservation({ intent, reservation }: Order): boolean {
  return intent.purpose === 'entry' && (reservation.cash !== 0 || reservation.slots !== 0);
}
