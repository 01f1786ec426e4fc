import type { RequestQuery } from '../../shared/adapters/kalshi/wire/request-query.ts';
import { IOC, openDesk, TICKER, type Desk } from './exchange-desk.ts';
import { restOf, type RestAnswer } from './exchange-rest.ts';

const SETTLED_AFTER_MS = 60_000;

/** A desk at the simulated exchange of which public market data are read. */
export type MarketDesk = {
  readonly desk: Desk;
  readonly get: (path: string, query?: RequestQuery) => RestAnswer;
  /** Both accounts trade so many contracts at a price now. */
  readonly trade: (at: string, count?: string) => void;
  /** The market is determined for YES and paid. */
  readonly settle: (ticker?: string) => void;
};

export function openMarketDesk(): MarketDesk {
  const desk = openDesk();
  return {
    desk,
    get: (path, query = {}) => restOf(desk)('us', `GET ${path}`, { query }),
    trade: (at, count = '1.00') => {
      desk.accept('them', { side: 'ask', price: at, count });
      desk.accept('us', { ...IOC, price: at, count });
    },
    settle: (ticker = TICKER) => {
      desk.exchange.determine(ticker, { kind: 'yes' }, desk.nowMs());
      desk.wait(SETTLED_AFTER_MS);
    },
  };
}
