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
import type { HistoricalCutoff } from '../../ports/market-catalogue.ts';
import type { HttpTransport } from './http-transport.ts';
import { LiveWindow } from './live-window.ts';
import { NO_WAITS, PagedReads, refused, type PagedList, type ReadWaits } from './paged-reads.ts';
import {
  decodeEventsPage,
  decodeFees,
  decodeMarketsPage,
  decodeSeries,
  type SeriesFacts,
} from './wire/markets.ts';
import type { RequestQuery } from './wire/request-query.ts';
import { decodeCancelResponse, decodeSubmitResponse, encodeCreateOrder } from './wire/orders.ts';
import {
  decodeBalance,
  decodeFillsPage,
  decodeOrdersPage,
  decodePositionsPage,
  decodeSettlementsPage,
  decodeUserDataTimestamp,
} from './wire/portfolio.ts';

const PAGE_LIMIT = 1_000;
const EVENTS_PAGE_LIMIT = 200;

/**
 * Kalshi's REST interface behind the exchange port. A write is sent once and its outcome is what the answer proves; a
 * read is repeated a bounded number of times and then reported as unavailable.
 */
export class KalshiExchange implements Exchange {
  readonly #transport: HttpTransport;
  readonly #reads: PagedReads;
  readonly #seriesOf: (eventTicker: string) => SeriesFacts | null;
  /** What was learned of events by discovering their series. */
  readonly #discovered = new Map<string, SeriesFacts>();
  readonly #liveWindow: LiveWindow | null;

  /** Without a clock the age of what is asked for is not known, and orders and fills are those of the live lists alone. */
  constructor(
    transport: HttpTransport,
    seriesOf: (eventTicker: string) => SeriesFacts | null = () => null,
    waits: ReadWaits = NO_WAITS,
    nowMs: (() => EpochMs) | null = null,
  ) {
    this.#transport = transport;
    this.#reads = new PagedReads(transport, waits);
    this.#liveWindow = nowMs === null ? null : new LiveWindow(this.#reads, nowMs);
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
    const read = await this.#reads.text('/exchange/user_data_timestamp', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeUserDataTimestamp(read.value);
    return decoded.kind === 'refused' ? refused(decoded) : { kind: 'read', value: decoded.asOfMs };
  }

  orders(filter: {
    readonly market?: MarketTicker;
    readonly exchangeIndex?: number;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly ListedOrder[]>> {
    return this.#history({
      list: {
        path: '/portfolio/orders',
        query: since(filter),
        limit: PAGE_LIMIT,
        decode: decodeOrdersPage,
        idOf: ({ exchangeOrderId }) => exchangeOrderId,
      },
      past: '/historical/orders',
      sinceMs: filter.sinceMs,
      endOf: ({ ordersUpdatedMs }) => ordersUpdatedMs,
      timeOf: ({ createdAtMs }) => createdAtMs,
    });
  }

  fills(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly Fill[]>> {
    return this.#history({
      list: {
        path: '/portfolio/fills',
        query: since(filter),
        limit: PAGE_LIMIT,
        decode: decodeFillsPage,
        // Both sides of a trade carry its id, and both may be ours.
        idOf: ({ tradeId, exchangeOrderId }) => `${tradeId} ${exchangeOrderId}`,
      },
      past: '/historical/fills',
      sinceMs: filter.sinceMs,
      endOf: ({ tradesCreatedMs }) => tradesCreatedMs,
      timeOf: ({ exchangeTimeMs }) => exchangeTimeMs,
    });
  }

  /** The live list is whole: only what was paid out leaves it, and `settlements` tells of that. */
  positions(): Promise<Read<readonly ListedPosition[]>> {
    return this.#reads.pages({
      path: '/portfolio/positions',
      query: { count_filter: 'position' },
      limit: PAGE_LIMIT,
      decode: decodePositionsPage,
      idOf: ({ market }) => market,
    });
  }

  settlements(filter: { readonly sinceMs: EpochMs }): Promise<Read<readonly ListedSettlement[]>> {
    return this.#reads.pages({
      path: '/portfolio/settlements',
      query: since(filter),
      limit: PAGE_LIMIT,
      decode: decodeSettlementsPage,
      idOf: ({ market }) => market,
    });
  }

  async balances(): Promise<Read<readonly ExchangeBalance[]>> {
    const read = await this.#reads.text('/portfolio/balance', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeBalance(read.value, 0);
    return decoded.kind === 'refused'
      ? refused(decoded)
      : { kind: 'read', value: decoded.balances };
  }

  async markets(filter: {
    readonly tickers: readonly MarketTicker[];
  }): Promise<Read<readonly ExchangeMarket[]>> {
    return this.#markets({ tickers: filter.tickers.join(',') }, this.#seriesOf);
  }

  /**
   * An event's own fees win over those of its series; an event whose fees cannot be computed is left out. From then on
   * `markets` knows the series and fees of what was found.
   */
  async discover(seriesTicker: string): Promise<Read<readonly Market[]>> {
    const read = await this.#reads.text(`/series/${encodeURIComponent(seriesTicker)}`, {});
    if (read.kind === 'unavailable') return read;
    const series = decodeSeries(read.value);
    if (series.kind === 'refused') return refused(series);
    const own = decodeFees(series.series, {});
    if (own.kind === 'refused') return refused(own);
    const open = { series_ticker: seriesTicker, status: 'open' };
    const events = await this.#reads.pages({
      path: '/events',
      query: open,
      limit: EVENTS_PAGE_LIMIT,
      decode: decodeEventsPage,
      idOf: ({ eventTicker }) => eventTicker,
    });
    if (events.kind === 'unavailable') return events;
    const overridden = new Map(
      events.value.map(({ eventTicker, event }) => [eventTicker, decodeFees(series.series, event)]),
    );
    const found = await this.#markets({ ...open, mve_filter: 'exclude' }, (event) => {
      const fees = overridden.get(event) ?? own;
      if (fees.kind === 'refused') return null;
      const facts: SeriesFacts = { seriesTicker, fees: fees.fees };
      this.#discovered.set(event, facts);
      return facts;
    });
    return found.kind === 'unavailable'
      ? found
      : { kind: 'read', value: found.value.map(({ market }) => market) };
  }

  /** A list from a time on: what has left the live one is read behind it. A row that both show is the live one. */
  async #history<Row>({
    list,
    past,
    sinceMs,
    endOf,
    timeOf,
  }: {
    readonly list: PagedList<Row>;
    readonly past: string;
    readonly sinceMs: EpochMs;
    readonly endOf: (cutoff: HistoricalCutoff) => EpochMs;
    readonly timeOf: (row: Row) => EpochMs;
  }): Promise<Read<readonly Row[]>> {
    // Live first: what is moved to the historical tier meanwhile is then there.
    const live = await this.#reads.pages(list);
    if (live.kind === 'unavailable' || this.#liveWindow === null) return live;
    const reaches = await this.#liveWindow.reachesBehind(sinceMs, endOf);
    if (reaches.kind === 'unavailable') return reaches;
    if (!reaches.value) return live;
    const older = await this.#reads.pages({ ...list, path: past });
    if (older.kind === 'unavailable') return older;
    const rows = new Map(
      [...older.value, ...live.value].map((row) => [list.idOf(row), row] as const),
    );
    const newestFirst = [...rows.values()].toSorted((a, b) => timeOf(b) - timeOf(a));
    return { kind: 'read', value: newestFirst };
  }

  #markets(
    query: RequestQuery,
    seriesOf: (eventTicker: string) => SeriesFacts | null,
  ): Promise<Read<readonly ExchangeMarket[]>> {
    return this.#reads.pages({
      path: '/markets',
      query,
      limit: PAGE_LIMIT,
      decode: (text) => decodeMarketsPage(text, seriesOf),
      idOf: ({ market }) => market.ticker,
    });
  }
}

/** Query times are Unix seconds: rounded down, so that nothing is missed. */
function since(filter: {
  readonly market?: MarketTicker;
  readonly exchangeIndex?: number;
  readonly sinceMs: EpochMs;
}): Readonly<Record<string, string>> {
  const seconds = Math.max(0, Math.floor(filter.sinceMs / 1_000));
  return {
    min_ts: String(seconds),
    ...(filter.market !== undefined && { ticker: filter.market }),
    ...(filter.exchangeIndex !== undefined && { exchange_index: String(filter.exchangeIndex) }),
  };
}
