import type { Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { complement, ONE_DOLLAR, type Price } from '../money/price.ts';
import type { BookView, Level } from './book-view.ts';
import { LegBids } from './leg-bids.ts';
import type { BookSync } from './market-tick.ts';
import type { EpochMs, MarketTicker } from './market.ts';

/** The whole book of one market, on the YES scale: NO bids arrive as YES asks. Levels in any order. */
export type BookSnapshot = {
  readonly market: MarketTicker;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly exchangeTimeMs: EpochMs | null;
};

/** A signed change of one level, in 1e-2 contracts, on the YES scale. */
export type BookDelta = {
  readonly market: MarketTicker;
  readonly side: 'bid' | 'ask';
  readonly price: Price;
  readonly change: number;
  readonly exchangeTimeMs: EpochMs;
  /** Set when the change came from an order of ours. */
  readonly clientOrderId: string | null;
};

/** A message that does not fit the book as it stands, and the level at which it does not fit. */
export type BookRefusal = {
  readonly kind: 'refused';
  readonly code: 'not_synced' | 'negative_level' | 'crossed' | 'duplicate_level';
  readonly side: 'bid' | 'ask';
  readonly price: Price;
  /** The change that was asked for and what rested at the price before, in 1e-2 contracts. */
  readonly change: number;
  readonly held: number;
};

/**
 * The book of one market on the YES scale, kept from a snapshot and the deltas after it. A book that cannot be right
 * (a negative, crossed or repeated level) is gapped until the next snapshot, as after a hole in the exchange's numbers;
 * what it shows meanwhile is the last state that was right. Exchange page "Orderbook Updates": a level at 0 is removed,
 * below 0 the book is corrupt.
 */
export class OrderBook {
  /** Each leg's bids on its own scale: a YES ask at p is a NO bid at 1 − p. */
  readonly #yes = new LegBids();
  readonly #no = new LegBids();
  #sync: BookSync = 'gapped';
  #exchangeTimeMs: EpochMs | null = null;
  #view: BookView | null = null;
  #viewDepth = 0;

  /** `gapped` until the first snapshot, after a refusal, and after `markGapped`. */
  get sync(): BookSync {
    return this.#sync;
  }

  /** The exchange's time of the newest message applied; null until one told it. */
  get exchangeTimeMs(): EpochMs | null {
    return this.#exchangeTimeMs;
  }

  /** Messages were lost: deltas are refused and the view is not to be believed until the next snapshot. */
  markGapped(): void {
    this.#sync = 'gapped';
  }

  /** Replaces the whole book and heals a gap. Levels of zero contracts are left out. A refused snapshot empties the book. */
  applySnapshot(snapshot: BookSnapshot): 'applied' | BookRefusal {
    this.#view = null;
    this.#yes.clear();
    this.#no.clear();
    const refusal = this.#load('bid', snapshot.bids) ?? this.#load('ask', snapshot.asks);
    if (refusal !== null) {
      this.#yes.clear();
      this.#no.clear();
      this.#sync = 'gapped';
      return refusal;
    }
    this.#sync = 'synced';
    this.#advance(snapshot.exchangeTimeMs);
    return 'applied';
  }

  /** Adds one signed change. Refused without effect, and the book gapped, when it cannot be right. */
  applyDelta(delta: BookDelta): 'applied' | BookRefusal {
    if (this.#sync === 'gapped') return this.#refuse('not_synced', delta);
    const { side, price, change } = delta;
    const isBid = side === 'bid';
    const own = isBid ? price : ONE_DOLLAR - price;
    const opposite = isBid ? this.#no : this.#yes;
    if (change > 0 && own + opposite.best >= ONE_DOLLAR) return this.#refuse('crossed', delta);
    const outcome = (isBid ? this.#yes : this.#no).change(own, change);
    if (outcome === 'negative_level') return this.#refuse('negative_level', delta);
    this.#view = null;
    if (this.#exchangeTimeMs === null || delta.exchangeTimeMs > this.#exchangeTimeMs)
      this.#exchangeTimeMs = delta.exchangeTimeMs;
    return 'applied';
  }

  /** The best `depth` levels of each side, best first. The same object until the book or the depth changes. */
  view(depth: number): BookView {
    invariant(Number.isInteger(depth) && depth > 0, `a view has at least one level, not ${depth}`);
    if (this.#view === null || this.#viewDepth !== depth) {
      this.#view = { bids: levels(this.#yes, depth, 'bid'), asks: levels(this.#no, depth, 'ask') };
      this.#viewDepth = depth;
    }
    return this.#view;
  }

  bestBid(): Level | null {
    return levelAt(this.#yes, 0, 'bid');
  }

  bestAsk(): Level | null {
    return levelAt(this.#no, 0, 'ask');
  }

  #load(side: 'bid' | 'ask', given: readonly Level[]): BookRefusal | null {
    const own = side === 'bid' ? this.#yes : this.#no;
    const opposite = side === 'bid' ? this.#no : this.#yes;
    for (const { price, count } of given) {
      const units = side === 'bid' ? price : complement(price);
      const held = own.held(units);
      const refused = (code: BookRefusal['code']): BookRefusal => ({
        kind: 'refused',
        code,
        side,
        price,
        change: count,
        held,
      });
      if (held !== 0) return refused('duplicate_level');
      if (count > 0 && units + opposite.best >= ONE_DOLLAR) return refused('crossed');
      own.change(units, count);
    }
    return null;
  }

  #refuse(code: BookRefusal['code'], delta: BookDelta): BookRefusal {
    this.#sync = 'gapped';
    const { side, price, change } = delta;
    const held = side === 'bid' ? this.#yes.held(price) : this.#no.held(complement(price));
    return { kind: 'refused', code, side, price, change, held };
  }

  #advance(timeMs: EpochMs | null): void {
    if (timeMs !== null && (this.#exchangeTimeMs === null || timeMs > this.#exchangeTimeMs))
      this.#exchangeTimeMs = timeMs;
  }
}

function levels(bids: LegBids, depth: number, side: 'bid' | 'ask'): readonly Level[] {
  const out: Level[] = [];
  for (let rank = 0; rank < Math.min(depth, bids.size); rank += 1) {
    const level = levelAt(bids, rank, side);
    if (level !== null) out.push(level);
  }
  return out;
}

function levelAt(bids: LegBids, rank: number, side: 'bid' | 'ask'): Level | null {
  if (rank >= bids.size) return null;
  const own = bids.priceAt(rank);
  const count: Contracts = bids.countAt(rank);
  return { price: side === 'bid' ? own : complement(own), count };
}
