import { describe, expect, it } from 'vitest';
import { CachedReads } from '../../shared/adapters/kalshi/cached-reads.ts';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { DirectTransport } from '../support/direct-transport.ts';
import { openDesk, TICKER } from '../support/exchange-desk.ts';
import { valueOf } from '../support/port-reads.ts';
import { aMarket } from '../support/trade-builders.ts';

const { eventTicker, seriesTicker } = aMarket();

/** The catalogue at the simulated exchange, with a book of 50 and 52, one trade, and time gone by. */
function open() {
  const desk = openDesk();
  desk.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  desk.accept('us', { side: 'bid', price: '0.5200', count: '7.50' });
  desk.wait(120_000);
  const transport = new DirectTransport(desk.exchange, 'us', desk.nowMs);
  const outcomes: string[] = [];
  const refused: string[] = [];
  const unknown: string[] = [];
  const catalogue = new KalshiCatalogue({
    transport: new CachedReads({
      inner: transport,
      nowMs: desk.nowMs,
      onRead: (outcome) => outcomes.push(outcome),
    }),
    onRefused: (detail) => refused.push(detail),
    onUnknownField: (object, field) => unknown.push(`${object}.${field}`),
  });
  return { desk, catalogue, transport, outcomes, refused, unknown };
}

const QUOTE = { bid: { price: 5_000, count: 10_000 }, ask: { price: 5_200, count: 9_250 } };

describe('the catalogue at the simulated exchange', () => {
  it('reads the same market alone, in a list and in its book, with the fees of its series', async () => {
    const { catalogue, refused, unknown } = open();
    const market = aMarket();
    const listed = { market, result: null, isCombo: false, lastPrice: 5_200, ...QUOTE };
    expect(await valueOf(catalogue.market(TICKER))).toMatchObject(listed);
    expect(await valueOf(catalogue.markets({ seriesTicker, status: 'open' }))).toMatchObject([
      listed,
    ]);
    const book = { bids: [QUOTE.bid], asks: [QUOTE.ask] };
    expect(await valueOf(catalogue.book(TICKER))).toEqual(book);
    expect([...(await valueOf(catalogue.books([TICKER, 'KXNONE'])))]).toEqual([[TICKER, book]]);
    expect(refused).toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('reads its series and its event, and null for what there is not', async () => {
    const { catalogue } = open();
    const event = { eventTicker, seriesTicker, feeOverride: null };
    expect(await valueOf(catalogue.series(seriesTicker))).toMatchObject({ seriesTicker });
    expect(await valueOf(catalogue.seriesList({}))).toMatchObject([{ seriesTicker }]);
    expect(await valueOf(catalogue.event(eventTicker))).toMatchObject(event);
    expect(await valueOf(catalogue.events({ seriesTicker, status: 'open' }))).toMatchObject([
      event,
    ]);
    expect(await valueOf(catalogue.series('KXNONE'))).toBeNull();
    expect(await valueOf(catalogue.event('KXNONE-1'))).toBeNull();
    expect(await valueOf(catalogue.market('KXNONE-1-A'))).toBeNull();
  });

  it('reads the trade, and its candle of minutes from the single and from the batched list', async () => {
    const { catalogue, desk } = open();
    const sinceMs = desk.nowMs() - 600_000;
    expect(await valueOf(catalogue.trades({ market: TICKER, sinceMs }))).toMatchObject([
      { market: TICKER, price: 5_200, count: 750, takerSide: 'bid', isBlockTrade: false },
    ]);
    const one = { market: TICKER, seriesTicker };
    const span = { fromMs: sinceMs, untilMs: desk.nowMs(), period: 'minute' } as const;
    const single = await valueOf(catalogue.candles({ markets: [one], ...span }));
    const many = [one, { market: 'KXNONE', seriesTicker }];
    const batched = await valueOf(catalogue.candles({ markets: many, ...span }));
    expect(single).toEqual(batched);
    expect(single.filter(({ volume }) => volume > 0)).toMatchObject([
      { volume: 750, trades: { open: 5_200, low: 5_200, high: 5_200, close: 5_200, mean: 5_200 } },
    ]);
  });

  it('reads status, schedule, cutoff and fee changes', async () => {
    const { catalogue, desk } = open();
    expect(await valueOf(catalogue.status())).toMatchObject({ tradingActive: true });
    const windows = await valueOf(catalogue.schedule(desk.nowMs()));
    expect(windows.map(({ reason }) => reason)).toContain('weekly_pause');
    const cutoff = await valueOf(catalogue.historicalCutoff());
    expect(cutoff.marketsSettledMs).toBeLessThan(desk.nowMs());
    expect(await valueOf(catalogue.feeChanges({ withPast: true }))).toEqual([]);
  });

  it('asks for series and events once for many lists of markets', async () => {
    const { catalogue, transport, outcomes } = open();
    for (let round = 0; round < 5; round += 1)
      await valueOf(catalogue.markets({ seriesTicker, status: 'open' }));
    const asked = transport.requests.map(({ path }) => path);
    expect(asked.filter((path) => path !== '/markets')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'hit')).toHaveLength(8);
  });
});
