import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DamagedLog, ExchangeLog } from '../../../../local/venues/exchange-log.ts';
import { LoggedExchange } from '../../../../local/venues/logged-exchange.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import type { AccountAct } from '../../../../shared/simulator/exchange/account-entry.ts';
import type { ControlAction } from '../../../../shared/simulator/exchange/control-action.ts';
import { deterministicId } from '../../../../shared/simulator/exchange/deterministic-id.ts';
import type { OrderCommand } from '../../../../shared/simulator/exchange/order-command.ts';
import type { NewOrder, SimOrder } from '../../../../shared/simulator/exchange/sim-order.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { alike } from '../../../support/cheap-checks.ts';
import { runs } from '../../../support/property-settings.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const MARKETS = ['KX-1', 'KX-2'] as const;
const MEMBERS = ['us', 'them'] as const;
const CROWD = ['maker', 'taker'] as const;

const folder = mkdtempSync(join(tmpdir(), 'fairline-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const marketOf = fc.constantFrom(...MARKETS);
const cents = fc.integer({ min: 45, max: 55 });
const commandArbitrary = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      account: fc.constantFrom(...MEMBERS),
      market: marketOf,
      side: fc.constantFrom('bid' as const, 'ask' as const),
      cents,
      count: fc.integer({ min: 0, max: 4_000 }),
      // Few ids: some are used twice.
      id: fc.integer({ min: 1, max: 200 }),
      immediate: fc.boolean(),
      expiresInS: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null, freq: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('garbage' as const), body: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      act: fc.constantFrom(
        'amend' as const,
        'amend' as const,
        'decrease' as const,
        'cancel_batch' as const,
        'cancel_all' as const,
        'create_group' as const,
      ),
      pick: fc.nat(),
      market: marketOf,
      cents,
      count: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      account: fc.constantFrom(...CROWD),
      market: marketOf,
      side: fc.constantFrom('bid' as const, 'ask' as const),
      cents,
      count: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), pick: fc.nat() }) },
  {
    weight: 2,
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
      kind: fc.constantFrom('deactivate' as const, 'reactivate' as const),
      market: marketOf,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('move_close' as const),
      market: marketOf,
      inMs: fc.integer({ min: -10, max: 30_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('determine' as const), market: marketOf }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('control' as const),
      act: fc.constantFrom(
        'dispute' as const,
        'amend_result' as const,
        'void' as const,
        'structure' as const,
        'fees' as const,
        'pause' as const,
        'withdraw' as const,
        'lag' as const,
        'answers' as const,
      ),
      market: marketOf,
      inMs: fc.integer({ min: 0, max: 5_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('account' as const),
      act: fc.constantFrom(
        'create_subaccount' as const,
        'subaccount_transfer' as const,
        'shard_transfer' as const,
        'set_allocation' as const,
        'create_key' as const,
        'delete_key' as const,
        'upgrade_tier' as const,
      ),
      pick: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);
type Drawn<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
type Command = Drawn<typeof commandArbitrary> & { readonly afterMs: number };
const commandsArbitrary: fc.Arbitrary<readonly Command[]> = fc.array(
  fc
    .tuple(commandArbitrary, fc.integer({ min: 0, max: 300 }))
    .map(([command, afterMs]): Command => ({ ...command, afterMs })),
  { minLength: 20, maxLength: 150, size: 'max' },
);

function newExchange(): LoggedExchange {
  return new LoggedExchange({ rng: seededRng(1) });
}

/** An exchange that writes down what happens to it, and the time at which it stands. */
function live(
  file: string,
  commands: readonly Command[],
): { exchange: LoggedExchange; nowMs: number } {
  const { log } = ExchangeLog.open(file);
  const exchange = newExchange();
  exchange.writeTo(log);
  let nowMs = NOON;
  for (const account of MEMBERS) exchange.deposit(account, 0, money(1_000_000_000));
  for (const ticker of MARKETS)
    exchange.addMarket(aMarket({ ticker, settlementTimerMs: 2_000 }), nowMs);
  for (const account of CROWD) {
    exchange.joinCrowd(account);
    exchange.deposit(account, 0, money(1_000_000_000_000));
  }
  const placed: SimOrder[] = [];
  const ids: string[] = [];
  for (const command of commands) {
    nowMs += command.afterMs;
    act(exchange, command, { nowMs, placed, ids });
  }
  log.close();
  exchange.writeTo(null);
  return { exchange, nowMs };
}

function act(
  exchange: LoggedExchange,
  command: Command,
  seen: { readonly nowMs: number; readonly placed: SimOrder[]; readonly ids: string[] },
): void {
  const { nowMs, placed, ids } = seen;
  switch (command.kind) {
    case 'submit': {
      const { body } = exchange.submit(command.account, bodyOf(command, nowMs), nowMs);
      const id = /"order_id":"([^"]+)"/.exec(body)?.[1];
      if (id !== undefined) ids.push(id);
      return;
    }
    case 'garbage':
      exchange.submit('us', command.body, nowMs);
      return;
    case 'cancel':
      exchange.cancel('us', { orderId: ids[command.pick % ids.length] ?? 'none' }, nowMs);
      return;
    case 'command':
      exchange.command('us', orderCommand(command, ids[command.pick % ids.length]), nowMs);
      return;
    case 'place': {
      const placement = exchange.place(command.account, crowdOrder(command), nowMs);
      if (placement.kind === 'placed') placed.push(placement.order);
      return;
    }
    case 'withdraw': {
      const order = placed[command.pick % placed.length];
      if (order !== undefined) exchange.withdraw(order, nowMs);
      return;
    }
    case 'pause':
      exchange.setPause(command.pause, nowMs);
      return;
    case 'deactivate':
    case 'reactivate':
      exchange[command.kind](command.market, nowMs);
      return;
    case 'move_close':
      exchange.moveClose(command.market, nowMs + command.inMs, nowMs);
      return;
    case 'determine':
      exchange.determine(command.market, { kind: 'yes' }, nowMs);
      return;
    case 'control':
      exchange.control(controlAction(command, nowMs), nowMs);
      return;
    case 'account':
      exchange.command('us', { kind: 'account', act: accountAct(command) }, nowMs);
      return;
    case 'look':
      // What is not written down: time that passes, and reads.
      exchange.advance(nowMs);
      exchange.reads.positions('us', {}, nowMs);
  }
}

type Submit = Extract<Command, { kind: 'submit' }>;

function bodyOf({ market, side, cents: at, count, id, ...command }: Submit, nowMs: number): string {
  const isExpiring = command.expiresInS !== null && !command.immediate;
  return JSON.stringify({
    ticker: market,
    client_order_id: `order-${id}`,
    side,
    count: (count / 100).toFixed(2),
    price: (at / 100).toFixed(4),
    time_in_force: command.immediate ? 'immediate_or_cancel' : 'good_till_canceled',
    self_trade_prevention_type: 'taker_at_cross',
    exchange_index: 0,
    ...(isExpiring && { expiration_time: Math.ceil(nowMs / 1_000) + (command.expiresInS ?? 0) }),
  });
}

function orderCommand(
  { act: kind, market, cents: at, count }: Extract<Command, { kind: 'command' }>,
  orderId = 'none',
): OrderCommand {
  const texts = { count: (count / 100).toFixed(2), price: (at / 100).toFixed(4) };
  switch (kind) {
    case 'amend':
      return { kind, orderId, body: JSON.stringify({ ticker: market, side: 'bid', ...texts }) };
    case 'decrease':
      return { kind, orderId, body: JSON.stringify({ reduce_by: texts.count }) };
    case 'cancel_batch':
      return { kind, body: JSON.stringify({ orders: [{ order_id: orderId }] }) };
    case 'cancel_all':
      return { kind };
    case 'create_group':
      return { kind, body: JSON.stringify({ contracts_limit_fp: texts.count }) };
  }
}

function controlAction(
  { act: kind, market, inMs }: Extract<Command, { kind: 'control' }>,
  nowMs: number,
): ControlAction {
  switch (kind) {
    case 'dispute':
    case 'void':
      return { kind, market };
    case 'amend_result':
      return { kind, market, result: { kind: 'no' } };
    case 'structure':
      return { kind: 'price_structure', market, structure: 'deci_cent' };
    case 'fees': {
      const override = { makerFeeType: null, multiplierMillionths: inMs * 100 };
      const { eventTicker } = aMarket();
      return { kind: 'override_fees', eventTicker, override, atMs: nowMs + inMs };
    }
    case 'pause':
      return { kind, pause: 'trading', shard: inMs % 2, resumeAtMs: null, statusCode: 503 };
    case 'withdraw':
      return { kind: 'withdraw_cash', account: 'us', shard: 0, amount: money(inMs * 10_000) };
    case 'lag':
      return { kind: 'read_lag', lag: { minMs: 0, maxMs: inMs } };
    case 'answers':
      return { kind, postOnlyCross: 'accepted_cancelled' };
  }
}

function accountAct({ act: kind, pick }: Extract<Command, { kind: 'account' }>): AccountAct {
  const transfer = {
    amount: pick * 10_000,
    source: 'event_contract',
    destination: 'event_contract',
  };
  const id = `0a5d4a44-9f2c-4f5f-8f7f-2c010d6e2f${pick}0`;
  switch (kind) {
    case 'create_subaccount':
      return { kind, body: '' };
    case 'subaccount_transfer': {
      const move = { from_subaccount: 0, to_subaccount: 1, amount_cents: pick * 100 };
      return { kind, body: JSON.stringify({ client_transfer_id: id, ...move }) };
    }
    case 'shard_transfer':
      return { kind, body: JSON.stringify({ ...transfer, destination_exchange_shard: pick }) };
    case 'set_allocation': {
      const allocations = [
        { exchange_index: 0, percent: 90 },
        { exchange_index: pick, percent: 10 },
      ];
      return { kind, body: JSON.stringify({ allocations }) };
    }
    case 'create_key':
      return { kind, body: JSON.stringify({ name: `key ${pick}`, public_key: 'PEM' }) };
    case 'delete_key':
      return { kind, keyId: deterministicId('key', pick) };
    case 'upgrade_tier':
      return { kind };
  }
}

function crowdOrder(command: Extract<Command, { kind: 'place' }>): NewOrder {
  return {
    clientOrderId: null,
    market: command.market,
    side: command.side,
    price: price(command.cents * 100),
    count: contracts(command.count),
    timeInForce: 'good_till_canceled',
    postOnly: false,
    reduceOnly: false,
    selfTradePrevention: 'maker',
    expiresAtMs: null,
    cancelOnPause: true,
    orderGroupId: null,
  };
}

/** Everything that can be known of an exchange at a time. */
function standing(exchange: LoggedExchange, nowMs: number): unknown {
  exchange.advance(nowMs);
  return {
    members: MEMBERS.map((account) => exchange.truth(account)),
    totals: exchange.totals(),
    books: MARKETS.map((market) => exchange.book(market)),
    lives: MARKETS.map((market) => exchange.floor.listing(market)?.life),
    resting: MARKETS.map((market) =>
      exchange.floor
        .listing(market)
        ?.engine.resting()
        .map(({ orderId, remaining, createdAtMs }) => ({ orderId, remaining, createdAtMs })),
    ),
    pause: [0, 1, 2].map((shard) => exchange.floor.pauseOf(shard)),
    transfers: exchange.floor.cash.transfers('us'),
    subaccounts: exchange.floor.cash.subaccounts('us').map((n) => exchange.truth(`us#${n}`)),
    moves: exchange.floor.cash.moves('us'),
    paidOut: exchange.floor.cash.entries('us', 'withdrawal'),
    keys: exchange.keys.of('us'),
    fees: exchange.floor.fees.changes,
    grids: MARKETS.map((market) => exchange.floor.listing(market)?.market),
    candles: MARKETS.map((market) => exchange.floor.listing(market)?.tape.bars(60_000)),
    trades: exchange.floor.trades.where({ fromMs: 0, beforeMs: Number.POSITIVE_INFINITY }),
  };
}

/** What the next order is answered, ids included. */
function nextAnswer(exchange: LoggedExchange, nowMs: number): unknown {
  exchange.setPause('none', nowMs);
  const order = { id: 1_000, market: 'KX-1', side: 'bid', cents: 55, count: 700 } as const;
  const rest = { immediate: true, expiresInS: null, account: 'us', kind: 'submit' } as const;
  return exchange.submit('us', bodyOf({ ...order, ...rest, afterMs: 0 }, nowMs), nowMs);
}

describe('the log of the simulated exchange', () => {
  it('gives the same exchange again, whatever happened and wherever its last line was torn', () => {
    let filled = 0;
    let settled = 0;
    fc.assert(
      fc.property(commandsArbitrary, fc.nat({ max: 200 }), (commands, torn) => {
        files += 1;
        const file = join(folder, `${files}.jsonl`);
        const { exchange, nowMs } = live(file, commands);
        const before = readFileSync(file, 'utf8');
        const line = JSON.stringify(['submit', nowMs, 'us', '{"ticker":"KX-1","count":"5.00"}']);
        appendFileSync(file, line.slice(0, torn % line.length));
        const { log, inputs } = ExchangeLog.open(file);
        const again = newExchange();
        again.replay(inputs);
        expect(readFileSync(file, 'utf8')).toBe(before);
        alike(standing(again, nowMs), standing(exchange, nowMs));
        again.writeTo(log);
        expect(nextAnswer(again, nowMs + 1)).toEqual(nextAnswer(exchange, nowMs + 1));
        alike(standing(again, nowMs + 10_000), standing(exchange, nowMs + 10_000));
        log.close();
        filled += exchange.truth('us').fills.length;
        settled += exchange.truth('us').settlements.length;
      }),
      runs(150),
    );
    // The draws went where there is something to remember.
    expect(filled).toBeGreaterThan(100);
    expect(settled).toBeGreaterThan(5);
  });

  it('goes on in the file from which it was read', () => {
    const file = join(folder, 'twice.jsonl');
    const first = live(file, []);
    appendFileSync(file, '["deposit",0,"us"');
    const { log, inputs } = ExchangeLog.open(file);
    const second = newExchange();
    second.replay(inputs);
    second.writeTo(log);
    second.deposit('us', 0, money(7));
    log.close();
    const { log: third, inputs: all } = ExchangeLog.open(file);
    third.close();
    const last = newExchange();
    last.replay(all);
    expect(standing(last, first.nowMs)).toEqual(standing(second, first.nowMs));
    expect(all).toHaveLength(inputs.length + 1);
  });

  it('is refused when a line in its middle cannot be read', () => {
    const file = join(folder, 'damaged.jsonl');
    writeFileSync(file, '["pause",1,"none"]\n["pau\n["pause",2,"none"]\n');
    expect(() => ExchangeLog.open(file)).toThrow(DamagedLog);
    expect(() => ExchangeLog.open(file)).toThrow(
      `${file}: line 2 cannot be read; delete its folder to begin with new venues`,
    );
  });
});
