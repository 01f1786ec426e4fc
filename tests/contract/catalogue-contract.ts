import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventTicker, MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketCatalogue } from '../../shared/ports/market-catalogue.ts';
import { valueOf } from '../support/port-reads.ts';

const HOUR_MS = 3_600_000;
const NEVER_WAS = 'KXNEVERWAS-00JAN01-NEVER';

/** An exchange that lists at least one market that trades. */
export type CataloguePlace = {
  readonly catalogue: MarketCatalogue;
  readonly market: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly seriesTicker: string;
  readonly nowMs: () => number;
  readonly close?: () => void | Promise<void>;
};

/**
 * One that is a test's own: a single market with 100 contracts bid at 50 cents and 90 asked at 52, of which 10 were
 * taken in one trade. Its reads are caught up.
 */
export type CatalogueWorld = CataloguePlace & {
  readonly wait: (ms: number) => void;
  readonly pause: (pause: 'none' | 'trading' | 'exchange') => void;
  readonly settle: () => void;
};

/** What every exchange must tell of its markets, wherever it is. Only reads. */
export function catalogueContract(name: string, enter: () => Promise<CataloguePlace>): void {
  describe(`catalogue contract: ${name}`, () => {
    it('says whether it trades, and of no shard that it trades while it stands', async () => {
      const { catalogue } = await open(enter);
      const status = await valueOf(catalogue.status());
      for (const { exchangeActive, tradingActive } of [status, ...status.shards])
        expect(exchangeActive || !tradingActive).toBe(true);
    });

    it('knows the next weekly pause, and no window that ends before it begins', async () => {
      const { catalogue, nowMs } = await open(enter);
      const windows = await valueOf(catalogue.schedule(nowMs()));
      for (const { startMs, endMs } of windows) expect(endMs).toBeGreaterThan(startMs);
      const weekly = windows.filter(({ reason }) => reason === 'weekly_pause');
      expect(weekly.some(({ endMs }) => endMs > nowMs())).toBe(true);
    });

    it('a market, its event and its series name one another, and are on one shard', async () => {
      const { catalogue, market, eventTicker, seriesTicker } = await open(enter);
      const listing = await valueOf(catalogue.market(market));
      const event = await valueOf(catalogue.event(eventTicker));
      const series = await valueOf(catalogue.series(seriesTicker));
      expect(listing?.market).toMatchObject({ ticker: market, eventTicker, seriesTicker });
      expect(event).toMatchObject({ eventTicker, seriesTicker });
      expect(series).toMatchObject({ seriesTicker });
      expect(event?.exchangeIndex).toBe(listing?.market.exchangeIndex);
    });

    it('says what settles a market, in the list and by itself alike', async () => {
      const { catalogue, market, eventTicker, seriesTicker } = await open(enter);
      const listing = await valueOf(catalogue.market(market));
      const [listed] = await valueOf(catalogue.markets({ tickers: [market] }));
      expect(listing?.rules.primary).not.toBe('');
      expect(listing?.yesName).not.toBe('');
      for (const field of ['rules', 'yesName', 'noName'] as const)
        expect(listed?.[field]).toEqual(listing?.[field]);
      const event = await valueOf(catalogue.event(eventTicker));
      const series = await valueOf(catalogue.series(seriesTicker));
      for (const { name: source, url } of [
        ...(event?.settlementSources ?? []),
        ...(series?.settlementSources ?? []),
      ])
        expect(`${source}${url}`).not.toBe('');
    });

    it('finds a market by its name, its event and its series alike', async () => {
      const { catalogue, market, eventTicker, seriesTicker } = await open(enter);
      for (const filter of [{ tickers: [market] }, { eventTicker }, { seriesTicker }]) {
        const listed = await valueOf(catalogue.markets({ ...filter, status: 'open' }));
        expect(listed.map((listing) => listing.market.ticker)).toContain(market);
        for (const listing of listed)
          expect([listing.isCombo, listing.market.status]).toEqual([false, 'active']);
      }
      const events = await valueOf(catalogue.events({ seriesTicker, status: 'open' }));
      expect(events.map((event) => event.eventTicker)).toContain(eventTicker);
    });

    it('lists the series of a category, ours among those of its own', async () => {
      const { catalogue, seriesTicker } = await open(enter);
      const series = await valueOf(catalogue.series(seriesTicker));
      if (series?.category === null || series === null) return;
      const listed = await valueOf(catalogue.seriesList({ category: series.category }));
      expect(listed.map((one) => one.seriesTicker)).toContain(seriesTicker);
    });

    it('says of what is not there that it is not', async () => {
      const { catalogue } = await open(enter);
      expect(await valueOf(catalogue.market(NEVER_WAS))).toBeNull();
      expect(await valueOf(catalogue.event(NEVER_WAS))).toBeNull();
      expect(await valueOf(catalogue.series('KXNEVERWAS'))).toBeNull();
      expect(await valueOf(catalogue.markets({ tickers: [NEVER_WAS] }))).toEqual([]);
    });

    it('books are best first, do not cross, and are the same alone and among others', async () => {
      const { catalogue, market } = await open(enter);
      const book = await valueOf(catalogue.book(market));
      const books = await valueOf(catalogue.books([market]));
      expect([...books.keys()]).toEqual([market]);
      for (const { bids, asks } of [book!, books.get(market)!]) {
        expect(isRising(asks.map(({ price }) => price))).toBe(true);
        expect(isRising(bids.map(({ price }) => price).toReversed())).toBe(true);
        for (const { count } of [...bids, ...asks]) expect(count).toBeGreaterThan(0);
        if (bids[0] !== undefined && asks[0] !== undefined)
          expect(bids[0].price).toBeLessThan(asks[0].price);
      }
    });

    it('trades are newest first and of the market and time that are asked for', async () => {
      const { catalogue, market, nowMs } = await open(enter);
      const sinceMs = nowMs() - 24 * HOUR_MS;
      const trades = await valueOf(catalogue.trades({ market, sinceMs }));
      const times = trades.map(({ exchangeTimeMs }) => exchangeTimeMs);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      for (const trade of trades) {
        expect(trade.market).toBe(market);
        // The wire knows whole seconds: rounded so that nothing is missed.
        expect(trade.exchangeTimeMs).toBeGreaterThan(sinceMs - 1_000);
      }
      const until = await valueOf(catalogue.trades({ market, sinceMs, untilMs: sinceMs }));
      expect(until.length).toBeLessThanOrEqual(trades.length);
    });

    it('candles are oldest first, within their own bounds, and contain what traded', async () => {
      const { catalogue, market, seriesTicker, nowMs } = await open(enter);
      const candles = await valueOf(
        catalogue.candles({
          markets: [{ market, seriesTicker }],
          fromMs: nowMs() - 24 * HOUR_MS,
          untilMs: nowMs() + HOUR_MS,
          period: 'hour',
        }),
      );
      const ends = candles.map(({ endMs }) => endMs);
      expect(ends).toEqual([...new Set(ends)].toSorted((a, b) => a - b));
      for (const { bid, ask, trades, volume } of candles) {
        for (const bar of [bid, ask, trades])
          if (bar !== null)
            expect([bar.low <= bar.open, bar.low <= bar.close, bar.high >= bar.low]).toEqual([
              true,
              true,
              true,
            ]);
        expect(volume > 0).toBe(trades !== null);
      }
    });

    it('has let nothing go to the past that is still to come', async () => {
      const { catalogue, nowMs } = await open(enter);
      const cutoff = await valueOf(catalogue.historicalCutoff());
      for (const atMs of Object.values(cutoff)) expect(atMs).toBeLessThan(nowMs());
    });

    it('lists changes of fees, of a series that is asked for and of no other', async () => {
      const { catalogue, seriesTicker } = await open(enter);
      const changes = await valueOf(catalogue.feeChanges({ seriesTicker, withPast: true }));
      for (const change of changes) expect(change.seriesTicker).toBe(seriesTicker);
      expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
    });
  });
}

/** What needs to know what is there, or to bring it about. */
export function catalogueWorldContract(name: string, enter: () => Promise<CatalogueWorld>): void {
  describe(`catalogue contract in a world of our own: ${name}`, () => {
    it('shows the top of the book, the last trade and what traded', async () => {
      const { catalogue, market } = await open(enter);
      const listing = await valueOf(catalogue.market(market));
      expect(listing).toMatchObject({
        bid: { price: 5_000, count: 10_000 },
        ask: { price: 5_200, count: 9_000 },
        lastPrice: 5_200,
        volume: 1_000,
        openInterest: 1_000,
        result: null,
      });
      expect(await valueOf(catalogue.book(market))).toEqual({
        bids: [{ price: 5_000, count: 10_000 }],
        asks: [{ price: 5_200, count: 9_000 }],
      });
    });

    it('tells one trade, and a candle with it', async () => {
      const { catalogue, market, seriesTicker, nowMs } = await open(enter);
      expect(await valueOf(catalogue.trades({ market, sinceMs: 0 }))).toMatchObject([
        { market, price: 5_200, count: 1_000, takerSide: 'bid', isBlockTrade: false },
      ]);
      const candles = await valueOf(
        catalogue.candles({
          markets: [{ market, seriesTicker }],
          fromMs: nowMs() - HOUR_MS,
          untilMs: nowMs() + HOUR_MS,
          period: 'minute',
        }),
      );
      const traded = candles.filter(({ trades }) => trades !== null);
      expect(traded).toMatchObject([
        { market, volume: 1_000, trades: { open: 5_200, low: 5_200, high: 5_200, close: 5_200 } },
      ]);
    });

    it('says when trading pauses, and when everything stands', async () => {
      const { catalogue, pause } = await open(enter);
      pause('trading');
      expect(await valueOf(catalogue.status())).toMatchObject({
        exchangeActive: true,
        tradingActive: false,
      });
      pause('exchange');
      expect(await valueOf(catalogue.status())).toMatchObject({
        exchangeActive: false,
        tradingActive: false,
      });
      pause('none');
      expect(await valueOf(catalogue.status())).toMatchObject({ tradingActive: true });
    });

    it('lists a settled market with its result, and among the open ones no more', async () => {
      const { catalogue, market, seriesTicker, settle } = await open(enter);
      settle();
      expect(await valueOf(catalogue.market(market))).toMatchObject({
        market: { status: 'finalized' },
        result: { kind: 'yes' },
      });
      expect(await valueOf(catalogue.markets({ seriesTicker, status: 'open' }))).toEqual([]);
      const settledOnes = await valueOf(catalogue.markets({ seriesTicker, status: 'settled' }));
      expect(settledOnes.map((listing) => listing.market.ticker)).toEqual([market]);
    });
  });
}

async function open<Place extends CataloguePlace>(enter: () => Promise<Place>): Promise<Place> {
  const place = await enter();
  onTestFinished(() => place.close?.());
  return place;
}

function isRising(prices: readonly number[]): boolean {
  return prices.every((at, index) => index === 0 || at > prices[index - 1]!);
}
