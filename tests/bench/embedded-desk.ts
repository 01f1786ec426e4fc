import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { composeFeeder } from '../../fargate/feeder/compose.ts';
import type { Feeder } from '../../fargate/feeder/feeder.ts';
import { healthOf } from '../../fargate/feeder/health.ts';
import type { LambdaHandler } from '../../local/cloud/functions.ts';
import {
  startEmbeddedAccount,
  type EmbeddedAccount,
} from '../../local/embedded/embedded-account.ts';
import { embeddedFunction } from '../../local/embedded/embedded-functions.ts';
import { RunParts } from '../../local/embedded/run-parts.ts';
import { StateFolder } from '../../local/embedded/state-folder.ts';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { startOddsServer } from '../../local/venues/odds-server.ts';
import { startScoreboardServer } from '../../local/venues/scoreboard-server.ts';
import { makeVenueKeys, publicKeyOf } from '../../local/venues/venue-keys.ts';
import { scenarioNamed } from '../../local/virtual/scenarios.ts';
import { marketsOfGame, type ListedMarket } from '../../local/virtual/virtual-markets.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { money } from '../../shared/domain/money/money.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { compressGame } from '../../shared/simulator/games/compressed-game.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { PINNACLE } from '../../shared/simulator/sportsbooks/book-profile.ts';
import { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';
import { Sportsbook } from '../../shared/simulator/sportsbooks/sportsbook.ts';

const HOUR_MS = 3_600_000;
/** The games are hours away, so that nothing is settled and lines hardly move. */
const KICKOFF_IN_MS = 3 * HOUR_MS;
const READY_WITHIN_MS = 60_000;
const LOOK_MS = 20;
const ACCOUNT = 'fairline';

export type DeskMarket = ListedMarket & {
  /** What the sportsbooks believe of YES, but for their error. */
  readonly probability: number;
};

/** The embedded system, open for trading, at venues where nothing happens unless a bench does it. */
export type EmbeddedDesk = {
  readonly account: EmbeddedAccount;
  readonly markets: readonly DeskMarket[];
  readonly timers: MachineTimers;
  readonly close: () => Promise<void>;
};

/** What `npm start` runs, with the deployed functions and feeder, but with an exchange of the bench and without a crowd. */
export async function openEmbeddedDesk(options: {
  readonly exchange: SimExchange;
  /** Looks at a function from beside. */
  readonly beside: (name: string, handler: LambdaHandler) => LambdaHandler;
}): Promise<EmbeddedDesk> {
  const { exchange } = options;
  const folder = mkdtempSync(join(tmpdir(), 'fairline-bench-'));
  const parts = new RunParts();
  const timers = new MachineTimers({ onError: failed });
  const close = async (): Promise<void> => {
    await parts.close(failed);
    timers.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const known: { variables: Readonly<Record<string, string>> } = { variables: {} };
    const identity = { seed: 1, scenario: 'bench', factor: 1, configFingerprint: '0'.repeat(64) };
    const state = StateFolder.open(folder, identity, { nowMs: Date.now(), fresh: true });
    parts.add('the folder', () => Promise.resolve(state.release()));
    const account = await startEmbeddedAccount({
      state,
      timers,
      parts,
      variables: () => known.variables,
      functionOf: (name, environment) =>
        options.beside(name, embeddedFunction(`functions/${name}`, environment, { write: quiet })),
      onStoreLost: (name) => failed('a store', new Error(`${name} ended`)),
      onError: failed,
    });
    const { games, markets } = scriptOf(timers.nowMs());
    known.variables = await openVenues({ ...options, account, games, timers, parts });
    exchange.deposit(ACCOUNT, 0, toDomainConfig(DEFAULT_CONFIG).openingCash);
    exchange.deposit(CROWD, 0, money(1e12));
    for (const { market } of markets) exchange.addMarket(market, timers.nowMs());
    account.cloud.start();
    const feeder = await composeFeeder(
      account.environmentOf(account.cloud.wiring.tasks['feeder']?.environment ?? {}),
      { timers, telemetryWrite: quiet, recordTo: state.recordingDir },
    );
    parts.add('the feeder', async () => {
      await feeder.drain();
    });
    await feeder.start();
    await untilReady(feeder);
    return { account, markets, timers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who trades on the exchange beside us: the bench. */
export const CROWD = 'crowd';

/** The games of a Sunday, moved away from now, and their markets. */
function scriptOf(nowMs: number): {
  readonly games: readonly Game[];
  readonly markets: readonly DeskMarket[];
} {
  const scenario = scenarioNamed('sunday');
  invariant(scenario !== undefined, 'there is a Sunday');
  const rng = seededRng(1);
  const played = scenario.schedule(rng).map((game) => scenario.play(rng.fork('games'), game));
  const scriptStartMs = Math.min(...played.map(({ startTimeMs }) => startTimeMs));
  const toMinute = 60_000 - ((nowMs + KICKOFF_IN_MS) % 60_000);
  const realStartMs = nowMs + KICKOFF_IN_MS + toMinute;
  const games = played.map((game) => compressGame(game, { scriptStartMs, realStartMs, factor: 1 }));
  const markets = games.flatMap((game) => {
    const home = game.trueHomeProbability(nowMs);
    return marketsOfGame(game, nowMs).map((listed) => ({
      ...listed,
      probability: listed.mapping.yesSide === 'home' ? home : 1 - home,
    }));
  });
  return { games, markets };
}

/** Exchange, sportsbook and scoreboard on sockets; what a run must know of them. */
/** The address of a source that is off, and is never asked. */
const OFF = 'http://source-is-off.invalid';

async function openVenues(options: {
  readonly account: EmbeddedAccount;
  readonly exchange: SimExchange;
  readonly games: readonly Game[];
  readonly timers: MachineTimers;
  readonly parts: RunParts;
}): Promise<Readonly<Record<string, string>>> {
  const { account, exchange, games, timers, parts } = options;
  const startMs = timers.nowMs();
  const { keyId, privateKeyPem, oddsToken: token } = await makeVenueKeys();
  const { secrets } = account.cloud;
  secrets.set('kalshi', JSON.stringify({ keyId, privateKeyPem }));
  secrets.set('boltodds', JSON.stringify({ token }));
  const accounts = new Map([[keyId, { account: ACCOUNT, publicKey: publicKeyOf(privateKeyPem) }]]);
  const server = await startExchangeServer({ exchange, accounts, timers, port: 0 });
  parts.add('the exchange', () => server.close());
  const book = new Sportsbook({ rng: seededRng(2), profile: PINNACLE, games, startMs });
  const vendor = new OddsVendor({ books: [book], startMs });
  const odds = await startOddsServer({ vendor, timers, token, port: 0 });
  parts.add('the sportsbook', () => odds.close());
  const board = await startScoreboardServer({ games, timers, port: 0, lagMs: 1_000, startMs });
  parts.add('the scoreboard', () => board.close());
  return {
    FAIRLINE_STAGE: DEFAULT_CONFIG.system.stage,
    FAIRLINE_CONFIG: JSON.stringify(DEFAULT_CONFIG),
    FAIRLINE_NAMESPACE: randomUUID(),
    KALSHI_REST_URL: server.restUrl,
    KALSHI_WS_URL: server.wsUrl,
    BOLTODDS_WS_URL: odds.wsUrl,
    BOLTODDS_REST_URL: odds.restUrl,
    ODDS_API_URL: OFF,
    SCOREBOARD_URL: board.url,
    BALLDONTLIE_URL: OFF,
  };
}

async function untilReady(feeder: Feeder): Promise<void> {
  const giveUpMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const { isReady, problems, status } = healthOf(feeder.status());
    if (isReady && status.tradingState === 'open') return;
    if (performance.now() > giveUpMs)
      throw new Error(`the feeder is not ready: ${problems.join(', ')}; ${status.tradingState}`);
    await sleep(LOOK_MS);
  }
}

/** The log is of no interest here. */
function quiet(): void {}

function failed(where: string, error: unknown): never;
function failed(error: unknown): never;
function failed(...said: readonly unknown[]): never {
  const [where, error = where] = said;
  throw error instanceof Error ? error : new Error(`${String(where)}: ${String(error)}`);
}
