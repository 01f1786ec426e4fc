import { overriddenFees } from '../../domain/market/fee-schedule.ts';
import type { EventTicker } from '../../domain/market/market.ts';
import type { Read } from '../../ports/exchange.ts';
import type { ExchangeEvent, MarketListing, Series } from '../../ports/market-catalogue.ts';
import type { PagedReads } from './paged-reads.ts';
import { decodeEvents, decodeOneEvent } from './wire/events.ts';
import type { UnknownFieldListener } from './wire/known-fields.ts';
import type { ListedRow } from './wire/listings.ts';
import type { RequestQuery } from './wire/request-query.ts';
import { decodeOneSeries, decodeSeriesList } from './wire/series.ts';

const EVENTS_PAGE_LIMIT = 200;
/** Tickers of one request: the exchange's limit for books, and what an address holds. */
const TICKERS_PER_REQUEST = 100;
/** From more series than this the list of all is read, which comes in one answer. */
const SINGLE_SERIES_READS = 20;

/** Events that the list leaves out (those of combos) and that are asked for by themselves; markets of more stay out. */
const SINGLE_EVENT_READS = 100;

type Listeners = {
  readonly tell: UnknownFieldListener | undefined;
  readonly onRefused: (detail: string) => void;
};

/** What a market object does not say of itself: its series, and the fees of that after what its event overrides. */
export class MarketFacts {
  readonly #reads: PagedReads;
  readonly #tell: UnknownFieldListener | undefined;
  readonly #onRefused: (detail: string) => void;

  constructor(reads: PagedReads, { tell, onRefused }: Listeners) {
    this.#reads = reads;
    this.#tell = tell;
    this.#onRefused = onRefused;
  }

  seriesList(query: RequestQuery): Promise<Read<readonly Series[]>> {
    return this.#reads.whole('/series', query, (text) => decodeSeriesList(text, this.#tell));
  }

  series(seriesTicker: string): Promise<Read<Series | null>> {
    return this.#reads.single(`/series/${encodeURIComponent(seriesTicker)}`, (text) =>
      decodeOneSeries(text, this.#tell),
    );
  }

  events(query: RequestQuery): Promise<Read<readonly ExchangeEvent[]>> {
    return this.#reads.pages({
      path: '/events',
      query,
      limit: EVENTS_PAGE_LIMIT,
      decode: (text) => decodeEvents(text, this.#tell),
      idOf: ({ eventTicker }) => eventTicker,
    });
  }

  event(eventTicker: EventTicker): Promise<Read<ExchangeEvent | null>> {
    return this.#reads.single(`/events/${encodeURIComponent(eventTicker)}`, (text) =>
      decodeOneEvent(text, this.#tell),
    );
  }

  /** Gives each market its series and fees. One whose event is not known or whose fees cannot be computed is left out. */
  async placed(rows: readonly ListedRow[]): Promise<Read<readonly MarketListing[]>> {
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
        const read = await this.events({ tickers: part.join(',') });
        if (read.kind === 'unavailable') return read;
        for (const event of read.value) events.set(event.eventTicker, event);
      }
    const missing = tickers.filter((ticker) => !events.has(ticker));
    for (const ticker of missing.slice(0, SINGLE_EVENT_READS)) {
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
}

/** As many items as one request may name. */
export function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += TICKERS_PER_REQUEST)
    chunks.push(items.slice(from, from + TICKERS_PER_REQUEST));
  return chunks;
}
