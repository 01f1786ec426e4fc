import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import { LINEAR_CENT } from '../../shared/domain/market/tick-grid.ts';
import { contracts, parseContracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { money, MICROS_PER_DOLLAR, NO_MONEY } from '../../shared/domain/money/money.ts';
import { parsePrice, price, type Price } from '../../shared/domain/money/price.ts';
import type { SigningKey } from '../../shared/adapters/kalshi/request-signer.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { NewOrder } from '../../shared/simulator/exchange/sim-order.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { type SimExchangeOptions } from '../../shared/simulator/exchange/sim-exchange-options.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { startExchangeServer } from '../venues/exchange-server.ts';
import { makeVenueKeys, publicKeyOf } from '../venues/venue-keys.ts';
import { VenueTimers } from '../venues/venue-timers.ts';
import type { OwnWorld } from './own-world.ts';

/** A simulated exchange of our own over sockets of this machine, in which every check can be made. */
export type ConformanceExchange = {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly key: SigningKey;
  readonly otherKey: SigningKey;
  readonly world: OwnWorld;
  readonly close: () => Promise<void>;
};

const ACCOUNT = 'client';
const CROWD = 'crowd';
const DAY_MS = 86_400_000;
const SETTLEMENT_TIMER_MS = 50;
const CASH = money(100 * MICROS_PER_DOLLAR);

/** Throws `PortUnavailable`. `options` switch what the exchange's documents leave open. */
export async function startConformanceExchange(
  machine: Timers,
  options: Partial<SimExchangeOptions> = {},
): Promise<ConformanceExchange> {
  const timers = new VenueTimers(machine);
  const exchange = new SimExchange({
    rng: seededRng(1).fork('read lag'),
    readLag: { minMs: 0, maxMs: 20 },
    limits: { tier: 'advanced' },
    ...options,
  });
  for (const account of [ACCOUNT, CROWD]) exchange.deposit(account, 0, CASH);
  // On a further shard it is known and has nothing.
  exchange.deposit(ACCOUNT, 1, NO_MONEY);
  const nowMs = timers.nowMs();
  const market = (n: number): Market => aMarket(n, nowMs);
  const [busy, spare] = [market(1), market(5)];
  for (const listed of [
    busy,
    // Without any order, past its close, and on a shard where nobody has paid in.
    market(2),
    { ...market(3), closeTimeMs: nowMs - 1_000 },
    { ...market(4), exchangeIndex: 1 },
    spare,
  ])
    exchange.addMarket(listed, nowMs);
  const place = (
    account: string,
    order: Partial<NewOrder> & Pick<NewOrder, 'market' | 'side' | 'price' | 'count'>,
  ): void => {
    exchange.place(account, { ...PLAIN, clientOrderId: randomUUID(), ...order }, timers.nowMs());
  };
  const ten = contracts(1_000);
  place(CROWD, { market: busy.ticker, side: 'bid', price: price(4_800), count: ten });
  place(CROWD, { market: busy.ticker, side: 'ask', price: price(5_200), count: ten });
  // The account has traded before, so that it has fills and a position to be settled.
  place(CROWD, { market: spare.ticker, side: 'ask', price: price(5_000), count: contracts(100) });
  place(ACCOUNT, { market: spare.ticker, side: 'bid', price: price(5_000), count: contracts(100) });
  const [key, otherKey] = [await rsaKey(), ed25519Key()];
  const accounts = new Map(
    [key, otherKey].map(({ keyId, privateKeyPem }) => [
      keyId,
      { account: ACCOUNT, publicKey: publicKeyOf(privateKeyPem) },
    ]),
  );
  const server = await startExchangeServer({ exchange, accounts, timers, port: 0 });
  return {
    restUrl: server.restUrl,
    wsUrl: server.wsUrl,
    key,
    otherKey,
    world: {
      paused: async (pause, run) => {
        exchange.setPause(pause, timers.nowMs());
        try {
          return await run();
        } finally {
          exchange.setPause('none', timers.nowMs());
        }
      },
      offer: (ticker, { price: at, count, orders }) => {
        for (let n = 0; n < orders; n += 1)
          place(CROWD, { market: ticker, side: 'ask', price: priceOf(at), count: countOf(count) });
      },
      settle: async (ticker) => {
        exchange.determine(ticker, { kind: 'yes' }, timers.nowMs());
        await timers.sleep(2 * SETTLEMENT_TIMER_MS);
        exchange.advance(timers.nowMs());
        // What was paid is read a moment later.
        await timers.sleep(SETTLEMENT_TIMER_MS);
      },
      spareMarket: spare.ticker,
      dropStreams: server.dropStreams,
    },
    close: async () => {
      await server.close();
      timers.close();
    },
  };
}

const PLAIN: Omit<NewOrder, 'market' | 'side' | 'price' | 'count' | 'clientOrderId'> = {
  timeInForce: 'good_till_canceled',
  postOnly: false,
  reduceOnly: false,
  selfTradePrevention: 'taker_at_cross',
  expiresAtMs: null,
  cancelOnPause: false,
  orderGroupId: null,
};

function aMarket(n: number, nowMs: number): Market {
  const eventTicker = `KXCONFORMANCE-${n}`;
  return {
    ticker: `${eventTicker}-YES`,
    eventTicker,
    seriesTicker: 'KXCONFORMANCE',
    exchangeIndex: 0,
    title: `Question ${n}`,
    status: 'active',
    openTimeMs: nowMs - DAY_MS,
    closeTimeMs: nowMs + DAY_MS,
    expectedExpirationMs: nowMs + DAY_MS,
    settlementTimerMs: SETTLEMENT_TIMER_MS,
    priceRanges: LINEAR_CENT,
    fees: STANDARD_FEES,
  };
}

async function rsaKey(): Promise<SigningKey> {
  const { keyId, privateKeyPem } = await makeVenueKeys();
  return { keyId, privateKeyPem };
}

function ed25519Key(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { keyId: randomUUID(), privateKeyPem: privateKey };
}

function priceOf(text: string): Price {
  const value = parsePrice(text);
  invariant(typeof value === 'number', () => `${text} is a price`);
  return value;
}

function countOf(text: string) {
  const value = parseContracts(text);
  invariant(typeof value === 'number', () => `${text} is a count`);
  return value;
}
