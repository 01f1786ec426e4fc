import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level } from '../../../../shared/domain/market/book-view.ts';
import { OrderBook, type BookDelta } from '../../../../shared/domain/market/order-book.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { complement, price } from '../../../../shared/domain/money/price.ts';
import { runs } from '../../../support/property-settings.ts';

/** The trivial model: a map a side, searched in full; it decides each refusal from first principles. */
class ModelBook {
  readonly bid = new Map<number, number>();
  readonly ask = new Map<number, number>();
  synced = false;

  best(side: 'bid' | 'ask'): number | null {
    const prices = [...this[side].keys()];
    if (prices.length === 0) return null;
    return side === 'bid' ? Math.max(...prices) : Math.min(...prices);
  }

  wouldCross(side: 'bid' | 'ask', at: number): boolean {
    const opposite = this.best(side === 'bid' ? 'ask' : 'bid');
    if (opposite === null) return false;
    return side === 'bid' ? at >= opposite : at <= opposite;
  }

  levels(side: 'bid' | 'ask', depth: number): readonly Level[] {
    return [...this[side]]
      .toSorted(([a], [b]) => (side === 'bid' ? b - a : a - b))
      .slice(0, depth)
      .map(([at, count]) => ({ price: price(at), count: contracts(count) }));
  }
}

/** Few prices and small counts, so that levels meet, empty, cross and go below zero often. */
const someSide = fc.constantFrom('bid' as const, 'ask' as const);
const somePrice = fc.integer({ min: 1, max: 40 }).map((step) => price(step * 240 + 1));
const someLevels = fc.uniqueArray(fc.tuple(somePrice, fc.integer({ min: 0, max: 300 })), {
  selector: ([at]) => at,
  maxLength: 36,
});

type Real = { readonly book: OrderBook };

class ApplyDelta implements fc.Command<ModelBook, Real> {
  readonly delta: BookDelta;
  constructor(delta: BookDelta) {
    this.delta = delta;
  }
  check = (): boolean => true;
  run(model: ModelBook, { book }: Real): void {
    const { side, price: at, change } = this.delta;
    const held = model[side].get(at) ?? 0;
    const outcome = book.applyDelta(this.delta);
    const code = outcome === 'applied' ? 'applied' : outcome.code;
    if (!model.synced) expect(code).toBe('not_synced');
    else if (change > 0 && model.wouldCross(side, at)) expect(code).toBe('crossed');
    else if (held + change < 0) expect(code).toBe('negative_level');
    else expect(code).toBe('applied');
    if (outcome === 'applied') {
      if (held + change === 0) model[side].delete(at);
      else model[side].set(at, held + change);
    } else {
      expect(outcome).toMatchObject({ side, price: at, change, held });
      model.synced = false;
    }
    expectSame(model, book);
  }
  toString = (): string => `delta(${this.delta.side} ${this.delta.price} ${this.delta.change})`;
}

class ApplySnapshot implements fc.Command<ModelBook, Real> {
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
  constructor(
    bids: readonly (readonly [number, number])[],
    asks: readonly (readonly [number, number])[],
  ) {
    this.bids = bids;
    this.asks = asks;
  }
  check = (): boolean => true;
  run(model: ModelBook, { book }: Real): void {
    model.bid.clear();
    model.ask.clear();
    const place = (side: 'bid' | 'ask', levels: readonly (readonly [number, number])[]): void => {
      for (const [at, count] of levels) if (count > 0) model[side].set(at, count);
    };
    place('bid', this.bids);
    place('ask', this.asks);
    const [bid, ask] = [model.best('bid'), model.best('ask')];
    const crossed = bid !== null && ask !== null && bid >= ask;
    const outcome = book.applySnapshot({
      market: 'M',
      bids: toLevels(this.bids),
      asks: toLevels(this.asks),
      exchangeTimeMs: null,
    });
    expect(outcome === 'applied' ? 'applied' : outcome.code).toBe(crossed ? 'crossed' : 'applied');
    model.synced = !crossed;
    if (crossed) {
      model.bid.clear();
      model.ask.clear();
    }
    expectSame(model, book);
  }
  toString = (): string => `snapshot(${JSON.stringify([this.bids, this.asks])})`;
}

class MarkGapped implements fc.Command<ModelBook, Real> {
  check = (): boolean => true;
  run(model: ModelBook, { book }: Real): void {
    book.markGapped();
    model.synced = false;
    expectSame(model, book);
  }
  toString = (): string => 'gap';
}

function toLevels(pairs: readonly (readonly [number, number])[]): readonly Level[] {
  return pairs.map(([at, count]) => ({ price: price(at), count: contracts(count) }));
}

function expectSame(model: ModelBook, book: OrderBook): void {
  expect(book.sync).toBe(model.synced ? 'synced' : 'gapped');
  // The first depth is the one that was asked for last: what was cached must be gone.
  for (const depth of [100, 1, 3, 100]) {
    const view = book.view(depth);
    expect(view).toEqual({ bids: model.levels('bid', depth), asks: model.levels('ask', depth) });
    expect(book.view(depth)).toBe(view);
  }
  expect(book.bestBid()).toEqual(model.levels('bid', 1)[0] ?? null);
  expect(book.bestAsk()).toEqual(model.levels('ask', 1)[0] ?? null);
  expectSane(book);
}

/** Never crossed, never negative or empty levels, best first: also while gapped. */
function expectSane(book: OrderBook): void {
  const { bids, asks } = book.view(100);
  for (const { count } of [...bids, ...asks]) expect(count).toBeGreaterThan(0);
  for (let i = 1; i < bids.length; i += 1) expect(bids[i]!.price).toBeLessThan(bids[i - 1]!.price);
  for (let i = 1; i < asks.length; i += 1)
    expect(asks[i]!.price).toBeGreaterThan(asks[i - 1]!.price);
  if (bids[0] !== undefined && asks[0] !== undefined)
    expect(bids[0].price).toBeLessThan(asks[0].price);
}

const someDelta = fc
  .tuple(someSide, somePrice, fc.integer({ min: -300, max: 300 }), fc.nat(1_000))
  .map(([side, at, change, exchangeTimeMs]): BookDelta => ({
    market: 'M',
    side,
    price: at,
    change,
    exchangeTimeMs,
    clientOrderId: null,
  }));

/** Bids below and asks above the middle, as a market is; a share is anything at all. */
const likelyDelta = fc
  .tuple(someDelta, fc.nat(99))
  .map(([delta, roll]): BookDelta =>
    roll < 80 ? { ...delta, side: delta.price < 5_000 ? 'bid' : 'ask' } : delta,
  );
const likelySnapshot = fc.tuple(someLevels, fc.nat(99)).map(([levels, roll]) =>
  roll < 80
    ? new ApplySnapshot(
        levels.filter(([at]) => at < 5_000),
        levels.filter(([at]) => at >= 5_000),
      )
    : new ApplySnapshot(levels.slice(0, 3), levels.slice(3, 6)),
);

describe('the order book', () => {
  it('does what a map of levels does, under any commands', () => {
    fc.assert(
      fc.property(
        fc.commands(
          [
            likelyDelta.map((delta) => new ApplyDelta(delta)),
            likelyDelta.map(
              (delta) => new ApplyDelta({ ...delta, change: Math.abs(delta.change) }),
            ),
            likelySnapshot,
            fc.constant(new MarkGapped()),
          ],
          { maxCommands: 60 },
        ),
        (commands) => {
          fc.modelRun(
            () => ({ model: new ModelBook(), real: { book: new OrderBook() } }),
            commands,
          );
        },
      ),
      runs(500),
    );
  });

  it('seen from the other leg is the same book mirrored', () => {
    fc.assert(
      fc.property(fc.array(likelyDelta, { maxLength: 60 }), (deltas) => {
        const book = syncedBook();
        const mirrored = syncedBook();
        for (const delta of deltas) {
          const outcome = book.applyDelta(delta);
          const seen = mirrored.applyDelta({
            ...delta,
            side: delta.side === 'bid' ? 'ask' : 'bid',
            price: complement(delta.price),
          });
          expect(seen === 'applied').toBe(outcome === 'applied');
        }
        const { bids, asks } = book.view(100);
        expect(mirrored.view(100)).toEqual({ bids: flip(asks), asks: flip(bids) });
      }),
      runs(300),
    );
  });

  it('heals from any gap by a snapshot of what another book shows', () => {
    fc.assert(
      fc.property(
        fc.array(likelyDelta, { maxLength: 40 }),
        fc.array(likelyDelta, { maxLength: 40 }),
        (before, missed) => {
          const truth = syncedBook();
          const ours = syncedBook();
          for (const delta of before) {
            if (truth.applyDelta(delta) !== 'applied') truth.applySnapshot(snapshotOf(truth));
            ours.applyDelta(delta);
          }
          for (const delta of missed)
            if (truth.applyDelta(delta) !== 'applied') truth.applySnapshot(snapshotOf(truth));
          ours.markGapped();
          expect(ours.applySnapshot(snapshotOf(truth))).toBe('applied');
          expect(ours.sync).toBe('synced');
          expect(ours.view(100)).toEqual(truth.view(100));
        },
      ),
      runs(300),
    );
  });
});

function flip(levels: readonly Level[]): readonly Level[] {
  return levels.map((level) => ({ price: complement(level.price), count: level.count }));
}

function syncedBook(): OrderBook {
  const book = new OrderBook();
  book.applySnapshot({ market: 'M', bids: [], asks: [], exchangeTimeMs: 0 });
  return book;
}

function snapshotOf(book: OrderBook) {
  const { bids, asks } = book.view(1_000);
  // Levels may come in any order.
  return { market: 'M', bids: bids.toReversed(), asks, exchangeTimeMs: null };
}
