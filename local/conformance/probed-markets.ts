import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import { parsePrice, ONE_DOLLAR } from '../../shared/domain/money/price.ts';
import { parseRfc3339 } from '../../shared/contracts/rfc3339.ts';
import { NotNow } from './check.ts';
import { isFields, listIn, refusalText, textIn, type Ask } from './probed-exchange.ts';

/** A market that checks may use. Prices in 1e-4 dollars; null where nothing is quoted. */
export type ProbedMarket = {
  readonly ticker: MarketTicker;
  readonly exchangeIndex: number;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly closeTimeMs: EpochMs;
};

/** One page is enough to find an example of each kind. */
const PAGE = 200;
/** A market that closes sooner may do so under a check. */
const LEAST_LEFT_MS = 600_000;
/** Whoever asks less than this may come down to our one or two cents while we look. */
const FAR_ASK = 1_000;
/** What a shard must hold for our orders, in micro-dollars. */
const LEAST_CASH = 2_000_000;
const MICROS = 1_000_000;

/** The markets of the exchange as they were when they were first needed, and the shards that can pay for an order. */
export class ProbedMarkets {
  readonly #ask: Ask;
  readonly #nowMs: () => EpochMs;
  readonly #pages = new Map<string, Promise<readonly ProbedMarket[]>>();
  #cash: Promise<ReadonlyMap<number, number>> | null = null;

  constructor(ask: Ask, nowMs: () => EpochMs) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  /** An open market in which a bid of one or two cents is far from everybody, on a shard with money. */
  async quiet(): Promise<ProbedMarket> {
    return this.#find('open', 'open market whose best ask is at 10 cents or more', (market) =>
      isFar(market),
    );
  }

  /** One in which nobody bids, so that our own cent is the best bid. */
  async withoutBids(): Promise<ProbedMarket> {
    return this.#find(
      'open',
      'open market without any bid',
      (market) => isFar(market) && market.bid === null,
    );
  }

  /** One that is past its close and not settled. */
  async closed(): Promise<ProbedMarket> {
    return this.#find('closed', 'market that is closed and not settled', () => true);
  }

  /** An open one on a shard on which we have nothing. */
  async unfunded(): Promise<ProbedMarket> {
    const cash = await this.cash();
    const markets = await this.#page('open');
    const found = markets.find(
      (market) => (cash.get(market.exchangeIndex) ?? 0) === 0 && isFar(market),
    );
    if (found === undefined)
      throw new NotNow('every shard that has open markets holds cash of ours');
    return found;
  }

  /** Available cash by shard, in micro-dollars. */
  cash(): Promise<ReadonlyMap<number, number>> {
    this.#cash ??= this.#readCash();
    return this.#cash;
  }

  async #find(
    status: 'open' | 'closed',
    what: string,
    isIt: (market: ProbedMarket) => boolean,
  ): Promise<ProbedMarket> {
    const cash = await this.cash();
    const markets = await this.#page(status);
    const found = markets.find(
      (market) => (cash.get(market.exchangeIndex) ?? 0) >= LEAST_CASH && isIt(market),
    );
    if (found === undefined)
      throw new NotNow(`no ${what} among ${markets.length} on a shard where we have $2`);
    return found;
  }

  #page(status: 'open' | 'closed'): Promise<readonly ProbedMarket[]> {
    const known = this.#pages.get(status);
    if (known !== undefined) return known;
    const reading = this.#readPage(status);
    this.#pages.set(status, reading);
    return reading;
  }

  async #readPage(status: 'open' | 'closed'): Promise<readonly ProbedMarket[]> {
    const query = { status, mve_filter: 'exclude', limit: String(PAGE) };
    const answer = await this.#ask({ method: 'GET', path: '/markets', query });
    if (answer.status !== 200)
      throw new NotNow(`the markets cannot be read: ${refusalText(answer)}`);
    const leastCloseMs = status === 'open' ? this.#nowMs() + LEAST_LEFT_MS : 0;
    return listIn(answer.json, 'markets')
      .map(probedMarket)
      .filter((market) => market !== null)
      .filter(({ closeTimeMs }) => closeTimeMs >= leastCloseMs);
  }

  async #readCash(): Promise<ReadonlyMap<number, number>> {
    const { status, json } = await this.#ask({ method: 'GET', path: '/portfolio/balance' });
    if (status !== 200) throw new NotNow(`the balance cannot be read: HTTP ${status}`);
    const shards = listIn(json, 'balance_breakdown').map((row): readonly [number, number] => [
      isFields(row) ? Number(row['exchange_index']) : 0,
      Math.floor(Number(textIn(row, 'balance') ?? 0) * MICROS),
    ]);
    if (shards.length > 0) return new Map(shards);
    return new Map([[0, Math.floor(Number(textIn(json, 'balance_dollars') ?? 0) * MICROS)]]);
  }
}

function isFar({ ask }: ProbedMarket): boolean {
  return ask === null || ask >= FAR_ASK;
}

function probedMarket(row: unknown): ProbedMarket | null {
  const ticker = textIn(row, 'ticker');
  const closeTimeMs = parseRfc3339(textIn(row, 'close_time') ?? '');
  if (ticker === null || typeof closeTimeMs !== 'number' || !isFields(row)) return null;
  const exchangeIndex = row['exchange_index'];
  return {
    ticker,
    exchangeIndex: typeof exchangeIndex === 'number' ? exchangeIndex : 0,
    bid: quoteIn(row, 'yes_bid_dollars'),
    ask: quoteIn(row, 'yes_ask_dollars'),
    closeTimeMs,
  };
}

/** 0 and 1 dollar stand for no quote. */
function quoteIn(row: unknown, field: string): number | null {
  const units = parsePrice(textIn(row, field) ?? '');
  return typeof units !== 'number' || units === 0 || units === ONE_DOLLAR ? null : units;
}
