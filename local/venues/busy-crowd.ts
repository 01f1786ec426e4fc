import type { EpochMs, Market } from '../../shared/domain/market/market.ts';
import { contracts, ONE_CONTRACT } from '../../shared/domain/money/contracts.ts';
import { ceilToGrid, floorToGrid } from '../../shared/domain/market/tick-grid.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import { enrol, limit } from '../../shared/simulator/exchange/crowd.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { SimOrder } from '../../shared/simulator/exchange/sim-order.ts';
import type { Rng } from '../../shared/simulator/rng.ts';

export type BusyCrowdOptions = {
  readonly exchange: SimExchange;
  readonly markets: readonly Market[];
  readonly rng: Rng;
  readonly timers: Timers;
  /** Orders placed, taken and withdrawn a second, over all markets. */
  readonly rate: number;
  /** How often it acts; 10 ms when left out. */
  readonly stepMs?: number;
};

type Place = {
  readonly market: Market;
  /** The middle that everybody believes in, in cents; it wanders. */
  belief: number;
  readonly resting: SimOrder[];
};

const MAKER = 'busy-maker';
const TAKER = 'busy-taker';
const BANKROLL_DOLLARS = 50_000_000;
const STEP_MS = 10;
/** A machine that was away does not make up for more than this. */
const MOST_BEHIND_MS = 1_000;
/** Orders that stand in a market before more are withdrawn than placed. */
const DEPTH = 24;
const REACH_CENTS = 8;
const MEAN_SIZE = 60;

/** A crowd that keeps books moving at a rate, and knows nothing: for trying clients and for loads. */
export class BusyCrowd {
  readonly #options: BusyCrowdOptions;
  readonly #places: Place[];
  #planned: TimerHandle | null = null;
  #steppedMs: EpochMs;
  #owed = 0;

  constructor(options: BusyCrowdOptions) {
    this.#options = options;
    const { exchange, markets, timers } = options;
    this.#places = markets.map((market) => ({
      market,
      belief: 20 + options.rng.integer(61),
      resting: [],
    }));
    const crowd = markets.map((market) => ({ market, startTimeMs: market.openTimeMs }));
    for (const account of [MAKER, TAKER]) enrol(exchange, account, crowd, BANKROLL_DOLLARS);
    this.#steppedMs = timers.nowMs();
  }

  /** Fills the books, and from then on keeps them moving. */
  begin(): void {
    const nowMs = this.#options.timers.nowMs();
    for (const place of this.#places) for (let n = 0; n < DEPTH; n += 1) this.#quote(place, nowMs);
    this.#plan();
  }

  /** Begins to trade one more market, of a shard that the others are on. */
  join(market: Market): void {
    const { rng, timers } = this.#options;
    const place: Place = { market, belief: 20 + rng.integer(61), resting: [] };
    this.#places.push(place);
    const nowMs = timers.nowMs();
    for (let n = 0; n < DEPTH; n += 1) this.#quote(place, nowMs);
  }

  /** Trades a market no more; what rests there is left to the exchange. */
  leave(market: Market): void {
    const index = this.#places.findIndex((place) => place.market.ticker === market.ticker);
    if (index !== -1) this.#places.splice(index, 1);
  }

  close(): void {
    if (this.#planned !== null) this.#options.timers.cancel(this.#planned);
    this.#planned = null;
  }

  #plan(): void {
    this.#planned = this.#options.timers.after(
      this.#options.stepMs ?? STEP_MS,
      'busy crowd',
      () => {
        this.#step();
        this.#plan();
      },
    );
  }

  #step(): void {
    const { timers, rate, rng, exchange } = this.#options;
    const nowMs = timers.nowMs();
    exchange.advance(nowMs);
    this.#owed += (Math.min(MOST_BEHIND_MS, nowMs - this.#steppedMs) * rate) / 1_000;
    this.#steppedMs = nowMs;
    for (; this.#owed >= 1; this.#owed -= 1) {
      const place = this.#places[rng.integer(this.#places.length)];
      if (place !== undefined) this.#act(place, nowMs);
    }
  }

  #act(place: Place, nowMs: EpochMs): void {
    const { rng } = this.#options;
    const act = rng.uniform();
    if (act < 0.1) this.#take(place, nowMs);
    else if (act < 0.55 - 0.2 * (place.resting.length / DEPTH - 1)) this.#quote(place, nowMs);
    else this.#withdraw(place, nowMs);
  }

  #quote(place: Place, nowMs: EpochMs): void {
    const { rng, exchange } = this.#options;
    const isBid = rng.chance(0.5);
    const away = 1 + rng.integer(REACH_CENTS);
    const cents = place.belief + (isBid ? -away : away);
    const { ticker, priceRanges } = place.market;
    // Where ticks are finer than a cent, quotes stand between the cents too.
    const within = rng.integer(100);
    const at = isBid
      ? floorToGrid(price(cents * 100 + within), priceRanges)
      : ceilToGrid(price(cents * 100 - within), priceRanges);
    if (at === null) return;
    const order = limit(ticker, isBid ? 'bid' : 'ask', at, this.#size());
    const placed = exchange.place(
      MAKER,
      { ...order, timeInForce: 'good_till_canceled', postOnly: true },
      nowMs,
    );
    if (placed.kind === 'placed' && placed.order.status === 'resting')
      place.resting.push(placed.order);
  }

  #take(place: Place, nowMs: EpochMs): void {
    const { rng, exchange } = this.#options;
    const isBid = rng.chance(0.5);
    // Whoever takes moves what everybody believes, and it comes back from the edges.
    const drift = rng.uniform() < place.belief / 100 ? -1 : 1;
    place.belief = Math.min(85, Math.max(15, place.belief + drift));
    const cents = place.belief + (isBid ? 3 : -3);
    const order = limit(
      place.market.ticker,
      isBid ? 'bid' : 'ask',
      price(cents * 100),
      this.#size(),
    );
    exchange.place(TAKER, { ...order, timeInForce: 'immediate_or_cancel' }, nowMs);
  }

  #withdraw({ resting }: Place, nowMs: EpochMs): void {
    const { rng, exchange } = this.#options;
    if (resting.length === 0) return;
    const index = rng.integer(resting.length);
    const order = resting[index];
    const last = resting.pop();
    if (order === undefined || last === undefined) return;
    if (last !== order) resting[index] = last;
    if (order.status === 'resting') exchange.withdraw(order, nowMs);
  }

  #size(): number {
    return contracts(Math.ceil(this.#options.rng.exponential(MEAN_SIZE)) * ONE_CONTRACT);
  }
}
