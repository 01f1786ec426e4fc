import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryIntent } from '../../../../shared/domain/execution/intent.ts';
import type { Order } from '../../../../shared/domain/execution/order.ts';
import { bookFill } from '../../../../shared/domain/execution/transitions.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  applyEntryFill,
  applyExitFill,
  settlePosition,
} from '../../../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import {
  initialHeadroom,
  NO_RESERVATION,
  releaseForEntryFill,
  releaseForExitFill,
  releaseForSettlement,
  releaseReservation,
  reservationFor,
  scopesForReservation,
  type CapBase,
  type HeadroomDelta,
  type HeadroomKey,
} from '../../../../shared/domain/risk/headroom.ts';
import { aFillOf, anEntry, anExit, anOrder } from '../../../support/trade-builders.ts';
import { runs } from '../../../support/property-settings.ts';

/** Each of the scopes is the narrowest one for some of the stories below. */
const BASE: CapBase = {
  equity: money(10_000_000_000),
  caps: {
    totalMillionths: 160_000,
    positionMillionths: 100_000,
    eventMillionths: 130_000,
    maxPositions: 2,
    stagePositionCap: null,
  },
  cashByShard: new Map([
    [0, money(1_200_000_000)],
    [1, money(900_000_000)],
  ]),
};
const start = initialHeadroom(BASE);

const MARKETS = [
  { market: 'A-1', eventTicker: 'A', exchangeIndex: 0 },
  { market: 'A-2', eventTicker: 'A', exchangeIndex: 0 },
  { market: 'B-1', eventTicker: 'B', exchangeIndex: 1 },
] as const;

const CAPPED = [
  'account',
  'slots',
  'event:A',
  'event:B',
  'market:A-1',
  'market:A-2',
  'market:B-1',
] as const;

/** The account as the exchange keeps it, and the headroom as the deltas leave it; nothing is shared between them. */
class World {
  readonly headroom = new Map<HeadroomKey, number>();
  readonly cash = new Map<number, number>(BASE.cashByShard);
  readonly orders = new Map<string, Order>();
  readonly positions = new Map<string, Position>();
  /** Entries that found room, and the first scope without room of those that did not. */
  reserved = 0;
  readonly refusedBy: string[] = [];
  #trades = 0;

  room(key: HeadroomKey): number {
    return this.headroom.get(key) ?? start(key);
  }

  add(deltas: readonly HeadroomDelta[], sign: 1 | -1 = 1): void {
    for (const { key, amount } of deltas) this.headroom.set(key, this.room(key) + sign * amount);
  }

  reserve(intent: EntryIntent): void {
    const scopes = scopesForReservation(intent);
    if (this.orders.has(intent.market) || this.positions.get(intent.market)?.state === 'open')
      return;
    const full = scopes.find(({ key, amount }) => this.room(key) < amount);
    if (full !== undefined) {
      this.refusedBy.push(full.key);
      return;
    }
    this.reserved += 1;
    this.add(scopes, -1);
    this.orders.set(intent.market, anOrder(intent, { state: 'sent' }));
    this.positions.delete(intent.market);
  }

  fill(market: string, share: number, better: number, fee: number): void {
    const order = this.orders.get(market);
    if (order === undefined || order.intent.purpose !== 'entry') return;
    const rest = order.intent.count - order.bookedFilled;
    const count = contracts(Math.ceil(rest * share));
    if (count === 0) return;
    const improved =
      order.intent.leg === 'yes'
        ? Math.max(1, order.intent.limitPrice - better)
        : Math.min(9_999, order.intent.limitPrice + better);
    this.#trades += 1;
    const fill = aFillOf(order.intent, {
      tradeId: `trade-${this.#trades}`,
      price: price(improved),
      count,
      fee: money(fee),
    });
    const held = this.positions.get(market) ?? null;
    const booked = bookFill(order, fill);
    const opensPosition = held?.state !== 'open';
    const released = releaseForEntryFill({ order: booked, fill, opensPosition });
    this.add(released.deltas);
    this.orders.set(market, { ...booked, reservation: released.reservation });
    this.positions.set(market, applyEntryFill(held, fill, order.intent, market));
    const legPaid = order.intent.leg === 'yes' ? improved : 10_000 - improved;
    this.pay(order.intent.exchangeIndex, -(legPaid * count + fee));
  }

  end(market: string): void {
    const order = this.orders.get(market);
    if (order === undefined) return;
    this.add(releaseReservation(order));
    this.orders.delete(market);
  }

  /** A lost order is given up; what comes of it later is booked all the same. */
  giveUp(market: string): void {
    const order = this.orders.get(market);
    if (order === undefined) return;
    this.add(releaseReservation(order));
    this.orders.set(market, { ...order, reservation: NO_RESERVATION });
  }

  sell(market: string, share: number, at: number, fee: number): void {
    const position = this.positions.get(market);
    if (position?.state !== 'open') return;
    const count = contracts(Math.ceil(position.quantity * share));
    const { exchangeIndex, eventTicker, leg } = position;
    const intent = anExit({ market, eventTicker, exchangeIndex, leg, count });
    this.#trades += 1;
    const tradeId = `trade-${this.#trades}`;
    const fill = aFillOf(intent, { tradeId, price: price(at), fee: money(fee) });
    const sold = applyExitFill(position, fill);
    const closed = sold.position.state === 'closed';
    this.add(releaseForExitFill({ intent, fill, basis: sold.basis, closed }));
    this.positions.set(market, sold.position);
    this.pay(exchangeIndex, (leg === 'yes' ? at : 10_000 - at) * count - fee);
  }

  settle(market: string, won: boolean): void {
    const position = this.positions.get(market);
    if (position?.state !== 'open' || this.orders.has(market)) return;
    const settled = settlePosition(position, { kind: won ? 'yes' : 'no' }, 0);
    const { payout, basis } = settled;
    this.add(releaseForSettlement({ position, basis, payout, fee: money(0) }));
    this.positions.set(market, settled.position);
    const wins = won === (position.leg === 'yes');
    this.pay(position.exchangeIndex, wins ? 10_000 * position.quantity : 0);
  }

  pay(shard: number, amount: number): void {
    this.cash.set(shard, (this.cash.get(shard) ?? 0) + amount);
  }

  /** Headroom and what is held back or at risk always come to what there was at the start. */
  check(): void {
    const open = [...this.positions.values()].filter(({ state }) => state === 'open');
    const held = [...this.orders.values()].map(({ intent, reservation }) => ({
      ...intent,
      reservation,
    }));
    const sumOf = (
      matches: (placed: (typeof MARKETS)[number]) => boolean,
      amount: 'exposure' | 'slots',
    ) =>
      held
        .filter(({ market }) => matches(placeOf(market)))
        .reduce((sum, { reservation }) => sum + reservation[amount], 0) +
      open
        .filter(({ market }) => matches(placeOf(market)))
        .reduce((sum, { basis }) => sum + (amount === 'slots' ? 1 : basis), 0);
    expect(this.room('account') + sumOf(() => true, 'exposure')).toBe(start('account'));
    expect(this.room('slots') + sumOf(() => true, 'slots')).toBe(start('slots'));
    for (const { market, eventTicker } of MARKETS) {
      const event = sumOf((placed) => placed.eventTicker === eventTicker, 'exposure');
      const own = sumOf((placed) => placed.market === market, 'exposure');
      expect(this.room(`event:${eventTicker}`) + event).toBe(start(`event:${eventTicker}`));
      expect(this.room(`market:${market}`) + own).toBe(start(`market:${market}`));
    }
    for (const [shard, cash] of this.cash) {
      const reserved = held
        .filter(({ exchangeIndex }) => exchangeIndex === shard)
        .reduce((sum, { reservation }) => sum + reservation.cash, 0);
      expect(this.room(`cash:${shard}`) + reserved).toBe(cash);
    }
  }
}

function placeOf(market: string): (typeof MARKETS)[number] {
  return MARKETS.find((placed) => placed.market === market)!;
}

const share = fc.constantFrom(0.1, 0.5, 0.9, 1);
const fee = fc.nat({ max: 2_000_000 });
const market = fc.constantFrom(...MARKETS.map((placed) => placed.market));
type Event = (world: World) => void;

const ordinary: fc.Arbitrary<Event> = fc.oneof(
  fc
    .record({
      placed: fc.constantFrom(...MARKETS),
      leg: fc.constantFrom('yes', 'no'),
      limit: fc.integer({ min: 1, max: 9_999 }),
      count: fc.oneof(
        fc.integer({ min: 1, max: 150_000 }),
        fc.integer({ min: 80_000, max: 180_000 }),
      ),
      fees: fee,
    })
    .map(({ placed, leg, limit, count, fees }) => (world: World) => {
      const estimatedFees = money(fees);
      const limitPrice = price(limit);
      world.reserve(
        anEntry({ ...placed, leg, limitPrice, count: contracts(count), estimatedFees }),
      );
    }),
  ...[1, 2].map(() =>
    fc
      .tuple(market, share, fc.nat({ max: 300 }), fee)
      .map((args) => (world: World) => world.fill(...args)),
  ),
  market.map((ticker) => (world: World) => world.end(ticker)),
  fc.tuple(market, fc.boolean()).map((args) => (world: World) => world.settle(...args)),
);
const sale = fc.tuple(market, share, fc.integer({ min: 1, max: 9_999 }), fee);
const saleAtAnyTime = sale.map(
  (args): Event =>
    (world) =>
      world.sell(...args),
);
const saleAfterTheEntry = sale.map((args): Event => (world) => {
  if (!world.orders.has(args[0])) world.sell(...args);
});
const givingUp = market.map(
  (ticker): Event =>
    (world) =>
      world.giveUp(ticker),
);

const stories = (...events: readonly fc.Arbitrary<Event>[]) =>
  fc.array(fc.oneof({ arbitrary: ordinary, weight: 6 }, ...events), {
    maxLength: 40,
    size: 'max',
  });

describe('headroom', () => {
  it('and what is reserved or at risk always add up to the start, however things interleave', () => {
    let fills = 0;
    fc.assert(
      fc.property(stories(saleAtAnyTime, givingUp), (events) => {
        const world = new World();
        for (const apply of events) {
          apply(world);
          world.check();
        }
        fills += world.positions.size;
      }),
      runs(1_000),
    );
    expect(fills).toBeGreaterThan(100);
  });

  it('never falls below zero while orders keep to their limits and end before their position is sold', () => {
    let reserved = 0;
    const refusedBy: Record<string, number> = {};
    fc.assert(
      fc.property(stories(saleAfterTheEntry), (events) => {
        const world = new World();
        for (const apply of events) {
          apply(world);
          for (const key of CAPPED) expect(world.room(key)).toBeGreaterThanOrEqual(0);
        }
        reserved += world.reserved;
        for (const key of world.refusedBy) {
          const [kind = ''] = key.split(':');
          refusedBy[kind] = (refusedBy[kind] ?? 0) + 1;
        }
      }),
      runs(1_000),
    );
    // The stories are worth nothing unless room was taken, and each kind of scope was full at times.
    expect(reserved).toBeGreaterThan(1_000);
    for (const kind of ['account', 'slots', 'event', 'market', 'cash'])
      expect(refusedBy[kind], kind).toBeGreaterThan(10);
  });

  it('is reserved by an entry at its worst, and by an exit not at all', () => {
    expect(reservationFor(anExit())).toEqual(NO_RESERVATION);
    expect(scopesForReservation(anExit())).toEqual([]);
  });
});
