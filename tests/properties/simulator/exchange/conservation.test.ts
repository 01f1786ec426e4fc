import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MakerFeeType } from '../../../../shared/domain/market/fee-schedule.ts';
import { TAPERED_DECI_CENT } from '../../../../shared/domain/market/tick-grid.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price, type Price } from '../../../../shared/domain/money/price.ts';
import type { AccountTruth } from '../../../../shared/simulator/exchange/account-truth.ts';
import { SimExchange } from '../../../../shared/simulator/exchange/sim-exchange.ts';
import type { NewOrder, SimOrder } from '../../../../shared/simulator/exchange/sim-order.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';
import { atLeast, same } from '../../../support/cheap-checks.ts';
import { runs } from '../../../support/property-settings.ts';

const ACCOUNTS = ['a', 'b', 'c'] as const;
const MARKETS = ['KX-1', 'KX-2'] as const;

type Command =
  | {
      readonly kind: 'order';
      readonly account: string;
      readonly order: Omit<NewOrder, 'clientOrderId'>;
      readonly expiresInMs: number | null;
    }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'deposit'; readonly account: string; readonly dollars: number }
  | { readonly kind: 'pause'; readonly market: string }
  | { readonly kind: 'resume'; readonly market: string }
  | { readonly kind: 'determine'; readonly market: string; readonly value: number }
  | {
      readonly kind: 'dispute' | 'amend_result';
      readonly market: string;
      readonly value: number;
    }
  | { readonly kind: 'halve_fees' }
  | { readonly kind: 'regrid'; readonly market: string }
  | {
      readonly kind: 'withdraw' | 'to_shard' | 'from_shard' | 'to_subaccount';
      readonly account: string;
      readonly dollars: number;
    };

/** Prices near the middle meet often; those at the edges are on the finer grid. */
const priceArbitrary: fc.Arbitrary<Price> = fc.oneof(
  fc.integer({ min: 46, max: 54 }).map((cents) => price(cents * 100)),
  fc.integer({ min: 1, max: 99 }).map((deci) => price(deci * 10)),
  fc.integer({ min: 1, max: 99 }).map((deci) => price(10_000 - deci * 10)),
);
const accountArbitrary = fc.constantFrom(...ACCOUNTS);
const marketArbitrary = fc.constantFrom(...MARKETS);

const orderArbitrary: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('order'),
  account: accountArbitrary,
  expiresInMs: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: null, freq: 8 }),
  order: fc.record({
    market: marketArbitrary,
    side: fc.constantFrom('bid', 'ask'),
    price: priceArbitrary,
    count: fc.oneof(
      fc.integer({ min: 1, max: 300 }).map(contracts),
      fc.integer({ min: 1, max: 40 }).map((whole) => contracts(whole * 100)),
    ),
    timeInForce: fc.constantFrom(
      'good_till_canceled',
      'good_till_canceled',
      'immediate_or_cancel',
      'fill_or_kill',
    ),
    postOnly: fc.boolean(),
    reduceOnly: fc.boolean(),
    selfTradePrevention: fc.constantFrom('taker_at_cross', 'maker'),
    expiresAtMs: fc.constant(null),
    cancelOnPause: fc.boolean(),
    orderGroupId: fc.constant(null),
  }),
});

const commandArbitrary: fc.Arbitrary<Command> = fc.oneof(
  { weight: 20, arbitrary: orderArbitrary },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel'), pick: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 3_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('deposit'),
      account: accountArbitrary,
      dollars: fc.integer({ min: 0, max: 50 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause'), market: marketArbitrary }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume'), market: marketArbitrary }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('determine'),
      market: marketArbitrary,
      value: fc.integer({ min: 0, max: 10_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('dispute' as const, 'amend_result' as const),
      market: marketArbitrary,
      value: fc.integer({ min: 0, max: 10_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'halve_fees' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('regrid' as const), market: marketArbitrary }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'withdraw' as const,
        'to_shard' as const,
        'from_shard' as const,
        'to_subaccount' as const,
      ),
      account: accountArbitrary,
      dollars: fc.integer({ min: 0, max: 60 }),
    }),
  },
);

const runArbitrary = fc.record({
  makerFeeType: fc.constantFrom<MakerFeeType>(
    'quadratic',
    'quadratic_with_maker_fees',
    'quadratic_with_combo_maker_fees',
  ),
  multiplierMillionths: fc.constantFrom(1_000_000, 500_000, 0),
  dollars: fc.integer({ min: 1, max: 200 }),
  commands: fc.array(commandArbitrary, { minLength: 1, maxLength: 120, size: 'max' }),
});
type Run = typeof runArbitrary extends fc.Arbitrary<infer T> ? T : never;

type World = {
  readonly exchange: SimExchange;
  readonly frames: string[];
  readonly orders: SimOrder[];
  nowMs: number;
};

function openWorld({ makerFeeType, multiplierMillionths, dollars }: Run): World {
  const exchange = new SimExchange({ rng: seededRng(1) });
  const frames: string[] = [];
  for (const ticker of MARKETS) {
    const fees = { makerFeeType, multiplierMillionths };
    exchange.addMarket(aMarket({ ticker, fees, priceRanges: TAPERED_DECI_CENT }), NOON);
  }
  for (const account of ACCOUNTS) exchange.deposit(account, 0, money(dollars * 1_000_000));
  exchange.subscribe(
    (frame) => void frames.push(frame),
    {
      account: 'a',
      channels: ['orderbook_delta', 'trade', 'fill', 'user_orders', 'market_lifecycle_v2'],
      markets: [...MARKETS],
      useYesPrice: true,
    },
    NOON,
  );
  return { exchange, frames, orders: [], nowMs: NOON };
}

function perform(world: World, command: Command): void {
  const { exchange, orders } = world;
  switch (command.kind) {
    case 'order': {
      const { account, order, expiresInMs } = command;
      const expiresAtMs = expiresInMs === null ? null : world.nowMs + expiresInMs;
      const request = { ...order, clientOrderId: null, expiresAtMs };
      const placed = exchange.place(account, request, world.nowMs);
      if (placed.kind === 'placed') orders.push(placed.order);
      return;
    }
    case 'cancel': {
      const order = orders[command.pick % Math.max(1, orders.length)];
      if (order !== undefined) exchange.floor.cancel(order, world.nowMs);
      return;
    }
    case 'wait':
      world.nowMs += command.ms;
      exchange.advance(world.nowMs);
      return;
    case 'deposit':
      exchange.deposit(command.account, 0, money(command.dollars * 1_000_000));
      return;
    case 'pause':
      exchange.deactivate(command.market, world.nowMs);
      return;
    case 'resume':
      exchange.reactivate(command.market, world.nowMs);
      return;
    case 'determine': {
      const result = { kind: 'scalar', settlementValue: price(command.value) } as const;
      exchange.determine(command.market, result, world.nowMs);
      return;
    }
    case 'dispute':
      exchange.control({ kind: 'dispute', market: command.market }, world.nowMs);
      return;
    case 'amend_result': {
      const result = { kind: 'scalar', settlementValue: price(command.value) } as const;
      const { kind, market } = command;
      exchange.control({ kind, market, result }, world.nowMs);
      return;
    }
    case 'halve_fees': {
      const { eventTicker } = aMarket();
      const { multiplierMillionths } = exchange.floor.listing(MARKETS[0])!.market.fees;
      const override = {
        makerFeeType: null,
        multiplierMillionths: Math.floor(multiplierMillionths / 2),
      };
      exchange.control({ kind: 'override_fees', eventTicker, override, atMs: null }, world.nowMs);
      return;
    }
    case 'regrid': {
      const { market } = command;
      exchange.control({ kind: 'price_structure', market, structure: 'deci_cent' }, world.nowMs);
      return;
    }
    case 'withdraw':
    case 'to_shard':
    case 'from_shard':
    case 'to_subaccount':
      moveCash(world, command);
      return;
  }
}

type CashCommand = Extract<
  Command,
  { kind: 'withdraw' | 'to_shard' | 'from_shard' | 'to_subaccount' }
>;

/** Out, to another shard and back, or to the first subaccount; what there is not enough for is refused. */
function moveCash({ exchange, nowMs }: World, { kind, account, dollars }: CashCommand): void {
  const amount = money(dollars * 1_000_000);
  const { cash } = exchange.floor;
  exchange.advance(nowMs);
  switch (kind) {
    case 'withdraw':
      exchange.control({ kind: 'withdraw_cash', account, shard: 0, amount }, nowMs);
      return;
    case 'to_shard':
    case 'from_shard': {
      const [from, to] = kind === 'to_shard' ? [0, 2] : [2, 0];
      cash.transfer(account, {
        from: { shard: from, subaccount: 0 },
        to: { shard: to, subaccount: 0 },
        amount,
      });
      return;
    }
    case 'to_subaccount': {
      if (cash.subaccounts(account).length === 1) cash.createSubaccount(account, 0);
      const clientId = `move-${cash.moves(account).length}`;
      cash.moveBetween(account, { clientId, from: 0, to: 1, amount, exchangeIndex: 0 });
    }
  }
}

function checkWorld({ exchange }: World): void {
  const totals = exchange.totals();
  const { cash, collateral, fees, settlementRounding, inTransit } = totals;
  same(cash + collateral + fees + settlementRounding + inTransit, totals.deposits);
  // What came in is what was paid in less what was paid out, wherever it was moved to since.
  const paidIn = ACCOUNTS.flatMap((account) => exchange.floor.cash.entries(account, 'deposit'));
  const paidOut = ACCOUNTS.flatMap((account) => exchange.floor.cash.entries(account, 'withdrawal'));
  const total = (entries: typeof paidIn): number =>
    entries.reduce((sum, { amount }) => sum + amount, 0);
  same(totals.deposits, total(paidIn) - total(paidOut));
  const truths = ACCOUNTS.map((account) => exchange.truth(account));
  for (const market of MARKETS) {
    const net = truths.map(({ positions }) => positions.get(market)?.quantity ?? 0);
    same(
      net.reduce((sum, quantity) => sum + quantity, 0),
      0,
    );
    checkBook(exchange, market);
  }
  for (const truth of truths) checkAccount(truth);
}

/** Not crossed, and what is displayed is what rests. */
function checkBook(exchange: SimExchange, market: string): void {
  const engine = exchange.floor.listing(market)!.engine;
  const [bid, ask] = [engine.best('bid'), engine.best('ask')];
  if (bid !== null && ask !== null) expect(bid.price).toBeLessThan(ask.price);
  const { bids, asks } = engine.view();
  const shown = [...bids, ...asks].reduce((sum, { count }) => sum + count, 0);
  same(
    shown,
    engine.resting().reduce((sum, { remaining }) => sum + remaining, 0),
  );
}

/** The account's own equation from its fills alone: cash is deposits, less what they cost, plus what settlements paid. */
function checkAccount(truth: AccountTruth): void {
  const positions = new Map<string, number>();
  let fees = 0;
  let spent = 0;
  for (const fill of truth.fills) {
    const before = positions.get(fill.market) ?? 0;
    const after = before + (fill.side === 'bid' ? fill.count : -fill.count);
    positions.set(fill.market, after);
    same(fill.postPosition, after);
    fees += fill.fee;
    // A NO contract is a YES contract sold against a dollar of collateral.
    spent += (after - before) * fill.price;
    spent += (Math.max(0, -after) - Math.max(0, -before)) * 10_000;
  }
  const paid = truth.settlements.reduce((sum, { revenue }) => sum + revenue, 0);
  const available = truth.cashByShard.get(0)!;
  const reserved = truth.reservedByShard.get(0)!;
  same(available + reserved, truth.depositsByShard.get(0)! - spent - fees + paid);
  same(truth.fees, fees);
  atLeast(reserved, 0);
  // Collateral covers price and fee; what it does not hold is the alignment of each fill's balance, below $0.000101.
  atLeast(available, -101 * truth.fills.length);
}

describe('the exchange under any commands', () => {
  it('creates and loses no money and no contract, and never crosses its book', () => {
    fc.assert(
      fc.property(runArbitrary, (run) => {
        const world = openWorld(run);
        for (const command of run.commands) {
          perform(world, command);
          checkWorld(world);
        }
        // At the end everything is paid out and only fees are not with the accounts.
        for (const market of MARKETS)
          world.exchange.determine(market, { kind: 'yes' }, world.nowMs);
        for (const market of MARKETS)
          world.exchange.control(
            { kind: 'amend_result', market, result: { kind: 'yes' } },
            world.nowMs,
          );
        world.exchange.advance(world.nowMs + 60_000);
        checkWorld(world);
        expect(world.exchange.totals()).toMatchObject({ collateral: 0, inTransit: 0 });
        for (const account of ACCOUNTS) {
          const truth = world.exchange.truth(account);
          same(truth.positions.size, 0);
          same(truth.reservedByShard.get(0), 0);
          same(
            truth.orders.every(({ status }) => status !== 'resting'),
            true,
          );
        }
      }),
      runs(150),
    );
  });

  it('fills no order beyond its count or its limit, and no more than was displayed', () => {
    fc.assert(
      fc.property(runArbitrary, (run) => {
        const world = openWorld(run);
        for (const command of run.commands) {
          const before =
            command.kind === 'order'
              ? world.exchange.floor.listing(command.order.market)!.engine.view()
              : null;
          const known = world.orders.length;
          perform(world, command);
          const order = world.orders[known];
          if (command.kind !== 'order' || before === null || order === undefined) continue;
          const { side, price: limit, count } = command.order;
          const opposite = side === 'bid' ? before.asks : before.bids;
          const displayed = opposite
            .filter((level) => (side === 'bid' ? level.price <= limit : level.price >= limit))
            .reduce((sum, level) => sum + level.count, 0);
          expect(order.filled).toBeLessThanOrEqual(Math.min(count, displayed));
          const fills = world.exchange
            .truth(order.account)
            .fills.filter(({ orderId }) => orderId === order.orderId);
          same(
            fills.reduce((sum, fill) => sum + fill.count, 0),
            order.filled,
          );
          for (const fill of fills)
            same(side === 'bid' ? fill.price <= limit : fill.price >= limit, true);
          if (command.order.timeInForce === 'fill_or_kill' && order.reason !== 'SelfTradeCancel')
            expect([0, count]).toContain(order.filled);
          if (command.order.postOnly) same(order.filled, 0);
        }
      }),
      runs(100),
    );
  });

  it('gives the same bytes for the same commands', () => {
    fc.assert(
      fc.property(runArbitrary, (run) => {
        const [first, second] = [openWorld(run), openWorld(run)];
        for (const command of run.commands) perform(first, command);
        for (const command of run.commands) perform(second, command);
        expect(second.frames).toEqual(first.frames);
      }),
      runs(40),
    );
  });
});
