import { describe, expect, it } from 'vitest';
import { decodeStreamFrame } from '../../../../shared/adapters/kalshi/wire/stream-frames.ts';
import type { MarketDataEvent } from '../../../../shared/ports/market-data.ts';
import type { StreamChannel } from '../../../../shared/simulator/exchange/stream-subscription.ts';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const OTHER = 'KXNFLGAME-26NOV22-DEN';

/** Subscribes `us` and keeps what comes as events of ours; a frame that our decoder refuses fails the test. */
function listen(
  desk: Desk,
  channels: readonly StreamChannel[],
  input: { readonly markets?: readonly string[] | null; readonly useYesPrice?: boolean } = {},
): {
  readonly events: MarketDataEvent[];
  readonly frames: string[];
  readonly sids: readonly number[];
} {
  const events: MarketDataEvent[] = [];
  const frames: string[] = [];
  const useYesPrice = input.useYesPrice ?? true;
  const opened = desk.exchange.subscribe(
    (frame) => {
      const event = decodeStreamFrame(frame, { maxBytes: 1_000_000, useYesPrice });
      if (event.kind === 'refused') throw new Error(`${event.detail}: ${frame}`);
      events.push(event);
      frames.push(frame);
    },
    {
      account: 'us',
      channels,
      markets: input.markets === undefined ? [TICKER] : input.markets,
      useYesPrice,
      commandId: 7,
    },
    desk.nowMs(),
  );
  return { events, frames, sids: opened.map(({ sid }) => sid) };
}

/** Levels of a book after its snapshot and all its deltas, as `side price: count`. */
function fold(events: readonly MarketDataEvent[], market: string): readonly string[] {
  const levels = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'book_snapshot' && event.snapshot.market === market) {
      levels.clear();
      for (const { price, count } of event.snapshot.bids) levels.set(`bid ${price}`, count);
      for (const { price, count } of event.snapshot.asks) levels.set(`ask ${price}`, count);
    }
    if (event.kind === 'book_delta' && event.delta.market === market) {
      const key = `${event.delta.side} ${event.delta.price}`;
      const count = (levels.get(key) ?? 0) + event.delta.change;
      if (count === 0) levels.delete(key);
      else levels.set(key, count);
    }
  }
  return [...levels].map(([key, count]) => `${key}: ${count}`).toSorted();
}

function bookOf(desk: Desk): readonly string[] {
  const { bids, asks } = desk.exchange.floor.listing(TICKER)!.engine.view();
  return [
    ...bids.map(({ price, count }) => `bid ${price}: ${count}`),
    ...asks.map(({ price, count }) => `ask ${price}: ${count}`),
  ].toSorted();
}

describe('the book on the stream', () => {
  it.each([true, false])(
    'is the snapshot first, then deltas that lead to the book (yes scale %s)',
    (useYesPrice) => {
      const desk = openDesk();
      desk.accept('them', { side: 'ask', price: '0.5400' });
      desk.accept('them', { side: 'bid', price: '0.5000' });
      const { events } = listen(desk, ['orderbook_delta'], { useYesPrice });
      expect(events.slice(0, 2).map(({ kind }) => kind)).toEqual(['control', 'book_snapshot']);
      const { order_id: orderId } = desk.accept('third', { price: '0.5100' });
      desk.accept('us', { ...IOC, price: '0.5400', count: '3.00' });
      desk.exchange.cancel('third', { orderId }, desk.nowMs());
      expect(fold(events, TICKER)).toEqual(bookOf(desk));
      expect(bookOf(desk)).toEqual(['ask 5400: 700', 'bid 5000: 1000']);
    },
  );

  it('numbers all markets of a subscription together, without a hole, control frames included', () => {
    const desk = openDesk();
    desk.exchange.addMarket(aMarket({ ticker: OTHER }), NOON);
    const { events, sids } = listen(desk, ['orderbook_delta'], { markets: [TICKER] });
    const [sid] = sids;
    desk.accept('them');
    desk.exchange.addMarkets(sid!, [OTHER], desk.nowMs(), 8);
    desk.accept('them', { ticker: OTHER });
    desk.exchange.getSnapshot(sid!, [TICKER], desk.nowMs(), 9);
    desk.accept('them', { price: '0.4000' });
    desk.exchange.unsubscribe([sid!], desk.nowMs(), 10);
    desk.accept('them', { price: '0.3000' });
    const places = events.flatMap((event) =>
      'sequence' in event && event.sequence !== null ? [event.sequence] : [],
    );
    expect(places.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(places.map(({ subscription }) => subscription))).toEqual(new Set([sid]));
    expect(events.map(({ kind }) => kind)).toEqual([
      'control',
      'book_snapshot',
      'book_delta',
      'control',
      'book_snapshot',
      'book_delta',
      'book_snapshot',
      'book_delta',
      'control',
    ]);
  });

  it('names the client order id on a change that an own order made, and on no other', () => {
    const desk = openDesk();
    const { events } = listen(desk, ['orderbook_delta']);
    desk.accept('them', { side: 'ask', client_order_id: 'theirs' });
    desk.accept('us', { ...IOC, count: '1.00', client_order_id: 'ours' });
    desk.accept('third', { ...IOC, count: '1.00' });
    const names = events.flatMap((event) =>
      event.kind === 'book_delta' ? [event.delta.clientOrderId] : [],
    );
    expect(names).toEqual([null, 'ours', null]);
  });

  it('needs tickers, and says so', () => {
    const { events, sids } = listen(openDesk(), ['orderbook_delta'], { markets: null });
    expect(sids).toEqual([]);
    expect(events).toMatchObject([{ kind: 'stream_error', code: 14 }]);
  });

  it('goes silent on a lost connection', () => {
    const desk = openDesk();
    const frames: string[] = [];
    const listener = (frame: string): void => void frames.push(frame);
    const params = {
      account: 'us',
      channels: ['trade'],
      markets: null,
      useYesPrice: true,
    } as const;
    desk.exchange.subscribe(listener, params, desk.nowMs());
    desk.exchange.disconnect(listener);
    desk.accept('them', { side: 'ask' });
    desk.accept('us', IOC);
    expect(frames).toHaveLength(1);
  });
});

describe('own messages', () => {
  it('tell fills and orders of the account only, without numbers, at the exchange time', () => {
    const desk = openDesk();
    const { events } = listen(desk, ['fill', 'user_orders']);
    desk.wait(1_234);
    desk.accept('them', { side: 'ask' });
    desk.accept('us', { ...IOC, client_order_id: 'ours' });
    expect(events.filter(({ kind }) => kind !== 'control')).toMatchObject([
      {
        kind: 'fill',
        clientOrderId: 'ours',
        fill: {
          count: 1_000,
          price: 5_200,
          fee: 174_800,
          role: 'taker',
          exchangeTimeMs: NOON + 1_234,
        },
      },
      {
        kind: 'order_update',
        update: {
          clientOrderId: 'ours',
          status: 'executed',
          filled: 1_000,
          exchangeTimeMs: NOON + 1_234,
        },
      },
    ]);
  });

  it('tell each fill of a resting order and its end', () => {
    const desk = openDesk();
    const { events } = listen(desk, ['fill', 'user_orders']);
    desk.accept('us', { client_order_id: 'ours' });
    desk.accept('them', { ...IOC, side: 'ask', count: '4.00' });
    desk.accept('them', { ...IOC, side: 'ask', count: '6.00' });
    const updates = events.flatMap((event) =>
      event.kind === 'order_update' ? [`${event.update.status} ${event.update.filled}`] : [],
    );
    expect(updates).toEqual(['resting 0', 'resting 400', 'executed 1000']);
    expect(events.filter(({ kind }) => kind === 'fill')).toHaveLength(2);
  });
});

describe('public messages', () => {
  it('tell trades with the side of the taker', () => {
    const desk = openDesk();
    const { events } = listen(desk, ['trade']);
    desk.accept('them', { side: 'bid', count: '2.00' });
    desk.accept('us', { ...IOC, side: 'ask', count: '5.00' });
    expect(events.slice(1)).toMatchObject([
      { kind: 'public_trade', price: 5_200, count: 200, takerSide: 'ask', exchangeTimeMs: NOON },
    ]);
  });

  it('tell the life of a market, but not what the clock alone does', () => {
    const desk = openDesk();
    const { events } = listen(desk, ['market_lifecycle_v2'], { markets: null });
    desk.exchange.addMarket(aMarket({ ticker: OTHER, closeTimeMs: NOON + 60_000 }), NOON);
    desk.wait(60_000);
    desk.exchange.deactivate(TICKER, desk.nowMs());
    desk.exchange.reactivate(TICKER, desk.nowMs());
    desk.exchange.determine(TICKER, { kind: 'yes' }, desk.nowMs());
    desk.wait(60_000);
    const told = events.flatMap((event) =>
      event.kind === 'lifecycle' ? [`${event.market} ${event.event}`] : [],
    );
    expect(told).toEqual([
      `${OTHER} created`,
      `${TICKER} deactivated`,
      `${TICKER} activated`,
      `${TICKER} close_date_updated`,
      `${TICKER} determined`,
      `${TICKER} settled`,
    ]);
    expect(
      events.find((event) => event.kind === 'lifecycle' && event.event === 'determined'),
    ).toMatchObject({
      result: { kind: 'yes' },
    });
  });
});
