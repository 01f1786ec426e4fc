import { OrderBook } from '../../shared/domain/market/order-book.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { price } from '../../shared/domain/money/price.ts';
import { seededRng } from '../../shared/simulator/rng.ts';

// Fills 5,000 books as they are on a busy Sunday, and tells its parent what they weigh.

const BOOKS = 5_000;
const DELTAS = 200;
/** A liquid market shows about forty prices a side: most cents of the scale. */
const LEVELS_A_SIDE = 40;

const { gc } = globalThis;
invariant(gc !== undefined, 'started with --expose-gc');
const rng = seededRng(5_000);
/** Levels lie in typed arrays, which are not on the heap. */
const heldBytes = (): number => {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const before = heldBytes();
const books = new Map<string, OrderBook>();
for (let n = 0; n < BOOKS; n += 1) {
  const market = `KXNFLGAME-26NOV22MIABUF-${String(n).padStart(4, '0')}`;
  const book = new OrderBook();
  const middle = 45 + rng.integer(11);
  const side = (direction: 1 | -1) =>
    Array.from({ length: LEVELS_A_SIDE }, (_, away) => ({
      price: price((middle + direction * (away + 1)) * 100),
      count: contracts(1 + rng.integer(1_000_000)),
    }));
  book.applySnapshot({ market, bids: side(-1), asks: side(1), exchangeTimeMs: null });
  for (let delta = 0; delta < DELTAS; delta += 1) {
    const away = 1 + rng.integer(LEVELS_A_SIDE);
    const isBid = rng.chance(0.5);
    book.applyDelta({
      market,
      side: isBid ? 'bid' : 'ask',
      price: price((middle + (isBid ? -away : away)) * 100),
      change: 1 + rng.integer(1_000),
      exchangeTimeMs: 1_795_262_400_000 + delta,
      clientOrderId: null,
    });
  }
  books.set(market, book);
}
const bytes = heldBytes() - before;
let levels = 0;
for (const book of books.values()) {
  const { bids, asks } = book.view(1_000);
  levels += bids.length + asks.length;
}
invariant(levels === BOOKS * 2 * LEVELS_A_SIDE, 'no delta was refused');
process.send?.({
  books: BOOKS,
  levels,
  deltas: DELTAS,
  bytes,
  rssBytes: process.memoryUsage.rss(),
});
