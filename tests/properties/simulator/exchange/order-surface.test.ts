import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contracts, type Contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price, type Price } from '../../../../shared/domain/money/price.ts';
import {
  GROUP_WINDOW_MS,
  type OrderGroup,
} from '../../../../shared/simulator/exchange/order-groups.ts';
import { SimExchange } from '../../../../shared/simulator/exchange/sim-exchange.ts';
import type { NewOrder, SimOrder } from '../../../../shared/simulator/exchange/sim-order.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { atLeast, same } from '../../../support/cheap-checks.ts';
import { runs } from '../../../support/property-settings.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const ACCOUNTS = ['a', 'b', 'c'] as const;
const MARKETS = ['KX-1', 'KX-2'] as const;

type Command =
  | {
      readonly kind: 'order';
      readonly account: string;
      readonly order: Omit<NewOrder, 'clientOrderId' | 'orderGroupId' | 'expiresAtMs'>;
      /** Of the account's groups; beyond them none. */
      readonly group: number;
    }
  | {
      readonly kind: 'amend';
      readonly pick: number;
      readonly price: Price;
      readonly count: Contracts;
      readonly isPriceKept: boolean;
    }
  | {
      readonly kind: 'decrease';
      readonly pick: number;
      readonly by: boolean;
      readonly count: Contracts;
    }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'cancel_all'; readonly account: string }
  | { readonly kind: 'group'; readonly account: string; readonly limit: Contracts }
  | {
      readonly kind: 'limit' | 'trigger' | 'reset' | 'delete';
      readonly pick: number;
      readonly limit: Contracts;
    }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'pause'; readonly pause: 'none' | 'trading' | 'exchange' }
  | { readonly kind: 'resume'; readonly market: string };

const somePrice = fc.integer({ min: 47, max: 53 }).map((cents) => price(cents * 100));
const someCount = fc.integer({ min: 1, max: 900 }).map(contracts);
const someLimit = fc.integer({ min: 100, max: 1_500 }).map(contracts);
const someAccount = fc.constantFrom(...ACCOUNTS);
const pick = fc.nat({ max: 1_000 });

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      account: someAccount,
      group: fc.nat({ max: 3 }),
      order: fc.record({
        market: fc.constantFrom(...MARKETS),
        side: fc.constantFrom('bid' as const, 'ask' as const),
        price: somePrice,
        count: someCount,
        timeInForce: fc.constantFrom(
          'good_till_canceled' as const,
          'good_till_canceled' as const,
          'good_till_canceled' as const,
          'immediate_or_cancel' as const,
          'fill_or_kill' as const,
        ),
        postOnly: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
        reduceOnly: fc.constant(false),
        selfTradePrevention: fc.constantFrom('taker_at_cross' as const, 'maker' as const),
        cancelOnPause: fc.boolean(),
      }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      pick,
      price: somePrice,
      count: someCount,
      isPriceKept: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decrease' as const),
      pick,
      by: fc.boolean(),
      count: someCount,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cancel_all' as const), account: someAccount }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      account: someAccount,
      limit: someLimit,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'limit' as const,
        'trigger' as const,
        'reset' as const,
        'reset' as const,
        'delete' as const,
      ),
      pick,
      limit: someLimit,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: 8_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      pause: fc.constantFrom(
        'none' as const,
        'none' as const,
        'trading' as const,
        'exchange' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resume' as const),
      market: fc.constantFrom(...MARKETS),
    }),
  },
);
const commands = fc.array(command, { minLength: 1, maxLength: 100, size: 'max' });

/** The exchange beside the plainest account of who stands where since when, and of what each group matched. */
class World {
  readonly exchange = new SimExchange({ rng: seededRng(1) });
  readonly orders: SimOrder[] = [];
  readonly groups: OrderGroup[] = [];
  readonly matched = new Map<string, { readonly atMs: number; readonly count: number }[]>();
  /** When each order took its present place. */
  readonly placeOf = new Map<string, number>();
  places = 0;
  nowMs = NOON;
  seenFills = new Map<string, number>();

  constructor() {
    for (const ticker of MARKETS) this.exchange.addMarket(aMarket({ ticker }), NOON);
    for (const account of ACCOUNTS) this.exchange.deposit(account, 0, money(60_000_000));
  }

  act(done: Command): void {
    const { floor } = this.exchange;
    const order = this.orders[('pick' in done ? done.pick : 0) % Math.max(1, this.orders.length)];
    const group = this.groups[('pick' in done ? done.pick : 0) % Math.max(1, this.groups.length)];
    switch (done.kind) {
      case 'order': {
        const own = [...floor.groups.of(done.account)];
        const request = {
          ...done.order,
          clientOrderId: null,
          expiresAtMs: null,
          orderGroupId: own[done.group]?.id ?? null,
        };
        const placed = this.exchange.place(done.account, request, this.nowMs);
        if (placed.kind === 'refused') return;
        this.orders.push(placed.order);
        this.take(placed.order);
        return;
      }
      case 'amend':
        return order === undefined ? undefined : this.amend(order, done);
      case 'decrease':
        if (order !== undefined)
          floor.decrease(order, { kind: done.by ? 'by' : 'to', count: done.count }, this.nowMs);
        return;
      case 'cancel':
        if (order !== undefined) floor.cancel(order, this.nowMs);
        return;
      case 'cancel_all':
        floor.cancelAll(done.account, this.nowMs);
        return;
      case 'group': {
        const made = floor.groups.create(
          done.account,
          { exchangeIndex: 0, limit: done.limit },
          this.nowMs,
        );
        if (made !== null) this.groups.push(made);
        return;
      }
      case 'limit':
        if (group !== undefined) floor.groups.setLimit(group, done.limit, this.nowMs);
        return;
      case 'trigger':
        if (group !== undefined) floor.groups.trigger(group, this.nowMs);
        return;
      case 'reset':
        if (group === undefined) return;
        floor.groups.reset(group, this.nowMs);
        this.matched.delete(group.id);
        return;
      case 'delete':
        if (group === undefined) return;
        floor.groups.remove(group, this.nowMs);
        this.groups.splice(this.groups.indexOf(group), 1);
        return;
      case 'wait':
        this.nowMs += done.ms;
        this.exchange.advance(this.nowMs);
        return;
      case 'pause':
        this.exchange.setPause(done.pause, this.nowMs);
        return;
      case 'resume':
        this.exchange.deactivate(done.market, this.nowMs);
        this.exchange.reactivate(done.market, this.nowMs);
        return;
    }
  }

  amend(order: SimOrder, wanted: Extract<Command, { kind: 'amend' }>): void {
    const before = { price: order.price, remaining: order.remaining };
    const at = wanted.isPriceKept ? order.price : wanted.price;
    const amended = this.exchange.floor.amend(
      order,
      { clientOrderId: null, price: at, count: wanted.count, expiresAtMs: null },
      this.nowMs,
    );
    if (amended?.kind !== 'amended') return;
    const asked = wanted.count - (order.filled - this.sumOf(amended.fills));
    if (at !== before.price || asked > before.remaining) this.take(order);
  }

  take(order: SimOrder): void {
    this.places += 1;
    this.placeOf.set(order.orderId, this.places);
  }

  sumOf(fills: readonly { readonly count: number }[]): number {
    return fills.reduce((sum, { count }) => sum + count, 0);
  }

  check(): void {
    const totals = this.exchange.totals();
    expect(totals.cash + totals.collateral + totals.fees + totals.settlementRounding).toBe(
      totals.deposits,
    );
    for (const market of MARKETS) this.checkBook(market);
    this.checkOrders();
    this.checkGroups();
  }

  /** Best price first, and at one price who took the place first; every count positive, and the book not crossed. */
  checkBook(market: string): void {
    const { engine } = this.exchange.floor.listing(market)!;
    const resting = engine.resting();
    for (const side of ['bid', 'ask'] as const) {
      const expected = this.orders
        .filter(
          (order) => order.status === 'resting' && order.market === market && order.side === side,
        )
        .toSorted(
          (x, y) =>
            (side === 'bid' ? y.price - x.price : x.price - y.price) ||
            this.placeOf.get(x.orderId)! - this.placeOf.get(y.orderId)!,
        );
      const queue = resting.filter((order) => order.side === side);
      same(
        queue.map(({ orderId }) => orderId).join(),
        expected.map(({ orderId }) => orderId).join(),
      );
      let ahead = 0;
      for (const order of queue) {
        expect(order.remaining).toBeGreaterThan(0);
        same(engine.ahead(order), ahead);
        ahead += order.remaining;
      }
    }
    const { bids, asks } = engine.view();
    expect(this.sumOf([...bids, ...asks])).toBe(
      resting.reduce((sum, { remaining }) => sum + remaining, 0),
    );
    if (bids[0] !== undefined && asks[0] !== undefined)
      expect(bids[0].price).toBeLessThan(asks[0].price);
  }

  checkOrders(): void {
    for (const account of ACCOUNTS) {
      const truth = this.exchange.truth(account);
      const filled = new Map<string, number>();
      for (const { orderId, count } of truth.fills)
        filled.set(orderId, (filled.get(orderId) ?? 0) + count);
      for (const order of truth.orders) {
        same(order.filled, filled.get(order.orderId) ?? 0);
        expect(order.filled + order.remaining).toBeLessThanOrEqual(order.count);
        if (order.status === 'resting') same(order.filled + order.remaining, order.count);
        if (order.status === 'executed') same(order.filled, order.count);
      }
      if (truth.orders.every(({ status }) => status !== 'resting'))
        same(truth.reservedByShard.get(0), 0);
      atLeast(truth.reservedByShard.get(0), 0);
      atLeast(truth.cashByShard.get(0), -101 * truth.fills.length);
    }
  }

  /** At no match has a group more in its fifteen seconds than its limit; a triggered one has nothing at rest. */
  checkGroups(): void {
    const groupOf = new Map(this.orders.map((order) => [order.orderId, order.orderGroupId]));
    for (const account of ACCOUNTS) {
      const { fills } = this.exchange.truth(account);
      for (const fill of fills.slice(this.seenFills.get(account) ?? 0)) {
        const id = groupOf.get(fill.orderId) ?? null;
        const group = this.groups.find((known) => known.id === id);
        if (id === null || group === undefined) continue;
        const own = this.matched.get(id) ?? [];
        this.matched.set(id, own);
        own.push({ atMs: fill.atMs, count: fill.count });
        const inWindow = own.filter(({ atMs }) => atMs > fill.atMs - GROUP_WINDOW_MS);
        expect(this.sumOf(inWindow)).toBeLessThanOrEqual(group.limit);
        if (this.sumOf(inWindow) === group.limit) same(group.isTriggered, true);
      }
      this.seenFills.set(account, fills.length);
    }
    for (const group of this.groups) {
      const resting = this.orders.filter(
        ({ orderGroupId, status }) => orderGroupId === group.id && status === 'resting',
      );
      const standing = new Set(group.resting);
      same(standing.size, resting.length);
      for (const order of resting) same(standing.has(order), true);
      if (group.isTriggered) expect(resting).toEqual([]);
    }
  }
}

describe('the order surface under any commands', () => {
  it('keeps money, places in the queue, and the windows of groups', () => {
    const counts = { fills: 0, amended: 0, triggered: 0, resting: 0 };
    fc.assert(
      fc.property(commands, (all) => {
        const world = new World();
        for (const one of all) {
          world.act(one);
          world.check();
        }
        counts.fills += ACCOUNTS.reduce(
          (n, name) => n + world.exchange.truth(name).fills.length,
          0,
        );
        counts.amended += world.orders.filter(({ reason }) => reason === 'Amend').length;
        counts.triggered += world.groups.filter(({ isTriggered }) => isTriggered).length;
        counts.resting += world.orders.filter(({ status }) => status === 'resting').length;
      }),
      runs(150),
    );
    // What is never reached is not tested.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(20);
  });
});
