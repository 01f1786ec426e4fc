import { describe, expect, it } from 'vitest';
import { DECI_CENT, LINEAR_CENT } from '../../../shared/domain/market/tick-grid.ts';
import { contracts, NO_CONTRACTS } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { syntheticBook } from '../../../shared/replay/synthetic-book.ts';

function book(over: {
  readonly trade?: number;
  readonly halfSpread?: number;
  readonly volume?: number;
  readonly takenAsk?: number;
  readonly deci?: boolean;
}) {
  const { trade = 5_000, halfSpread = 100, volume = 100_000, takenAsk = 0, deci = false } = over;
  const { bids, asks } = syntheticBook({
    trade: price(trade),
    volume: contracts(volume),
    ranges: deci ? DECI_CENT : LINEAR_CENT,
    taken: { bid: NO_CONTRACTS, ask: contracts(takenAsk) },
    assumptions: { halfSpread, participationMillionths: 100_000 },
  });
  const one = (levels: typeof bids) =>
    levels.map(({ price: at, count }) => `${count / 100} @ ${at}`).join() || 'none';
  return { bid: one(bids), ask: one(asks) };
}

describe('the book around a trade', () => {
  it.each([
    [
      'stands a half-spread to each side, a tenth of 1,000 contracts deep',
      {},
      '100 @ 4900',
      '100 @ 5100',
    ],
    ['is locked without a half-spread', { halfSpread: 0 }, '100 @ 5000', '100 @ 5000'],
    ['is rounded to the grid against the taker', { halfSpread: 50 }, '100 @ 4900', '100 @ 5100'],
    ['keeps a finer grid', { halfSpread: 55, deci: true }, '100 @ 4940', '100 @ 5060'],
    ['has no ask where it would cost a dollar', { trade: 9_900 }, '100 @ 9800', 'none'],
    ['has no bid where it would be worth nothing', { trade: 100 }, 'none', '100 @ 200'],
    ['is empty when the half-spread leaves no price', { halfSpread: 5_000 }, 'none', 'none'],
    ['shows whole contracts only', { volume: 2_599 }, '2 @ 4900', '2 @ 5100'],
    ['shows one contract where at least one traded', { volume: 100 }, '1 @ 4900', '1 @ 5100'],
    ['shows nothing where less than one traded', { volume: 99 }, 'none', 'none'],
    ['lacks what was taken', { takenAsk: 3_000 }, '100 @ 4900', '70 @ 5100'],
    ['is one-sided when all was taken', { takenAsk: 10_000 }, '100 @ 4900', 'none'],
  ])('%s', (_, over, bid, ask) => {
    expect(book(over)).toEqual({ bid, ask });
  });
});
