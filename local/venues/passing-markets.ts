import type { EpochMs, Market, MarketResult } from '../../shared/domain/market/market.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { Rng } from '../../shared/simulator/rng.ts';

export type PassingMarketsOptions = {
  readonly exchange: SimExchange;
  readonly timers: Timers;
  readonly rng: Rng;
  /** How many live side by side. */
  readonly places: number;
  /** The market of a number, closing when it is told to. */
  readonly market: (n: number, times: { openTimeMs: EpochMs; closeTimeMs: EpochMs }) => Market;
  /** Where a market goes that trades now, and what trades no more. */
  readonly opened: (market: Market) => void;
  readonly closed: (market: Market) => void;
};

/** Markets are never unlisted, so that after so many no more come. */
const MOST_MARKETS = 5_000;
const OPENS_AFTER_MS = 3_000;
const LEAST_OPEN_MS = 20_000;
const MEAN_OPEN_MS = 40_000;
const HALT_MS = 3_000;
const NEXT_AFTER_MS = 5_000;
/** Of the markets that pass, so many are paused once and so many have a value for a result. */
const HALTED = 0.3;
const SCALAR = 0.1;
const LATEST_CLOSE_MS = 600_000;

/**
 * Markets that come and go while an exchange runs, so that a client meets every turn of a market's life: listed, opened,
 * paused and resumed, closed early, determined and settled. When and how is a matter of the seed.
 */
export class PassingMarkets {
  readonly #options: PassingMarketsOptions;
  #count = 0;
  #isClosed = false;

  constructor(options: PassingMarketsOptions) {
    this.#options = options;
  }

  begin(): void {
    for (let place = 0; place < this.#options.places; place += 1) this.#list();
  }

  close(): void {
    this.#isClosed = true;
  }

  #list(): void {
    if (this.#count >= MOST_MARKETS) return;
    const { exchange, timers, rng, opened } = this.#options;
    this.#count += 1;
    const nowMs = timers.nowMs();
    const openTimeMs = nowMs + OPENS_AFTER_MS;
    const market = this.#options.market(this.#count, {
      openTimeMs,
      closeTimeMs: openTimeMs + LATEST_CLOSE_MS,
    });
    const own = rng.fork(market.ticker);
    exchange.addMarket(market, nowMs);
    const openMs = Math.min(
      LATEST_CLOSE_MS - 2 * HALT_MS,
      LEAST_OPEN_MS + Math.ceil(own.exponential(MEAN_OPEN_MS)),
    );
    const isHalted = own.chance(HALTED);
    const result = drawResult(own);
    this.#at(openTimeMs, 'opens', () => {
      exchange.advance(timers.nowMs());
      opened(market);
    });
    if (isHalted) this.#haltAt(market, openTimeMs + Math.floor(openMs / 2));
    this.#at(openTimeMs + openMs, 'closes', () => this.#end(market, result));
  }

  /** A market that something else has changed meanwhile is left to that. */
  #haltAt({ ticker }: Market, atMs: EpochMs): void {
    const { exchange, timers } = this.#options;
    this.#at(atMs, 'is paused', () => void exchange.deactivate(ticker, timers.nowMs()));
    this.#at(atMs + HALT_MS, 'is resumed', () => void exchange.reactivate(ticker, timers.nowMs()));
  }

  #end(market: Market, result: MarketResult): void {
    const { exchange, timers, closed } = this.#options;
    closed(market);
    exchange.determine(market.ticker, result, timers.nowMs());
    const nextMs = timers.nowMs() + market.settlementTimerMs + NEXT_AFTER_MS;
    this.#at(nextMs, 'makes room', () => {
      exchange.advance(timers.nowMs());
      this.#list();
    });
  }

  #at(timeMs: EpochMs, label: string, task: () => void): void {
    this.#options.timers.at(timeMs, `a market ${label}`, () => {
      if (!this.#isClosed) task();
    });
  }
}

function drawResult(rng: Rng): MarketResult {
  const isScalar = rng.chance(SCALAR);
  const isYes = rng.chance(0.5);
  const cents = 1 + rng.integer(99);
  if (isScalar) return { kind: 'scalar', settlementValue: price(cents * 100) };
  return isYes ? { kind: 'yes' } : { kind: 'no' };
}
