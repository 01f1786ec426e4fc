import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { progressOrder } from '../../../shared/application/progress-order.ts';
import { settleMarket } from '../../../shared/application/settle-market.ts';
import type { Fill } from '../../../shared/domain/execution/fill.ts';
import { bookSideOf } from '../../../shared/domain/execution/intent.ts';
import type { Order, OrderState } from '../../../shared/domain/execution/order.ts';
import type { SubmitOutcome } from '../../../shared/domain/execution/outcome.ts';
import { canAdopt, canMove } from '../../../shared/domain/execution/transitions.ts';
import { contracts, type Contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { OrderUpdate } from '../../../shared/ports/market-data.ts';
import { runs } from '../../support/property-settings.ts';
import {
  aSignal,
  aTick,
  die,
  dyingAt,
  expectBalanced,
  KC,
  openDesk,
  OPENING_CASH,
  TRADING_CONFIG,
  type TradingDesk,
} from '../../support/trading-desk.ts';

/**
 * What the exchange did with an order, and whether its answer reached us. Shares are of the order's count, in percent;
 * the trades of one order are at one price, so that the cost of what is held does not depend on which fill came first.
 */
type Fate =
  | { readonly kind: 'rejected' }
  | { readonly kind: 'never_arrived' }
  | {
      readonly kind: 'executed';
      readonly shares: readonly number[];
      readonly improvement: number;
      readonly answered: boolean;
      readonly looksAbsentFirst: boolean;
    };

type Fates = readonly [Fate, Fate];

/** In which order, how often and how close together the facts are told. */
type Telling = {
  readonly order: readonly number[];
  readonly again: readonly number[];
  readonly together: readonly number[];
  readonly delaysMs: readonly number[];
};

/** One fact reaching us: told any number of times it must mean the same. */
type Fact = (desk: TradingDesk) => Promise<unknown>;

const MARKETS = [KC, 'KXNFLGAME-26NOV22-BUF'] as const;
const QUIET_MS = 1_000;
const CONFIG = {
  execution: {
    ...TRADING_CONFIG.execution,
    unknownQuietMs: QUIET_MS,
    signatureWindowMs: 3_600_000,
  },
};

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'rejected' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'never_arrived' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('executed' as const),
      shares: fc.array(fc.integer({ min: 1, max: 33 }), { maxLength: 3 }),
      improvement: fc.integer({ min: 0, max: 3 }),
      answered: fc.boolean(),
      looksAbsentFirst: fc.boolean(),
    }),
  },
);
const fates = fc.tuple(fate, fate);
const telling: fc.Arbitrary<Telling> = fc.record({
  order: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
  again: fc.array(fc.nat(), { maxLength: 8 }),
  together: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 }),
  delaysMs: fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 8, maxLength: 8 }),
});

/** Each once, one after the other, as they happened. */
const AS_IT_HAPPENED: Telling = { order: [], again: [], together: [1], delaysMs: [1_000] };

function countsOf(order: Order, { shares }: Extract<Fate, { kind: 'executed' }>) {
  const whole = shares.map((share) => Math.floor((order.intent.count * share) / 10_000) * 100);
  return whole.filter((count) => count > 0).map(contracts);
}

/** Everything that can be told of one planned order, in the order in which it happened. */
function factsOf(order: Order, told: Fate, index: number): readonly Fact[] {
  const { intent } = order;
  const id = intent.clientOrderId;
  const exchangeOrderId = `exchange of ${id}`;
  const outcome =
    (value: SubmitOutcome): Fact =>
    (desk) =>
      progressOrder(desk.deps, id, { kind: 'outcome', outcome: value });
  const sent: Fact = (desk) => progressOrder(desk.deps, id, { kind: 'sent' });
  const absent: Fact = (desk) => progressOrder(desk.deps, id, { kind: 'absent_look' });
  if (told.kind === 'rejected')
    return [sent, outcome({ kind: 'rejected', code: 'market_paused', message: '' })];
  const unknown = outcome({ kind: 'unknown', cause: 'timeout' });
  if (told.kind === 'never_arrived') return [sent, unknown, absent, absent];

  const counts = countsOf(order, told);
  const side = bookSideOf(intent);
  const at = intent.limitPrice + (side === 'bid' ? -100 : 100) * told.improvement;
  const atMs = intent.decidedAtMs + 10;
  const fills = counts.map((count, place): Fact => {
    const fill: Fill = {
      tradeId: `trade ${index}-${intent.purpose}-${place}`,
      exchangeOrderId,
      market: intent.market,
      bookSide: side,
      price: price(at),
      count,
      fee: money(Math.floor((intent.estimatedFees * count) / intent.count / 100) * 100),
      role: 'taker',
      exchangeTimeMs: atMs,
    };
    return (desk) => applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId: id });
  });
  const filled = contracts(counts.reduce((sum, count) => sum + count, 0));
  const view =
    (status: OrderUpdate['status'], seen: Contracts): Fact =>
    (desk) =>
      applyOrderUpdate(desk.deps, {
        kind: 'order_update',
        update: {
          exchangeOrderId,
          clientOrderId: id,
          market: intent.market,
          bookSide: side,
          limitPrice: intent.limitPrice,
          status,
          initialCount: intent.count,
          filled: seen,
          exchangeTimeMs: atMs,
        },
      });
  const end = view(filled === intent.count ? 'executed' : 'cancelled', filled);
  const answer = told.answered
    ? outcome({ kind: 'accepted', exchangeOrderId, filled, exchangeTimeMs: atMs })
    : unknown;
  const looks = told.looksAbsentFirst && intent.purpose === 'entry' ? [absent, absent] : [];
  return [sent, answer, ...looks, view('resting', counts[0] ?? filled), ...fills, end];
}

/** Tells the facts as `how` says. Whatever was said so far, the books must add up. */
async function tell(desk: TradingDesk, facts: readonly Fact[], how: Telling): Promise<void> {
  const queue = [...facts, ...how.again.map((index) => facts[index % facts.length]!)];
  const shuffled =
    how.order.length === 0
      ? queue
      : queue
          .map((fact, index) => ({ fact, rank: how.order[index % how.order.length]! }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ fact }) => fact);
  for (let step = 0; shuffled.length > 0; step += 1) {
    desk.clock.advance(how.delaysMs[step % how.delaysMs.length]!);
    const batch = shuffled.splice(0, how.together[step % how.together.length]);
    await Promise.all(batch.map((fact) => fact(desk)));
    await expectBalanced(desk);
    expectSound(desk);
  }
  // However it was told, an order that never arrived is in the end looked for once more.
  for (let look = 0; look < 3; look += 1) {
    desk.clock.advance(QUIET_MS);
    for (const { intent } of desk.store.peekAll('orders'))
      await progressOrder(desk.deps, intent.clientOrderId, { kind: 'absent_look' });
  }
  await expectBalanced(desk);
}

/** What must hold at every moment, whatever has been told. */
function expectSound(desk: TradingDesk): void {
  for (const { state, bookedFilled, exchangeFilled, intent } of desk.store.peekAll('orders')) {
    expect(bookedFilled).toBeLessThanOrEqual(exchangeFilled);
    expect(exchangeFilled).toBeLessThanOrEqual(intent.count);
    if (state === 'rejected') expect(exchangeFilled).toBe(0);
  }
  for (const { quantity, exit, basis } of desk.store.peekAll('positions')) {
    expect(exit.sellable).toBeLessThanOrEqual(quantity);
    expect(Math.min(exit.sellable, quantity, basis)).toBeGreaterThanOrEqual(0);
  }
  for (const [scope, room] of desk.store.headrooms())
    expect([scope, room >= 0]).toEqual([scope, true]);
}

/** Every state that an order was ever in followed from the one before it. */
function expectForward(desk: TradingDesk): void {
  const states = new Map<string, OrderState>();
  for (const entry of desk.journal) {
    if (entry.kind !== 'order') continue;
    const { clientOrderId, from, to } = entry;
    expect(from).toBe(states.get(clientOrderId) ?? null);
    if (from !== null)
      expect([from, to, canMove(from, to) || canAdopt(from, to)]).toEqual([from, to, true]);
    states.set(clientOrderId, to);
  }
}

/** Orders that are planned, with their ids and reservations, and not sent: the facts then say what became of them. */
async function planEntries(): Promise<{ desk: TradingDesk; planned: readonly Order[] }> {
  const desk = await openDesk(CONFIG);
  for (const ticker of MARKETS) {
    const signal = aSignal(desk, { market: { ticker } });
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), signal));
  }
  return { desk, planned: plannedOrders(desk) };
}

async function planExits(desk: TradingDesk): Promise<readonly Order[]> {
  for (const ticker of MARKETS) {
    if (desk.store.peek('positions', ticker)?.state !== 'open') continue;
    const tick = aTick(desk, { n: 2, bid: 6_600, ask: 6_800, market: { ticker } });
    await die(evaluateExits(dyingAt(desk, 'after_exit_claimed'), tick));
  }
  return plannedOrders(desk);
}

const plannedOrders = (desk: TradingDesk): readonly Order[] =>
  desk.store.peekAll('orders').filter(({ state }) => state === 'planned');

const fatesOf = (planned: readonly Order[], drawn: Fates): readonly Fact[] =>
  planned.flatMap((order) => {
    const index = MARKETS.findIndex((market) => market === order.intent.market);
    return factsOf(order, drawn[index]!, index);
  });

/** What is left when everything has been told; times of looks and adoptions are those of the telling, and not compared. */
function endOf(desk: TradingDesk) {
  return {
    orders: desk.store.peekAll('orders').map((order) => ({
      ...order,
      updatedAtMs: 0,
      adoptedAtMs: null,
      unknown: order.unknown?.cause,
    })),
    positions: desk.store
      .peekAll('positions')
      .map((position) => ({ ...position, mark: null }))
      .toSorted((a, b) => (a.market < b.market ? -1 : 1)),
    ownership: MARKETS.map((market) => desk.store.peek('ownership', market)),
    fills: desk.store
      .peekAll('fills')
      .map(({ fill }) => fill.tradeId)
      .toSorted(),
    causes: desk.store.peekAll('causes').map(({ code, detail }) => [code, detail]),
    headroom: Object.fromEntries(desk.store.headrooms()),
  };
}

async function entriesTold(drawn: Fates, how: Telling): Promise<TradingDesk> {
  const { desk, planned } = await planEntries();
  await tell(desk, fatesOf(planned, drawn), how);
  expectForward(desk);
  return desk;
}

async function settleAll(desk: TradingDesk, result: 'yes' | 'no'): Promise<void> {
  for (const market of MARKETS) {
    const held = desk.store.peek('positions', market);
    const count = contracts(held?.quantity ?? 0);
    const settlement = {
      market,
      result: { kind: result },
      yesCount: count,
      noCount: contracts(0),
      revenue: money(result === 'yes' ? count * 10_000 : 0),
      fee: money(0),
      settledAtMs: desk.clock.nowMs(),
    } as const;
    await Promise.all([1, 2].map(() => settleMarket(desk.deps, settlement)));
  }
}

describe('facts of the exchange', () => {
  it('about entries come to the same, in any order, any number of times, however late', async () => {
    await fc.assert(
      fc.asyncProperty(fates, telling, async (drawn, how) => {
        const expected = endOf(await entriesTold(drawn, AS_IT_HAPPENED));
        expect(endOf(await entriesTold(drawn, how))).toEqual(expected);
      }),
      runs(80),
    );
  });

  it('about exits come to the same, never sell more than is held, and everything ends settled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fates,
        fates,
        telling,
        fc.constantFrom('yes' as const, 'no' as const),
        async (entries, exits, how, result) => {
          const desks = [];
          for (const spoken of [AS_IT_HAPPENED, how]) {
            const desk = await entriesTold(entries, AS_IT_HAPPENED);
            await tellExits(desk, exits, spoken);
            desks.push(desk);
          }
          const [expected, told] = desks.map(endOf);
          expect(told).toEqual(expected);
          for (const desk of desks) {
            await settleAll(desk, result);
            await expectEnded(desk);
          }
        },
      ),
      runs(60),
    );
  });
});

async function tellExits(desk: TradingDesk, exits: Fates, how: Telling): Promise<void> {
  const planned = await planExits(desk);
  const facts = fatesOf(planned, exits);
  if (facts.length > 0) await tell(desk, facts, how);
  expectForward(desk);
  for (const { intent, bookedFilled } of desk.store.peekAll('orders')) {
    if (intent.purpose !== 'exit') continue;
    const position = desk.store.peek('positions', intent.market)!;
    expect(position.quantity).toBe(position.boughtCount - bookedFilled);
    expect(position.exit.sellable).toBe(position.quantity);
  }
}

/** Nothing is held, and but for what an abandoned entry may still become, nothing is held back. */
async function expectEnded(desk: TradingDesk): Promise<void> {
  await expectBalanced(desk);
  for (const { intent, state } of desk.store.peekAll('orders')) {
    desk.clock.advance(3_600_000);
    if (state === 'abandoned')
      await progressOrder(desk.deps, intent.clientOrderId, { kind: 'signature_window_over' });
  }
  await expectBalanced(desk);
  expect(desk.store.peekAll('positions').filter(({ state }) => state === 'open')).toEqual([]);
  expect(await desk.store.headroom('slots')).toBe(5);
  expect(await desk.store.headroom('account')).toBe(OPENING_CASH * 0.3);
  for (const market of MARKETS) expect(desk.store.peek('ownership', market)?.holder).toBeNull();
}
