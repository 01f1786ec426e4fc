import { describe, expect, it } from 'vitest';
import type { BookSide } from '../../../shared/domain/execution/intent.ts';
import type { BookSync, MarketTick } from '../../../shared/domain/market/market-tick.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { RecordedVenue } from '../../../shared/replay/recorded-venue.ts';
import { OPEN_MS, replayMarket } from '../../support/replay-fixture.ts';

const MARKET = 'KXTEST-1-A';
/** Price in cents, whole contracts. */
type Levels = readonly (readonly [number, number])[];

function tick(n: number, bids: Levels, asks: Levels, sync: BookSync = 'synced'): MarketTick {
  const levels = (side: Levels) =>
    side.map(([cents, count]) => ({ price: price(cents * 100), count: contracts(count * 100) }));
  const atMs = OPEN_MS + n * 1_000;
  return {
    stamp: { epoch: 1, n },
    market: replayMarket(),
    mapping: null,
    book: { sync, view: { bids: levels(bids), asks: levels(asks) }, exchangeTimeMs: atMs },
    legs: [],
    forecast: null,
    game: null,
    feederTimeMs: atMs,
  };
}

/** A venue that goes through ticks, each knowing the next. */
function venueOf(...ticks: readonly MarketTick[]) {
  const venue = new RecordedVenue({ openingCash: money(1_000_000_000) });
  venue.onBookMarket(replayMarket(), OPEN_MS);
  let at = -1;
  let sent = 0;
  const next = () => {
    at += 1;
    venue.onTick(ticks[at]!, ticks[at + 1] ?? null, ticks[at]!.feederTimeMs);
  };
  next();
  return {
    venue,
    next,
    /** `count @ cents` of each fill of one order. */
    send: async (bookSide: BookSide, cents: number, count: number, reduceOnly = false) => {
      const before = venue.truth().fills.length;
      sent += 1;
      await venue.submit({
        clientOrderId: `order-${sent}`,
        market: MARKET,
        exchangeIndex: 0,
        bookSide,
        limitPrice: price(cents * 100),
        count: contracts(count * 100),
        reduceOnly,
        selfTrade: 'cancel_taker',
        orderGroupId: null,
      });
      const { fills } = venue.truth();
      return fills.slice(before).map((fill) => `${fill.count / 100} @ ${fill.price / 100}`);
    },
    asks: () => venue.book(MARKET).asks.map((one) => `${one.count / 100} @ ${one.price / 100}`),
  };
}

const ASKS: Levels = [
  [50, 10],
  [51, 20],
  [53, 40],
];

describe('an order on recorded books', () => {
  it('walks the next tick’s levels up to its limit', async () => {
    const { send } = venueOf(tick(1, [[48, 10]], ASKS), tick(2, [[48, 10]], ASKS));
    expect(await send('bid', 51, 100)).toEqual(['10 @ 50', '20 @ 51']);
  });

  it('never gains by waiting, and loses what moved away', async () => {
    const cheaper = venueOf(tick(1, [[48, 10]], ASKS), tick(2, [[40, 5]], [[42, 5], ...ASKS]));
    expect(await cheaper.send('bid', 51, 12)).toEqual(['5 @ 50', '7 @ 50']);
    expect(await cheaper.send('ask', 30, 9)).toEqual(['5 @ 40']);
    const dearer = venueOf(tick(1, [[48, 10]], ASKS), tick(2, [[48, 10]], [[52, 9]]));
    expect(await dearer.send('bid', 51, 10)).toEqual([]);
    expect(await dearer.send('bid', 53, 10)).toEqual(['9 @ 52']);
  });

  it('meets nothing after the last tick, or where the next book is not believed', async () => {
    const alone = venueOf(tick(1, [[48, 10]], ASKS));
    expect(await alone.send('bid', 60, 1)).toEqual([]);
    const gapped = venueOf(tick(1, [[48, 10]], ASKS), tick(2, [[48, 10]], ASKS, 'gapped'));
    expect(await gapped.send('bid', 60, 1)).toEqual([]);
  });

  it('finds what it took gone until the level shows another count', async () => {
    const asks: Levels = [
      [50, 10],
      [51, 25],
    ];
    const {
      send,
      next,
      asks: shown,
    } = venueOf(
      tick(1, [[48, 10]], ASKS),
      tick(2, [[48, 10]], ASKS),
      tick(3, [[48, 10]], ASKS),
      tick(4, [[48, 10]], asks),
      tick(5, [[48, 10]], asks),
    );
    expect(await send('bid', 51, 15)).toEqual(['10 @ 50', '5 @ 51']);
    expect(await send('bid', 51, 20)).toEqual(['15 @ 51']);
    next();
    expect(shown()).toEqual(['40 @ 53']);
    expect(await send('bid', 52, 20)).toEqual([]);
    next();
    // The second level was refreshed in the tick that an order meets now; the first was not.
    expect(await send('bid', 51, 30)).toEqual(['25 @ 51']);
    next();
    expect(shown()).toEqual([]);
  });

  it('that may only reduce takes no more than is held', async () => {
    const { send } = venueOf(tick(1, [[48, 50]], ASKS), tick(2, [[48, 50]], ASKS));
    expect(await send('bid', 50, 4)).toEqual(['4 @ 50']);
    expect(await send('ask', 40, 10, true)).toEqual(['4 @ 48']);
    expect(await send('ask', 40, 10, true)).toEqual([]);
  });

  it('pays out what is held when the result is told, and trades no more', async () => {
    const { venue, send } = venueOf(tick(1, [[48, 50]], ASKS), tick(2, [[48, 50]], ASKS));
    await send('bid', 50, 4);
    const before = venue.truth().cashByShard.get(0) ?? 0;
    venue.onResult({ market: MARKET, result: { kind: 'yes' }, atMs: OPEN_MS + 9_000 });
    expect((venue.truth().cashByShard.get(0) ?? 0) - before).toBe(4_000_000);
    expect(venue.book(MARKET)).toEqual({ bids: [], asks: [] });
    expect(await send('bid', 60, 1)).toEqual([]);
  });
});
