import { describe, expect, it } from 'vitest';
import type { BookSide } from '../../../shared/domain/execution/intent.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { QuoteBar } from '../../../shared/replay/recording.ts';
import { RecordedVenue } from '../../../shared/replay/recorded-venue.ts';
import { OPEN_MS, quote, replayMarket } from '../../support/replay-fixture.ts';

const MARKET = 'KXTEST-1-A';

function venueAt(now: QuoteBar, upcoming: QuoteBar | null, halfSpread = 100): RecordedVenue {
  const venue = new RecordedVenue({ openingCash: money(1_000_000_000), halfSpread });
  venue.onMarket(replayMarket(), OPEN_MS);
  venue.onBar(now, upcoming);
  return venue;
}

let orders = 0;
function send(venue: RecordedVenue, bookSide: BookSide, limitCents: number, count = 100) {
  orders += 1;
  return venue.submit({
    clientOrderId: `order-${orders}`,
    market: MARKET,
    exchangeIndex: 0,
    bookSide,
    limitPrice: price(limitCents * 100),
    count: contracts(count),
    reduceOnly: false,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
  });
}

/** `count @ cents` of what was filled. */
function filled(venue: RecordedVenue): readonly string[] {
  return venue.truth().fills.map((fill) => `${fill.count / 100} @ ${fill.price / 100}`);
}

describe('the book of recorded quotes', () => {
  it('is the bid and ask as they were, whatever half-spread is assumed for trades', () => {
    for (const halfSpread of [0, 100, 500]) {
      const venue = venueAt(quote(1, 48, 53), null, halfSpread);
      expect(venue.book(MARKET)).toEqual({
        bids: [{ price: 4_800, count: 10_000 }],
        asks: [{ price: 5_300, count: 10_000 }],
      });
    }
  });

  it.each([
    ['shows one contract at least where one traded', 48, 53, 100, 100, 100],
    ['shows whole contracts', 48, 53, 2_599, 200, 200],
    ['shows nothing in a minute in which no whole contract traded', 48, 53, 99, null, null],
    ['has no bid where nobody bids', null, 53, 1_000, null, 100],
    ['has no ask where nobody asks', 48, null, 1_000, 100, null],
  ])('%s', (_, bid, ask, volume, bidCount, askCount) => {
    const { bids, asks } = venueAt(quote(1, bid, ask, { volume }), null).book(MARKET);
    expect([bids[0]?.count ?? null, asks[0]?.count ?? null]).toEqual([bidCount, askCount]);
  });
});

describe('an order on recorded quotes', () => {
  it('meets the quotes of the next minute, or those it saw where they were worse', async () => {
    const dearer = venueAt(quote(1, 48, 50), quote(2, 50, 52));
    await send(dearer, 'bid', 60);
    expect(filled(dearer)).toEqual(['1 @ 52']);
    const cheaper = venueAt(quote(1, 48, 50), quote(2, 40, 42));
    await send(cheaper, 'bid', 60);
    await send(cheaper, 'ask', 30);
    expect(filled(cheaper)).toEqual(['1 @ 50', '1 @ 40']);
  });

  it('fills nothing beyond its limit, without a next minute, or where nobody quotes any more', async () => {
    const away = venueAt(quote(1, 48, 50), quote(2, 50, 52));
    await send(away, 'bid', 51);
    const alone = venueAt(quote(1, 48, 50), null);
    await send(alone, 'bid', 60);
    const empty = venueAt(quote(1, 48, 50), quote(2, 48, null));
    await send(empty, 'bid', 60);
    expect([away, alone, empty].flatMap(filled)).toEqual([]);
  });

  it('takes at most the tenth of the next minute, and what it took is gone until the one after', async () => {
    const venue = venueAt(quote(1, 48, 50), quote(2, 48, 50, { volume: 5_000 }));
    await send(venue, 'bid', 60, 400);
    await send(venue, 'bid', 60, 400);
    expect(filled(venue)).toEqual(['4 @ 50', '1 @ 50']);
    venue.onBar(quote(2, 48, 50, { volume: 5_000 }), quote(3, 48, 50, { volume: 5_000 }));
    expect(venue.book(MARKET).asks).toEqual([]);
    expect(venue.book(MARKET).bids).toEqual([{ price: 4_800, count: 500 }]);
    await send(venue, 'bid', 60, 400);
    expect(filled(venue).at(-1)).toBe('4 @ 60');
  });

  it('pays the exchange’s taker fee', async () => {
    const venue = venueAt(quote(1, 48, 50), quote(2, 48, 50));
    await send(venue, 'bid', 50, 10_000);
    // 0.07 × 100 × 0.50 × 0.50 dollars.
    expect(venue.truth().fees).toBe(1_750_000);
  });
});
