import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { describe } from 'vitest';
import { pacedAsk, PACE_MS } from '../../local/conformance/probed-exchange.ts';
import { ProbedMarkets } from '../../local/conformance/probed-markets.ts';
import { KalshiAccount } from '../../shared/adapters/kalshi/kalshi-account.ts';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { KalshiOrderGroups } from '../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { KalshiQuoting } from '../../shared/adapters/kalshi/kalshi-quoting.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { venueAt } from '../../shared/contracts/environment/exchange-address.ts';
import { price } from '../../shared/domain/money/price.ts';
import { valueOf } from '../support/port-reads.ts';
import { machineTimers } from '../support/stream-log.ts';
import { accountContract } from './account-contract.ts';
import { catalogueContract, type CataloguePlace } from './catalogue-contract.ts';
import { exchangePlaceContract } from './exchange-contract.ts';
import { marketStreamContract } from './market-stream-contract.ts';
import { orderGroupsContract, type GroupsPlace } from './order-groups-contract.ts';
import { quotingContract } from './quoting-contract.ts';

/** Kalshi: API Environments and Endpoints. Another exchange may stand in for it, such as a running `fairline exchange`. */
const {
  KALSHI_DEMO_REST_URL: REST = 'https://external-api.demo.kalshi.co/trade-api/v2',
  KALSHI_DEMO_WS_URL: WS = 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
} = process.env;
const NAME = 'Kalshi demo';
const timers = { nowMs: () => Date.now(), sleep };

/** A key of the demo exchange from the environment; null when there is none. */
function demoKey() {
  const {
    KALSHI_DEMO_KEY_ID: keyId,
    KALSHI_DEMO_PRIVATE_KEY: text,
    KALSHI_DEMO_PRIVATE_KEY_PATH: path,
  } = process.env;
  const privateKeyPem = text ?? (path === undefined ? undefined : readFileSync(path, 'utf8'));
  return keyId === undefined || privateKeyPem === undefined ? null : { keyId, privateKeyPem };
}

const key = demoKey();

function open(): { transport: HttpTransport; keyId: string; close: () => void } {
  if (key === null) throw new Error('there is no key');
  if (venueAt(REST) === 'real' || venueAt(WS) === 'real')
    throw new Error('these tests place orders: never at the real exchange');
  const signed = new SignedHttpTransport({
    restUrl: REST,
    signer: requestSigner(key),
    nowMs: timers.nowMs,
    timeoutMs: 10_000,
  });
  const transport: HttpTransport = {
    request: async (request) => {
      // Below the lowest tier's limits.
      await sleep(PACE_MS);
      return signed.request(request);
    },
  };
  return { transport, keyId: key.keyId, close: () => signed.close() };
}

/** An open market in which a cent is far from everybody, whichever it is today. */
async function openTrading() {
  const { transport, keyId, close } = open();
  const markets = new ProbedMarkets(pacedAsk(transport, timers, 0), timers.nowMs);
  const { ticker: market, exchangeIndex } = await markets.quiet();
  const place: GroupsPlace = {
    exchange: new KalshiExchange(transport),
    quoting: new KalshiQuoting({ transport, nowMs: timers.nowMs }),
    groups: new KalshiOrderGroups(transport),
    market,
    exchangeIndex,
    farBid: price(100),
    nextFarBid: price(200),
    nowMs: timers.nowMs,
    catchUp: () => sleep(500),
    close,
  };
  return { ...place, account: new KalshiAccount(transport), keyId };
}

async function openCatalogue(): Promise<CataloguePlace> {
  const { transport, close } = open();
  const catalogue = new KalshiCatalogue({ transport });
  const markets = new ProbedMarkets(pacedAsk(transport, timers, 0), timers.nowMs);
  const { ticker: market } = await markets.quiet();
  const listing = await valueOf(catalogue.market(market));
  if (listing === null) throw new Error(`${market} is not there any more`);
  const { eventTicker, seriesTicker } = listing.market;
  return { catalogue, market, eventTicker, seriesTicker, nowMs: timers.nowMs, close };
}

async function openStream() {
  const { market } = await openCatalogue();
  if (key === null) throw new Error('there is no key');
  const stream = new KalshiMarketStream({
    wsUrl: WS,
    signer: requestSigner(key),
    timers: machineTimers(),
    random: Math.random,
    maxFrameBytes: 4_000_000,
  });
  return { stream, market, deliver: () => sleep(50), patienceMs: 10_000 };
}

const suites = (): void => {
  exchangePlaceContract(NAME, openTrading);
  quotingContract(NAME, openTrading);
  orderGroupsContract(NAME, openTrading);
  accountContract(NAME, openTrading);
  catalogueContract(NAME, openCatalogue);
  marketStreamContract(NAME, openStream);
};

// What needs a world of our own, such as somebody to trade with, runs in memory and over sockets only.
if (key === null)
  describe.skip(
    'Kalshi demo: skipped, because KALSHI_DEMO_KEY_ID and KALSHI_DEMO_PRIVATE_KEY or _PATH are not in the environment',
    suites,
  );
else describe('Kalshi demo', { timeout: 60_000, concurrent: false }, suites);
