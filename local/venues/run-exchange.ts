import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import type { EpochMs, Market } from '../../shared/domain/market/market.ts';
import {
  PRICE_LEVEL_STRUCTURES,
  type PriceLevelStructure,
} from '../../shared/domain/market/tick-grid.ts';
import { money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { Tier } from '../../shared/simulator/exchange/rate-limiter.ts';
import type { ReadLag } from '../../shared/simulator/exchange/read-clock.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng, type Rng } from '../../shared/simulator/rng.ts';
import type { VenueAccounts } from './authenticate.ts';
import { BusyCrowd } from './busy-crowd.ts';
import { startControlServer } from './control-server.ts';
import { startExchangeServer } from './exchange-server.ts';
import { FrameFaults } from './frame-faults.ts';
import { InjectedFaults } from './injected-faults.ts';
import { PassingMarkets } from './passing-markets.ts';
import { RequestFaults } from './request-faults.ts';
import { ScheduledPauses } from './scheduled-pauses.ts';
import { SignatureClock } from './signature-clock.ts';
import { makeRsaPair, makeVenueKeys, publicKeyOf, type KeyType } from './venue-keys.ts';
import { VenueTimers } from './venue-timers.ts';

export type RunExchangeOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: number;
  readonly markets: number;
  /** Orders of the crowd a second, over all markets. */
  readonly rate: number;
  /** Of the control API; 0 takes a free one, null serves none. */
  readonly controlPort?: number | null;
  /** What the client's buckets hold; the highest by default. */
  readonly tier?: Tier;
  readonly keyType?: KeyType;
  /** Markets are spread over so many shards, and there is cash on each; 1 by default. */
  readonly shards?: number;
  /** The grids of the markets, one after the other; whole cents by default. */
  readonly structures?: readonly PriceLevelStructure[];
  readonly readLag?: ReadLag;
  /** Offers permessage-deflate; by default it does, as the exchange. */
  readonly compression?: boolean;
  /** Pauses trading every Thursday as the exchange does; off by default. */
  readonly thursdayPause?: boolean;
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
  /** Of the control API, when it is on. */
  readonly control?: string;
};

export const SIMULATED_SERIES = 'KXSIM';
/** The series of the markets that come and go. */
export const PASSING_SERIES = 'KXPASS';
export const CLIENT_ACCOUNT = 'client';
/** On each shard. */
const CASH_DOLLARS = 100_000;
/** The highest: buckets are there, and a client that paces itself at all never meets their bottom. */
const TIER: Tier = 'prestige';
const DAY_MS = 86_400_000;
const LISTED_BEFORE_MS = 3_600_000;
const SETTLEMENT_TIMER_MS = 60_000;
/** Of those that come and go: a client need not wait for long. */
const PASSING_TIMER_MS = 10_000;
const MOST_PASSING = 8;

/**
 * The simulated exchange alone, with books that move and markets that come and go, until it is told to stop. Its key is
 * new each time and lies in a file that only this user may read and that goes with it. Throws `PortUnavailable`.
 */
export async function runExchange(options: RunExchangeOptions): Promise<void> {
  const { keyId, privateKeyPem } = await makeVenueKeys(options.keyType);
  const opened: { readonly close: () => void | Promise<void> }[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'fairline-exchange-'));
  try {
    const privateKeyPath = join(folder, 'key.pem');
    writeFileSync(privateKeyPath, privateKeyPem, { mode: 0o600 });
    const publicKey = publicKeyOf(privateKeyPem);
    const accounts = new Map([[keyId, { account: CLIENT_ACCOUNT, publicKey }]]);
    const served = await serve(options, accounts, opened);
    const { rest, ws, ...control } = served;
    const address: ExchangeAddress = { rest, ws, keyId, privateKeyPath, ...control };
    options.write(options.json ? `${JSON.stringify(address)}\n` : textOf(address, options));
    await aborted(options.signal);
  } finally {
    for (const part of opened.toReversed()) await part.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens everything, each part told to `opened` at once, so that all that was opened is closed. */
async function serve(
  options: RunExchangeOptions,
  accounts: VenueAccounts,
  opened: { readonly close: () => void | Promise<void> }[],
): Promise<Omit<ExchangeAddress, 'keyId' | 'privateKeyPath'>> {
  const { seed, port, rate, compression = true, controlPort = null } = options;
  const keep = <Part extends { readonly close: () => void | Promise<void> }>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  /** Connections live by the machine's time, also when the exchange's own is moved. */
  const wireTimers = keep(new VenueTimers(options.timers));
  const timers = keep(new VenueTimers(options.timers));
  const rng = seededRng(seed).fork('exchange alone');
  const { exchange, markets } = listAll(options, timers, rng);
  const injected = new InjectedFaults({ clock: wireTimers, rng: rng.fork('faults') });
  const faults = {
    requests: new RequestFaults(injected),
    frames: new FrameFaults({ faults: injected, timers: wireTimers }),
  };
  const signatures = new SignatureClock({ clock: wireTimers, faults: injected });
  const server = keep(
    await startExchangeServer({
      exchange,
      accounts,
      timers,
      wireTimers,
      signatureClock: signatures,
      port,
      compression,
      faults: controlPort === null ? null : faults,
    }),
  );
  const crowd = keep(new BusyCrowd({ exchange, markets, rng: rng.fork('crowd'), timers, rate }));
  const pauses = keep(new ScheduledPauses({ exchange, timers, dropStreams: server.dropStreams }));
  crowd.begin();
  keep(passing(options, { exchange, timers, rng: rng.fork('passing markets'), crowd })).begin();
  if (options.thursdayPause === true) pauses.begin();
  const { restUrl: rest, wsUrl: ws } = server;
  if (controlPort === null) return { rest, ws };
  const wireNowMs = (): EpochMs => wireTimers.nowMs();
  const account = CLIENT_ACCOUNT;
  const venue = {
    exchange,
    account,
    timers,
    wireNowMs,
    faults: injected,
    ...faults,
    signatures,
    pauses,
  };
  const control = keep(await startControlServer({ venue, port: controlPort }));
  return { rest, ws, control: control.url };
}

/** The exchange with its markets and the client's cash. */
function listAll(
  options: RunExchangeOptions,
  timers: Timers,
  rng: Rng,
): { readonly exchange: SimExchange; readonly markets: readonly Market[] } {
  const { shards = 1, readLag, tier = TIER } = options;
  const exchange = new SimExchange({
    rng: rng.fork('read lag'),
    makeKeyPair: makeRsaPair,
    limits: { tier, shards: Array.from({ length: Math.max(3, shards - 1) }, (_, n) => n + 1) },
    ...(readLag !== undefined && { readLag }),
  });
  // Some time ago, so that the first read shows them, though reads lag.
  const listedAtMs = timers.nowMs() - LISTED_BEFORE_MS;
  exchange.advance(listedAtMs);
  for (let shard = 0; shard < shards; shard += 1)
    exchange.deposit(CLIENT_ACCOUNT, shard, money(CASH_DOLLARS * MICROS_PER_DOLLAR));
  const markets = Array.from({ length: options.markets }, (_, index) =>
    simulatedMarket(options, {
      series: SIMULATED_SERIES,
      n: index + 1,
      openTimeMs: listedAtMs,
      closeTimeMs: listedAtMs + 30 * DAY_MS,
      settlementTimerMs: SETTLEMENT_TIMER_MS,
    }),
  );
  for (const market of markets) exchange.addMarket(market, listedAtMs);
  return { exchange, markets };
}

function passing(
  options: RunExchangeOptions,
  parts: {
    readonly exchange: SimExchange;
    readonly timers: Timers;
    readonly rng: Rng;
    readonly crowd: BusyCrowd;
  },
): PassingMarkets {
  const { crowd } = parts;
  return new PassingMarkets({
    ...parts,
    places: Math.min(MOST_PASSING, Math.ceil(options.markets / 10)),
    market: (n, times) =>
      simulatedMarket(options, {
        series: PASSING_SERIES,
        n,
        ...times,
        settlementTimerMs: PASSING_TIMER_MS,
      }),
    opened: (market) => crowd.join(market),
    closed: (market) => crowd.leave(market),
  });
}

function simulatedMarket(
  { shards = 1, structures = ['linear_cent'] }: RunExchangeOptions,
  of: {
    readonly series: string;
    readonly n: number;
    readonly openTimeMs: EpochMs;
    readonly closeTimeMs: EpochMs;
    readonly settlementTimerMs: number;
  },
): Market {
  const { series, n, openTimeMs, closeTimeMs, settlementTimerMs } = of;
  const eventTicker = `${series}-${n}`;
  const structure = structures[(n - 1) % structures.length] ?? 'linear_cent';
  return {
    ticker: `${eventTicker}-YES`,
    eventTicker,
    seriesTicker: series,
    exchangeIndex: (n - 1) % shards,
    title: `Simulated question ${n}`,
    status: 'active',
    openTimeMs,
    closeTimeMs,
    expectedExpirationMs: closeTimeMs,
    settlementTimerMs,
    priceRanges: PRICE_LEVEL_STRUCTURES[structure],
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
    ...(address.control === undefined ? [] : [`  Control      ${address.control}`]),
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
