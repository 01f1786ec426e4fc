import type { Order } from '../../domain/execution/order.ts';
import { isOver } from '../../domain/execution/transitions.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { HeadroomKey } from '../../domain/risk/headroom.ts';
import type {
  HotCommit,
  HotConflict,
  HotStore,
  HotTable,
  HotTables,
  HotWrite,
  Lease,
  Row,
} from '../../ports/hot-store.ts';

/** The bound of one transaction, the same as the deployed table's. */
export const MAX_WRITES = 100;

type AnyRow = { readonly value: HotTables[HotTable]; readonly version: number };

/**
 * Hot state in memory with the conditions of the deployed tables. `onJournal` plays the table's stream: it is told of
 * each journal row once, in the order of the commits.
 */
export class MemoryHotStore implements HotStore {
  readonly #tables = new Map<HotTable, Map<string, AnyRow>>();
  readonly #headroom = new Map<HeadroomKey, number>();
  readonly #caps = new Map<HeadroomKey, number>();
  readonly #openOrders = new Set<string>();
  readonly #onJournal: (entries: readonly JournalEntry[]) => void;

  constructor(onJournal: (entries: readonly JournalEntry[]) => void = () => {}) {
    this.#onJournal = onJournal;
  }

  get<T extends HotTable>(table: T, key: string): Promise<Row<HotTables[T]> | null> {
    const row = this.#rows(table).get(key);
    return Promise.resolve(row === undefined ? null : { key, ...(row as VersionedRow<T>) });
  }

  list<T extends Exclude<HotTable, 'journal'>>(table: T): Promise<readonly Row<HotTables[T]>[]> {
    const rows = [...this.#rows(table)].map(([key, row]) => ({
      key,
      ...(row as VersionedRow<T>),
    }));
    return Promise.resolve(rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
  }

  openOrders(): Promise<readonly Row<Order>[]> {
    const orders = this.#rows('orders');
    const rows = [...this.#openOrders].toSorted().flatMap((key) => {
      const row = orders.get(key);
      return row === undefined ? [] : [{ key, ...(row as VersionedRow<'orders'>) }];
    });
    return Promise.resolve(rows);
  }

  caps(): Promise<ReadonlyMap<HeadroomKey, number>> {
    return Promise.resolve(new Map(this.#caps));
  }

  headroom(scope: HeadroomKey): Promise<number | null> {
    return Promise.resolve(this.#headroom.get(scope) ?? null);
  }

  /** Every cap as it stands, at once: for checkers. */
  peekCaps(): ReadonlyMap<HeadroomKey, number> {
    return this.#caps;
  }

  /** Every headroom that has been touched; the invariant checker reads it. */
  headrooms(): ReadonlyMap<HeadroomKey, number> {
    return this.#headroom;
  }

  /** A row as it stands, at once: for checkers, which must not let anything happen in between. */
  peek<T extends HotTable>(table: T, key: string): HotTables[T] | null {
    return (this.#rows(table).get(key)?.value as HotTables[T] | undefined) ?? null;
  }

  /** All values of a table as they stand, in order of insertion. */
  peekAll<T extends HotTable>(table: T): readonly HotTables[T][] {
    return [...this.#rows(table).values()].map((row) => row.value as HotTables[T]);
  }

  transact(writes: readonly HotWrite[]): Promise<HotCommit> {
    invariant(
      writes.length > 0 && writes.length <= MAX_WRITES,
      `a transaction holds 1 to ${MAX_WRITES} writes, not ${writes.length}`,
    );
    const touched = new Set(writes.map(targetOf));
    invariant(touched.size === writes.length, 'a transaction touches each row once');
    for (const [index, write] of writes.entries()) {
      const reason = this.#failedCondition(write);
      if (reason !== null) return Promise.resolve({ kind: 'conflict', index, reason });
    }
    const journal: JournalEntry[] = [];
    for (const write of writes) {
      this.#apply(write);
      if (write.kind === 'insert' && write.table === 'journal') journal.push(write.value);
    }
    if (journal.length > 0) this.#onJournal(journal);
    return Promise.resolve({ kind: 'committed' });
  }

  #indexOrder(key: string, order: Order): void {
    if (isOver(order)) this.#openOrders.delete(key);
    else this.#openOrders.add(key);
  }

  #rows(table: HotTable): Map<string, AnyRow> {
    let rows = this.#tables.get(table);
    if (rows === undefined) this.#tables.set(table, (rows = new Map()));
    return rows;
  }

  #failedCondition(write: HotWrite): HotConflict['reason'] | null {
    switch (write.kind) {
      case 'insert':
        return this.#rows(write.table).has(write.key) ? 'exists' : null;
      case 'replace':
      case 'remove':
      case 'unchanged':
        return this.#rows(write.table).get(write.key)?.version === write.version ? null : 'version';
      case 'lease_beyond': {
        const lease = this.#rows('lease').get(write.key)?.value as Lease | undefined;
        return lease !== undefined && lease.expiresAtMs > write.atMs ? null : 'lease';
      }
      case 'reserve': {
        const room = this.#headroom.get(write.scope) ?? write.initial;
        return room >= write.amount ? null : 'headroom';
      }
      case 'release':
        return null;
      case 'move_cap':
        return this.#caps.get(write.scope) === write.from ? null : 'cap';
    }
  }

  #apply(write: HotWrite): void {
    switch (write.kind) {
      case 'insert':
      case 'replace': {
        const version = write.kind === 'insert' ? 1 : write.version + 1;
        this.#rows(write.table).set(write.key, { value: write.value, version });
        if (write.table === 'orders') this.#indexOrder(write.key, write.value);
        return;
      }
      case 'remove':
        this.#rows(write.table).delete(write.key);
        return;
      case 'unchanged':
      case 'lease_beyond':
        return;
      case 'reserve':
      case 'release': {
        const sign = write.kind === 'reserve' ? -1 : 1;
        const room = this.#headroom.get(write.scope) ?? write.initial;
        this.#headroom.set(write.scope, room + sign * write.amount);
        if (!this.#caps.has(write.scope)) this.#caps.set(write.scope, write.initial);
        return;
      }
      case 'move_cap': {
        const room = this.#headroom.get(write.scope) ?? write.from;
        this.#headroom.set(write.scope, room + write.to - write.from);
        this.#caps.set(write.scope, write.to);
        return;
      }
    }
  }
}

type VersionedRow<T extends HotTable> = {
  readonly value: HotTables[T];
  readonly version: number;
};

function targetOf(write: HotWrite): string {
  switch (write.kind) {
    case 'lease_beyond':
      return `lease/${write.key}`;
    case 'reserve':
    case 'release':
    case 'move_cap':
      return `headroom/${write.scope}`;
    case 'insert':
    case 'replace':
    case 'remove':
    case 'unchanged':
      return `${write.table}/${write.key}`;
  }
}
