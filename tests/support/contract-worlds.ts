import { KalshiAccount } from '../../shared/adapters/kalshi/kalshi-account.ts';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiOrderGroups } from '../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { KalshiQuoting } from '../../shared/adapters/kalshi/kalshi-quoting.ts';
import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { formatContracts, contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { formatPrice, price } from '../../shared/domain/money/price.ts';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { GroupsWorld } from '../contract/order-groups-contract.ts';
import type { AccountWorld } from '../contract/account-contract.ts';
import type { CatalogueWorld } from '../contract/catalogue-contract.ts';
import { aMarket } from './trade-builders.ts';
import { DirectTransport } from './direct-transport.ts';
import { IOC, openDesk, TICKER, type Desk } from './exchange-desk.ts';
import { ACCOUNTS_OF_US, RSA_KEY, rsaSigner, stillTimers } from './venue-client.ts';

/** The exchange's series as a client knows it beforehand. */
export const SERIES = {
  seriesTicker: 'KXNFLGAME',
  fees: { makerFeeType: 'quadratic', multiplierMillionths: 1_000_000 },
} as const;

export type TradingWorld = GroupsWorld & AccountWorld & { readonly desk: Desk };

/** The exchange of a desk: $1,000 on shard 0 and $10 on shard 1, a hundred contracts at 50 and at 52 in its market. */
export function bookedDesk(): Desk {
  const desk = openDesk({ options: { rng: seededRng(5), readLag: { minMs: 200, maxMs: 500 } } });
  desk.exchange.deposit('us', 1, money(10_000_000));
  desk.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  return desk;
}

/** Our clients at the simulated exchange, over a way that loses nothing. */
export function tradingWorld(
  desk: Desk,
  transport: HttpTransport,
  more: { readonly keyId: string | null; readonly close?: () => Promise<void> },
): TradingWorld {
  return {
    desk,
    exchange: new KalshiExchange(transport, () => SERIES),
    quoting: new KalshiQuoting({ transport, nowMs: desk.nowMs }),
    groups: new KalshiOrderGroups(transport),
    account: new KalshiAccount(transport),
    market: TICKER,
    exchangeIndex: 0,
    farBid: price(200),
    nextFarBid: price(300),
    nowMs: desk.nowMs,
    catchUp: () => void desk.wait(1_000),
    wait: (ms) => void desk.wait(ms),
    others: (side, at, count) =>
      void desk.accept('third', {
        ...IOC,
        side,
        price: formatPrice(price(at)),
        count: formatContracts(contracts(count)),
      }),
    ...more,
  };
}

export function memoryWorld(): TradingWorld {
  const desk = bookedDesk();
  return tradingWorld(desk, new DirectTransport(desk.exchange, 'us', desk.nowMs), { keyId: null });
}

/** The same over a socket of this machine, each request signed and verified. */
export async function socketWorld(): Promise<TradingWorld> {
  const { desk, transport, close } = await served();
  return tradingWorld(desk, transport, { keyId: RSA_KEY.keyId, close });
}

async function served(): Promise<{
  readonly desk: Desk;
  readonly transport: SignedHttpTransport;
  readonly close: () => Promise<void>;
}> {
  const desk = bookedDesk();
  const { restUrl, close } = await startExchangeServer({
    exchange: desk.exchange,
    accounts: ACCOUNTS_OF_US,
    timers: stillTimers(desk.nowMs),
    port: 0,
  });
  const transport = new SignedHttpTransport({
    restUrl,
    signer: rsaSigner,
    timeoutMs: 5_000,
    nowMs: desk.nowMs,
  });
  return {
    desk,
    transport,
    close: async () => {
      transport.close();
      await close();
    },
  };
}

/** One market with 100 contracts bid at 50 cents and 90 asked at 52, after one trade of ten; nobody's money matters. */
export function catalogueWorld(
  desk: Desk,
  transport: HttpTransport,
  close?: () => Promise<void>,
): CatalogueWorld {
  const { ticker: market, eventTicker, seriesTicker } = aMarket();
  desk.accept('third', { ...IOC, side: 'bid', price: '0.5200', count: '10.00' });
  desk.wait(1_000);
  return {
    catalogue: new KalshiCatalogue({ transport }),
    market,
    eventTicker,
    seriesTicker,
    nowMs: desk.nowMs,
    wait: (ms) => void desk.wait(ms),
    pause: (pause) => desk.exchange.setPause(pause, desk.nowMs()),
    settle: () => {
      desk.exchange.determine(market, { kind: 'yes' }, desk.nowMs());
      desk.wait(120_000);
    },
    ...(close !== undefined && { close }),
  };
}

export function memoryCatalogue(): CatalogueWorld {
  const desk = bookedDesk();
  return catalogueWorld(desk, new DirectTransport(desk.exchange, 'us', desk.nowMs));
}

export async function socketCatalogue(): Promise<CatalogueWorld> {
  const { desk, transport, close } = await served();
  return catalogueWorld(desk, transport, close);
}
