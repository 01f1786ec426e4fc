import { describe, expect, it } from 'vitest';
import type { BookSide } from '../../../shared/domain/execution/intent.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { OrderRequest } from '../../../shared/ports/exchange.ts';
import { RecordedVenue, type RecordedVenueConfig } from '../../../shared/replay/recorded-venue.ts';
import { bar, OPEN_MS, replayMarket, resultEvent } from '../../support/replay-fixture.ts';

const TICKER = 'KXTEST-1-A';

/** A venue that has seen one minute at 50 cents and knows of the next, which opens at 52. */
function venue(over: Partial<RecordedVenueConfig> = {}): RecordedVenue {
  const made = new RecordedVenue({ openingCash: money(1_000_000_000), ...over });
  made.onMarket(replayMarket(), OPEN_MS);
  made.onBar(bar(1, 50), bar(2, 55, { openCents: 52 }));
  return made;
}

let orders = 0;
function order(
  bookSide: BookSide,
  cents: number,
  count: number,
  over: Partial<OrderRequest> = {},
): OrderRequest {
  orders += 1;
  return {
    clientOrderId: `order-${orders}`,
    market: TICKER,
    exchangeIndex: 0,
    bookSide,
    limitPrice: price(cents * 100),
    count: contracts(count * 100),
    reduceOnly: false,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
    ...over,
  };
}

const cash = (of: RecordedVenue): number | undefined => of.truth().cashByShard.get(0);

describe('an order at the recorded venue', () => {
  it('meets the next traded minute, which the book does not show yet', async () => {
    const at = venue();
    expect(at.book(TICKER).asks).toEqual([{ price: 5_100, count: 10_000 }]);
    expect(await at.submit(order('bid', 52, 10))).toMatchObject({ kind: 'accepted', filled: 0 });
    expect(await at.submit(order('bid', 53, 10))).toMatchObject({
      kind: 'accepted',
      filled: 1_000,
    });
    expect(at.truth().fills).toMatchObject([
      { price: 5_300, count: 1_000, role: 'taker', exchangeTimeMs: OPEN_MS + 60_000 },
    ]);
  });

  it('pays less than its limit when the market has come its way', async () => {
    const at = venue();
    await at.submit(order('bid', 60, 10));
    expect(at.truth().fills).toMatchObject([{ price: 5_300 }]);
  });

  it('finds nothing when no trade follows', async () => {
    const at = venue();
    at.onBar(bar(2, 55), null);
    expect(at.book(TICKER).asks).toHaveLength(1);
    expect(await at.submit(order('bid', 99, 1))).toMatchObject({ kind: 'accepted', filled: 0 });
    expect(at.truth().orders).toMatchObject([{ status: 'cancelled', filled: 0 }]);
  });

  it('meets the last trade when told that orders take no time', async () => {
    const at = venue({ latency: 'same_bar' });
    await at.submit(order('bid', 51, 10));
    expect(at.truth().fills).toMatchObject([{ price: 5_100, count: 1_000 }]);
  });

  it('takes what is shown, and finds it gone until the next traded minute', async () => {
    const at = venue();
    expect(await at.submit(order('bid', 53, 80))).toMatchObject({ filled: 8_000 });
    expect(await at.submit(order('bid', 53, 80))).toMatchObject({ filled: 2_000 });
    expect(await at.submit(order('bid', 53, 80))).toMatchObject({ filled: 0 });
    at.onBar(bar(2, 55, { openCents: 52 }), bar(3, 55));
    expect(at.book(TICKER)).toEqual({ bids: [{ price: 5_400, count: 10_000 }], asks: [] });
    expect(await at.submit(order('bid', 56, 80))).toMatchObject({ filled: 8_000 });
  });

  it('is charged the taker fee as the exchange books it', async () => {
    const at = venue();
    await at.submit(order('bid', 53, 10));
    // 0.07 × 10 × 0.53 × 0.47 = 0.17437, and the balance is kept to $0.0001: 0.1744.
    expect(at.truth().fees).toBe(174_400);
    expect(cash(at)).toBe(1_000_000_000 - 5_300_000 - 174_400);
  });

  it('buys NO at the complement when it sells what it does not hold', async () => {
    const at = venue();
    await at.submit(order('ask', 51, 10));
    expect(at.truth().positions.get(TICKER)).toEqual({ quantity: -1_000, basis: 4_900_000 });
    expect(await at.positions()).toEqual({
      kind: 'read',
      value: [{ market: TICKER, leg: 'no', quantity: 1_000 }],
    });
  });

  it('closes before it opens, and nets to nothing', async () => {
    const at = venue();
    await at.submit(order('bid', 53, 10));
    await at.submit(order('ask', 51, 10));
    expect(at.truth().positions.size).toBe(0);
    const fees = at.truth().fees;
    // Bought at 53, sold at 51 cents: two cents on ten contracts, and the fees.
    expect(cash(at)).toBe(1_000_000_000 - 200_000 - fees);
  });

  it('with reduce-only never opens and never goes through zero', async () => {
    const at = venue();
    expect(await at.submit(order('ask', 51, 5, { reduceOnly: true }))).toMatchObject({ filled: 0 });
    await at.submit(order('bid', 53, 3));
    expect(await at.submit(order('ask', 51, 5, { reduceOnly: true }))).toMatchObject({
      filled: 300,
    });
    expect(at.truth().positions.size).toBe(0);
  });

  const refusals: readonly [string, Partial<OrderRequest>, string][] = [
    ['an unknown market', { market: 'KXTEST-1-Z' }, 'market_not_found'],
    ['another shard', { exchangeIndex: 1 }, 'market_not_found'],
    ['a price between two ticks', { limitPrice: price(5_350) }, 'invalid_price'],
    ['no count', { count: contracts(0) }, 'invalid_order'],
    ['more than the cash', { count: contracts(10_000_000) }, 'insufficient_balance'],
    ['a client order id for the second time', { clientOrderId: 'twice' }, 'order_already_exists'],
  ];
  it.each(refusals)('is rejected for %s', async (_, over, code) => {
    const at = venue();
    await at.submit(order('bid', 10, 1, { clientOrderId: 'twice' }));
    expect(await at.submit(order('bid', 53, 10, over))).toMatchObject({ kind: 'rejected', code });
    expect(cash(at)).toBe(1_000_000_000);
  });
});

describe('the result at the recorded venue', () => {
  it.each([
    ['yes', 'bid', 10_000_000],
    ['no', 'bid', 0],
    ['yes', 'ask', 0],
    ['no', 'ask', 10_000_000],
  ] as const)('%s pays a position bought with a %s', async (result, side, revenue) => {
    const at = venue();
    await at.submit(order(side, side === 'bid' ? 53 : 51, 10));
    const before = cash(at) ?? 0;
    expect(await at.settlements({ sinceMs: 0 })).toEqual({ kind: 'read', value: [] });
    at.onResult(resultEvent(result, 9));
    expect((cash(at) ?? 0) - before).toBe(revenue);
    expect(await at.settlements({ sinceMs: 0 })).toMatchObject({
      value: [
        {
          result: { kind: result },
          yesCount: side === 'bid' ? 1_000 : 0,
          noCount: side === 'bid' ? 0 : 1_000,
          revenue,
          settledAtMs: OPEN_MS + 9 * 60_000,
        },
      ],
    });
    expect(at.truth().positions.size).toBe(0);
  });

  it('closes the market to orders and empties its book', async () => {
    const at = venue();
    expect(await at.markets({ tickers: [TICKER, 'KXTEST-1-Z'] })).toMatchObject({
      value: [{ market: { status: 'active' }, result: null }],
    });
    at.onResult(resultEvent('yes', 9));
    expect(await at.submit(order('bid', 99, 1))).toMatchObject({ code: 'market_inactive' });
    expect(at.book(TICKER)).toEqual({ bids: [], asks: [] });
    expect(await at.markets({ tickers: [TICKER] })).toMatchObject({
      value: [{ market: { status: 'finalized' }, result: { kind: 'yes' } }],
    });
  });
});

describe('reads of the recorded venue', () => {
  it('list orders newest first and fills in order, from a time and of a market', async () => {
    const at = venue();
    await at.submit(order('bid', 53, 1, { clientOrderId: 'first' }));
    at.onBar(bar(2, 55), bar(3, 55));
    await at.submit(order('bid', 56, 2, { clientOrderId: 'second' }));
    const ids = async (filter: Parameters<RecordedVenue['orders']>[0]) => {
      const read = await at.orders(filter);
      return read.kind === 'read' ? read.value.map(({ clientOrderId }) => clientOrderId) : [];
    };
    expect(await ids({ sinceMs: 0 })).toEqual(['second', 'first']);
    expect(await ids({ sinceMs: OPEN_MS + 120_000 })).toEqual(['second']);
    expect(await ids({ sinceMs: 0, market: 'KXTEST-1-Z' })).toEqual([]);
    expect(await at.fills({ sinceMs: 0 })).toMatchObject({
      value: [{ count: 100 }, { count: 200 }],
    });
    expect(await at.fills({ sinceMs: OPEN_MS + 120_000 })).toMatchObject({
      value: [{ count: 200 }],
    });
    expect(await at.asOfMs()).toEqual({ kind: 'read', value: OPEN_MS + 120_000 });
    expect(await at.balances()).toEqual({
      kind: 'read',
      value: [{ exchangeIndex: 0, available: cash(at) }],
    });
  });

  it('find nothing to cancel, because nothing rests', async () => {
    expect(await venue().cancel()).toEqual({ kind: 'not_found' });
  });
});
