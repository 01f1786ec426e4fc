import type { EpochMs } from '../../domain/market/market.ts';
import { NO_MONEY, type Money } from '../../domain/money/money.ts';
import type { Accounts } from './accounts.ts';
import { Allocations, type Allocation } from './allocations.ts';
import { deterministicId } from './deterministic-id.ts';
import type { FloorVoice } from './floor-voice.ts';
import type { AccountName } from './sim-order.ts';
import { MAX_SUBACCOUNTS, subaccountName } from './subaccount-name.ts';

/** Money that came from outside or went there. */
export type CashEntry = {
  readonly sequence: number;
  readonly id: string;
  readonly kind: 'deposit' | 'withdrawal';
  readonly amount: Money;
  readonly atMs: EpochMs;
};

/** Cash on its way from shard to shard; it leaves at once and arrives later. */
export type Transfer = {
  readonly sequence: number;
  readonly id: string;
  readonly from: { readonly shard: number; readonly subaccount: number };
  readonly to: { readonly shard: number; readonly subaccount: number };
  readonly amount: Money;
  readonly atMs: EpochMs;
  state: 'pending' | 'done';
};

/** Cash between subaccounts, on one shard and at once. `clientId` is used once. */
export type SubaccountMove = {
  readonly sequence: number;
  readonly clientId: string;
  readonly from: number;
  readonly to: number;
  readonly amount: Money;
  readonly exchangeIndex: number;
  readonly atMs: EpochMs;
};

type Owner = {
  subaccounts: number;
  readonly entries: CashEntry[];
  readonly transfers: Transfer[];
  readonly moves: SubaccountMove[];
  readonly moveIds: Set<string>;
};

/** How long a transfer between shards is on its way; the exchange says only that it is not at once. */
const TRANSFER_MS = 2_000;

type Voiced = Pick<FloorVoice, 'tellAccount' | 'isOfCrowd'>;

/** Cash that moves without a trade: from and to outside, between subaccounts, and between shards. */
export class CashDesk {
  readonly allocations: Allocations;
  readonly #accounts: Accounts;
  readonly #voice: Voiced;
  readonly #at: (atMs: EpochMs, run: (nowMs: EpochMs) => void) => void;
  readonly #nowMs: () => EpochMs;
  readonly #owners = new Map<AccountName, Owner>();
  #ids = 0;
  #transferMs = TRANSFER_MS;

  constructor(input: {
    readonly accounts: Accounts;
    readonly voice: Voiced;
    readonly at: (atMs: EpochMs, run: (nowMs: EpochMs) => void) => void;
    readonly nowMs: () => EpochMs;
  }) {
    this.#accounts = input.accounts;
    this.#voice = input.voice;
    this.#at = input.at;
    this.#nowMs = input.nowMs;
    this.allocations = new Allocations({
      at: input.at,
      nowMs: input.nowMs,
      cashOf: (owner) => this.#accounts.find(owner)?.shards ?? new Map(),
      move: (owner, { from, to, amount }) =>
        void this.transfer(owner, {
          from: { shard: from, subaccount: 0 },
          to: { shard: to, subaccount: 0 },
          amount,
        }),
    });
  }

  setTransferTime(ms: number): void {
    this.#transferMs = ms;
  }

  deposit(account: AccountName, shard: number, amount: Money): void {
    this.#accounts.deposit(account, shard, amount);
    this.#enter(account, 'deposit', amount);
    this.#tell(account, shard);
  }

  /** Pays out what is not reserved; false when there is not so much. */
  withdraw(account: AccountName, shard: number, amount: Money): boolean {
    if (!this.#accounts.takeOut(account, shard, amount, 'outside')) return false;
    this.#enter(account, 'withdrawal', amount);
    this.#tell(account, shard);
    return true;
  }

  /** What came in or went out of an account, oldest first. */
  entries(account: AccountName, kind: CashEntry['kind']): readonly CashEntry[] {
    return this.#owners.get(account)?.entries.filter((entry) => entry.kind === kind) ?? [];
  }

  /** The next subaccount, on one shard and without money; null when there are as many as may be. */
  createSubaccount(owner: AccountName, shard: number): number | null {
    const own = this.#of(owner);
    if (own.subaccounts >= MAX_SUBACCOUNTS) return null;
    own.subaccounts += 1;
    const name = subaccountName(owner, own.subaccounts);
    this.#accounts.deposit(name, shard, NO_MONEY);
    this.#tell(name, shard);
    return own.subaccounts;
  }

  /** Numbers of all its subaccounts, the primary one first. */
  subaccounts(owner: AccountName): readonly number[] {
    const count = this.#owners.get(owner)?.subaccounts ?? 0;
    return Array.from({ length: count + 1 }, (_, index) => index);
  }

  /** Moves cash between subaccounts on one shard. */
  moveBetween(
    owner: AccountName,
    move: Omit<SubaccountMove, 'sequence' | 'atMs'>,
  ): 'moved' | 'repeated' | 'unknown_subaccount' | 'insufficient' {
    const own = this.#of(owner);
    if (own.moveIds.has(move.clientId)) return 'repeated';
    const known = this.subaccounts(owner);
    if (!known.includes(move.from) || !known.includes(move.to)) return 'unknown_subaccount';
    const { exchangeIndex: shard, amount } = move;
    const [from, to] = [subaccountName(owner, move.from), subaccountName(owner, move.to)];
    if (!this.#accounts.takeOut(from, shard, amount, 'transit')) return 'insufficient';
    this.#accounts.arrive(to, shard, amount);
    own.moveIds.add(move.clientId);
    own.moves.push({ ...move, sequence: own.moves.length + 1, atMs: this.#nowMs() });
    this.#tell(from, shard);
    this.#tell(to, shard);
    return 'moved';
  }

  moves(owner: AccountName): readonly SubaccountMove[] {
    return this.#owners.get(owner)?.moves ?? [];
  }

  /** Begins a transfer between shards; null when there is not so much cash that is free. */
  transfer(
    owner: AccountName,
    transfer: Pick<Transfer, 'from' | 'to' | 'amount'>,
  ): Transfer | null {
    const { from, to, amount } = transfer;
    const payer = subaccountName(owner, from.subaccount);
    if (!this.#accounts.takeOut(payer, from.shard, amount, 'transit')) return null;
    const { transfers } = this.#of(owner);
    this.#ids += 1;
    const begun: Transfer = {
      ...transfer,
      sequence: transfers.length + 1,
      id: deterministicId('transfer', this.#ids),
      atMs: this.#nowMs(),
      state: 'pending',
    };
    transfers.push(begun);
    this.#tell(payer, from.shard);
    this.#at(begun.atMs + this.#transferMs, () => {
      const payee = subaccountName(owner, to.subaccount);
      this.#accounts.arrive(payee, to.shard, amount);
      begun.state = 'done';
      this.#tell(payee, to.shard);
    });
    return begun;
  }

  transfers(owner: AccountName): readonly Readonly<Transfer>[] {
    return this.#owners.get(owner)?.transfers ?? [];
  }

  setAllocation(owner: AccountName, allocation: Allocation): void {
    this.allocations.set(owner, allocation);
  }

  #enter(account: AccountName, kind: CashEntry['kind'], amount: Money): void {
    if (amount === 0 || this.#voice.isOfCrowd(account)) return;
    const { entries } = this.#of(account);
    this.#ids += 1;
    entries.push({
      sequence: entries.length + 1,
      id: deterministicId('cash', this.#ids),
      kind,
      amount,
      atMs: this.#nowMs(),
    });
  }

  #tell(account: AccountName, exchangeIndex: number): void {
    this.#voice.tellAccount({ account, market: null, exchangeIndex, atMs: this.#nowMs() });
  }

  #of(owner: AccountName): Owner {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    const fresh: Owner = {
      subaccounts: 0,
      entries: [],
      transfers: [],
      moves: [],
      moveIds: new Set(),
    };
    this.#owners.set(owner, fresh);
    return fresh;
  }
}
