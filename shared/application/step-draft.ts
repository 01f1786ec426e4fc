import { isSettled } from '../domain/execution/transitions.ts';
import { fillKey, type Fill } from '../domain/execution/fill.ts';
import type { Order } from '../domain/execution/order.ts';
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
import { causeKey, freed, putOwnership, putPosition, type OrderContext } from './market-state.ts';

type BookedFill = {
  readonly order: Order;
  readonly position: Position;
  readonly basis: Money;
};

/** Collects what one step writes beside the order itself. */
export class StepDraft {
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
