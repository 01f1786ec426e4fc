import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import type { EpochMs, Market } from '../../shared/domain/market/market.ts';
import { LINEAR_CENT } from '../../shared/domain/market/tick-grid.ts';
import { money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { BusyCrowd } from './busy-crowd.ts';
import { startExchangeServer } from './exchange-server.ts';
import { makeVenueKeys, publicKeyOf } from './venue-keys.ts';
import { VenueTimers } from './venue-timers.ts';

export type RunExchangeOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: number;
  readonly markets: number;
  /** Orders of the crowd a second, over all markets. */
  readonly rate: number;
  /** One line of JSON instead of text. */
  readonly json: boolean;
  readonly timers: Timers;
  /** Takes what is printed. */
  readonly write: (text: string) => void;
  /** Ends the exchange. */
  readonly signal: AbortSignal;
};

/** What `--json` prints. */
export type ExchangeAddress = {
  readonly rest: string;
  readonly ws: string;
  readonly keyId: string;
  readonly privateKeyPath: string;
};

export const SIMULATED_SERIES = 'KXSIM';
const ACCOUNT = 'client';
const CASH_DOLLARS = 100_000;
/** The highest: buckets are there, and a client that paces itself at all never meets their bottom. */
const TIER = 'prestige';
const DAY_MS = 86_400_000;

/**
 * The simulated exchange alone, with books that move, until it is told to stop. Its key is new each time and lies in a
 * file that only this user may read and that goes with it. Throws `PortUnavailable`.
 */
export async function runExchange(options: RunExchangeOptions): Promise<void> {
  const { seed, port, rate, signal } = options;
  const timers = new VenueTimers(options.timers);
  const rng = seededRng(seed).fork('exchange alone');
  const exchange = new SimExchange({ rng: rng.fork('read lag'), limits: { tier: TIER } });
  exchange.deposit(ACCOUNT, 0, money(CASH_DOLLARS * MICROS_PER_DOLLAR));
  const markets = Array.from({ length: options.markets }, (_, index) =>
    simulatedMarket(index + 1, timers.nowMs()),
  );
  for (const market of markets) exchange.addMarket(market, timers.nowMs());
  const { keyId, privateKeyPem } = await makeVenueKeys();
  const accounts = new Map([[keyId, { account: ACCOUNT, publicKey: publicKeyOf(privateKeyPem) }]]);
  const folder = mkdtempSync(join(tmpdir(), 'fairline-exchange-'));
  const opened: { readonly close: () => void | Promise<void> }[] = [timers];
  try {
    const privateKeyPath = join(folder, 'key.pem');
    writeFileSync(privateKeyPath, privateKeyPem, { mode: 0o600 });
    const server = await startExchangeServer({ exchange, accounts, timers, port });
    opened.push(server);
    const crowd = new BusyCrowd({ exchange, markets, rng: rng.fork('crowd'), timers, rate });
    opened.push(crowd);
    crowd.begin();
    const { restUrl: rest, wsUrl: ws } = server;
    const address: ExchangeAddress = { rest, ws, keyId, privateKeyPath };
    options.write(options.json ? `${JSON.stringify(address)}\n` : textOf(address, options));
    await aborted(signal);
  } finally {
    for (const part of opened.toReversed()) await part.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function simulatedMarket(n: number, nowMs: EpochMs): Market {
  const eventTicker = `${SIMULATED_SERIES}-${n}`;
  return {
    ticker: `${eventTicker}-YES`,
    eventTicker,
    seriesTicker: SIMULATED_SERIES,
    exchangeIndex: 0,
    title: `Simulated question ${n}`,
    status: 'active',
    openTimeMs: nowMs,
    closeTimeMs: nowMs + 30 * DAY_MS,
    expectedExpirationMs: nowMs + 30 * DAY_MS,
    settlementTimerMs: 60_000,
    priceRanges: LINEAR_CENT,
    fees: STANDARD_FEES,
  };
}

function textOf(address: ExchangeAddress, { markets, rate }: RunExchangeOptions): string {
  return [
    `Simulated exchange: ${markets} markets of the series ${SIMULATED_SERIES}, about ${rate} orders a second`,
    `  REST         ${address.rest}`,
    `  WebSocket    ${address.ws}`,
    `  Key id       ${address.keyId}`,
    `  Private key  ${address.privateKeyPath}`,
    'Ends with Ctrl-C or SIGTERM.',
    '',
  ].join('\n');
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
