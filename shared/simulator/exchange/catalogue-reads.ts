import {
  encodeEventFeeChanges,
  encodeEventObject,
  encodeHistoricalCutoff,
  encodeSeriesFeeChanges,
  encodeSeriesObject,
} from '../../adapters/kalshi/wire/catalogue-encode.ts';
import {
  encodeExchangeSchedule,
  encodeExchangeStatus,
} from '../../adapters/kalshi/wire/exchange-schedule.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import { listAnswer, ok } from './list-answer.ts';
import type { Listing } from './listing.ts';
import { STATUS_WORDS, STATUSES } from './market-filters.ts';
import { marketObject } from './market-objects.ts';
import type { MarketReads, SeenMarket } from './market-reads.ts';
import type { QueryParams } from './query-params.ts';
import type { TradingFloor } from './trading-floor.ts';
import { isCombo, type EventFacts } from './venue-facts.ts';
import type { VenueSettings } from './venue-settings.ts';

const EVENT_PAGES = { usual: 200, most: 200 };
const FEE_CHANGE_PAGES = { usual: 100, most: 1_000 };
const MOST_EVENTS = 200;

/** What the exchange tells of itself, its series and its events. */
export class CatalogueReads {
  readonly #floor: TradingFloor;
  readonly #settings: VenueSettings;
  readonly #markets: MarketReads;

  constructor(parts: {
    readonly floor: TradingFloor;
    readonly settings: VenueSettings;
    readonly markets: MarketReads;
  }) {
    this.#floor = parts.floor;
    this.#settings = parts.settings;
    this.#markets = parts.markets;
  }

  /** `GET /exchange/status`; while something is paused with the HTTP code that the operator set, and the same body. */
  status(nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const { pauseTerms } = this.#settings;
    const shards = this.#floor.shards().map((exchangeIndex) => ({
      exchangeIndex,
      ...activityOf(this.#floor.pauseOf(exchangeIndex)),
    }));
    const whole = activityOf(this.#floor.pause);
    const isPaused = !whole.tradingActive || shards.some(({ tradingActive }) => !tradingActive);
    const body = encodeExchangeStatus({
      ...whole,
      resumeAtMs: isPaused ? pauseTerms.resumeAtMs : null,
      shards,
    });
    return { status: isPaused ? pauseTerms.statusCode : 200, body };
  }

  /** `GET /exchange/schedule`. */
  schedule(): HttpAnswer {
    return ok(encodeExchangeSchedule(this.#settings.windows));
  }

  /** `GET /historical/cutoff`. */
  cutoff(nowMs: EpochMs): HttpAnswer {
    return ok(encodeHistoricalCutoff(this.#settings.cutoffAt(nowMs)));
  }

  /** `GET /series`: all of them, in one answer. */
  seriesList(params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const category = params.text('category');
    const tags = params.list('tags', 100);
    const updatedMs = params.time('min_updated_ts') ?? 0;
    const withVolume = params.flag('include_volume') ?? false;
    const series = [...this.#bySeries()].flatMap(([seriesTicker, listings]) => {
      const facts = this.#settings.seriesFacts(seriesTicker);
      const isWanted =
        (category === undefined || facts.category === category) &&
        (tags === undefined || tags.some((tag) => facts.tags.includes(tag))) &&
        listings.some((listing) => listing.updatedAtMs >= updatedMs);
      return isWanted ? [this.#seriesObject(seriesTicker, listings, withVolume)] : [];
    });
    return ok(JSON.stringify({ series }));
  }

  /** `GET /series/{series_ticker}`. */
  series(seriesTicker: string, params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const listings = this.#bySeries().get(seriesTicker);
    if (listings === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const withVolume = params.flag('include_volume') ?? false;
    const series = this.#seriesObject(seriesTicker, listings, withVolume);
    return ok(JSON.stringify({ series }));
  }

  /** `GET /events`: those that have a market with what is asked for; combos are not among them. */
  events(params: QueryParams, combos: boolean, nowMs: EpochMs): HttpAnswer {
    const status = params.oneOf('status', STATUS_WORDS);
    const seriesTicker = params.text('series_ticker');
    const tickers = params.list('tickers', MOST_EVENTS);
    const closesMs = params.time('min_close_ts');
    const updatedMs = params.time('min_updated_ts');
    const collection = params.text('collection_ticker');
    const isNested = params.flag('with_nested_markets') ?? false;
    const rows = [...groupedByEvent(this.#markets.seen(nowMs))]
      .map(([eventTicker, seen], index) => ({ eventTicker, seen, sequence: index + 1 }))
      .filter(({ eventTicker, seen }) =>
        seen.some(
          ({ listing, life }) =>
            isCombo(listing.market.ticker, listing.details) === combos &&
            (collection === undefined || listing.details.combo?.collection === collection) &&
            (tickers?.includes(eventTicker) ?? true) &&
            (seriesTicker === undefined || listing.market.seriesTicker === seriesTicker) &&
            (status === undefined || STATUSES[status].includes(life.status)) &&
            (closesMs === undefined || life.closeTimeMs > closesMs) &&
            (updatedMs === undefined || listing.updatedAtMs >= updatedMs),
        ),
      );
    const more = params.flag('with_milestones') === true ? { milestones: [] } : {};
    return listAnswer(
      rows,
      params.page(),
      (page, cursor) => {
        const events = page.map(({ eventTicker, seen }) =>
          this.#eventObject(eventTicker, seen, isNested ? seen : null, nowMs),
        );
        return JSON.stringify({ events, ...more, cursor: cursor ?? '' });
      },
      EVENT_PAGES,
    );
  }

  /** `GET /events/{event_ticker}`: its markets beside it, or in it. */
  event(eventTicker: string, params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const isNested = params.flag('with_nested_markets') ?? false;
    const seen = this.#ofEvent(eventTicker);
    if (seen.length === 0) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const event = this.#eventObject(eventTicker, seen, isNested ? seen : null, nowMs);
    const markets = isNested ? [] : this.#marketObjects(seen, nowMs);
    return ok(JSON.stringify({ event, markets }));
  }

  /** `GET /events/{event_ticker}/metadata`: this exchange has no pictures. */
  eventMetadata(eventTicker: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const seen = this.#ofEvent(eventTicker);
    if (seen.length === 0) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const details = seen.map(({ listing }) => ({
      market_ticker: listing.market.ticker,
      image_url: '',
      color_code: '',
    }));
    const sources = this.#floor.event(eventTicker)?.settlementSources ?? [];
    return ok(
      JSON.stringify({ image_url: '', market_details: details, settlement_sources: sources }),
    );
  }

  /** `GET /series/fee_changes`: those to come, and the past ones when they are asked for. */
  seriesFeeChanges(params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const wanted = params.text('series_ticker');
    const withPast = params.flag('show_historical') ?? false;
    const rows = this.#floor.fees.changes.flatMap(({ id, atMs, change }) => {
      if (change.kind !== 'series' || (!withPast && atMs <= nowMs)) return [];
      const { seriesTicker, fees } = change;
      return wanted === undefined || wanted === seriesTicker
        ? [{ id, atMs, seriesTicker, fees }]
        : [];
    });
    return ok(encodeSeriesFeeChanges(rows));
  }

  /** `GET /events/fee_changes`, newest first. */
  eventFeeChanges(params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const wanted = params.text('event_ticker');
    const rows = this.#floor.fees.changes.flatMap(({ id, sequence, atMs, change }) => {
      if (change.kind !== 'event') return [];
      const { eventTicker, override } = change;
      if (wanted !== undefined && wanted !== eventTicker) return [];
      const seriesTicker = this.#floor.event(eventTicker)?.seriesTicker ?? '';
      return [{ id, sequence, atMs, eventTicker, seriesTicker, override }];
    });
    return listAnswer(rows, params.page(), encodeEventFeeChanges, FEE_CHANGE_PAGES);
  }

  #bySeries(): ReadonlyMap<string, readonly Listing[]> {
    const bySeries = new Map<string, Listing[]>();
    for (const listing of this.#floor.listings()) {
      const { seriesTicker } = listing.market;
      const listings = bySeries.get(seriesTicker);
      if (listings === undefined) bySeries.set(seriesTicker, [listing]);
      else listings.push(listing);
    }
    return bySeries;
  }

  #seriesObject(
    seriesTicker: string,
    listings: readonly Listing[],
    withVolume: boolean,
  ): Readonly<Record<string, unknown>> {
    const [first] = listings;
    if (first === undefined) return {};
    const volume = listings.reduce((sum, listing) => sum + listing.volume, 0);
    return encodeSeriesObject({
      ...this.#settings.seriesFacts(seriesTicker),
      exchangeIndex: first.market.exchangeIndex,
      fees: this.#floor.fees.ofSeries(seriesTicker) ?? first.seriesFees,
      volume: withVolume ? contracts(volume) : null,
    });
  }

  /** All markets of an event as they are now: events do not leave for the historical tier. */
  #ofEvent(eventTicker: string): readonly Omit<SeenMarket, 'sequence'>[] {
    return [...this.#floor.listings()]
      .filter(({ market }) => market.eventTicker === eventTicker)
      .map((listing) => ({ listing, life: listing.life }));
  }

  #eventObject(
    eventTicker: string,
    seen: readonly Omit<SeenMarket, 'sequence'>[],
    nested: readonly Omit<SeenMarket, 'sequence'>[] | null,
    nowMs: EpochMs,
  ): Readonly<Record<string, unknown>> {
    const facts = this.#floor.event(eventTicker) ?? NO_FACTS;
    return encodeEventObject({
      ...facts,
      eventTicker,
      category: this.#settings.seriesFacts(facts.seriesTicker).category,
      updatedAtMs: Math.max(0, ...seen.map(({ listing }) => listing.updatedAtMs)),
      override: this.#floor.fees.overrideOf(eventTicker),
      markets: nested === null ? null : this.#marketObjects(nested, nowMs),
    });
  }

  /** Those that are on the live endpoints. */
  #marketObjects(
    seen: readonly Omit<SeenMarket, 'sequence'>[],
    nowMs: EpochMs,
  ): readonly Readonly<Record<string, unknown>>[] {
    return seen
      .filter(({ life }) => this.#markets.tierOf(life, nowMs) === 'live')
      .map(({ listing, life }) => marketObject(listing, life, nowMs));
  }
}

const NO_FACTS: EventFacts = {
  eventTicker: '',
  seriesTicker: '',
  exchangeIndex: 0,
  title: '',
  subTitle: '',
  isMutuallyExclusive: false,
  collateralReturn: '',
  settlementSources: [],
};

function activityOf(pause: TradingFloor['pause']): {
  readonly exchangeActive: boolean;
  readonly tradingActive: boolean;
} {
  return { exchangeActive: pause !== 'exchange', tradingActive: pause === 'none' };
}

function groupedByEvent(seen: readonly SeenMarket[]): ReadonlyMap<string, readonly SeenMarket[]> {
  const events = new Map<string, SeenMarket[]>();
  for (const market of seen) {
    const { eventTicker } = market.listing.market;
    const known = events.get(eventTicker);
    if (known === undefined) events.set(eventTicker, [market]);
    else known.push(market);
  }
  return events;
}
