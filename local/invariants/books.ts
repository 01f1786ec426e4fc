import type { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import type { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { TradingConfig } from '../../shared/application/trading-config.ts';
import { isTerminal } from '../../shared/domain/execution/transitions.ts';
import type { Order } from '../../shared/domain/execution/order.ts';
import type { LedgerStore } from '../../shared/ports/ledger-store.ts';

/** Our own books as the checker reads them. */
export type Books = {
  readonly store: MemoryHotStore;
  readonly ledger: LedgerStore;
  readonly decisions: MemoryDecisionLog;
  readonly config: TradingConfig;
};

/** The exchange's truth about one account, from whatever venue runs. Quantities are signed, YES positive. */
export type VenueTruth = {
  readonly cash: number;
  readonly reserved: number;
  readonly deposits: number;
  readonly positions: ReadonlyMap<string, number>;
  readonly orders: readonly {
    readonly clientOrderId: string | null;
    readonly count: number;
    readonly filled: number;
  }[];
  readonly fills: readonly { readonly key: string; readonly fee: number }[];
  readonly settlements: readonly { readonly market: string; readonly revenue: number }[];
};

/** An order that may still trade, or of which a fill may still be missing. */
export function isPending(order: Order): boolean {
  if (order.state === 'rejected' || order.state === 'expired') return false;
  return !isTerminal(order.state) || order.bookedFilled !== order.exchangeFilled;
}

/** The sum over an account's shards. */
export function sumOfShards(amounts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const amount of amounts.values()) sum += amount;
  return sum;
}
