import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MarketResult, MarketTicker } from '../../shared/domain/market/market.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money, type Money } from '../../shared/domain/money/money.ts';
import { price, type Price } from '../../shared/domain/money/price.ts';
import type { Exchange, OrderRequest, Read } from '../../shared/ports/exchange.ts';
import { settled } from '../support/port-reads.ts';

/** An exchange with an account of our own, and what happens around it. Cash is $1,000; the market trades at 50 and 52. */
export type ExchangeWorld = {
  readonly exchange: Exchange;
  readonly market: MarketTicker;
  /** What rests on each side at 50 and 52 cents, in 1e-2 contracts. */
  readonly depth: number;
  readonly nowMs: () => number;
  /** Lets time pass until the reads have caught up with the writes. */
  readonly catchUp: () => void;
  readonly settle: (result: MarketResult) => void;
  /** Ends what the world has opened. */
  readonly close?: () => Promise<void>;
};

/** An exchange with an account of ours, of whose cash, positions and markets nothing is known. */
export type ExchangePlace = {
  readonly exchange: Exchange;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
  /** A price of the market's grid at which a bid trades with nobody. */
  readonly farBid: Price;
  readonly catchUp: () => void | Promise<void>;
  readonly close?: () => void | Promise<void>;
};

const OPENING = 1_000_000_000;

let orders = 0;
function order(market: MarketTicker, change: Partial<OrderRequest> = {}): OrderRequest {
  orders += 1;
  return {
    clientOrderId: `contract-order-${orders}`,
    market,
    exchangeIndex: 0,
    bookSide: 'bid',
    limitPrice: price(5_200),
    count: contracts(1_000),
    reduceOnly: false,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
    ...change,
  };
}

async function read<T>(promise: Promise<Read<T>>): Promise<T> {
  const result = await promise;
  if (result.kind !== 'read') throw new Error(result.reason);
  return result.value;
}

/** Cash of the only shard. */
async function cashOf(exchange: Exchange): Promise<Money> {
  const [balance, ...others] = await read(exchange.balances());
  expect(others).toEqual([]);
  return balance!.available;
}

/** What every exchange must do behind its port, whatever it is made of. */
export function exchangeContract(
  name: string,
  enter: () => ExchangeWorld | Promise<ExchangeWorld>,
): void {
  const open = async (): Promise<ExchangeWorld> => {
    const world = await enter();
    onTestFinished(() => world.close?.());
    return world;
  };
  describe(`exchange contract: ${name}`, () => {
    it('fills an immediate-or-cancel order against what is there, at its limit or better', async () => {
      const { exchange, market, catchUp } = await open();
      const request = order(market, { limitPrice: price(5_500) });
      const outcome = await exchange.submit(request);
      expect(outcome).toMatchObject({ kind: 'accepted', filled: 1_000 });
      catchUp();
      const [fill, ...others] = await read(exchange.fills({ sinceMs: 0 }));
      expect(others).toEqual([]);
      expect(fill).toMatchObject({
        market,
        bookSide: 'bid',
        price: 5_200,
        count: 1_000,
        role: 'taker',
        // 0.07 × 10 × 0.52 × 0.48 dollars, rounded up to $0.0001.
        fee: 174_800,
      });
      expect(outcome).toMatchObject({ exchangeOrderId: fill!.exchangeOrderId });
    });

    it('drops the rest of an order that is larger than what is there', async () => {
      const { exchange, market, depth, catchUp } = await open();
      const request = order(market, { count: contracts(depth + 500) });
      expect(await exchange.submit(request)).toMatchObject({ kind: 'accepted', filled: depth });
      catchUp();
      expect(await read(exchange.orders({ sinceMs: 0 }))).toMatchObject([
        {
          clientOrderId: request.clientOrderId,
          status: 'cancelled',
          initialCount: depth + 500,
          filled: depth,
        },
      ]);
    });

    it('accepts an order that meets nothing, and nothing of it stays', async () => {
      const { exchange, market, catchUp } = await open();
      const request = order(market, { limitPrice: price(5_000) });
      expect(await exchange.submit(request)).toMatchObject({ kind: 'accepted', filled: 0 });
      catchUp();
      expect(await read(exchange.orders({ sinceMs: 0 }))).toMatchObject([
        { status: 'cancelled', filled: 0 },
      ]);
      expect(await read(exchange.positions())).toEqual([]);
      expect(await cashOf(exchange)).toBe(OPENING);
    });

    it('lists an order as it was asked for', async () => {
      const { exchange, market, catchUp, nowMs } = await open();
      const request = order(market);
      const sentMs = nowMs();
      await exchange.submit(request);
      catchUp();
      const [listed] = await read(exchange.orders({ market, sinceMs: sentMs }));
      expect(listed).toMatchObject({
        clientOrderId: request.clientOrderId,
        market,
        bookSide: 'bid',
        limitPrice: 5_200,
        initialCount: 1_000,
        filled: 1_000,
        status: 'executed',
        createdAtMs: sentMs,
      });
    });

    it('lists orders newest first, of the market and time that are asked for', async () => {
      const { exchange, market, catchUp } = await open();
      const sent = [order(market), order(market), order(market)];
      for (const request of sent) {
        await exchange.submit(request);
        catchUp();
      }
      const listed = await read(exchange.orders({ sinceMs: 0 }));
      expect(listed.map(({ clientOrderId }) => clientOrderId)).toEqual(
        sent.map(({ clientOrderId }) => clientOrderId).toReversed(),
      );
      expect(await read(exchange.orders({ market: 'KX-OTHER', sinceMs: 0 }))).toEqual([]);
      expect(await read(exchange.fills({ market: 'KX-OTHER', sinceMs: 0 }))).toEqual([]);
      const since = listed[0]!.createdAtMs + 60_000;
      expect(await read(exchange.orders({ sinceMs: since }))).toEqual([]);
      expect(await read(exchange.fills({ sinceMs: since }))).toEqual([]);
    });

    it('takes a client order id once', async () => {
      const { exchange, market, catchUp } = await open();
      const request = order(market);
      await exchange.submit(request);
      expect(await exchange.submit(request)).toMatchObject({
        kind: 'rejected',
        code: 'order_already_exists',
      });
      catchUp();
      expect(await read(exchange.orders({ sinceMs: 0 }))).toHaveLength(1);
      expect(await read(exchange.fills({ sinceMs: 0 }))).toHaveLength(1);
    });

    it.each([
      ['off the grid', { limitPrice: price(5_250) }, 'invalid_price'],
      ['of a market that is not there', { market: 'KX-NONE' }, 'market_not_found'],
      ['on another shard than its market', { exchangeIndex: 1 }, 'market_not_found'],
      ['beyond the cash', { count: contracts(10_000_000) }, 'insufficient_balance'],
    ])('refuses an order %s', async (_, change, code) => {
      const { exchange, market, catchUp } = await open();
      expect(await exchange.submit(order(market, change))).toMatchObject({
        kind: 'rejected',
        code,
      });
      catchUp();
      expect(await read(exchange.orders({ sinceMs: 0 }))).toEqual([]);
      expect(await cashOf(exchange)).toBe(OPENING);
    });

    it('holds YES for what was bought, and takes its cost and fee from cash', async () => {
      const { exchange, market, catchUp } = await open();
      await exchange.submit(order(market));
      catchUp();
      expect(await read(exchange.positions())).toEqual([{ market, leg: 'yes', quantity: 1_000 }]);
      expect(await cashOf(exchange)).toBe(OPENING - 5_200_000 - 174_800);
    });

    it('holds NO for what was sold without having it, paid at the complement', async () => {
      const { exchange, market, catchUp } = await open();
      await exchange.submit(order(market, { bookSide: 'ask', limitPrice: price(5_000) }));
      catchUp();
      expect(await read(exchange.positions())).toEqual([{ market, leg: 'no', quantity: 1_000 }]);
      expect(await cashOf(exchange)).toBe(OPENING - 5_000_000 - 175_000);
    });

    it('nets: selling what is held closes it and brings its price', async () => {
      const { exchange, market, catchUp } = await open();
      await exchange.submit(order(market));
      const sale = { bookSide: 'ask', limitPrice: price(5_000), reduceOnly: true } as const;
      await exchange.submit(order(market, { ...sale, count: contracts(400) }));
      catchUp();
      expect(await read(exchange.positions())).toEqual([{ market, leg: 'yes', quantity: 600 }]);
      await exchange.submit(order(market, { ...sale, count: contracts(600) }));
      catchUp();
      expect(await read(exchange.positions())).toEqual([]);
      const fills = await read(exchange.fills({ sinceMs: 0 }));
      const fees = fills.reduce((sum, { fee }) => sum + fee, 0);
      expect(await cashOf(exchange)).toBe(OPENING - 200_000 - fees);
    });

    it('never sells more than is held when it may only reduce', async () => {
      const { exchange, market, catchUp } = await open();
      await exchange.submit(order(market, { count: contracts(300) }));
      const sale = order(market, {
        bookSide: 'ask',
        limitPrice: price(5_000),
        reduceOnly: true,
      });
      expect(await exchange.submit(sale)).toMatchObject({ kind: 'accepted', filled: 300 });
      expect(
        await exchange.submit({ ...sale, clientOrderId: `${sale.clientOrderId} again` }),
      ).toMatchObject({ kind: 'accepted', filled: 0 });
      catchUp();
      expect(await read(exchange.positions())).toEqual([]);
    });

    it.each([
      [{ kind: 'yes' }, 10_000_000],
      [{ kind: 'no' }, 0],
      [{ kind: 'scalar', settlementValue: price(4_000) }, 4_000_000],
    ] as const)('pays a settled market out once: %o', async (result, revenue) => {
      const world = await open();
      const { exchange, market, catchUp } = world;
      await exchange.submit(order(market));
      catchUp();
      const before = await cashOf(exchange);
      const settledFromMs = world.nowMs();
      world.settle(result);
      catchUp();
      const [settlement, ...others] = await read(exchange.settlements({ sinceMs: settledFromMs }));
      expect(others).toEqual([]);
      expect(settlement).toMatchObject({ market, result, yesCount: 1_000, noCount: 0, revenue });
      expect(await cashOf(exchange)).toBe(money(before + revenue));
      expect(await read(exchange.positions())).toEqual([]);
      expect(await exchange.submit(order(market))).toMatchObject({ kind: 'rejected' });
      expect(await read(exchange.markets({ tickers: [market] }))).toMatchObject([
        { market: { ticker: market, status: 'finalized' }, result },
      ]);
    });

    it('shows a market that trades, without a result, and no market that is not there', async () => {
      const { exchange, market, catchUp } = await open();
      catchUp();
      const markets = await read(exchange.markets({ tickers: [market, 'KX-NONE'] }));
      expect(markets).toMatchObject([
        { market: { ticker: market, status: 'active' }, result: null },
      ]);
    });

    it('finds the markets of a series that trade, as it reads them by name', async () => {
      const world = await open();
      const { exchange, market, catchUp } = world;
      catchUp();
      const [listed] = await read(exchange.markets({ tickers: [market] }));
      const { seriesTicker } = listed!.market;
      expect(await read(exchange.discover(seriesTicker))).toEqual([listed!.market]);
      world.settle({ kind: 'yes' });
      catchUp();
      expect(await read(exchange.discover(seriesTicker))).toEqual([]);
    });

    it('says up to when its reads are complete, never back, and in the end beyond each write', async () => {
      const { exchange, market, catchUp } = await open();
      let last = await read(exchange.asOfMs());
      for (let round = 0; round < 5; round += 1) {
        await exchange.submit(order(market, { count: contracts(100) }));
        const asOfMs = await read(exchange.asOfMs());
        expect(asOfMs).toBeGreaterThanOrEqual(last);
        last = asOfMs;
        catchUp();
      }
      const [newest] = await read(exchange.orders({ sinceMs: 0 }));
      expect(await read(exchange.asOfMs())).toBeGreaterThanOrEqual(newest!.createdAtMs);
    });

    it('finds nothing to cancel where nothing rests', async () => {
      const { exchange, market } = await open();
      const outcome = await exchange.submit(order(market));
      if (outcome.kind !== 'accepted') throw new Error('the order was not accepted');
      for (const exchangeOrderId of [outcome.exchangeOrderId, 'never-was'])
        expect(await exchange.cancel({ exchangeOrderId, market, exchangeIndex: 0 })).toEqual({
          kind: 'not_found',
        });
    });
  });
}

/** What every exchange must do wherever it is. Its one order can rest nowhere and trades with nobody. */
export function exchangePlaceContract(name: string, enter: () => Promise<ExchangePlace>): void {
  const open = async (): Promise<ExchangePlace> => {
    const place = await enter();
    onTestFinished(() => place.close?.());
    return place;
  };
  describe(`exchange contract, wherever it is: ${name}`, () => {
    it('takes an order that meets nothing, keeps nothing of it, and takes its id no second time', async () => {
      const { exchange, market, exchangeIndex, farBid, catchUp } = await open();
      const request = order(market, {
        clientOrderId: randomUUID(),
        exchangeIndex,
        limitPrice: farBid,
        count: contracts(100),
      });
      const outcome = await exchange.submit(request);
      expect(outcome).toMatchObject({ kind: 'accepted', filled: 0 });
      expect(await exchange.submit(request)).toMatchObject({
        kind: 'rejected',
        code: 'order_already_exists',
      });
      if (outcome.kind !== 'accepted') return;
      const { exchangeOrderId } = outcome;
      expect(await exchange.cancel({ exchangeOrderId, market, exchangeIndex })).toEqual({
        kind: 'not_found',
      });
      const listed = await settled(
        () => read(exchange.orders({ market, sinceMs: outcome.exchangeTimeMs - 60_000 })),
        (found) => found.some((one) => one.exchangeOrderId === exchangeOrderId),
        catchUp,
      );
      expect(listed.find((one) => one.exchangeOrderId === exchangeOrderId)).toMatchObject({
        clientOrderId: request.clientOrderId,
        status: 'cancelled',
        initialCount: 100,
        filled: 0,
      });
    });

    it('refuses an order of a market that is not there', async () => {
      const { exchange, exchangeIndex } = await open();
      const request = order('KXNEVERWAS-00JAN01-NEVER', {
        clientOrderId: randomUUID(),
        exchangeIndex,
        limitPrice: price(100),
        count: contracts(100),
      });
      expect((await exchange.submit(request)).kind).toBe('rejected');
    });

    it('its books add up: orders newest first, one leg a market, no shard twice', async () => {
      const { exchange } = await open();
      const listed = await read(exchange.orders({ sinceMs: 0 }));
      const times = listed.map(({ createdAtMs }) => createdAtMs);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      for (const { filled, initialCount } of listed)
        expect(filled).toBeLessThanOrEqual(initialCount);
      const held = (await read(exchange.positions())).map(({ market }) => market);
      expect(new Set(held).size).toBe(held.length);
      const shards = (await read(exchange.balances())).map(({ exchangeIndex }) => exchangeIndex);
      expect(shards.length).toBeGreaterThan(0);
      expect(new Set(shards).size).toBe(shards.length);
      expect((await exchange.settlements({ sinceMs: 0 })).kind).toBe('read');
      expect((await exchange.fills({ sinceMs: 0 })).kind).toBe('read');
    });

    it('never goes back on up to when its reads are complete', async () => {
      const { exchange, catchUp } = await open();
      let last = await read(exchange.asOfMs());
      for (let look = 0; look < 3; look += 1) {
        await catchUp();
        const asOfMs = await read(exchange.asOfMs());
        expect(asOfMs).toBeGreaterThanOrEqual(last);
        last = asOfMs;
      }
    });
  });
}
