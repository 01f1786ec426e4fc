import type { Order } from '../domain/execution/order.ts';
import type { Fill } from '../domain/execution/fill.ts';
import type { EpochMs, MarketResult, MarketTicker } from '../domain/market/market.ts';
import type { TickStamp } from '../domain/market/market-tick.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Money } from '../domain/money/money.ts';
import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { Position } from '../domain/positions/position.ts';
import type { HeadroomKey } from '../domain/risk/headroom.ts';
import type { TradingCause } from '../domain/risk/trading-state.ts';

/** One strategy owns a market at a time; the generation makes the next entry's id and only grows. */
export type Ownership = {
  readonly market: MarketTicker;
  readonly generation: number;
  readonly lastDecided: TickStamp | null;
  /** The order that is in flight, unknown, or holds the position; null when the market is free. */
  readonly holder: string | null;
};

/** Who may act as the feeder, and until when. Entries need it in their own transaction. */
export type Lease = {
  readonly holder: string;
  readonly epoch: number;
  readonly expiresAtMs: EpochMs;
};

/** A fill as booked, with the order it was booked to. */
export type BookedFill = {
  readonly fill: Fill;
  readonly clientOrderId: string;
  readonly positionId: string;
};

export type SettledMarket = {
  readonly market: MarketTicker;
  readonly result: MarketResult;
  readonly settledAtMs: EpochMs;
};

/** What holds for the whole account: how far exchange truth has been read, and the equity that the caps are shares of. */
export type AccountState = {
  readonly fillsSinceMs: EpochMs;
  readonly capEquity: Money;
};

/**
 * The order group that stops a strategy on one shard when too many contracts match within 15 seconds. Every process of
 * the account uses the same one.
 */
export type Fuse = {
  readonly strategy: string;
  readonly exchangeIndex: number;
  readonly orderGroupId: string;
  readonly limit: Contracts;
  /** When it was made or reset last: what the exchange told of it before is past. */
  readonly armedAtMs: EpochMs;
};

/** A disagreement with the exchange that was seen once; a second look confirms or drops it. */
export type Suspicion = { readonly what: string; readonly firstSeenMs: EpochMs };

/** The tables of hot state and what a row of each is. */
export type HotTables = {
  readonly orders: Order;
  readonly positions: Position;
  readonly ownership: Ownership;
  readonly fills: BookedFill;
  readonly settlements: SettledMarket;
  readonly journal: JournalEntry;
  readonly causes: TradingCause;
  readonly lease: Lease;
  readonly account: AccountState;
  readonly suspicions: Suspicion;
  readonly fuses: Fuse;
};
export type HotTable = keyof HotTables;

/** A row and the version that a later conditional write compares with. */
export type Row<T> = { readonly key: string; readonly value: T; readonly version: number };

/** One write of a transaction; each carries its own condition. */
export type HotWrite =
  | {
      [T in HotTable]: {
        readonly kind: 'insert';
        readonly table: T;
        readonly key: string;
        readonly value: HotTables[T];
      };
    }[HotTable]
  | {
      [T in HotTable]: {
        readonly kind: 'replace';
        readonly table: T;
        readonly key: string;
        readonly value: HotTables[T];
        readonly version: number;
      };
    }[HotTable]
  | {
      readonly kind: 'remove';
      readonly table: HotTable;
      readonly key: string;
      readonly version: number;
    }
  /** The row must still be at this version; nothing is written. */
  | {
      readonly kind: 'unchanged';
      readonly table: HotTable;
      readonly key: string;
      readonly version: number;
    }
  /** The lease must be held beyond a time. */
  | { readonly kind: 'lease_beyond'; readonly key: string; readonly atMs: EpochMs }
  /**
   * headroom >= amount, then headroom − amount. A scope never seen starts at `initial`, which also is its cap from then
   * on.
   */
  | {
      readonly kind: 'reserve';
      readonly scope: HeadroomKey;
      readonly amount: number;
      readonly initial: number;
    }
  /** headroom + amount, unconditionally; a scope never seen starts at `initial`. */
  | {
      readonly kind: 'release';
      readonly scope: HeadroomKey;
      readonly amount: number;
      readonly initial: number;
    }
  /** Moves a scope's cap, and its headroom by the same difference, if the cap is still what was read. */
  | {
      readonly kind: 'move_cap';
      readonly scope: HeadroomKey;
      readonly from: number;
      readonly to: number;
    };

export type HotConflict = {
  readonly kind: 'conflict';
  /** Index of the first write whose condition failed, and why. */
  readonly index: number;
  readonly reason: 'exists' | 'version' | 'lease' | 'headroom' | 'cap';
};
export type HotCommit = { readonly kind: 'committed' } | HotConflict;

/**
 * Strongly consistent rows with optimistic versions. A transaction of at most 100 writes happens whole or not at all,
 * and touches each row once.
 */
export interface HotStore {
  get<T extends HotTable>(table: T, key: string): Promise<Row<HotTables[T]> | null>;
  /** All rows of a table in key order. Bounded tables only; the journal is read as a stream. */
  list<T extends Exclude<HotTable, 'journal'>>(table: T): Promise<readonly Row<HotTables[T]>[]>;
  /** Orders that are not over (`isOver`), in key order: a sparse index, so that asking costs what is open. */
  openOrders(): Promise<readonly Row<Order>[]>;
  headroom(scope: HeadroomKey): Promise<number | null>;
  /** Every scope that was ever touched, with the cap that its headroom is counted from. */
  caps(): Promise<ReadonlyMap<HeadroomKey, number>>;
  transact(writes: readonly HotWrite[]): Promise<HotCommit>;
}
