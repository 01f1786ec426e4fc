import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SubmitOutcome } from '../../shared/domain/execution/outcome.ts';
import type { MarketTicker } from '../../shared/domain/market/market.ts';
import { contracts, type Contracts } from '../../shared/domain/money/contracts.ts';
import { price, type Price } from '../../shared/domain/money/price.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import {
  POST_ONLY_CROSS,
  type OrderAddress,
  type QuoteRequest,
  type QuotingExchange,
} from '../../shared/ports/quoting.ts';
import { settled, valueOf } from '../support/port-reads.ts';

/** An exchange at which orders of ours may rest. */
export type QuotingPlace = {
  readonly quoting: QuotingExchange;
  readonly exchange: Exchange;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
  /** A price of the market's grid at which a bid trades with nobody, and the next one up. */
  readonly farBid: Price;
  readonly nextFarBid: Price;
  readonly nowMs: () => number;
  /** Lets time pass, so that reads come nearer to the writes. */
  readonly catchUp: () => void | Promise<void>;
  readonly close?: () => void | Promise<void>;
};

/** One that is a test's own: it trades at 50 and 52, a hundred contracts on each side, and nobody else is there. */
export type QuotingWorld = QuotingPlace & {
  readonly wait: (ms: number) => void;
  /** Somebody else sells to bids, or buys from asks, at this price or better. */
  readonly others: (side: 'bid' | 'ask', at: number, count: number) => void;
};

const ONE = contracts(100);

/** What every exchange must do with orders that rest, wherever it is. Leaves nothing behind. */
export function quotingContract(name: string, enter: () => Promise<QuotingPlace>): void {
  describe(`quoting contract: ${name}`, () => {
    it('a quote far from the market rests as it was asked for, until it is taken away', async () => {
      const place = await open(enter);
      const request = farQuote(place);
      const address = await placed(place, request);
      expect(await orderWhen(place, address, 'resting')).toMatchObject({
        clientOrderId: request.clientOrderId,
        market: place.market,
        bookSide: 'bid',
        limitPrice: place.farBid,
        initialCount: ONE,
        filled: 0,
      });
      expect(await place.quoting.cancelMany([address])).toEqual([
        { kind: 'cancelled', reducedBy: ONE },
      ]);
      expect(await orderWhen(place, address, 'cancelled')).toMatchObject({ filled: 0 });
    });

    it('a quote is amended in price and size, and decreased', async () => {
      const place = await open(enter);
      const address = await placed(place, farQuote(place));
      const { quoting, nextFarBid } = place;
      const amendment = { ...address, bookSide: 'bid', expiresAtMs: null } as const;
      expect(
        await quoting.amend({ ...amendment, limitPrice: nextFarBid, count: ONE }),
      ).toMatchObject({ kind: 'changed' });
      await settled(
        () => valueOf(quoting.order(address.exchangeOrderId)),
        (order) => order?.limitPrice === nextFarBid,
        place.catchUp,
      );
      expect(await quoting.decrease(address, { kind: 'by', count: contracts(40) })).toMatchObject({
        kind: 'changed',
        remaining: 60,
      });
      expect(await quoting.decrease(address, { kind: 'to', count: contracts(10) })).toMatchObject({
        kind: 'changed',
        remaining: 10,
      });
      expect(await quoting.cancelMany([address])).toMatchObject([
        { kind: 'cancelled', reducedBy: 10 },
      ]);
    });

    it('takes a client order id once, also of a quote that is gone', async () => {
      const place = await open(enter);
      const request = farQuote(place);
      const address = await placed(place, request);
      const again = { kind: 'rejected', code: 'order_already_exists' };
      expect(await place.quoting.quote(request)).toMatchObject(again);
      await place.quoting.cancelMany([address]);
      expect(await place.quoting.quote(request)).toMatchObject(again);
    });

    it('finds nothing to change or cancel where nothing rests', async () => {
      const place = await open(enter);
      const { quoting, market, exchangeIndex, farBid } = place;
      const address = { exchangeOrderId: randomUUID(), market, exchangeIndex };
      const absent = { kind: 'not_found' };
      const amendment = { ...address, bookSide: 'bid', limitPrice: farBid, count: ONE } as const;
      expect(await quoting.amend({ ...amendment, expiresAtMs: null })).toEqual(absent);
      expect(await quoting.decrease(address, { kind: 'by', count: ONE })).toEqual(absent);
      expect(await quoting.cancelMany([address])).toEqual([absent]);
      expect(await valueOf(quoting.order(address.exchangeOrderId))).toBeNull();
      const gone = await placed(place, farQuote(place));
      await quoting.cancelMany([gone]);
      expect(await quoting.cancelMany([gone, address])).toEqual([absent, absent]);
    });

    it('answers for each of several requests, in their order', async () => {
      const place = await open(enter);
      const requests = [farQuote(place), farQuote(place)];
      const addresses = addressesOf(place, await place.quoting.quoteMany(requests));
      const found = await Promise.all(
        addresses.map((address) => orderWhen(place, address, 'resting')),
      );
      expect(found.map(({ clientOrderId }) => clientOrderId)).toEqual(
        requests.map(({ clientOrderId }) => clientOrderId),
      );
      expect(await place.quoting.cancelMany(addresses)).toMatchObject([
        { kind: 'cancelled' },
        { kind: 'cancelled' },
      ]);
      expect([await place.quoting.quoteMany([]), await place.quoting.cancelMany([])]).toEqual([
        [],
        [],
      ]);
    });

    it('says what stands before a quote', async () => {
      const place = await open(enter);
      const address = await placed(place, farQuote(place));
      const positions = await settled(
        () => valueOf(place.quoting.queuePositions([place.market])),
        (listed) =>
          listed.some(({ exchangeOrderId }) => exchangeOrderId === address.exchangeOrderId),
        place.catchUp,
      );
      for (const { market, ahead } of positions)
        expect([market, ahead >= 0]).toEqual([place.market, true]);
      await place.quoting.cancelMany([address]);
    });
  });
}

/** What needs others to trade with, time to pass, or nobody else's orders to be there. */
export function quotingWorldContract(name: string, enter: () => Promise<QuotingWorld>): void {
  describe(`quoting contract in a world of our own: ${name}`, () => {
    it.each([
      ['bid', 5_200],
      ['ask', 5_000],
    ] as const)(
      'refuses a post-only %s that would trade, and nothing of it rests',
      async (bookSide, at) => {
        const world = await open(enter);
        const request = farQuote(world, { bookSide, limitPrice: price(at) });
        expect(await world.quoting.quote(request)).toMatchObject({
          kind: 'rejected',
          code: POST_ONLY_CROSS,
        });
        await world.catchUp();
        expect(await restingOf(world)).toEqual([]);
        expect(await valueOf(world.exchange.fills({ sinceMs: 0 }))).toEqual([]);
      },
    );

    it('of several quotes one that is refused takes no other with it', async () => {
      const world = await open(enter);
      const requests = [
        farQuote(world),
        farQuote(world, { limitPrice: price(4_050) }),
        farQuote(world, { limitPrice: price(5_500) }),
        farQuote(world),
      ];
      expect(await world.quoting.quoteMany(requests)).toMatchObject([
        { kind: 'accepted' },
        { kind: 'rejected', code: 'invalid_price' },
        { kind: 'rejected', code: POST_ONLY_CROSS },
        { kind: 'accepted' },
      ]);
      await world.catchUp();
      expect(await restingOf(world)).toHaveLength(2);
    });

    it('a quote is gone at its end, whole seconds rounded down, though we do nothing', async () => {
      const world = await open(enter);
      const expiresAtMs = world.nowMs() + 20_900;
      const address = await placed(world, farQuote(world, { expiresAtMs }));
      world.wait(19_000);
      expect(await orderWhen(world, address, 'resting')).toMatchObject({ filled: 0 });
      world.wait(Math.floor(expiresAtMs / 1_000) * 1_000 - world.nowMs());
      world.others('ask', 4_000, 100);
      await world.catchUp();
      expect(await orderWhen(world, address, 'cancelled')).toMatchObject({ filled: 0 });
    });

    it('what fills of a quote is listed, with the price at which it rested', async () => {
      const world = await open(enter);
      const limitPrice = price(5_100);
      const address = await placed(world, farQuote(world, { limitPrice, count: contracts(500) }));
      world.others('ask', 4_900, 200);
      await world.catchUp();
      expect(await orderWhen(world, address, 'resting')).toMatchObject({ filled: 200 });
      expect(await valueOf(world.exchange.fills({ sinceMs: 0 }))).toMatchObject([
        { exchangeOrderId: address.exchangeOrderId, price: 5_100, count: 200, role: 'maker' },
      ]);
    });

    it('an amended count is what may fill in all, with what has filled already', async () => {
      const world = await open(enter);
      const limitPrice = price(5_100);
      const address = await placed(world, farQuote(world, { limitPrice, count: contracts(500) }));
      world.others('ask', 4_900, 200);
      const amendment = { ...address, bookSide: 'bid', limitPrice, expiresAtMs: null } as const;
      await world.quoting.amend({ ...amendment, count: contracts(300) });
      world.others('ask', 5_100, 1_000);
      await world.catchUp();
      expect(await orderWhen(world, address, 'executed')).toMatchObject({ filled: 300 });
    });

    it('an amendment that crosses trades at once', async () => {
      const world = await open(enter);
      const address = await placed(world, farQuote(world, { postOnly: false }));
      const { quoting } = world;
      const amendment = { ...address, bookSide: 'bid', expiresAtMs: null } as const;
      expect(
        await quoting.amend({ ...amendment, limitPrice: price(5_200), count: ONE }),
      ).toMatchObject({ kind: 'changed', filled: 100 });
      await world.catchUp();
      expect(await orderWhen(world, address, 'executed')).toMatchObject({ filled: 100 });
    });

    it('is not found on another shard, and rests on', async () => {
      const world = await open(enter);
      const address = await placed(world, farQuote(world));
      const elsewhere = { ...address, exchangeIndex: address.exchangeIndex + 1 };
      expect(await world.quoting.cancelMany([elsewhere])).toEqual([{ kind: 'not_found' }]);
      expect(await world.quoting.decrease(elsewhere, { kind: 'by', count: contracts(10) })).toEqual(
        { kind: 'not_found' },
      );
      await world.catchUp();
      expect(await restingOf(world)).toMatchObject([{ initialCount: 100 }]);
    });

    it('cancel-all takes everything, and what comes in the minute after', async () => {
      const world = await open(enter);
      await placed(world, farQuote(world));
      await placed(world, farQuote(world, { bookSide: 'ask', limitPrice: price(9_000) }));
      const outcome = await world.quoting.cancelAll();
      if (outcome.kind !== 'done') throw new Error(`cancel-all: ${outcome.kind}`);
      expect(outcome.aftershockUntilMs).toBeGreaterThanOrEqual(world.nowMs() + 60_000);
      world.wait(30_000);
      await placed(world, farQuote(world));
      world.wait(10_000);
      await world.catchUp();
      expect(await restingOf(world)).toEqual([]);
      world.wait(outcome.aftershockUntilMs - world.nowMs());
      await placed(world, farQuote(world));
      world.wait(30_000);
      expect(await restingOf(world)).toHaveLength(1);
    });

    it('counts what came before at the same price', async () => {
      const world = await open(enter);
      const first = await placed(world, farQuote(world, { count: contracts(700) }));
      const second = await placed(world, farQuote(world));
      await world.catchUp();
      const listed = await valueOf(world.quoting.queuePositions([world.market]));
      const ahead = (address: OrderAddress) =>
        listed.find(({ exchangeOrderId }) => exchangeOrderId === address.exchangeOrderId)?.ahead;
      // A hundred contracts stand at the better price of 50.
      expect([ahead(first), ahead(second)]).toEqual([10_000, 10_700]);
    });
  });
}

async function open<Place extends QuotingPlace>(enter: () => Promise<Place>): Promise<Place> {
  const place = await enter();
  onTestFinished(() => place.close?.());
  return place;
}

/** A post-only bid for one contract that rests for a minute. */
export function farQuote(
  { market, exchangeIndex, farBid, nowMs }: QuotingPlace,
  change: Partial<QuoteRequest> = {},
): QuoteRequest {
  return {
    clientOrderId: randomUUID(),
    market,
    exchangeIndex,
    bookSide: 'bid',
    limitPrice: farBid,
    count: ONE,
    expiresAtMs: nowMs() + 60_000,
    postOnly: true,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
    ...change,
  };
}

/** Places a quote that must be accepted and not fill. */
export async function placed(place: QuotingPlace, request: QuoteRequest): Promise<OrderAddress> {
  return addressesOf(place, [await place.quoting.quote(request)])[0]!;
}

function addressesOf(
  { market, exchangeIndex }: QuotingPlace,
  outcomes: readonly SubmitOutcome[],
): readonly OrderAddress[] {
  return outcomes.map((outcome) => {
    if (outcome.kind !== 'accepted') throw new Error(`the quote: ${JSON.stringify(outcome)}`);
    expect(outcome.filled).toBe(0);
    return { exchangeOrderId: outcome.exchangeOrderId, market, exchangeIndex };
  });
}

export type FoundOrder = {
  readonly clientOrderId: string;
  readonly initialCount: Contracts;
  readonly filled: Contracts;
};

/** The order once it has a status; reads lag behind writes. */
export async function orderWhen(
  { quoting, catchUp }: QuotingPlace,
  { exchangeOrderId }: OrderAddress,
  status: 'resting' | 'cancelled' | 'executed',
): Promise<FoundOrder> {
  const order = await settled(
    () => valueOf(quoting.order(exchangeOrderId)),
    (found) => found?.status === status,
    catchUp,
  );
  return order!;
}

async function restingOf({ exchange }: QuotingPlace): Promise<readonly FoundOrder[]> {
  const orders = await valueOf(exchange.orders({ sinceMs: 0 }));
  return orders.filter(({ status }) => status === 'resting');
}
