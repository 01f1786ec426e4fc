import { createHash } from 'node:crypto';
import type { Market } from '../../../shared/domain/market/market.ts';
import { contracts, ONE_CONTRACT } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { Exchange } from '../../../shared/ports/exchange.ts';
import type { QuotingExchange } from '../../../shared/ports/quoting.ts';
import type { Timers } from '../../../shared/ports/timers.ts';
import type { SimExchange } from '../../../shared/simulator/exchange/sim-exchange.ts';
import type { Rng } from '../../../shared/simulator/rng.ts';

const MEAN_PAUSE_MS = 12_000;
const QUOTE_LASTS_MS = 30_000;
const TAKING_SHARE = 0.3;
const MOST_CONTRACTS = 40;

export type OurOrdersParts = {
  readonly markets: readonly Market[];
  readonly rng: Rng;
  readonly timers: Timers;
  readonly exchange: Pick<Exchange, 'submit'>;
  readonly quoting: Pick<QuotingExchange, 'quote'>;
  /** Prices are taken from the exchange itself: what a strategy would see is not what is tried here. */
  readonly venue: SimExchange;
};

/** Orders of ours all day: takers across the touch, and quotes at it that the crowd trades against. */
export class OurOrders {
  readonly #parts: OurOrdersParts;
  readonly outcomes = { accepted: 0, rejected: 0, unknown: 0 };
  #sent = 0;
  #isOver = false;

  constructor(parts: OurOrdersParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { timers, rng } = this.#parts;
    timers.after(1 + rng.exponential(MEAN_PAUSE_MS), 'we order', async () => {
      if (this.#isOver) return;
      await this.#order();
      this.begin();
    });
  }

  end(): void {
    this.#isOver = true;
  }

  async #order(): Promise<void> {
    const { markets, rng, timers, exchange, quoting, venue } = this.#parts;
    const market = markets[rng.integer(markets.length)];
    if (market === undefined) return;
    const book = venue.book(market.ticker);
    const [bid, ask] = [book?.bids[0]?.price, book?.asks[0]?.price];
    const isBid = rng.chance(0.5);
    const isTaking = rng.uniform() < TAKING_SHARE;
    const size = contracts((1 + rng.integer(MOST_CONTRACTS)) * ONE_CONTRACT);
    this.#sent += 1;
    if (bid === undefined || ask === undefined) return;
    const common = {
      clientOrderId: idOf(this.#sent),
      market: market.ticker,
      exchangeIndex: market.exchangeIndex,
      bookSide: isBid ? 'bid' : 'ask',
      limitPrice: price(isBid === isTaking ? ask : bid),
      count: size,
      selfTrade: 'cancel_resting',
    } as const;
    const outcome = isTaking
      ? await exchange.submit({ ...common, reduceOnly: false, orderGroupId: null })
      : await quoting.quote({
          ...common,
          expiresAtMs: timers.nowMs() + QUOTE_LASTS_MS,
          postOnly: true,
          orderGroupId: null,
        });
    this.outcomes[outcome.kind] += 1;
  }
}

function idOf(n: number): string {
  const digits = createHash('sha256').update(`soak order ${n}`).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
