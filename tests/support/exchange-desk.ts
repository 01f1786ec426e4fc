import type { HttpAnswer } from '../../shared/adapters/kalshi/wire/orders.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import { MICROS_PER_DOLLAR, money } from '../../shared/domain/money/money.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { type SimExchangeOptions } from '../../shared/simulator/exchange/sim-exchange-options.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aMarket, NOON } from './trade-builders.ts';

export const TICKER = aMarket().ticker;

/** The fields of a create-order body that a test may change; the rest is a resting bid of ten at 52 cents. */
export type OrderFields = Readonly<Record<string, unknown>>;

export type Desk = {
  readonly exchange: SimExchange;
  /** Sends an order now; the client order id is the count of orders unless given. */
  readonly send: (account: string, fields?: OrderFields) => HttpAnswer;
  /** The body of a 201, or a failing test. */
  readonly accept: (account: string, fields?: OrderFields) => CreatedBody;
  /** The error code (and details) of a refusal, or a failing test. */
  readonly refusal: (account: string, fields?: OrderFields) => string;
  readonly wait: (ms: number) => number;
  readonly nowMs: () => number;
};

export type CreatedBody = {
  readonly order_id: string;
  readonly fill_count: string;
  readonly remaining_count: string;
  readonly average_fill_price?: string;
  readonly average_fee_paid?: string;
};

/** An exchange at noon with one market and accounts `us`, `them` and `third` of $1,000 each on shard 0. */
export function openDesk(
  input: {
    readonly market?: Partial<Market>;
    readonly options?: Partial<SimExchangeOptions>;
    readonly dollars?: number;
  } = {},
): Desk {
  const exchange = new SimExchange({
    rng: seededRng(1),
    readLag: { minMs: 0, maxMs: 0 },
    ...input.options,
  });
  let now = NOON;
  let sent = 0;
  exchange.addMarket(aMarket(input.market), now);
  const shard = aMarket(input.market).exchangeIndex;
  for (const account of ['us', 'them', 'third'])
    exchange.deposit(account, shard, money((input.dollars ?? 1_000) * MICROS_PER_DOLLAR));
  const send = (account: string, fields: OrderFields = {}): HttpAnswer => {
    sent += 1;
    const body = {
      ticker: TICKER,
      client_order_id: `order-${sent}`,
      side: 'bid',
      count: '10.00',
      price: '0.5200',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...fields,
    };
    return exchange.submit(account, JSON.stringify(body), now);
  };
  return {
    exchange,
    send,
    accept: (account, fields) => {
      const { status, body } = send(account, fields);
      if (status !== 201) throw new Error(`expected 201, got ${status} ${body}`);
      return JSON.parse(body) as CreatedBody;
    },
    refusal: (account, fields) => {
      const { status, body } = send(account, fields);
      const { error } = JSON.parse(body) as {
        error?: { code: string; details?: string };
      };
      if (error === undefined) throw new Error(`expected a refusal, got ${status} ${body}`);
      return [status, error.code, error.details].filter((part) => part !== undefined).join(' ');
    },
    wait: (ms) => {
      now += ms;
      exchange.advance(now);
      return now;
    },
    nowMs: () => now,
  };
}

export const IOC = { time_in_force: 'immediate_or_cancel' } as const;
export const FOK = { time_in_force: 'fill_or_kill' } as const;
