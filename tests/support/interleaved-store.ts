import type {
  HotCommit,
  HotStore,
  HotTable,
  HotTables,
  HotWrite,
  Row,
} from '../../shared/ports/hot-store.ts';
import type { Order } from '../../shared/domain/execution/order.ts';
import type { HeadroomKey } from '../../shared/domain/risk/headroom.ts';

/** A store with which another writer comes in between, after the reads of a step and before its transaction. */
export class InterleavedStore implements HotStore {
  readonly #inner: HotStore;
  #between: (() => Promise<void>) | null = null;

  constructor(inner: HotStore) {
    this.#inner = inner;
  }

  /** Runs once, just before the next transaction. */
  beforeNextTransaction(between: () => Promise<void>): void {
    this.#between = between;
  }

  get<T extends HotTable>(table: T, key: string): Promise<Row<HotTables[T]> | null> {
    return this.#inner.get(table, key);
  }

  list<T extends Exclude<HotTable, 'journal'>>(table: T): Promise<readonly Row<HotTables[T]>[]> {
    return this.#inner.list(table);
  }

  openOrders(): Promise<readonly Row<Order>[]> {
    return this.#inner.openOrders();
  }

  caps(): Promise<ReadonlyMap<HeadroomKey, number>> {
    return this.#inner.caps();
  }

  headroom(scope: HeadroomKey): Promise<number | null> {
    return this.#inner.headroom(scope);
  }

  async transact(writes: readonly HotWrite[]): Promise<HotCommit> {
    const between = this.#between;
    this.#between = null;
    await between?.();
    return this.#inner.transact(writes);
  }
}
