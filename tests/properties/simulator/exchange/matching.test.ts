import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStreamFrame } from '../../../../shared/adapters/kalshi/wire/stream-frames.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { SimExchange } from '../../../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';
import { runs } from '../../../support/property-settings.ts';

type Arrival = {
  readonly account: string;
  readonly side: 'bid' | 'ask';
  readonly cents: number;
  readonly count: number;
  readonly rests: boolean;
};

const arrivals: fc.Arbitrary<readonly Arrival[]> = fc.array(
  fc.record({
    account: fc.constantFrom('a', 'b', 'c', 'd'),
    side: fc.constantFrom('bid', 'ask'),
    cents: fc.integer({ min: 45, max: 55 }),
    count: fc.integer({ min: 1, max: 900 }),
    rests: fc.boolean(),
  }),
  { minLength: 1, maxLength: 80, size: 'max' },
);

type Trade = {
  readonly maker: string;
  readonly taker: string;
  readonly cents: number;
  readonly count: number;
};
type Standing = Arrival & { left: number; readonly order: number };

/** The rule in its plainest form: a list, searched anew for each contract's best counterpart. */
function plainMatching(all: readonly Arrival[]): readonly Trade[] {
  const standing: Standing[] = [];
  const trades: Trade[] = [];
  for (const [order, arrival] of all.entries()) {
    const taker: Standing = { ...arrival, left: arrival.count, order };
    const sign = arrival.side === 'bid' ? 1 : -1;
    for (;;) {
      const [best] = standing
        .filter(
          ({ side, left, cents }) =>
            side !== taker.side && left > 0 && sign * (taker.cents - cents) >= 0,
        )
        .toSorted((a, b) => sign * (a.cents - b.cents) || a.order - b.order);
      if (best === undefined || taker.left === 0) break;
      if (best.account === taker.account) {
        taker.left = 0;
        break;
      }
      const count = Math.min(best.left, taker.left);
      best.left -= count;
      taker.left -= count;
      trades.push({ maker: best.account, taker: taker.account, cents: best.cents, count });
    }
    if (arrival.rests && taker.left > 0) standing.push(taker);
  }
  return trades;
}

describe('price-time priority', () => {
  it('makes the trades of the plainest matching', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const exchange = new SimExchange({ rng: seededRng(1) });
        exchange.addMarket(aMarket(), NOON);
        for (const account of ['a', 'b', 'c', 'd']) exchange.deposit(account, 0, money(1e12));
        const trades: Trade[] = [];
        for (const { account, side, cents, count, rests } of all) {
          const known = new Map(
            ['a', 'b', 'c', 'd'].map((name) => [name, exchange.truth(name).fills.length]),
          );
          exchange.place(
            account,
            {
              clientOrderId: null,
              market: aMarket().ticker,
              side,
              price: price(cents * 100),
              count: contracts(count),
              timeInForce: rests ? 'good_till_canceled' : 'immediate_or_cancel',
              postOnly: false,
              reduceOnly: false,
              selfTradePrevention: 'taker_at_cross',
              expiresAtMs: null,
              cancelOnPause: false,
              orderGroupId: null,
            },
            NOON,
          );
          const makers = ['a', 'b', 'c', 'd']
            .filter((name) => name !== account)
            .flatMap((name) => exchange.truth(name).fills.slice(known.get(name)))
            .toSorted((x, y) => x.sequence - y.sequence);
          for (const fill of makers)
            trades.push({
              maker: fill.account,
              taker: account,
              cents: fill.price / 100,
              count: fill.count,
            });
        }
        expect(trades).toEqual(plainMatching(all));
      }),
      runs(200),
    );
  });

  it('tells a book on the stream that is the book in the engine', () => {
    fc.assert(
      fc.property(arrivals, fc.nat({ max: 79 }), (all, from) => {
        const exchange = new SimExchange({ rng: seededRng(1) });
        const { ticker } = aMarket();
        exchange.addMarket(aMarket(), NOON);
        for (const account of ['a', 'b', 'c', 'd']) exchange.deposit(account, 0, money(1e12));
        const levels = new Map<string, number>();
        const listener = (frame: string): void => {
          const event = decodeStreamFrame(frame, { maxBytes: 100_000, useYesPrice: true });
          if (event.kind === 'book_snapshot') {
            for (const level of event.snapshot.bids) levels.set(`bid${level.price}`, level.count);
            for (const level of event.snapshot.asks) levels.set(`ask${level.price}`, level.count);
          }
          if (event.kind !== 'book_delta') return;
          const key = `${event.delta.side}${event.delta.price}`;
          const count = (levels.get(key) ?? 0) + event.delta.change;
          expect(count).toBeGreaterThanOrEqual(0);
          levels.set(key, count);
          if (count === 0) levels.delete(key);
        };
        for (const [index, { account, side, cents, count, rests }] of all.entries()) {
          if (index === from % all.length)
            exchange.subscribe(
              listener,
              { account: 'a', channels: ['orderbook_delta'], markets: [ticker], useYesPrice: true },
              NOON,
            );
          const body = {
            ticker,
            side,
            count: (count / 100).toFixed(2),
            price: (cents / 100).toFixed(2),
            time_in_force: rests ? 'good_till_canceled' : 'immediate_or_cancel',
            self_trade_prevention_type: 'taker_at_cross',
          };
          expect(exchange.submit(account, JSON.stringify(body), NOON).status).toBe(201);
        }
        const { bids, asks } = exchange.floor.listing(ticker)!.engine.view();
        expect(levels).toEqual(
          new Map([
            ...bids.map((level) => [`bid${level.price}`, level.count] as const),
            ...asks.map((level) => [`ask${level.price}`, level.count] as const),
          ]),
        );
      }),
      runs(150),
    );
  });
});
