import type { Read } from '../../ports/exchange.ts';
import type { MarketListFilter, MarketTimes } from '../../ports/market-catalogue.ts';
import type { RequestQuery } from './wire/request-query.ts';

/** Statuses beside which a filter by time is taken (docs.kalshi.com, "Get Markets"); null stands for no status. */
const STATUSES_OF: Readonly<
  Record<Exclude<MarketTimes['kind'], 'updated'>, readonly (string | null)[]>
> = {
  created: [null, 'unopened', 'open'],
  closes: [null, 'closed'],
  settled: [null, 'settled'],
};
const NAMES = { created: 'created_ts', closes: 'close_ts', settled: 'settled_ts' } as const;

/** The parameters of `GET /markets`; unavailable, without a request, for what the exchange would answer with 400. */
export function marketsQuery(filter: MarketListFilter): Read<RequestQuery> {
  const { times, status } = filter;
  const wrong = times === undefined ? null : refusedTimes(filter, times);
  if (wrong !== null) return { kind: 'unavailable', reason: `/markets: ${wrong}` };
  return {
    kind: 'read',
    value: {
      ...(filter.seriesTicker !== undefined && { series_ticker: filter.seriesTicker }),
      ...(filter.eventTicker !== undefined && { event_ticker: filter.eventTicker }),
      ...(filter.tickers !== undefined && { tickers: filter.tickers.join(',') }),
      ...(filter.withCombos !== true && { mve_filter: 'exclude' }),
      ...(status !== undefined && { status }),
      ...(times !== undefined && timesQuery(times)),
    },
  };
}

/**
 * The parameters of `GET /historical/markets`, which has neither statuses nor times, and takes one filter: the narrowest
 * that is given.
 */
export function pastMarketsQuery({
  seriesTicker,
  eventTicker,
  tickers,
  withCombos,
}: MarketListFilter): RequestQuery {
  if (tickers !== undefined) return { tickers: tickers.join(',') };
  if (eventTicker !== undefined) return { event_ticker: eventTicker };
  return {
    ...(seriesTicker !== undefined && { series_ticker: seriesTicker }),
    ...(withCombos !== true && { mve_filter: 'exclude' }),
  };
}

function refusedTimes(filter: MarketListFilter, times: MarketTimes): string | null {
  const { status, eventTicker, tickers, withCombos } = filter;
  if (times.kind !== 'updated')
    return STATUSES_OF[times.kind].includes(status ?? null)
      ? null
      : `times of kind ${times.kind} do not go with the status ${status}`;
  const isAlone =
    status === undefined && eventTicker === undefined && tickers === undefined && !withCombos;
  return isAlone ? null : 'times of kind updated go with a series only, and without combos';
}

function timesQuery(times: MarketTimes): RequestQuery {
  if (times.kind === 'updated') return { min_updated_ts: secondsDown(times.fromMs) };
  const name = NAMES[times.kind];
  return {
    ...(times.fromMs !== undefined && { [`min_${name}`]: secondsDown(times.fromMs) }),
    ...(times.untilMs !== undefined && {
      [`max_${name}`]: String(Math.ceil(times.untilMs / 1_000)),
    }),
  };
}

function secondsDown(timeMs: number): string {
  return String(Math.max(0, Math.floor(timeMs / 1_000)));
}
