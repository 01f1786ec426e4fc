import type { BookView } from '../../domain/market/book-view.ts';
import type { ClosedWindow, ExchangeStatus } from '../../domain/market/exchange-calendar.ts';
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
import { readCandles } from './candle-reads.ts';
import type { HttpTransport } from './http-transport.ts';
import { readHistoricalCutoff } from './live-window.ts';
import { chunksOf, MarketFacts } from './market-facts.ts';
import { marketsQuery, pastMarketsQuery } from './market-queries.ts';
import { NO_WAITS, PagedReads, refused, type ReadWaits, type Single } from './paged-reads.ts';
import {
  decodeExchangeSchedule,
  decodeExchangeStatus,
  weeklyPauses,
} from './wire/exchange-schedule.ts';
import { decodeEventFeeChanges, decodeSeriesFeeChanges } from './wire/fee-changes.ts';
import type { UnknownFieldListener } from './wire/known-fields.ts';
import { decodeListings, decodeOneListing, type ListedRow } from './wire/listings.ts';
import { decodeOrderbook, decodeOrderbooks } from './wire/orderbook.ts';
import type { RequestQuery } from './wire/request-query.ts';
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
const DAY_MS = 86_400_000;
const WHOLE_BOOK = 9_999;

/**
 * What the exchange tells of its markets, by REST (docs.kalshi.com, "Market Data"). A market object says neither its
 * series nor its fees: both are read from its event and the event's series, so give it a transport that keeps those.
 */
export class KalshiCatalogue implements MarketCatalogue {
  readonly #reads: PagedReads;
  readonly #facts: MarketFacts;
  readonly #tell: UnknownFieldListener | undefined;
  readonly #onRefused: (detail: string) => void;

  constructor({ transport, waits, onUnknownField, onRefused }: KalshiCatalogueOptions) {
    this.#onRefused = onRefused ?? (() => {});
    this.#reads = new PagedReads(transport, waits ?? NO_WAITS, this.#onRefused);
    this.#tell = onUnknownField;
    this.#facts = new MarketFacts(this.#reads, { tell: this.#tell, onRefused: this.#onRefused });
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
    return this.#facts.seriesList(category === undefined ? {} : { category });
  }

  series(seriesTicker: string): Promise<Read<Series | null>> {
    return this.#facts.series(seriesTicker);
  }

  events(filter: {
    readonly seriesTicker?: string;
    readonly status?: 'unopened' | 'open' | 'closed' | 'settled';
  }): Promise<Read<readonly ExchangeEvent[]>> {
    return this.#facts.events({
      ...(filter.seriesTicker !== undefined && { series_ticker: filter.seriesTicker }),
      ...(filter.status !== undefined && { status: filter.status }),
    });
  }

  event(eventTicker: EventTicker): Promise<Read<ExchangeEvent | null>> {
    return this.#facts.event(eventTicker);
  }

  async markets(filter: MarketListFilter): Promise<Read<readonly MarketListing[]>> {
    const { tickers, ...rest } = filter;
    const found = new Map<MarketTicker, ListedRow>();
    for (const part of tickers === undefined ? [null] : chunksOf(tickers)) {
      const rows = await this.#rows(part === null ? rest : { ...rest, tickers: part });
      if (rows.kind === 'unavailable') return rows;
      for (const row of rows.value) found.set(row.ticker, row);
    }
    const placed = await this.#facts.placed([...found.values()]);
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
    const live = await this.#reads.single(`/markets/${name}`, decode);
    if (live.kind === 'unavailable') return live;
    const row =
      live.value === null ? await this.#reads.single(`/historical/markets/${name}`, decode) : live;
    if (row.kind === 'unavailable') return row;
    if (row.value === null) return { kind: 'read', value: null };
    const placed = await this.#facts.placed([row.value]);
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

  historicalCutoff(): Promise<Read<HistoricalCutoff>> {
    return readHistoricalCutoff(this.#reads, this.#tell);
  }

  /** Those of series, then those of events; both as the exchange orders them. */
  async feeChanges(filter: {
    readonly seriesTicker?: string;
    readonly withPast: boolean;
  }): Promise<Read<readonly FeeChange[]>> {
    const { seriesTicker, withPast } = filter;
    const ofSeries = await this.#reads.whole(
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
}

/** Both sides best first; null when the levels cannot be a book. */
function viewOf(snapshot: BookSnapshot): BookView | null {
  const book = new OrderBook();
  return book.applySnapshot(snapshot) === 'applied' ? book.view(WHOLE_BOOK) : null;
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
