import type { EpochMs, MarketStatus } from '../../domain/market/market.ts';
import type { Listing } from './listing.ts';
import type { MarketLife } from './market-lifecycle.ts';
import { BadParameter, type QueryParams } from './query-params.ts';
import { isCombo } from './venue-facts.ts';

/** The query's own words for where a market stands, which are not those of the answer. */
export const STATUS_WORDS = ['unopened', 'open', 'paused', 'closed', 'settled'] as const;
export type StatusWord = (typeof STATUS_WORDS)[number];

export const STATUSES: Readonly<Record<StatusWord, readonly MarketStatus[]>> = {
  unopened: ['initialized'],
  open: ['active'],
  paused: ['inactive'],
  closed: ['closed', 'determined', 'disputed', 'amended'],
  settled: ['finalized'],
};

type Seen = { readonly listing: Listing; readonly life: MarketLife };
type Span = { readonly minMs: EpochMs; readonly maxMs: EpochMs };

/** Beside which statuses a filter by time is taken (docs.kalshi.com, "Get Markets"); null is none. */
const TIMES = [
  {
    name: 'created',
    statuses: [null, 'unopened', 'open'],
    of: ({ listing }: Seen) => listing.createdAtMs,
  },
  { name: 'close', statuses: [null, 'closed'], of: ({ life }: Seen) => life.closeTimeMs },
  { name: 'settled', statuses: [null, 'settled'], of: ({ life }: Seen) => life.settledAtMs },
] as const;

const MOST_TICKERS = 1_000;

/** The filter that the parameters of `GET /markets` ask for. Throws `BadParameter` for what does not go together. */
export function marketFilter(params: QueryParams): (seen: Seen) => boolean {
  const tickers = params.list('tickers', MOST_TICKERS);
  const eventTicker = params.one('event_ticker');
  const seriesTicker = params.text('series_ticker');
  const status = params.oneOf('status', STATUS_WORDS);
  const combos = params.oneOf('mve_filter', ['only', 'exclude']);
  const times = TIMES.flatMap((time) => {
    const span = spanOf(params, time.name);
    if (span === null) return [];
    const isAllowed = (time.statuses as readonly (string | null)[]).includes(status ?? null);
    if (!isAllowed) throw new BadParameter('status');
    return [{ ...time, span }];
  });
  const updatedMs = params.time('min_updated_ts');
  if (updatedMs !== undefined) checkAlone(params, times.length > 0);
  const wanted = tickers === undefined ? null : new Set(tickers);
  return (seen) => {
    const { market, details, updatedAtMs } = seen.listing;
    return (
      (wanted === null || wanted.has(market.ticker)) &&
      (eventTicker === undefined || market.eventTicker === eventTicker) &&
      (seriesTicker === undefined || market.seriesTicker === seriesTicker) &&
      (status === undefined || STATUSES[status].includes(seen.life.status)) &&
      (combos === undefined || (combos === 'only') === isCombo(market.ticker, details)) &&
      (updatedMs === undefined || updatedAtMs >= updatedMs) &&
      times.every(({ of, span }) => isWithin(of(seen), span))
    );
  };
}

/** The newest changes are asked for alone, or without combos, and then of one series if at all. */
function checkAlone(params: QueryParams, hasTimes: boolean): void {
  const isExcluding = params.text('mve_filter') === 'exclude';
  const others = [
    'tickers',
    'event_ticker',
    'status',
    ...(isExcluding ? [] : ['mve_filter', 'series_ticker']),
  ];
  if (hasTimes || others.some((name) => params.has(name))) throw new BadParameter('min_updated_ts');
}

function spanOf(params: QueryParams, name: string): Span | null {
  const minMs = params.time(`min_${name}_ts`);
  const maxMs = params.time(`max_${name}_ts`);
  if (minMs === undefined && maxMs === undefined) return null;
  return { minMs: minMs ?? 0, maxMs: maxMs ?? Number.POSITIVE_INFINITY };
}

/** Whole seconds: the last one belongs to the span as a whole. */
function isWithin(atMs: EpochMs | null, { minMs, maxMs }: Span): boolean {
  return atMs !== null && atMs >= minMs && atMs < maxMs + 1_000;
}
