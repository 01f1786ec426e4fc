import type { BookSide } from '../../domain/execution/intent.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { price } from '../../domain/money/price.ts';
import { deterministicId } from './deterministic-id.ts';
import type { FloorEvent } from './floor-event.ts';

type PublicTrade = Extract<FloorEvent, { kind: 'trade' }>;
export type PublicTradeRow = PublicTrade & { readonly sequence: number };

/** Which trades are asked for; from a time on, and before another. */
export type TradeQuery = {
  readonly market?: MarketTicker | undefined;
  readonly fromMs: EpochMs;
  readonly beforeMs: EpochMs;
};

/** The newest so many are kept; a crowd trades for ever. */
const KEPT = 50_000;
const FIRST_ROOM = 256;

/**
 * What was traded by anybody, oldest first, as far back as it is kept: a ring of numbers, 25 bytes a trade. The id of a
 * trade follows from its number.
 */
export class PublicTrades {
  readonly #tickers: MarketTicker[] = [];
  readonly #tickerIndex = new Map<MarketTicker, number>();
  #room = newRoom(FIRST_ROOM);
  /** All that were ever added. */
  #count = 0;

  /** The n-th call is of the n-th trade. */
  add(trade: Pick<PublicTrade, 'market' | 'price' | 'count' | 'takerSide' | 'atMs'>): void {
    let room = this.#room;
    if (this.#count === room.size && room.size < KEPT) {
      room = grown(room);
      this.#room = room;
    }
    const at = this.#count % room.size;
    room.markets[at] = this.#indexOf(trade.market);
    room.prices[at] = trade.price;
    room.counts[at] = trade.count;
    room.asks[at] = trade.takerSide === 'ask' ? 1 : 0;
    room.times[at] = trade.atMs;
    this.#count += 1;
  }

  /** Those of interest, oldest first, each with its place in the order of all trades. */
  where({ market, fromMs, beforeMs }: TradeQuery): readonly PublicTradeRow[] {
    const wanted = market === undefined ? null : this.#tickerIndex.get(market);
    if (wanted === undefined) return [];
    const { size, markets, times } = this.#room;
    const rows: PublicTradeRow[] = [];
    for (let n = Math.max(0, this.#count - size); n < this.#count; n += 1) {
      const at = n % size;
      const atMs = times[at] ?? 0;
      if (atMs < fromMs || atMs >= beforeMs) continue;
      if (wanted === null || markets[at] === wanted) rows.push(this.#row(n + 1, at));
    }
    return rows;
  }

  #indexOf(market: MarketTicker): number {
    const known = this.#tickerIndex.get(market);
    if (known !== undefined) return known;
    this.#tickerIndex.set(market, this.#tickers.length);
    return this.#tickers.push(market) - 1;
  }

  #row(sequence: number, at: number): PublicTradeRow {
    const { markets, prices, counts, asks, times } = this.#room;
    const market = this.#tickers[markets[at] ?? -1];
    invariant(market !== undefined, 'a trade that is kept has a market');
    const takerSide: BookSide = asks[at] === 1 ? 'ask' : 'bid';
    return {
      kind: 'trade',
      sequence,
      tradeId: deterministicId('trade', sequence),
      market,
      price: price(prices[at] ?? 0),
      count: contracts(counts[at] ?? 0),
      takerSide,
      atMs: times[at] ?? 0,
    };
  }
}

/** Columns for so many trades. */
function newRoom(size: number) {
  return {
    size,
    markets: new Uint32Array(size),
    prices: new Uint16Array(size),
    counts: new Float64Array(size),
    asks: new Uint8Array(size),
    times: new Float64Array(size),
  };
}

function grown(room: ReturnType<typeof newRoom>): ReturnType<typeof newRoom> {
  const wider = newRoom(Math.min(KEPT, room.size * 2));
  wider.markets.set(room.markets);
  wider.prices.set(room.prices);
  wider.counts.set(room.counts);
  wider.asks.set(room.asks);
  wider.times.set(room.times);
  return wider;
}
