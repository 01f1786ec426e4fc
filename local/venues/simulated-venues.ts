import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Money } from '../../shared/domain/money/money.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import {
  compressGame,
  realTimeOf,
  type Compression,
} from '../../shared/simulator/games/compressed-game.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { VenueTruth } from '../invariants/books.ts';
import type { Scenario } from '../virtual/scenarios.ts';
import { DETERMINE_AFTER_MS, SCOREBOARD_LAG_MS, VenueScript } from '../virtual/venue-script.ts';
import { venueTruth } from '../virtual/venue-truth.ts';
import { marketsOfGame, type ListedMarket } from '../virtual/virtual-markets.ts';
import { startExchangeServer, type ExchangeServer } from './exchange-server.ts';
import { startExtraSources, type ExtraSources, type ExtraSourcesOn } from './extra-sources.ts';
import { LoggedExchange } from './logged-exchange.ts';
import { startOddsServer } from './odds-server.ts';
import { startScoreboardServer } from './scoreboard-server.ts';
import { publicKeyOf } from './venue-keys.ts';
import { ALIVE_EVERY_MS, openVenueState, type VenueState } from './venue-state.ts';
import { VenueTimers } from './venue-timers.ts';

export type SimulatedVenuesOptions = {
  readonly seed: number;
  readonly scenario: Pick<Scenario, 'name' | 'schedule' | 'play' | 'leadMs'>;
  readonly timers: Timers;
  /** How many times as fast as the machine's clock the script runs: games, settlement timers, the wait for results. */
  readonly factor: number;
  /** Where the exchange's memory is kept, so that it survives a kill; null keeps nothing. */
  readonly stateDir: string | null;
  readonly account: { readonly name: string; readonly openingCash: Money };
  /** 0 takes a free one. */
  readonly ports: { readonly exchange: number; readonly odds: number; readonly scoreboard: number };
  /** Sources beside them; off when left out. */
  readonly extra?: ExtraSourcesOn;
};

export type SimulatedVenues = {
  readonly exchange: LoggedExchange;
  /** On the machine's clock. */
  readonly games: readonly Game[];
  readonly markets: readonly ListedMarket[];
  /** Up to `/trade-api/v2` and `/trade-api/ws/v2`. */
  readonly restUrl: string;
  readonly wsUrl: string;
  /** Without the key. */
  readonly oddsUrl: string;
  /** Up to `/api`, without the key. */
  readonly oddsRestUrl: string;
  readonly scoreboardUrl: string;
  readonly extra: ExtraSources;
  readonly keyId: string;
  readonly privateKeyPem: string;
  readonly oddsToken: string;
  readonly compression: Compression;
  /** True when an exchange that was killed goes on. */
  readonly isResumed: boolean;
  /** When everything is settled. */
  readonly endMs: EpochMs;
  readonly truth: () => VenueTruth;
  /** Drops the exchange's WebSockets without a word. */
  readonly dropStreams: () => void;
  readonly close: () => Promise<void>;
};

/** Compressed waits are not shorter: a client must be able to see a market closed before it is settled. */
const LEAST_WAIT_MS = 250;
const LEAST_LAG_MS = 1_000;
/** From the last settlement until the venues have nothing more to do. */
const TAIL_MS = 1_000;

/**
 * Exchange, sportsbooks and scoreboard of a scripted day on real sockets of this machine. The script is compressed; the
 * venues are not: quotes, pings and read lags have the machine's own speed, so that limits of staleness mean what they
 * say. With a folder, the exchange goes on where it stood when it was killed. Throws `PortUnavailable`, `UnusableState`
 * and `DamagedLog`.
 */
export async function startSimulatedVenues(
  options: SimulatedVenuesOptions,
): Promise<SimulatedVenues> {
  const { seed, scenario, factor, account } = options;
  const state = await openVenueState(
    options.stateDir,
    { seed, scenario: scenario.name, factor },
    options.timers.nowMs(),
  );
  const timers = new VenueTimers(options.timers, state.inputs.at(-1)?.[1] ?? 0);
  const script = readScript(options, state);
  const rng = seededRng(seed).fork(scenario.name);
  const exchange = new LoggedExchange({ rng: rng.fork('read lag') });
  const isResumed = state.inputs.length > 0;
  exchange.replay(state.inputs);
  if (state.log !== null) exchange.writeTo(state.log);
  listMarkets(exchange, script.markets, account, timers.nowMs());
  if (isResumed) withdrawCrowd(exchange, timers.nowMs());

  const { games, markets, compression } = script;
  const determineAfterMs = compressed(DETERMINE_AFTER_MS, factor);
  const lastFinalMs = Math.max(...games.map(({ finalAtMs }) => finalAtMs));
  const settlementMs = Math.max(...markets.map(({ market }) => market.settlementTimerMs));
  const endMs = lastFinalMs + determineAfterMs + settlementMs + TAIL_MS;
  const venues = new VenueScript({
    timers,
    rng: isResumed ? rng.fork(`resumed ${state.inputs.length}`) : rng,
    exchange,
    games,
    markets,
    startMs: timers.nowMs(),
    endMs,
    determineAfterMs,
    factor,
    onOdds: null,
    onGameState: () => {},
    onResult: () => {},
  });
  const opened: { readonly close: () => Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    venues.close();
    timers.close();
    await Promise.all(opened.map((server) => server.close()));
    state.log?.close();
  };
  try {
    const { keyId, privateKeyPem, oddsToken } = state.keys;
    const accounts = new Map([
      [keyId, { account: account.name, publicKey: publicKeyOf(privateKeyPem) }],
    ]);
    const { ports } = options;
    const exchangeServer: ExchangeServer = await startExchangeServer({
      exchange,
      accounts,
      timers,
      port: ports.exchange,
    });
    opened.push(exchangeServer);
    const odds = await startOddsServer({
      vendor: venues.vendor,
      timers,
      token: oddsToken,
      port: ports.odds,
    });
    opened.push(odds);
    const scoreboard = await startScoreboardServer({
      games,
      timers,
      port: ports.scoreboard,
      lagMs: Math.max(LEAST_LAG_MS, SCOREBOARD_LAG_MS / factor),
      startMs: timers.nowMs(),
    });
    opened.push(scoreboard);
    const extra = await startExtraSources({
      on: options.extra ?? { oddsApi: false, balldontlie: false },
      games,
      rng: rng.fork('extra sources'),
      timers,
    });
    opened.push(extra);
    venues.begin();
    sayAlive(state, timers);
    return {
      exchange,
      games,
      markets,
      restUrl: exchangeServer.restUrl,
      wsUrl: exchangeServer.wsUrl,
      oddsUrl: odds.wsUrl,
      oddsRestUrl: odds.restUrl,
      scoreboardUrl: scoreboard.url,
      extra,
      keyId,
      privateKeyPem,
      oddsToken,
      compression,
      isResumed,
      endMs,
      truth: () => venueTruth(exchange, account.name),
      dropStreams: exchangeServer.dropStreams,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The games of the script on the machine's clock, and the markets as they were listed when it first began. */
function readScript(
  { seed, scenario, factor }: SimulatedVenuesOptions,
  { originMs, firstOriginMs }: VenueState,
): {
  readonly games: readonly Game[];
  readonly markets: readonly ListedMarket[];
  readonly compression: Compression;
} {
  const rng = seededRng(seed).fork(scenario.name);
  const played = scenario
    .schedule(rng.fork('schedule'))
    .map((game) => scenario.play(rng.fork('games'), game));
  const scriptStartMs = Math.min(...played.map(({ startTimeMs }) => startTimeMs)) - scenario.leadMs;
  const compression: Compression = { scriptStartMs, realStartMs: originMs, factor };
  const first: Compression = { ...compression, realStartMs: firstOriginMs };
  const markets = played.flatMap((game) =>
    marketsOfGame(compressGame(game, first), firstOriginMs).map(({ market, mapping, details }) => ({
      details,
      market: {
        ...market,
        expectedExpirationMs: realTimeOf(game.startTimeMs + GAME_MS, first),
        settlementTimerMs: compressed(market.settlementTimerMs, factor),
      },
      mapping: { ...mapping, startTimeMs: realTimeOf(game.startTimeMs, compression) },
    })),
  );
  return { games: played.map((game) => compressGame(game, compression)), markets, compression };
}

const GAME_MS = 3 * 3_600_000;

/** A wait of the script on the machine's clock, in whole milliseconds. */
function compressed(waitMs: number, factor: number): number {
  return Math.max(LEAST_WAIT_MS, Math.ceil(waitMs / factor));
}

/** Each once: what a log has already told stands. A process that was killed in between left the rest to do. */
function listMarkets(
  exchange: LoggedExchange,
  markets: readonly ListedMarket[],
  account: SimulatedVenuesOptions['account'],
  nowMs: EpochMs,
): void {
  // Paid in before anything else happens, so that even a lagging read shows it.
  if (exchange.floor.accounts.find(account.name) === undefined)
    exchange.deposit(account.name, 0, account.openingCash);
  for (const { market, details } of markets)
    if (exchange.floor.listing(market.ticker) === undefined)
      exchange.addMarket(market, nowMs, details);
}

/** The crowd of a script that goes on is a new one: what the old one left in the books would stand there for ever. */
function withdrawCrowd(exchange: LoggedExchange, nowMs: EpochMs): void {
  for (const { engine } of exchange.floor.listings())
    for (const order of engine.resting())
      if (exchange.isOfCrowd(order.account)) exchange.withdraw(order, nowMs);
}

function sayAlive(state: VenueState, timers: VenueTimers): void {
  const say = (): void => {
    state.log?.append(['alive', timers.nowMs()]);
    timers.after(ALIVE_EVERY_MS, 'venues are alive', say);
  };
  if (state.log !== null) say();
}
