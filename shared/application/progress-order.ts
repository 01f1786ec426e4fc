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
import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { minContracts, subtractContracts } from '../domain/money/contracts.ts';
import { NO_MONEY, type Money } from '../domain/money/money.ts';
import { invariant } from '../domain/money/invariant.ts';
import { returnSellable } from '../domain/exits/claim-exit.ts';
import { applyEntryFill, applyExitFill } from '../domain/positions/fold-position.ts';
import type { Position } from '../domain/positions/position.ts';
import {
  NO_RESERVATION,
  releaseForEntryFill,
  releaseForExitFill,
  releaseReservation,
  type HeadroomDelta,
} from '../domain/risk/headroom.ts';
import type { TradingCause } from '../domain/risk/trading-state.ts';
import type { HotTable, HotWrite, Row } from '../ports/hot-store.ts';
import {
  causeKey,
  freed,
  loadOrderContext,
  putOwnership,
  putPosition,
  type OrderContext,
} from './market-state.ts';
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

type BookedFill = {
  readonly order: Order;
  readonly position: Position;
  readonly basis: Money;
};

/** Collects what one step writes beside the order itself. */
class StepDraft {
  readonly #context: OrderContext;
  readonly #nowMs: EpochMs;
  readonly #writes: HotWrite[] = [];
  readonly #journal: JournalEntry[] = [];
  readonly #headroom = new Map<HeadroomDelta['key'], number>();
  #position: Position | null;
  #positionChanged = false;
  #free = false;

  constructor(context: OrderContext, nowMs: EpochMs) {
    this.#context = context;
    this.#nowMs = nowMs;
    this.#position = context.position?.value ?? null;
  }

  bookFill(order: Order, fill: Fill): Order {
    const booked =
      order.intent.purpose === 'entry' ? this.#entry(order, fill) : this.#exit(order, fill);
    const position = booked.position;
    this.#journal.push({
      kind: 'fill',
      journalId: `fill:${fillKey(fill)}`,
      fill,
      clientOrderId: order.intent.clientOrderId,
      positionId: position.positionId,
      exchangeIndex: order.intent.exchangeIndex,
      leg: order.intent.leg,
      purpose: order.intent.purpose,
      basis: booked.basis,
      atMs: this.#nowMs,
    });
    this.#writes.push({
      kind: 'insert',
      table: 'fills',
      key: fillKey(fill),
      value: {
        fill,
        clientOrderId: order.intent.clientOrderId,
        positionId: position.positionId,
      },
    });
    return booked.order;
  }

  /** The order is over and all its fills are booked: what it still holds back is released. */
  settle(order: Order): Order {
    const { intent } = order;
    const position = this.#position;
    if (intent.purpose === 'exit') {
      // An abandoned exit gives its share back at once: should it arrive after all, it is reduce-only at the exchange,
      // and it has nothing to give back any more.
      if (
        order.adoptedAtMs === null &&
        position?.positionId === intent.positionId &&
        position.state === 'open'
      ) {
        const unsold = subtractContracts(intent.count, order.bookedFilled);
        const taken = subtractContracts(position.quantity, position.exit.sellable);
        this.#setPosition(returnSellable(position, minContracts(unsold, taken)));
      }
      return order;
    }
    this.#add(releaseReservation(order));
    const held = position?.positionId === intent.clientOrderId && position.state === 'open';
    if (!held) this.#free = true;
    else this.#guard('positions', this.#positionChanged ? null : this.#context.position);
    return { ...order, reservation: NO_RESERVATION };
  }

  writes(before: Order, order: Order): readonly HotWrite[] {
    const { order: row, ownership, position } = this.#context;
    const writes: HotWrite[] = [
      { kind: 'replace', table: 'orders', key: row.key, value: order, version: row.version },
      ...this.#writes,
    ];
    if (before.state !== order.state) {
      this.#journal.push(orderJournal(before, order, this.#nowMs));
      writes.push(...this.#blockOrUnblock(before, order));
    }
    if (this.#positionChanged && this.#position !== null)
      writes.push(putPosition(position, this.#position));
    // An order that was given up and appears later must not free the market of the one that came after it.
    if (this.#free && ownership !== null && ownership.value.holder === holderOf(order))
      writes.push(putOwnership(ownership, freed(ownership.value)));
    for (const [scope, amount] of this.#headroom) {
      if (amount !== 0) writes.push({ kind: 'release', scope, amount, initial: 0 });
    }
    for (const entry of this.#journal)
      writes.push({ kind: 'insert', table: 'journal', key: entry.journalId, value: entry });
    return writes;
  }

  /** An unknown outcome blocks new risk in its market until read-back has resolved it. */
  #blockOrUnblock(before: Order, order: Order): readonly HotWrite[] {
    const standing = this.#context.unknownCause;
    if (order.state === 'unknown' && standing === null) {
      const cause = unknownCause(order, this.#nowMs);
      return [{ kind: 'insert', table: 'causes', key: causeKey(cause), value: cause }];
    }
    // An exit that is given up may still arrive: the resolver lifts its cause when it cannot any more.
    if (order.state === 'abandoned' && order.intent.purpose === 'exit') return [];
    if (before.state === 'unknown' && standing?.value.detail === order.intent.clientOrderId)
      return [{ kind: 'remove', table: 'causes', key: standing.key, version: standing.version }];
    return [];
  }

  #entry(order: Order, fill: Fill): BookedFill {
    const { intent } = order;
    invariant(intent.purpose === 'entry', 'an entry fill belongs to an entry');
    const positionId = intent.clientOrderId;
    const known = this.#position?.positionId === positionId ? this.#position : null;
    const position = applyEntryFill(known, fill, intent, positionId);
    if (known === null) this.#record('position_opened', position, 'entry');
    this.#setPosition(position);
    const released = releaseForEntryFill({
      order,
      fill,
      opensPosition: known?.state !== 'open',
    });
    this.#add(released.deltas);
    return { order: { ...order, reservation: released.reservation }, position, basis: NO_MONEY };
  }

  #exit(order: Order, fill: Fill): BookedFill {
    const { intent } = order;
    invariant(intent.purpose === 'exit', 'an exit fill belongs to an exit');
    invariant(this.#position !== null, 'an exit fill reduces a position');
    const { position, basis } = applyExitFill(this.#position, fill);
    this.#setPosition(position);
    const closed = position.state === 'closed';
    if (closed) {
      this.#record('position_closed', position, intent.rule);
      const { entry } = this.#context;
      if (entry !== null && isSettled(entry.value)) this.#free = true;
      this.#guard('orders', entry);
    }
    this.#add(releaseForExitFill({ intent, fill, basis, closed }));
    return { order, position, basis };
  }

  /** What was decided rests on a row that this step does not write: it must still be as it was read. */
  #guard(table: HotTable, row: Row<unknown> | null): void {
    if (row !== null)
      this.#writes.push({ kind: 'unchanged', table, key: row.key, version: row.version });
  }

  #record(kind: 'position_opened' | 'position_closed', position: Position, cause: string): void {
    this.#journal.push(positionJournal(kind, position, cause, this.#nowMs));
  }

  #setPosition(position: Position): void {
    this.#position = position;
    this.#positionChanged = true;
  }

  #add(deltas: readonly HeadroomDelta[]): void {
    for (const { key, amount } of deltas)
      this.#headroom.set(key, (this.#headroom.get(key) ?? 0) + amount);
  }
}

/** Whoever holds the market for an order: the entry itself, or the entry whose position an exit sells. */
function holderOf({ intent }: Order): string {
  return intent.purpose === 'entry' ? intent.clientOrderId : intent.positionId;
}

function orderJournal(before: Order, order: Order, atMs: EpochMs): JournalEntry {
  return {
    kind: 'order',
    journalId: `order:${order.intent.clientOrderId}:${order.state}`,
    clientOrderId: order.intent.clientOrderId,
    intent: order.intent,
    from: before.state,
    to: order.state,
    detail: order.rejection?.code ?? order.unknown?.cause ?? '',
    atMs,
  };
}

function positionJournal(
  kind: 'position_opened' | 'position_closed',
  position: Position,
  cause: string,
  atMs: EpochMs,
): JournalEntry {
  return {
    kind,
    journalId: `${kind}:${position.positionId}:${position.boughtCount}`,
    positionId: position.positionId,
    market: position.market,
    leg: position.leg,
    cause,
    atMs,
  };
}

/** An order of unknown outcome stops new risk in its market. */
export function unknownCause(order: Order, sinceMs: EpochMs): TradingCause {
  return {
    code: 'unknown_outcome',
    scope: { kind: 'market', market: order.intent.market },
    state: 'refuse',
    sinceMs,
    detail: order.intent.clientOrderId,
  };
}
