import { describe, expect, it } from 'vitest';
import { KalshiCatalogue } from '../../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { discoverMarkets } from '../../../shared/application/discover-markets.ts';
import { DEFAULT_CONFIG } from '../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../shared/contracts/domain-config.ts';
import type { MarketFilters } from '../../../shared/domain/market/market-filters.ts';
import { ScriptedRest, status } from '../../support/scripted-rest.ts';
import { valueOf } from '../../support/port-reads.ts';
import { NOON } from '../../support/trade-builders.ts';

const market = (ticker: string, change: object = {}): object => ({
  ticker,
  event_ticker: 'KXNFL-1',
  status: 'active',
  open_time: new Date(NOON - 1_000).toISOString(),
  close_time: new Date(NOON + 1_000).toISOString(),
  yes_bid_dollars: '0.8800',
  yes_bid_size_fp: '1000.00',
  yes_ask_dollars: '0.9000',
  yes_ask_size_fp: '1000.00',
  ...change,
});
const series = (ticker: string, category: string): object => ({
  ticker,
  category,
  fee_type: 'quadratic',
  fee_multiplier: 1,
});

const SCRIPT = {
  '/series': { series: [series('KXNFL', 'Sports'), series('KXRAIN', 'Climate')] },
  '/series/KXNFL': { series: series('KXNFL', 'Sports') },
  '/series/KXRAIN': { series: series('KXRAIN', 'Climate') },
  '/events': {
    events: [
      { event_ticker: 'KXNFL-1', series_ticker: 'KXNFL' },
      { event_ticker: 'KXRAIN-1', series_ticker: 'KXRAIN' },
    ],
  },
  '/events/KXNFL-1': { event: { event_ticker: 'KXNFL-1', series_ticker: 'KXNFL' } },
  '/markets': {
    markets: [
      market('GOOD'),
      market('GAP'),
      market('EVEN', { yes_bid_dollars: '0.4900', yes_ask_dollars: '0.5000' }),
      market('UNLIKELY', { yes_bid_dollars: '0.0800', yes_ask_dollars: '0.1000' }),
      market('WIDE', { yes_bid_dollars: '0.8000' }),
      market('THIN', { yes_ask_size_fp: '1.00' }),
      market('EMPTY', { yes_bid_dollars: '0.0000', yes_ask_dollars: '1.0000' }),
      market('CLOSED', { close_time: new Date(NOON).toISOString() }),
      market('RAIN', { event_ticker: 'KXRAIN-1' }),
    ],
    cursor: '',
  },
};

/** Filters as a configuration gives them: sports above 85 %, at most 5 cents wide, at least 50 dollars at the top. */
function filtersOf(change: object = {}): MarketFilters {
  const { discovery } = DEFAULT_CONFIG;
  const asked = {
    categories: 'sports',
    minFavouriteProbability: '0.85',
    maxSpreadDollars: '0.05',
    minLiquidityDollars: '50',
    researchGaps: 'GAP',
  };
  return toDomainConfig({ ...DEFAULT_CONFIG, discovery: { ...discovery, ...asked, ...change } })
    .filters;
}

function open(script: object = {}, filters = filtersOf()) {
  const rest = new ScriptedRest({ ...SCRIPT, ...script });
  const telemetry = new MemoryTelemetry();
  const catalogue = new KalshiCatalogue({ transport: rest });
  const discover = (named: readonly string[] = []) =>
    discoverMarkets({ catalogue, filters, telemetry }, { series: named, nowMs: NOON });
  return { rest, telemetry, discover };
}

describe('discovery', () => {
  it('keeps what passes the filters, and counts what each kept out', async () => {
    const { discover, telemetry } = open();
    const { kept, refused } = await valueOf(discover());
    expect(
      kept.map(({ listing, category, researchGap }) => [
        listing.market.ticker,
        category,
        researchGap,
      ]),
    ).toEqual([
      ['GOOD', 'Sports', false],
      ['GAP', 'Sports', true],
      ['UNLIKELY', 'Sports', false],
    ]);
    expect(Object.fromEntries(refused)).toEqual({
      favourite_too_weak: 1,
      spread_too_wide: 1,
      liquidity_too_low: 1,
      no_two_sided_quote: 1,
      market_not_open: 1,
      category_not_wanted: 1,
    });
    expect(Object.fromEntries(telemetry.counts)).toMatchObject({
      'discovery.kept': 3,
      'discovery.research_gaps': 1,
      'discovery.refused.category_not_wanted': 1,
    });
    expect(telemetry.lines()).toMatchObject([
      { event: 'markets_discovered', fields: { looked: 9, kept: 3, refused_market_not_open: 1 } },
    ]);
  });

  it('leaves research gaps out where the configuration says so', async () => {
    const { discover } = open({}, filtersOf({ researchGapRule: 'exclude' }));
    const { kept, refused } = await valueOf(discover());
    expect(kept.map(({ listing }) => listing.market.ticker)).not.toContain('GAP');
    expect(refused.get('research_gap')).toBe(1);
  });

  it('asks for open markets without combos, of the named series or of all', async () => {
    const { discover, rest } = open();
    await valueOf(discover(['KXNFL', 'KXRAIN']));
    await valueOf(discover());
    expect(rest.queriesOf('/markets')).toEqual([
      { series_ticker: 'KXNFL', mve_filter: 'exclude', status: 'open', limit: '1000' },
      { series_ticker: 'KXRAIN', mve_filter: 'exclude', status: 'open', limit: '1000' },
      { mve_filter: 'exclude', status: 'open', limit: '1000' },
    ]);
  });

  it.each(['/series', '/markets', '/events'])('is none without %s', async (path) => {
    const { discover, telemetry } = open({ [path]: status(503) });
    expect(await discover()).toMatchObject({ kind: 'unavailable' });
    expect(telemetry.lines()).toEqual([]);
  });
});
