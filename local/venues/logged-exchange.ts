import type { ExchangeError } from '../../shared/adapters/kalshi/wire/exchange-error.ts';
import type { HttpAnswer } from '../../shared/adapters/kalshi/wire/orders.ts';
import type {
  EpochMs,
  Market,
  MarketResult,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { Contracts } from '../../shared/domain/money/contracts.ts';
import type { Money } from '../../shared/domain/money/money.ts';
import type {
  ControlAction,
  ControlRefusal,
} from '../../shared/simulator/exchange/control-action.ts';
import type { LifeRefusal } from '../../shared/simulator/exchange/market-lifecycle.ts';
import type { OrderCommand } from '../../shared/simulator/exchange/order-command.ts';
import type { Pause } from '../../shared/simulator/exchange/order-admission.ts';
import type { Placement } from '../../shared/simulator/exchange/order-desk.ts';
import type { MarketDetails } from '../../shared/simulator/exchange/venue-facts.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { AccountName, NewOrder, SimOrder } from '../../shared/simulator/exchange/sim-order.ts';
import type { CancelQuery, ExchangeInput, ExchangeLog } from './exchange-log.ts';

/** Orders without a wire that are kept by id before those that no longer rest are let go. */
const SWEEP_AT = 4_096;

/**
 * The simulated exchange with a memory: each input is written down before it is acted upon, and the same inputs at the
 * same times give the same exchange again, ids included. What the clock alone does follows from the times.
 */
export class LoggedExchange extends SimExchange {
  #log: ExchangeLog | null = null;
  /** An input that is carried out by another one is written down once. */
  #isActing = false;
  /** Orders of the crowd that rest, by id: the floor does not know them by it. */
  readonly #placed = new Map<string, SimOrder>();
  #sweepAt = SWEEP_AT;
  readonly #crowd = new Set<AccountName>();

  /** Does what a log says, in its order. Nothing of it is written again. */
  replay(inputs: readonly ExchangeInput[]): void {
    for (const input of inputs) this.#apply(input);
  }

  /** From now on inputs are written down; null: they are not. */
  writeTo(log: ExchangeLog | null): void {
    this.#log = log;
  }

  isOfCrowd(account: AccountName): boolean {
    return this.#crowd.has(account);
  }

  override addMarket(market: Market, nowMs: EpochMs, details: MarketDetails = {}): void {
    const isPlain = Object.keys(details).length === 0;
    this.#act(isPlain ? ['market', nowMs, market] : ['market', nowMs, market, details], () =>
      super.addMarket(market, nowMs, details),
    );
  }

  override control(action: ControlAction, nowMs: EpochMs): ControlRefusal | null {
    return this.#act(['control', nowMs, action], () => super.control(action, nowMs));
  }

  override deposit(account: AccountName, shard: number, amount: Money): void {
    this.#act(['deposit', this.floor.nowMs, account, shard, amount], () =>
      super.deposit(account, shard, amount),
    );
  }

  override joinCrowd(account: AccountName): void {
    this.#crowd.add(account);
    this.#act(['crowd', this.floor.nowMs, account], () => super.joinCrowd(account));
  }

  override submit(account: AccountName, body: string, nowMs: EpochMs): HttpAnswer {
    return this.#act(['submit', nowMs, account, body], () => super.submit(account, body, nowMs));
  }

  override cancel(account: AccountName, query: CancelQuery, nowMs: EpochMs): HttpAnswer {
    return this.#act(['cancel', nowMs, account, query], () => super.cancel(account, query, nowMs));
  }

  override command(account: AccountName, command: OrderCommand, nowMs: EpochMs): HttpAnswer {
    return this.#act(['command', nowMs, account, command], () =>
      super.command(account, command, nowMs),
    );
  }

  override place(account: AccountName, order: NewOrder, nowMs: EpochMs): Placement {
    return this.#act(['place', nowMs, account, order], () => {
      const placement = super.place(account, order, nowMs);
      if (placement.kind === 'placed' && placement.order.status === 'resting')
        this.#remember(placement.order);
      return placement;
    });
  }

  override withdraw(order: SimOrder, nowMs: EpochMs): Contracts | ExchangeError | null {
    return this.#act(['withdraw', nowMs, order.orderId], () => {
      this.#placed.delete(order.orderId);
      return super.withdraw(order, nowMs);
    });
  }

  override setPause(pause: Pause, nowMs: EpochMs): void {
    this.#act(['pause', nowMs, pause], () => super.setPause(pause, nowMs));
  }

  override deactivate(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#act(['deactivate', nowMs, market], () => super.deactivate(market, nowMs));
  }

  override reactivate(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#act(['reactivate', nowMs, market], () => super.reactivate(market, nowMs));
  }

  override moveClose(market: MarketTicker, closeMs: EpochMs, nowMs: EpochMs): LifeRefusal | null {
    return this.#act(['move_close', nowMs, market, closeMs], () =>
      super.moveClose(market, closeMs, nowMs),
    );
  }

  override determine(
    market: MarketTicker,
    result: MarketResult,
    nowMs: EpochMs,
  ): LifeRefusal | null {
    return this.#act(['determine', nowMs, market, result], () =>
      super.determine(market, result, nowMs),
    );
  }

  #act<Result>(input: ExchangeInput, act: () => Result): Result {
    if (this.#isActing) return act();
    this.#log?.append(input);
    this.#isActing = true;
    try {
      return act();
    } finally {
      this.#isActing = false;
    }
  }

  #apply(input: ExchangeInput): void {
    const atMs = input[1];
    switch (input[0]) {
      case 'market':
        return this.addMarket(input[2], atMs, input[3]);
      case 'control':
        return void this.control(input[2], atMs);
      case 'deposit':
        this.advance(atMs);
        return this.deposit(input[2], input[3], input[4]);
      case 'crowd':
        this.advance(atMs);
        return this.joinCrowd(input[2]);
      case 'submit':
        return void this.submit(input[2], input[3], atMs);
      case 'cancel':
        return void this.cancel(input[2], input[3], atMs);
      case 'command':
        return void this.command(input[2], input[3], atMs);
      case 'place':
        return void this.place(input[2], input[3], atMs);
      case 'withdraw': {
        const order = this.#placed.get(input[2]) ?? this.floor.order(input[2]);
        if (order !== undefined) this.withdraw(order, atMs);
        else this.advance(atMs);
        return;
      }
      case 'pause':
        return this.setPause(input[2], atMs);
      case 'deactivate':
        return void this.deactivate(input[2], atMs);
      case 'reactivate':
        return void this.reactivate(input[2], atMs);
      case 'move_close':
        return void this.moveClose(input[2], input[3], atMs);
      case 'determine':
        return void this.determine(input[2], input[3], atMs);
      case 'alive':
      case 'origin':
        return;
    }
  }

  #remember(order: SimOrder): void {
    this.#placed.set(order.orderId, order);
    if (this.#placed.size < this.#sweepAt) return;
    for (const [orderId, { status }] of this.#placed)
      if (status !== 'resting') this.#placed.delete(orderId);
    this.#sweepAt = Math.max(SWEEP_AT, this.#placed.size * 2);
  }
}
