import { describe, expect, it } from 'vitest';
import { OrderBook, type BookDelta } from '../../../../shared/domain/market/order-book.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';

const level = (at: number, count: number) => ({ price: price(at), count: contracts(count) });
const delta = (over: Partial<BookDelta>): BookDelta => ({
  market: 'M',
  side: 'bid',
  price: price(4_700),
  change: 100,
  exchangeTimeMs: 2_000,
  clientOrderId: null,
  ...over,
});

function book(): OrderBook {
  const made = new OrderBook();
  made.applySnapshot({
    market: 'M',
    bids: [level(4_600, 12_000), level(4_700, 300)],
    asks: [level(5_500, 4_000), level(5_200, 300)],
    exchangeTimeMs: 1_000,
  });
  return made;
}

describe('the order book', () => {
  it('is gapped and empty before its first snapshot', () => {
    const fresh = new OrderBook();
    expect(fresh.sync).toBe('gapped');
    expect(fresh.view(5)).toEqual({ bids: [], asks: [] });
    expect([fresh.bestBid(), fresh.bestAsk(), fresh.exchangeTimeMs]).toEqual([null, null, null]);
    expect(fresh.applyDelta(delta({}))).toMatchObject({ kind: 'refused', code: 'not_synced' });
  });

  it('shows the best level first on both sides', () => {
    expect(book().view(1)).toEqual({ bids: [level(4_700, 300)], asks: [level(5_200, 300)] });
    expect(book().view(9).bids).toEqual([level(4_700, 300), level(4_600, 12_000)]);
  });

  it('removes a level that comes to zero and uncovers the next', () => {
    const shown = book();
    expect(shown.applyDelta(delta({ change: -300 }))).toBe('applied');
    expect(shown.bestBid()).toEqual(level(4_600, 12_000));
  });

  it('keeps its last good state when a delta would make a level negative', () => {
    const shown = book();
    const before = shown.view(9);
    expect(shown.applyDelta(delta({ change: -301 }))).toEqual({
      kind: 'refused',
      code: 'negative_level',
      side: 'bid',
      price: 4_700,
      change: -301,
      held: 300,
    });
    expect(shown.sync).toBe('gapped');
    expect(shown.view(9)).toBe(before);
    expect(shown.applyDelta(delta({}))).toMatchObject({ code: 'not_synced' });
  });

  it.each([
    ['a bid at the best ask', delta({ side: 'bid', price: price(5_200) })],
    ['an ask below the best bid', delta({ side: 'ask', price: price(4_601) })],
  ])('refuses %s as crossed', (_name, crossing) => {
    const shown = book();
    expect(shown.applyDelta(crossing)).toMatchObject({ code: 'crossed' });
    expect(shown.sync).toBe('gapped');
  });

  it('empties itself when a snapshot repeats a level or crosses', () => {
    for (const bids of [[level(4_000, 1), level(4_000, 2)], [level(5_200, 1)]]) {
      const shown = book();
      const outcome = shown.applySnapshot({
        market: 'M',
        bids,
        asks: [level(5_200, 5)],
        exchangeTimeMs: null,
      });
      expect(outcome).toMatchObject({ kind: 'refused' });
      expect(shown.sync).toBe('gapped');
      expect(shown.view(5)).toEqual({ bids: [], asks: [] });
    }
  });

  it('takes a whole book of the finest grid', () => {
    const bids = Array.from({ length: 4_999 }, (_, index) => level(index + 1, index + 1));
    const asks = Array.from({ length: 4_999 }, (_, index) => level(9_999 - index, index + 1));
    const full = new OrderBook();
    expect(full.applySnapshot({ market: 'M', bids, asks, exchangeTimeMs: 1 })).toBe('applied');
    expect(full.bestBid()).toEqual(level(4_999, 4_999));
    expect(full.bestAsk()).toEqual(level(5_001, 4_999));
    expect(full.view(10_000).asks).toHaveLength(4_999);
  });

  it('finds each level of a book of any size, and no other', () => {
    for (let size = 1; size <= 24; size += 1) {
      for (let rank = 0; rank < size; rank += 1) {
        const bids = Array.from({ length: size }, (_, index) => level(10 * (index + 1), 50));
        const shown = new OrderBook();
        shown.applySnapshot({ market: 'M', bids, asks: [], exchangeTimeMs: 1 });
        const at = price(10 * (rank + 1));
        expect(shown.applyDelta(delta({ price: at, change: -50 }))).toBe('applied');
        expect(shown.view(size).bids).toEqual(bids.filter((bid) => bid.price !== at).toReversed());
        expect(shown.applyDelta(delta({ price: at, change: -1 }))).toMatchObject({ held: 0 });
      }
    }
  });

  it('keeps the newest of the exchange times that it was told', () => {
    const shown = book();
    shown.applyDelta(delta({ exchangeTimeMs: 3_000 }));
    shown.applyDelta(delta({ exchangeTimeMs: 2_500 }));
    expect(shown.exchangeTimeMs).toBe(3_000);
    shown.applySnapshot({ market: 'M', bids: [], asks: [], exchangeTimeMs: null });
    expect(shown.exchangeTimeMs).toBe(3_000);
  });

  it('holds counts beyond 32 bits exactly', () => {
    const shown = book();
    shown.applyDelta(delta({ change: 5_000_000_001 }));
    expect(shown.bestBid()).toEqual(level(4_700, 5_000_000_301));
  });
});
