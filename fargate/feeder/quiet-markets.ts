import type { MarketTicker } from '../../shared/domain/market/market.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';

/** Of some markets, those without a position and without an order that is not over. */
export async function quietMarkets(
  store: Pick<HotStore, 'openOrders' | 'list'>,
  tickers: readonly MarketTicker[],
): Promise<readonly MarketTicker[]> {
  const [orders, positions] = await Promise.all([store.openOrders(), store.list('positions')]);
  const busy = new Set([
    ...orders.map(({ value }) => value.intent.market),
    ...positions.flatMap(({ key, value }) => (value.state === 'open' ? [key] : [])),
  ]);
  return tickers.filter((ticker) => !busy.has(ticker));
}
