import type { BookView } from '../../domain/market/book-view.ts';
import type { ClosedWindow, ExchangeStatus } from '../../domain/market/exchange-calendar.ts';
import { overriddenFees } from '../../domain/market/fee-schedule.ts';
import type { EpochMs, EventTicker, MarketTicker } from '../../domain/market/market.ts';
import { OrderBook, type BookSnapshot } from '../../domain/market/order-book.ts';
import type { Read } from '../../ports/exchange.ts';
import type {
  Candle,
  CandleRequest,
  ExchangeEvent,
  FeeChange,
  HistoricalCutoff,
  MarketCatalogue,
  MarketListFilter,
  MarketListing,
  PublicTrade,
  Series,
} from '../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import { readCandles } from './candle-reads.ts';
import type { HttpTransport } from './http-transport.ts';
import { marketsQuery, pastMarketsQuery } from './market-queries.ts';
import { NO_WAITS, PagedReads, refused, type ReadWaits } from './paged-reads.ts';
import { decodeEvents, decodeOneEvent } from './wire/events.ts';
import {
  decodeExchangeSchedule,
  decodeExchangeStatus,
  weeklyPauses,
} from './wire/exchange-schedule.ts';
import { decodeEventFeeChanges, decodeSeriesFeeChanges } from './wire/fee-changes.ts';
import { decodeHistoricalCutoff } from './wire/historical.ts';
import type { UnknownFieldListener } from './wire/known-fields.ts';
import { decodeListings, decodeOneListing, type ListedRow } from './wire/listings.ts';
import { decodeOrderbook, decodeOrderbooks } from './wire/orderbook.ts';
import type { RequestQuery } from './wire/request-query.ts';
import { decodeOneSeries, decodeSeriesList } from './wire/series.ts';
import { decodeTrades } from './wire/trades.ts';

export type KalshiCatalogueOptions = {
  readonly transport: HttpTransport;
  /** How long a read waits before it is tried again; at once by default. */
  readonly waits?: ReadWaits;
  readonly onUnknownField?: UnknownFieldListener;
  /** Told of each row that could not be read or placed, and is left out. */
  readonly onRefused?: (detail: string) => void;
};

const PAGE_LIMIT = 1_000;
const EVENTS_PAGE_LIMIT = 200;
/** Tickers of one request: the exchange's limit for books, and what an address holds. */
const TICKERS_PER_REQUEST = 100;
const SINGLE_SERIES_READS = 20;
const DAY_MS = 86_400_000;
const WHOLE_BOOK = 9_999;

/** A checked row that came alone, or a refusal. */
type Single<Row> = { readonly kind: 'row'; readonly row: Row } | FrameRefusal;

/**
 * What the exchange tells of its markets, by REST (docs.kalshi.com, "Market Data"). A market object says neither its
 * series nor its fees: both are read from its event and the event's series, so give it a transport that keeps those.
 */
export class KalshiCatalogue implements MarketCatalogue {
  readonly #reads: PagedReads;
  readonly #tell: UnknownFieldListener | undefined;
  readonly #onRefused: (detail: string) => void;

  constructor({ transport, waits, onUnknownField, onRefused }: KalshiCatalogueOptions) {
    this.#onRefused = onRefused ?? (() => {});
    this.#reads = new PagedReads(transport, waits ?? NO_WAITS, this.#onRefused);
    this.#tell = onUnknownField;
  }

  /** An answer of any code counts if it has the body: the exchange tells of a pause with 500, 503 and 504. */
  async status(): Promise<Read<ExchangeStatus>> {
    const read = await this.#reads.textOfAnyCode('/exchange/status', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeExchangeStatus(read.value.body);
    return decoded.kind === 'refused'
      ? { kind: 'unavailable', reason: `HTTP ${read.value.status}: ${decoded.detail}` }
      : { kind: 'read', value: decoded.status };
  }

  async schedule(nowMs: EpochMs): Promise<Read<readonly ClosedWindow[]>> {
    const read = await this.#reads.text('/exchange/schedule', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeExchangeSchedule(read.value);
    if (decoded.kind === 'refused') return refused(decoded);
    for (const { detail } of decoded.refused) this.#onRefused(detail);
    const weekly = weeklyPauses({ fromMs: nowMs - DAY_MS, toMs: nowMs + 8 * DAY_MS });
    return { kind: 'read', value: [...weekly, ...decoded.windows] };
  }

  seriesList({ category }: { readonly category?: string }): Promise<Read<readonly Series[]>> {
    return this.#whole('/series', category === undefined ? {} : { category }, (text) =>
      decodeSeriesList(text, this.#tell),
    );
  }

  series(seriesTicker: string): Promise<Read<Series | null>> {
    return this.#single(`/series/${encodeURIComponent(seriesTicker)}`, (text) =>
      decodeOneSeries(text, this.#tell),
    );
  }

  events(filter: {
    readonly seriesTicker?: string;
    readonly status?: 'unopened' | 'open' | 'closed' | 'settled';
  }): Promise<Read<readonly ExchangeEvent[]>> {
    return this.#events({
      ...(filter.seriesTicker !== undefined && { series_ticker: filter.seriesTicker }),
      ...(filter.status !== undefined && { status: filter.status }),
    });
  }

  event(eventTicker: EventTicker): Promise<Read<ExchangeEvent | null>> {
    return this.#single(`/events/${encodeURIComponent(eventTicker)}`, (text) =>
      decodeOneEvent(text, this.#tell),
    );
  }

  async markets(filter: MarketListFilter): Promise<Read<readonly MarketListing[]>> {
    const { tickers, ...rest } = filter;
    const found = new Map<MarketTicker, ListedRow>();
    for (const part of tickers === undefined ? [null] : chunksOf(tickers)) {
      const rows = await this.#rows(part === null ? rest : { ...rest, tickers: part });
      if (rows.kind === 'unavailable') return rows;
      for (const row of rows.value) found.set(row.ticker, row);
    }
    const placed = await this.#placed([...found.values()]);
    if (placed.kind === 'unavailable') return placed;
    const { seriesTicker, withCombos } = filter;
    const isAsked = ({ market, isCombo }: MarketListing): boolean =>
      (withCombos === true || !isCombo) &&
      (seriesTicker === undefined || market.seriesTicker === seriesTicker);
    return { kind: 'read', value: placed.value.filter(isAsked) };
  }

  async market(ticker: MarketTicker): Promise<Read<MarketListing | null>> {
    const decode = (text: string): Single<ListedRow> => decodeOneListing(text, this.#tell);
    const name = encodeURIComponent(ticker);
    const live = await this.#single(`/markets/${name}`, decode);
    if (live.kind === 'unavailable') return live;
    const row =
      live.value === null ? await this.#single(`/historical/markets/${name}`, decode) : live;
    if (row.kind === 'unavailable') return row;
    if (row.value === null) return { kind: 'read', value: null };
    const placed = await this.#placed([row.value]);
    if (placed.kind === 'unavailable') return placed;
    const [listing] = placed.value;
    return listing === undefined
      ? { kind: 'unavailable', reason: `${ticker}: its event or series is not known` }
      : { kind: 'read', value: listing };
  }

  async book(ticker: MarketTicker): Promise<Read<BookView | null>> {
    const path = `/markets/${encodeURIComponent(ticker)}/orderbook`;
    const read = await this.#reads.textIfKnown(path, { depth: '0' });
    if (read.kind === 'unavailable') return read;
    if (read.value === null) return { kind: 'read', value: null };
    const decoded = decodeOrderbook(read.value, ticker);
    if (decoded.kind === 'refused') return refused(decoded);
    const view = viewOf(decoded.snapshot);
    return view === null
      ? { kind: 'unavailable', reason: `${ticker}: the book is crossed or repeats a level` }
      : { kind: 'read', value: view };
  }

  async books(
    tickers: readonly MarketTicker[],
  ): Promise<Read<ReadonlyMap<MarketTicker, BookView>>> {
    const books = new Map<MarketTicker, BookView>();
    for (const part of chunksOf(tickers)) {
      const read = await this.#reads.text('/markets/orderbooks', { tickers: part });
      if (read.kind === 'unavailable') return read;
      const decoded = decodeOrderbooks(read.value);
      if (decoded.kind === 'refused') return refused(decoded);
      for (const { detail } of decoded.refused) this.#onRefused(detail);
      for (const snapshot of decoded.snapshots) {
        const view = viewOf(snapshot);
        if (view === null) this.#onRefused(`${snapshot.market}: crossed or repeats a level`);
        else books.set(snapshot.market, view);
      }
    }
    return { kind: 'read', value: books };
  }

  /** Trades before the cutoff are in the historical list only; one that both show is there once. */
  async trades(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
    readonly untilMs?: EpochMs;
  }): Promise<Read<readonly PublicTrade[]>> {
    const cutoff = await this.historicalCutoff();
    if (cutoff.kind === 'unavailable') return cutoff;
    const query: RequestQuery = {
      min_ts: seconds(filter.sinceMs),
      ...(filter.untilMs !== undefined && { max_ts: seconds(filter.untilMs + 999) }),
      ...(filter.market !== undefined && { ticker: filter.market }),
    };
    const trades = new Map<string, PublicTrade>();
    const isAllLive = filter.sinceMs >= cutoff.value.tradesCreatedMs;
    // Live first: what is moved to the historical tier meanwhile is then there.
    for (const path of ['/markets/trades', ...(isAllLive ? [] : ['/historical/trades'])]) {
      const read = await this.#reads.pages({
        path,
        query,
        limit: PAGE_LIMIT,
        decode: (text) => decodeTrades(text, this.#tell),
        idOf: ({ tradeId }) => tradeId,
      });
      if (read.kind === 'unavailable') return read;
      for (const trade of read.value)
        if (isWithin(trade.exchangeTimeMs, filter)) trades.set(trade.tradeId, trade);
    }
    const newestFirst = [...trades.values()].toSorted(
      (a, b) => b.exchangeTimeMs - a.exchangeTimeMs,
    );
    return { kind: 'read', value: newestFirst };
  }

  async candles(request: CandleRequest): Promise<Read<readonly Candle[]>> {
    const cutoff = await this.historicalCutoff();
    if (cutoff.kind === 'unavailable') return cutoff;
    const { marketsSettledMs } = cutoff.value;
    return readCandles(this.#reads, request, marketsSettledMs, {
      tell: this.#tell,
      onRefused: this.#onRefused,
    });
  }

  async historicalCutoff(): Promise<Read<HistoricalCutoff>> {
    const read = await this.#reads.text('/historical/cutoff', {});
    if (read.kind === 'unavailable') return read;
    const decoded = decodeHistoricalCutoff(read.value, this.#tell);
    return decoded.kind === 'refused' ? refused(decoded) : { kind: 'read', value: decoded.cutoff };
  }

  /** Those of series, then those of events; both as the exchange orders them. */
  async feeChanges(filter: {
    readonly seriesTicker?: string;
    readonly withPast: boolean;
  }): Promise<Read<readonly FeeChange[]>> {
    const { seriesTicker, withPast } = filter;
    const ofSeries = await this.#whole(
      '/series/fee_changes',
      {
        ...(seriesTicker !== undefined && { series_ticker: seriesTicker }),
        show_historical: String(withPast),
      },
      (text) => decodeSeriesFeeChanges(text, this.#tell),
    );
    if (ofSeries.kind === 'unavailable') return ofSeries;
    const ofEvents = await this.#reads.pages({
      path: '/events/fee_changes',
      query: {},
      limit: PAGE_LIMIT,
      decode: (text) => decodeEventFeeChanges(text, this.#tell),
      idOf: ({ id }) => id,
    });
    if (ofEvents.kind === 'unavailable') return ofEvents;
    const wanted = ofEvents.value.filter(
      (change) => seriesTicker === undefined || change.seriesTicker === seriesTicker,
    );
    return { kind: 'read', value: [...ofSeries.value, ...wanted] };
  }

  #events(query: RequestQuery): Promise<Read<readonly ExchangeEvent[]>> {
    return this.#reads.pages({
      path: '/events',
      query,
      limit: EVENTS_PAGE_LIMIT,
      decode: (text) => decodeEvents(text, this.#tell),
      idOf: ({ eventTicker }) => eventTicker,
    });
  }

  /** Live ones, and before them those that have left the live list; a market that both show is the live one. */
  async #rows(filter: MarketListFilter): Promise<Read<readonly ListedRow[]>> {
    const query = marketsQuery(filter);
    if (query.kind === 'unavailable') return query;
    const list = {
      limit: PAGE_LIMIT,
      decode: (text: string) => decodeListings(text, this.#tell),
      idOf: ({ ticker }: ListedRow) => ticker,
    };
    const live = await this.#reads.pages({ ...list, path: '/markets', query: query.value });
    const hasPast = filter.withPast === true && (filter.status ?? 'settled') === 'settled';
    if (live.kind === 'unavailable' || !hasPast) return live;
    const past = await this.#reads.pages({
      ...list,
      path: '/historical/markets',
      query: pastMarketsQuery(filter),
    });
    return past.kind === 'unavailable'
      ? past
      : { kind: 'read', value: [...past.value, ...live.value] };
  }

  /** Gives each market its series and fees. One whose event is not known or whose fees cannot be computed is left out. */
  async #placed(rows: readonly ListedRow[]): Promise<Read<readonly MarketListing[]>> {
    const events = await this.#eventsNamed([
      ...new Set(rows.map(({ eventTicker }) => eventTicker)),
    ]);
    if (events.kind === 'unavailable') return events;
    const tickers = new Set([...events.value.values()].map(({ seriesTicker }) => seriesTicker));
    const named = await this.#seriesNamed(tickers);
    if (named.kind === 'unavailable') return named;
    const series = named.value;
    const listings: MarketListing[] = [];
    for (const row of rows) {
      const event = events.value.get(row.eventTicker);
      const own = event === undefined ? null : (series.get(event.seriesTicker)?.fees ?? null);
      const fees = overriddenFees(own, event?.feeOverride ?? null);
      if (event !== undefined && fees !== null)
        listings.push(row.listing({ seriesTicker: event.seriesTicker, fees }));
      else
        this.#onRefused(
          event === undefined
            ? `${row.ticker}: its event ${row.eventTicker} is not known`
            : `${row.ticker}: its fees cannot be computed`,
        );
    }
    return { kind: 'read', value: listings };
  }

  /** Many in one request; the list leaves combos out, so what it does not show is asked for by itself. */
  async #eventsNamed(
    tickers: readonly EventTicker[],
  ): Promise<Read<ReadonlyMap<EventTicker, ExchangeEvent>>> {
    const events = new Map<EventTicker, ExchangeEvent>();
    if (tickers.length > 1)
      for (const part of chunksOf(tickers)) {
        const read = await this.#events({ tickers: part.join(',') });
        if (read.kind === 'unavailable') return read;
        for (const event of read.value) events.set(event.eventTicker, event);
      }
    for (const ticker of tickers) {
      if (events.has(ticker)) continue;
      const read = await this.event(ticker);
      if (read.kind === 'unavailable') return read;
      if (read.value !== null) events.set(ticker, read.value);
    }
    return { kind: 'read', value: events };
  }

  /** One by one, or the list of all, which comes in one answer, when there are many. */
  async #seriesNamed(tickers: ReadonlySet<string>): Promise<Read<ReadonlyMap<string, Series>>> {
    if (tickers.size > SINGLE_SERIES_READS) {
      const all = await this.seriesList({});
      return all.kind === 'unavailable'
        ? all
        : { kind: 'read', value: new Map(all.value.map((one) => [one.seriesTicker, one])) };
    }
    const series = new Map<string, Series>();
    for (const ticker of tickers) {
      const read = await this.series(ticker);
      if (read.kind === 'unavailable') return read;
      if (read.value !== null) series.set(ticker, read.value);
    }
    return { kind: 'read', value: series };
  }

  /** A list without pages. */
  async #whole<Row>(
    path: string,
    query: RequestQuery,
    decode: (text: string) =>
      | {
          readonly kind: 'page';
          readonly rows: readonly Row[];
          readonly refused: readonly FrameRefusal[];
        }
      | FrameRefusal,
  ): Promise<Read<readonly Row[]>> {
    const read = await this.#reads.text(path, query);
    if (read.kind === 'unavailable') return read;
    const decoded = decode(read.value);
    if (decoded.kind === 'refused') return refused(decoded);
    for (const { detail } of decoded.refused) this.#onRefused(`${path}: ${detail}`);
    return { kind: 'read', value: decoded.rows };
  }

  async #single<Row>(
    path: string,
    decode: (text: string) => Single<Row>,
  ): Promise<Read<Row | null>> {
    const read = await this.#reads.textIfKnown(path, {});
    if (read.kind === 'unavailable') return read;
    if (read.value === null) return { kind: 'read', value: null };
    const decoded = decode(read.value);
    return decoded.kind === 'refused' ? refused(decoded) : { kind: 'read', value: decoded.row };
  }
}

/** Both sides best first; null when the levels cannot be a book. */
function viewOf(snapshot: BookSnapshot): BookView | null {
  const book = new OrderBook();
  return book.applySnapshot(snapshot) === 'applied' ? book.view(WHOLE_BOOK) : null;
}

function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += TICKERS_PER_REQUEST)
    chunks.push(items.slice(from, from + TICKERS_PER_REQUEST));
  return chunks;
}

/** Unix seconds, rounded down. */
function seconds(timeMs: EpochMs): string {
  return String(Math.max(0, Math.floor(timeMs / 1_000)));
}

function isWithin(
  timeMs: EpochMs,
  { sinceMs, untilMs }: { readonly sinceMs: EpochMs; readonly untilMs?: EpochMs },
): boolean {
  return timeMs >= sinceMs && (untilMs === undefined || timeMs <= untilMs);
}
