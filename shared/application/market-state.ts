import type { Order } from '../domain/execution/order.ts';
import type { Position } from '../domain/positions/position.ts';
import type { TradingCause } from '../domain/risk/trading-state.ts';
import type { HotStore, HotWrite, Ownership, Row } from '../ports/hot-store.ts';

/** What one step on an order reads together: the order, the position of its market, and who holds the market. */
export type OrderContext = {
  readonly order: Row<Order>;
  readonly position: Row<Position> | null;
  readonly ownership: Row<Ownership> | null;
  /** The entry that the position came of, when the order is an exit; the market is free only when both are over. */
  readonly entry: Row<Order> | null;
  /** The standing cause of an unknown outcome in this market. */
  readonly unknownCause: Row<TradingCause> | null;
};

export async function loadOrderContext(
  store: HotStore,
  clientOrderId: string,
): Promise<OrderContext | null> {
  const order = await store.get('orders', clientOrderId);
  if (order === null) return null;
  const market = order.value.intent.market;
  const [position, ownership, unknownCause] = await Promise.all([
    store.get('positions', market),
    store.get('ownership', market),
    store.get('causes', causeKey({ code: 'unknown_outcome', scope: { kind: 'market', market } })),
  ]);
  const entry =
    order.value.intent.purpose === 'exit'
      ? await store.get('orders', order.value.intent.positionId)
      : null;
  return { order, position, ownership, entry, unknownCause };
}

/** Inserts a row that was absent when read, or replaces the version that was read. */
export function putPosition(read: Row<Position> | null, value: Position): HotWrite {
  return read === null
    ? { kind: 'insert', table: 'positions', key: value.market, value }
    : { kind: 'replace', table: 'positions', key: read.key, value, version: read.version };
}

export function putOwnership(read: Row<Ownership> | null, value: Ownership): HotWrite {
  return read === null
    ? { kind: 'insert', table: 'ownership', key: value.market, value }
    : { kind: 'replace', table: 'ownership', key: read.key, value, version: read.version };
}

/** The market is free again; the next entry gets a new id. */
export function freed(ownership: Ownership): Ownership {
  return { ...ownership, holder: null, generation: ownership.generation + 1 };
}

/** A cause's row: one per code and scope. */
export function causeKey(cause: Pick<TradingCause, 'code' | 'scope'>): string {
  switch (cause.scope.kind) {
    case 'account':
      return `${cause.code}|account`;
    case 'shard':
      return `${cause.code}|shard|${cause.scope.exchangeIndex}`;
    case 'event':
      return `${cause.code}|event|${cause.scope.eventTicker}`;
    case 'market':
      return `${cause.code}|market|${cause.scope.market}`;
    case 'source':
      return `${cause.code}|source|${cause.scope.source}`;
  }
}
