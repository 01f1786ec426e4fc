import type { EpochMs } from '../../domain/market/market.ts';
import { money, type Money } from '../../domain/money/money.ts';
import type { ShardCash } from './accounts.ts';
import type { AccountName } from './sim-order.ts';

/** What part of an account's cash shall be on which shard; the parts are whole percents and sum to 100. */
export type Allocation = {
  readonly parts: readonly { readonly exchangeIndex: number; readonly percent: number }[];
  readonly restingMargin: 'sum' | 'max';
};

type Move = { readonly from: number; readonly to: number; readonly amount: Money };

/** The exchange looks about this often (Kalshi "Target Balance Allocation"). */
const LOOK_EVERY_MS = 10_000;
/** Less than a dollar is not worth a transfer. */
const LEAST_MOVE = 1_000_000;

/**
 * Standing percentages of cash by shard: at each look, what is free on a shard that has too much goes to those that have
 * too little. How the exchange weighs resting orders is not documented: here only free cash is counted and moved.
 */
export class Allocations {
  readonly #at: (atMs: EpochMs, run: (nowMs: EpochMs) => void) => void;
  readonly #nowMs: () => EpochMs;
  readonly #cashOf: (owner: AccountName) => ReadonlyMap<number, Readonly<ShardCash>>;
  readonly #move: (owner: AccountName, move: Move) => void;
  readonly #allocations = new Map<AccountName, Allocation>();
  readonly #looking = new Set<AccountName>();

  constructor(input: {
    readonly at: (atMs: EpochMs, run: (nowMs: EpochMs) => void) => void;
    readonly nowMs: () => EpochMs;
    readonly cashOf: (owner: AccountName) => ReadonlyMap<number, Readonly<ShardCash>>;
    readonly move: (owner: AccountName, move: Move) => void;
  }) {
    this.#at = input.at;
    this.#nowMs = input.nowMs;
    this.#cashOf = input.cashOf;
    this.#move = input.move;
  }

  of(owner: AccountName): Allocation | null {
    return this.#allocations.get(owner) ?? null;
  }

  /** No parts end it. */
  set(owner: AccountName, allocation: Allocation): void {
    if (allocation.parts.length === 0) this.#allocations.delete(owner);
    else {
      this.#allocations.set(owner, allocation);
      this.#lookLater(owner);
    }
  }

  #lookLater(owner: AccountName): void {
    if (this.#looking.has(owner)) return;
    this.#looking.add(owner);
    this.#at(this.#nowMs() + LOOK_EVERY_MS, () => {
      this.#looking.delete(owner);
      const allocation = this.#allocations.get(owner);
      if (allocation === undefined) return;
      for (const move of movesTo(allocation, this.#cashOf(owner))) this.#move(owner, move);
      this.#lookLater(owner);
    });
  }
}

/** The transfers that bring free cash to its percentages, rounded down to cents. */
export function movesTo(
  { parts }: Allocation,
  cash: ReadonlyMap<number, Readonly<ShardCash>>,
): readonly Move[] {
  const free = [...cash].map(([shard, on]) => ({ shard, free: on.cash - on.reserved }));
  const total = free.reduce((sum, on) => sum + Math.max(0, on.free), 0);
  const percentOf = new Map(parts.map(({ exchangeIndex, percent }) => [exchangeIndex, percent]));
  const shards = new Set([...percentOf.keys(), ...free.map(({ shard }) => shard)]);
  const gaps = [...shards]
    .toSorted((a, b) => a - b)
    .map((shard) => {
      const has = free.find((on) => on.shard === shard)?.free ?? 0;
      const wanted = Math.floor((total / 100) * (percentOf.get(shard) ?? 0));
      return { shard, over: Math.max(0, has) - wanted };
    });
  const moves: Move[] = [];
  for (const giver of gaps)
    for (const taker of gaps) {
      const amount = Math.floor(Math.min(giver.over, -taker.over) / 10_000) * 10_000;
      if (amount < LEAST_MOVE) continue;
      moves.push({ from: giver.shard, to: taker.shard, amount: money(amount) });
      giver.over -= amount;
      taker.over += amount;
    }
  return moves;
}
