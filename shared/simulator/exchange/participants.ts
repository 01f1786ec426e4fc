import type { BookSide } from '../../domain/execution/intent.ts';
import type { EpochMs, Market } from '../../domain/market/market.ts';
import { ceilToGrid, floorToGrid } from '../../domain/market/tick-grid.ts';
import { ONE_CONTRACT } from '../../domain/money/contracts.ts';
import { ONE_DOLLAR, price } from '../../domain/money/price.ts';
import type { Rng } from '../rng.ts';
import {
  clampBelief,
  enrol,
  jittered,
  limit,
  paceAt,
  takerFeeOf,
  type CrowdMarket,
  type Pace,
  type TruthOf,
} from './crowd.ts';
import { limitsOf, wantedQuotes, type MakerQuoting, type WantedQuote } from './maker-quotes.ts';
import { MispricingProcess, type MispricingParams } from './mispricing.ts';
import type { SimExchange } from './sim-exchange.ts';
import type { SimOrder } from './sim-order.ts';
import { TimerQueue } from './timer-queue.ts';

export type { CrowdMarket, TruthOf };

export type MakerParams = MakerQuoting & {
  readonly accounts: number;
  /** How often a maker looks at the truth. */
  readonly look: Pace;
  /** How long it takes from the look to the quote. */
  readonly lag: Pace;
  /** How often quotes are renewed when the belief did not move. */
  readonly refresh: Pace;
  readonly mispricing: MispricingParams;
  /** Chance at each look to leave the market, and for how long on average. */
  readonly pullChance: number;
  readonly pullMs: number;
  readonly bankrollDollars: number;
};

/**
 * Makers about as quick in play as the sharp book, and wrong more slowly than it is: what is left to trade on is their
 * lasting error, not a race after each score.
 */
export const DEFAULT_MAKERS: MakerParams = {
  accounts: 2,
  levels: 3,
  halfSpread: 0.012,
  levelStep: 0.01,
  meanSize: 150,
  inventoryScale: 40_000,
  look: { pregameMs: 60_000, liveMs: 1_800 },
  lag: { pregameMs: 5_000, liveMs: 500 },
  refresh: { pregameMs: 300_000, liveMs: 20_000 },
  mispricing: { deviation: 0.028, halfLifeMs: 2_400_000 },
  pullChance: 0.004,
  pullMs: 25_000,
  bankrollDollars: 50_000_000,
};

export type TakerParams = {
  /** Mean time between two takers of one market. */
  readonly arrival: Pace;
  readonly meanSize: number;
  /** Share of takers that know the truth. */
  readonly informedShare: number;
  /** What an informed taker wants to gain, after the taker's fee. */
  readonly informedEdge: number;
  /** How far beyond the touch a noise taker pays. */
  readonly noiseReach: number;
  readonly bankrollDollars: number;
};

export const DEFAULT_TAKERS: TakerParams = {
  arrival: { pregameMs: 90_000, liveMs: 15_000 },
  meanSize: 25,
  informedShare: 0.2,
  informedEdge: 0.01,
  noiseReach: 0.02,
  bankrollDollars: 50_000_000,
};

type MakerTask = { readonly seat: MakerSeat; readonly act: 'look' | 'quote' };

/** One maker in one market. */
type MakerSeat = {
  readonly account: string;
  readonly of: CrowdMarket;
  readonly mispricing: MispricingProcess;
  quotes: SimOrder[];
  /** What it believed at the last look, and what stands in the book. */
  belief: number;
  quoted: number | null;
  quotedAtMs: EpochMs;
  pulledUntilMs: EpochMs;
};

/**
 * Market makers around the hidden truth: each believes what was true a moment ago, mispriced by a slow process of its
 * own, and quotes several levels on both sides, post-only, leaning against its inventory. It moves quotes when its
 * belief has moved a tick or when they are old, and leaves the market now and then.
 */
export class MarketMakers {
  readonly #exchange: SimExchange;
  readonly #rng: Rng;
  readonly #params: MakerParams;
  readonly #tasks = new TimerQueue<MakerTask>();

  constructor(input: {
    readonly exchange: SimExchange;
    readonly markets: readonly CrowdMarket[];
    readonly rng: Rng;
    readonly startMs: EpochMs;
    readonly params?: Partial<MakerParams>;
  }) {
    this.#exchange = input.exchange;
    this.#rng = input.rng;
    this.#params = { ...DEFAULT_MAKERS, ...input.params };
    const accounts = Array.from({ length: this.#params.accounts }, (_, n) => `maker-${n + 1}`);
    for (const account of accounts) {
      enrol(input.exchange, account, input.markets, this.#params.bankrollDollars);
      for (const of of input.markets) this.#seat(account, of, input.startMs);
    }
  }

  /** Does what is due at `nowMs` and returns the next time at which something is; null when all markets are over. */
  step(nowMs: EpochMs, truthOf: TruthOf): EpochMs | null {
    // Each task adds one later task at most: bounded by the seats.
    for (;;) {
      const due = this.#tasks.takeDue(nowMs);
      if (due === null) return this.#tasks.nextMs();
      const { seat, act } = due.value;
      if (act === 'look') this.#look(seat, nowMs, truthOf);
      else this.#quote(seat, nowMs);
    }
  }

  #seat(account: string, of: CrowdMarket, startMs: EpochMs): void {
    const rng = this.#rng.fork(`${account}:${of.market.ticker}`);
    const seat: MakerSeat = {
      account,
      of,
      mispricing: new MispricingProcess(this.#params.mispricing, rng),
      quotes: [],
      belief: 0.5,
      quoted: null,
      quotedAtMs: 0,
      pulledUntilMs: 0,
    };
    const firstMs = Math.max(startMs, of.market.openTimeMs) + this.#rng.integer(1_000);
    this.#tasks.add(firstMs, { seat, act: 'look' });
  }

  #look(seat: MakerSeat, nowMs: EpochMs, truthOf: TruthOf): void {
    const { look, lag, pullChance, pullMs } = this.#params;
    const { market } = seat.of;
    const status = this.#exchange.floor.listing(market.ticker)?.life.status;
    if (status !== 'active' && status !== 'inactive' && status !== 'initialized') return;
    seat.belief = clampBelief(truthOf(market.ticker) + seat.mispricing.at(nowMs, seat.belief));
    if (this.#rng.chance(pullChance))
      seat.pulledUntilMs = nowMs + Math.ceil(this.#rng.exponential(pullMs));
    const actMs = nowMs + jittered(paceAt(lag, seat.of, nowMs), this.#rng);
    this.#tasks.add(actMs, { seat, act: 'quote' });
    const nextMs = nowMs + jittered(paceAt(look, seat.of, nowMs), this.#rng);
    this.#tasks.add(Math.max(nextMs, actMs + 1), { seat, act: 'look' });
  }

  #quote(seat: MakerSeat, nowMs: EpochMs): void {
    const { market } = seat.of;
    const isPulled = nowMs < seat.pulledUntilMs;
    if (isPulled) {
      this.#place(seat, [], nowMs);
      seat.quoted = null;
      return;
    }
    const isOld = nowMs - seat.quotedAtMs >= paceAt(this.#params.refresh, seat.of, nowMs);
    const moved = seat.quoted === null || Math.abs(seat.belief - seat.quoted) >= TICK;
    if (!isOld && !moved) return;
    const inventory = this.#exchange.floor.accounts.position(seat.account, market.ticker);
    this.#place(seat, wantedQuotes(seat.belief, inventory, market, this.#params), nowMs);
    seat.quoted = seat.belief;
    seat.quotedAtMs = nowMs;
  }

  /** Goes from the quotes that stand to those that are wanted, leaving alone what is good enough. */
  #place(seat: MakerSeat, wanted: readonly WantedQuote[], nowMs: EpochMs): void {
    const missing = new Map(wanted.map((quote) => [`${quote.side}${quote.price}`, quote]));
    const kept: SimOrder[] = [];
    for (const order of seat.quotes) {
      if (order.status !== 'resting') continue;
      const key = `${order.side}${order.price}`;
      if (missing.has(key) && order.remaining * 2 >= order.count) {
        missing.delete(key);
        kept.push(order);
      } else this.#exchange.withdraw(order, nowMs);
    }
    for (const { side, price: at } of missing.values()) {
      const size = Math.ceil(this.#rng.exponential(this.#params.meanSize)) * ONE_CONTRACT;
      const order = limit(seat.of.market.ticker, side, at, size);
      const placed = this.#exchange.place(
        seat.account,
        { ...order, timeInForce: 'good_till_canceled', postOnly: true },
        nowMs,
      );
      if (placed.kind === 'placed') kept.push(placed.order);
    }
    seat.quotes = kept;
  }
}

/**
 * Those who cross the spread: they come to each market as a Poisson process. Most are noise and take a side by a coin;
 * the informed know the truth and take what is offered below it after fees. All immediate-or-cancel.
 */
export class Takers {
  readonly #exchange: SimExchange;
  readonly #rng: Rng;
  readonly #params: TakerParams;
  readonly #arrivals = new TimerQueue<CrowdMarket>();

  constructor(input: {
    readonly exchange: SimExchange;
    readonly markets: readonly CrowdMarket[];
    readonly rng: Rng;
    readonly startMs: EpochMs;
    readonly params?: Partial<TakerParams>;
  }) {
    this.#exchange = input.exchange;
    this.#rng = input.rng;
    this.#params = { ...DEFAULT_TAKERS, ...input.params };
    for (const account of [NOISE, INFORMED])
      enrol(input.exchange, account, input.markets, this.#params.bankrollDollars);
    for (const of of input.markets) this.#arrive(of, Math.max(input.startMs, of.market.openTimeMs));
  }

  /** Lets those arrive who are due at `nowMs` and returns the next arrival; null when all markets are over. */
  step(nowMs: EpochMs, truthOf: TruthOf): EpochMs | null {
    // Each arrival adds the next one of its market, at least a millisecond later.
    for (;;) {
      const due = this.#arrivals.takeDue(nowMs);
      if (due === null) return this.#arrivals.nextMs();
      const { ticker } = due.value.market;
      const status = this.#exchange.floor.listing(ticker)?.life.status;
      if (status === 'closed' || status === 'determined' || status === 'finalized') continue;
      if (status === 'active') this.#trade(due.value, nowMs, truthOf);
      this.#arrive(due.value, nowMs);
    }
  }

  #arrive(of: CrowdMarket, fromMs: EpochMs): void {
    const waitMs = this.#rng.exponential(paceAt(this.#params.arrival, of, fromMs));
    this.#arrivals.add(fromMs + 1 + Math.floor(waitMs), of);
  }

  #trade({ market }: CrowdMarket, nowMs: EpochMs, truthOf: TruthOf): void {
    const size = Math.ceil(this.#rng.exponential(this.#params.meanSize)) * ONE_CONTRACT;
    const isInformed = this.#rng.chance(this.#params.informedShare);
    const isBuyer = this.#rng.chance(0.5);
    const choice = isInformed
      ? this.#informedChoice(market, truthOf(market.ticker))
      : this.#noiseChoice(market, isBuyer ? 'bid' : 'ask');
    if (choice === null) return;
    const order = limit(market.ticker, choice.side, choice.price, size);
    const account = isInformed ? INFORMED : NOISE;
    this.#exchange.place(account, { ...order, timeInForce: 'immediate_or_cancel' }, nowMs);
  }

  #noiseChoice({ ticker, priceRanges }: Market, side: BookSide): WantedQuote | null {
    const touch = this.#exchange.floor.listing(ticker)?.engine.best(side === 'bid' ? 'ask' : 'bid');
    if (touch === undefined || touch === null) return null;
    const reach = Math.round(this.#params.noiseReach * ONE_DOLLAR);
    const target = Math.min(
      ONE_DOLLAR,
      Math.max(0, touch.price + (side === 'bid' ? reach : -reach)),
    );
    const at =
      side === 'bid'
        ? floorToGrid(price(target), priceRanges)
        : ceilToGrid(price(target), priceRanges);
    return at === null ? null : { side, price: at };
  }

  #informedChoice(market: Market, truth: number): WantedQuote | null {
    const engine = this.#exchange.floor.listing(market.ticker)?.engine;
    const limits = limitsOf(truth, this.#params.informedEdge + takerFeeOf(truth), market);
    const ask = engine?.best('ask');
    if (ask && limits.bid !== null && limits.bid >= ask.price)
      return { side: 'bid', price: limits.bid };
    const bid = engine?.best('bid');
    if (bid && limits.ask !== null && limits.ask <= bid.price)
      return { side: 'ask', price: limits.ask };
    return null;
  }
}

const NOISE = 'taker-noise';
const INFORMED = 'taker-informed';
const TICK = 0.01;
