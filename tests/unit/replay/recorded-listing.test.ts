import { describe, expect, it } from 'vitest';
import type { BookSide } from '../../../shared/domain/execution/intent.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { RecordedLatency } from '../../../shared/replay/recorded-listing.ts';
import { RecordedVenue } from '../../../shared/replay/recorded-venue.ts';
import { bar, OPEN_MS, replayMarket } from '../../support/replay-fixture.ts';

const MARKET = 'KXTEST-1-A';

/**
 * What one contract trades at, in cents, or null: decided on a minute that closed at 50 cents, which shows 49 bid and 51
 * asked, and met by the next one, which opens at `openCents` with one cent on either side.
 */
async function tradedAt(
  side: BookSide,
  limitCents: number,
  openCents: number,
  latency: RecordedLatency = 'next_bar',
): Promise<number | null> {
  const venue = new RecordedVenue({ openingCash: money(1_000_000_000), latency });
  venue.onMarket(replayMarket(), OPEN_MS);
  venue.onBar(bar(1, 50), bar(2, 55, { openCents }));
  await venue.submit({
    clientOrderId: 'order',
    market: MARKET,
    exchangeIndex: 0,
    bookSide: side,
    limitPrice: price(limitCents * 100),
    count: contracts(100),
    reduceOnly: false,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
  });
  const [fill] = venue.truth().fills;
  return fill === undefined ? null : fill.price / 100;
}

const cases: readonly [string, BookSide, number, number, number | null][] = [
  // side, limit, opening of the next minute, traded at
  ['a purchase pays what it saw when the market came its way', 'bid', 55, 40, 51],
  ['a purchase pays more when the market went away', 'bid', 55, 53, 54],
  ['a purchase pays its limit when it saw nothing as cheap', 'bid', 50, 40, 50],
  ['a purchase is not made above its limit', 'bid', 53, 53, null],
  ['a purchase at its limit is made', 'bid', 54, 53, 54],
  ['a sale gets what it saw when the market came its way', 'ask', 45, 60, 49],
  ['a sale gets less when the market went away', 'ask', 45, 47, 46],
  ['a sale gets its limit when it saw nothing as dear', 'ask', 50, 60, 50],
  ['a sale is not made below its limit', 'ask', 47, 47, null],
  ['a sale at its limit is made', 'ask', 46, 47, 46],
];

describe('an order that meets the next minute', () => {
  it.each(cases)('%s', async (_, side, limitCents, openCents, expected) => {
    expect(await tradedAt(side, limitCents, openCents)).toBe(expected);
  });

  it('never gains by waiting, and never trades beyond its limit, whatever comes', async () => {
    for (let openCents = 2; openCents <= 98; openCents += 1) {
      for (let limitCents = 2; limitCents <= 98; limitCents += 4) {
        const bought = await tradedAt('bid', limitCents, openCents);
        if (bought !== null) {
          expect(bought).toBeGreaterThanOrEqual(Math.min(51, limitCents));
          expect(bought).toBeLessThanOrEqual(limitCents);
        }
        expect(bought === null).toBe(openCents + 1 > limitCents);
        const sold = await tradedAt('ask', limitCents, openCents);
        if (sold !== null) {
          expect(sold).toBeLessThanOrEqual(Math.max(49, limitCents));
          expect(sold).toBeGreaterThanOrEqual(limitCents);
        }
        expect(sold === null).toBe(openCents - 1 < limitCents);
      }
    }
  });

  it('when orders take no time trades at what it saw', async () => {
    expect(await tradedAt('bid', 55, 40, 'same_bar')).toBe(51);
    expect(await tradedAt('ask', 45, 60, 'same_bar')).toBe(49);
  });
});
