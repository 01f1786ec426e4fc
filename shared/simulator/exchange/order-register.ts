import type { EpochMs, Market } from '../../domain/market/market.ts';
import { NO_CONTRACTS } from '../../domain/money/contracts.ts';
import { NO_MONEY } from '../../domain/money/money.ts';
import { deterministicId } from './deterministic-id.ts';
import type { AccountName, NewOrder, SimOrder } from './sim-order.ts';
import { ownerOf } from './subaccount-name.ts';

/**
 * Every order by its id, what rests of whom, and every client order id that an account has ever used. Orders of the
 * crowd get a number and are forgotten.
 */
export class OrderRegister {
  readonly #isOfCrowd: (account: AccountName) => boolean;
  readonly #orders = new Map<string, SimOrder>();
  readonly #open = new Map<AccountName, Set<SimOrder>>();
  /** An account and its subaccounts have one set. */
  readonly #clientIds = new Map<AccountName, Set<string>>();
  #count = 0;

  constructor(isOfCrowd: (account: AccountName) => boolean) {
    this.#isOfCrowd = isOfCrowd;
  }

  /** An order that was ever accepted; those of the crowd are not kept by id. */
  order(orderId: string): SimOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** True once an account or one of its subaccounts has sent an order with an id of its own. */
  hasOrdered(account: AccountName): boolean {
    return (this.#clientIds.get(ownerOf(account))?.size ?? 0) > 0;
  }

  isUsed(account: AccountName, clientOrderId: string | null): boolean {
    return clientOrderId !== null && this.#clientIdsOf(account).has(clientOrderId);
  }

  /** What rests of an account in order of arrival; nothing for one of the crowd. */
  open(account: AccountName): readonly SimOrder[] {
    return [...(this.#open.get(account) ?? [])];
  }

  openCount(account: AccountName): number {
    return this.#open.get(account)?.size ?? 0;
  }

  /** The next order, which has traded nothing yet. */
  accept(account: AccountName, request: NewOrder, market: Market, nowMs: EpochMs): SimOrder {
    this.#count += 1;
    const isOfCrowd = this.#isOfCrowd(account);
    const order: SimOrder = {
      ...request,
      orderId: isOfCrowd ? `crowd-${this.#count}` : deterministicId('order', this.#count),
      account,
      exchangeIndex: market.exchangeIndex,
      sequence: this.#count,
      createdAtMs: nowMs,
      status: 'resting',
      remaining: request.count,
      filled: NO_CONTRACTS,
      takerCost: NO_MONEY,
      makerCost: NO_MONEY,
      takerFees: NO_MONEY,
      makerFees: NO_MONEY,
      feeAccumulator: NO_MONEY,
      updatedAtMs: nowMs,
      reason: null,
    };
    if (isOfCrowd) return order;
    this.#orders.set(order.orderId, order);
    this.#use(account, request.clientOrderId);
    return order;
  }

  /** The name it had stays used. */
  rename(order: SimOrder, clientOrderId: string | null): void {
    order.clientOrderId = clientOrderId;
    this.#use(order.account, clientOrderId);
  }

  rests(order: SimOrder): void {
    if (this.#isOfCrowd(order.account)) return;
    const open = this.#open.get(order.account);
    if (open === undefined) this.#open.set(order.account, new Set([order]));
    else open.add(order);
  }

  restsNoMore(order: SimOrder): void {
    this.#open.get(order.account)?.delete(order);
  }

  #use(account: AccountName, clientOrderId: string | null): void {
    if (clientOrderId !== null) this.#clientIdsOf(account).add(clientOrderId);
  }

  #clientIdsOf(account: AccountName): Set<string> {
    const known = this.#clientIds.get(account);
    if (known !== undefined) return known;
    const owner = ownerOf(account);
    const shared = owner === account ? new Set<string>() : this.#clientIdsOf(owner);
    this.#clientIds.set(account, shared);
    return shared;
  }
}
