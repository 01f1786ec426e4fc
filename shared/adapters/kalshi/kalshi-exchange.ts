import type { SubmitOutcome } from '../../domain/execution/outcome.ts';
import type { Fill } from '../../domain/execution/fill.ts';
import type { EpochMs, Market, MarketTicker } from '../../domain/market/market.ts';
import type {
  CancelOutcome,
  Exchange,
  ExchangeBalance,
  ExchangeMarket,
  ListedOrder,
  ListedPosition,
  ListedSettlement,
  OrderRequest,
  Read,
} from '../../ports/exchange.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { HttpReply, HttpTransport } from './http-transport.ts';
import {
  decodeEventsPage,
  decodeFees,
  decodeMarketsPage,
  decodeSeries,
  type SeriesFacts,
} from './wire/markets.ts';
import { decodeCancelResponse, decodeSubmitResponse, encodeCreateOrder } from './wire/orders.ts';
import {
  decodeBalance,
  decodeFillsPage,
  decodeOrdersPage,
  decodePositionsPage,
  decodeSettlementsPage,
  decodeUserDataTimestamp,
  type Page,
} from './wire/portfolio.ts';

const PAGE_LIMIT = 1_000;
const EVENTS_PAGE_LIMIT = 200;
/** A listing of more pages than this is refused: a cursor that loops must not hold a process. */
const MAX_PAGES = 200;
/** Attempts of one read; reads may be repeated freely, writes never. */
const READ_ATTEMPTS = 3;

/**
 * Kalshi's REST interface behind the exchange port. A write is sent once and its outcome is what the answer proves; a
 * read is repeated a bounded number of times and then reported as unavailable.
 */
export class KalshiExchange implements Exchange {
  readonly #transport: HttpTransport;
  readonly #seriesOf: (eventTicker: string) => SeriesFacts | null;
  /** What was learned of events by discovering their series. */
  readonly #discovered = new Map<string, SeriesFacts>();

  constructor(
    transport: HttpTransport,
    seriesOf: (eventTicker: string) => SeriesFacts | null = () => null,
  ) {
    this.#transport = transport;
    this.#seriesOf = (event) => seriesOf(event) ?? this.#discovered.get(event) ?? null;
  }

  async submit(request: OrderRequest): Promise<SubmitOutcome> {
    const reply = await this.#transport.request({
      method: 'POST',
      path: '/portfolio/events/orders',
      query: {},
      body: encodeCreateOrder(request),
    });
    return reply.kind === 'failed'
      ? { kind: 'unknown', cause: reply.cause }
      : decodeSubmitResponse({ status: reply.status, body: reply.body, request });
  }

  async cancel(order: {
    readonly exchangeOrderId: string;
    readonly market: MarketTicker;
    readonly exchangeIndex: number;
  }): Promise<CancelOutcome> {
    const { exchangeOrderId, market, exchangeIndex } = order;
    const reply = await this.#transport.request({
      method: 'DELETE',
      path: `/portfolio/events/orders/${encodeURIComponent(exchangeOrderId)}`,
      query: { market_ticker: market, exchange_index: String(exchangeIndex) },
      body: null,
    });
    return reply.kind === 'failed'
      ? { kind: 'unknown' }
      : decodeCancelResponse({ status: reply.status, body: reply.body, exchangeOrderId });
  }

  async asOfMs(): Promise<Read<EpochMs>> {
    const read = await this.#read('/exchange/user_data_timestamp', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeUserDataTimestamp(read.value);
    return decoded.kind === 'refused'
      ? unavailable(decoded)
      : { kind: 'read', value: decoded.asOfMs };
  }

  orders(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly ListedOrder[]>> {
    return this.#pages('/portfolio/orders', since(filter), decodeOrdersPage);
  }

  fills(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly Fill[]>> {
    return this.#pages('/portfolio/fills', since(filter), decodeFillsPage);
  }

  positions(): Promise<Read<readonly ListedPosition[]>> {
    return this.#pages('/portfolio/positions', { count_filter: 'position' }, decodePositionsPage);
  }

  settlements(filter: { readonly sinceMs: EpochMs }): Promise<Read<readonly ListedSettlement[]>> {
    return this.#pages('/portfolio/settlements', since(filter), decodeSettlementsPage);
  }

  async balances(): Promise<Read<readonly ExchangeBalance[]>> {
    const read = await this.#read('/portfolio/balance', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeBalance(read.value, 0);
    return decoded.kind === 'refused'
      ? unavailable(decoded)
      : { kind: 'read', value: decoded.balances };
  }

  async markets(filter: {
    readonly tickers: readonly MarketTicker[];
  }): Promise<Read<readonly ExchangeMarket[]>> {
    return this.#pages('/markets', { tickers: filter.tickers.join(',') }, (text) =>
      decodeMarketsPage(text, this.#seriesOf),
    );
  }

  /**
   * An event's own fees win over those of its series; an event whose fees cannot be computed is left out. From then on
   * `markets` knows the series and fees of what was found.
   */
  async discover(seriesTicker: string): Promise<Read<readonly Market[]>> {
    const read = await this.#read(`/series/${encodeURIComponent(seriesTicker)}`, {});
    if (read.kind === 'unavailable') return read;
    const series = decodeSeries(read.value);
    if (series.kind === 'refused') return unavailable(series);
    const own = decodeFees(series.series, {});
    if (own.kind === 'refused') return unavailable(own);
    const open = { series_ticker: seriesTicker, status: 'open' };
    const events = await this.#pages('/events', open, decodeEventsPage, EVENTS_PAGE_LIMIT);
    if (events.kind === 'unavailable') return events;
    const overridden = new Map(
      events.value.map(({ eventTicker, event }) => [eventTicker, decodeFees(series.series, event)]),
    );
    const found = await this.#pages('/markets', open, (text) =>
      decodeMarketsPage(text, (event) => {
        const fees = overridden.get(event) ?? own;
        if (fees.kind === 'refused') return null;
        const facts: SeriesFacts = { seriesTicker, fees: fees.fees };
        this.#discovered.set(event, facts);
        return facts;
      }),
    );
    return found.kind === 'unavailable'
      ? found
      : { kind: 'read', value: found.value.map(({ market }) => market) };
  }

  /** Reads all pages of a list; a cursor seen before ends in a refusal, not in a loop. */
  async #pages<Row>(
    path: string,
    query: Readonly<Record<string, string>>,
    decode: (text: string) => (Omit<Page<Row>, 'kind'> & { kind: 'page' }) | FrameRefusal,
    limit = PAGE_LIMIT,
  ): Promise<Read<readonly Row[]>> {
    const rows: Row[] = [];
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const read = await this.#read(path, {
        ...query,
        limit: String(limit),
        ...(cursor !== null && { cursor }),
      });
      if (read.kind === 'unavailable') return read;
      const decoded = decode(read.value);
      if (decoded.kind === 'refused') return unavailable(decoded);
      rows.push(...decoded.rows);
      cursor = decoded.cursor;
      if (cursor === null) return { kind: 'read', value: rows };
      if (seen.has(cursor)) return { kind: 'unavailable', reason: `${path}: the cursor repeats` };
      seen.add(cursor);
    }
    return { kind: 'unavailable', reason: `${path}: more than ${MAX_PAGES} pages` };
  }

  async #read(path: string, query: Readonly<Record<string, string>>): Promise<Read<string>> {
    let reply: HttpReply = { kind: 'failed', cause: 'timeout' };
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
      reply = await this.#transport.request({ method: 'GET', path, query, body: null });
      if (reply.kind === 'answered' && reply.status === 200)
        return { kind: 'read', value: reply.body };
      if (reply.kind === 'answered' && reply.status >= 400 && reply.status < 500) break;
    }
    const reason = reply.kind === 'failed' ? reply.cause : `HTTP ${reply.status}`;
    return { kind: 'unavailable', reason: `${path}: ${reason}` };
  }
}

/** Query times are Unix seconds: rounded down, so that nothing is missed. */
function since(filter: {
  readonly market?: MarketTicker;
  readonly sinceMs: EpochMs;
}): Readonly<Record<string, string>> {
  const seconds = Math.max(0, Math.floor(filter.sinceMs / 1_000));
  return {
    min_ts: String(seconds),
    ...(filter.market !== undefined && { ticker: filter.market }),
  };
}

function unavailable(refusal: FrameRefusal): {
  readonly kind: 'unavailable';
  readonly reason: string;
} {
  return { kind: 'unavailable', reason: `${refusal.code}: ${refusal.detail}` };
}
