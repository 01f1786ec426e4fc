import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Feeder } from '../../../fargate/feeder/feeder.ts';
import { FEEDER_LIMITS, NO_CHECKS } from '../../../fargate/feeder/feeder-parts.ts';
import { FolderSink } from '../../../fargate/feeder/folder-sink.ts';
import { askHealth, healthOf, serveHealth } from '../../../fargate/feeder/health.ts';
import { MarketDirectory, marketReader } from '../../../fargate/feeder/market-directory.ts';
import { FeederPublisher } from '../../../fargate/feeder/publish.ts';
import { SegmentRecorder } from '../../../fargate/feeder/record.ts';
import { FeederSession, type FeederCommand } from '../../../fargate/feeder/session.ts';
import { startSimulatedVenues } from '../../../local/venues/simulated-venues.ts';
import { scenarioNamed } from '../../../local/virtual/scenarios.ts';
import { BoltOddsStream } from '../../../shared/adapters/boltodds/boltodds-stream.ts';
import type { BoltGame } from '../../../shared/adapters/boltodds/wire/frames.ts';
import { parseBoltWhen } from '../../../shared/adapters/boltodds/wire/when.ts';
import { EspnScoreboard } from '../../../shared/adapters/espn/espn-scoreboard.ts';
import { KalshiCatalogue } from '../../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiMarketStream } from '../../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { requestSigner } from '../../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../../shared/adapters/kalshi/signed-http-transport.ts';
import { MachineTimers } from '../../../shared/adapters/machine/machine-timers.ts';
import { MemoryDecisionLog } from '../../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { discoverMarkets } from '../../../shared/application/discover-markets.ts';
import { NO_FAULTS } from '../../../shared/application/effect-points.ts';
import { takeLease } from '../../../shared/application/feeder-lease.ts';
import { DEFAULT_CONFIG } from '../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../shared/contracts/domain-config.ts';
import { canonicalJson } from '../../../shared/domain/decisions/canonical-json.ts';
import { toCanonical } from '../../../shared/domain/decisions/canonical-value.ts';
import { money } from '../../../shared/domain/money/money.ts';
import type { MarketTick } from '../../../shared/domain/market/market-tick.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import { frameRecording } from '../../../shared/replay/frame-segments.ts';
import { playFrames } from '../../../shared/replay/play-frames.ts';
import { TRADING_CONFIG } from '../../support/trading-desk.ts';

const MAX_FRAME_BYTES = 16_777_216;

/** The simulated venues on sockets of this machine, and a feeder over the deployed adapters with stores in memory. */
async function aFeederOnSockets() {
  const failures: unknown[] = [];
  const timers = new MachineTimers({ onError: (error) => failures.push(error) });
  const venues = await startSimulatedVenues({
    seed: 11,
    scenario: scenarioNamed('quiet-short-games')!,
    timers,
    factor: 60,
    stateDir: null,
    account: { name: 'fairline', openingCash: money(10_000_000_000) },
    ports: { exchange: 0, odds: 0, scoreboard: 0 },
  });
  const dir = mkdtempSync(join(tmpdir(), 'feeder-sockets-'));
  const { keyId, privateKeyPem } = venues;
  const signer = requestSigner({ keyId, privateKeyPem });
  const transport = new SignedHttpTransport({
    restUrl: venues.restUrl,
    signer,
    nowMs: () => timers.nowMs(),
    timeoutMs: 2_000,
  });
  const exchange = new KalshiExchange(transport);
  const telemetry = new MemoryTelemetry();
  const store = new MemoryHotStore();
  const board = () =>
    new EspnScoreboard({
      baseUrl: venues.scoreboardUrl,
      leagues: ['nfl'],
      timers,
      requestsPerHour: 3_600,
      liveMs: 1_000,
      breaker: { failures: 5, openMs: 5_000 },
      timeoutMs: 2_000,
      maxBytes: MAX_FRAME_BYTES,
    });
  const catalogue = new KalshiCatalogue({ transport });
  const directory = new MarketDirectory({
    discover: () =>
      discoverMarkets(
        { catalogue, filters: toDomainConfig(DEFAULT_CONFIG).filters, telemetry },
        { series: ['KXNFLGAME'], nowMs: timers.nowMs() },
      ),
    forget: () => {},
    games: () => board().listings(),
    catalogue,
    held: () => Promise.resolve([]),
    telemetry,
  });
  const gameIdOf = ({ homeTeam: home, awayTeam: away, when }: BoltGame) => {
    const startTimeMs = when === null ? null : parseBoltWhen(when);
    return typeof startTimeMs === 'number'
      ? directory.gameIdOf('boltodds', { league: 'nfl', home, away, startTimeMs })
      : null;
  };
  const commands: FeederCommand[] = [];
  const ticks: MarketTick[] = [];
  const events: HistoryEvent[] = [];
  const feeder = new Feeder({
    timers,
    newStream: () =>
      new KalshiMarketStream({
        wsUrl: venues.wsUrl,
        signer,
        timers,
        random: Math.random,
        maxFrameBytes: MAX_FRAME_BYTES,
        backoff: { leastMs: 0, baseMs: 50, mostMs: 200 },
      }),
    oddsFeeds: [
      {
        feed: 'boltodds',
        newStream: () =>
          new BoltOddsStream({
            wsUrl: venues.oddsUrl,
            token: venues.oddsToken,
            filters: { sports: ['NFL'], markets: ['Moneyline'] },
            gameIdOf,
            timers,
            random: Math.random,
            maxFrameBytes: MAX_FRAME_BYTES,
          }),
      },
    ],
    scoreboards: [{ source: 'espn', newScoreboard: board }],
    pricing: { ...toDomainConfig(DEFAULT_CONFIG).pricing, books: ['pinnacle', 'draftkings'] },
    directory: () => directory.read(),
    reader: marketReader(catalogue),
    trading: {
      clock: timers,
      store,
      exchange,
      groups: null,
      decisions: new MemoryDecisionLog(),
      telemetry,
      config: TRADING_CONFIG,
      points: NO_FAULTS,
    },
    quoting: null,
    checks: NO_CHECKS,
    commands: null,
    store,
    publisher: new FeederPublisher({
      timers,
      ticks: { send: (batch) => Promise.resolve(void ticks.push(...batch)) },
      heldTicks: { send: () => Promise.resolve() },
      orderMessages: { send: () => Promise.resolve() },
      bus: { publish: (batch) => Promise.resolve(void events.push(...batch)) },
      telemetry,
    }),
    recorder: new SegmentRecorder({
      timers,
      sink: new FolderSink(dir),
      holder: 'sockets',
      secrets: [venues.oddsToken, keyId],
    }),
    telemetry,
    holder: 'sockets',
    run: { stage: 'demo', commit: null, branch: null },
    limits: FEEDER_LIMITS,
    newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
    onCommand: (command) => commands.push(command),
    onFailure: (task, error) => failures.push([task, error]),
  });
  onTestFinished(async () => {
    feeder.kill();
    transport.close();
    await venues.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    feeder,
    venues,
    timers,
    store,
    commands,
    ticks,
    events,
    failures,
    telemetry,
    dir,
    gameIdOf,
  };
}

const bytesOf = (command: FeederCommand): string => canonicalJson(toCanonical(command));

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let looks = 0; looks < 400; looks += 1) {
    if (holds()) return;
    await sleep(25);
  }
  throw new Error(`after 10 s: ${what}`);
}

describe('the feeder on real sockets', () => {
  it('leads, recovers, reconnects, drains, and its recording plays again to the same bytes', async () => {
    const desk = await aFeederOnSockets();
    const { feeder, venues, ticks, commands } = desk;
    await feeder.start();
    await until(
      () =>
        ticks.some(
          ({ legs, game, book }) => legs.length > 0 && game !== null && book.sync === 'synced',
        ),
      'there is a tick with books, lines and a game',
    );
    await until(() => feeder.status().isRecovered, 'it has recovered');
    await until(() => healthOf(feeder.status()).isReady, 'it is ready');
    const told = () => desk.events.flatMap((event) => (event.kind === 'market' ? [event] : []));
    const listed = venues.markets.map(({ market }) => market.ticker).toSorted();
    await until(() => told().length >= listed.length, 'each market was told of');
    const tickers = told().map(({ market }) => market.ticker);
    expect([...new Set(tickers)].toSorted()).toEqual(listed);
    expect(told().every(({ mapping }) => mapping !== null)).toBe(true);

    venues.dropStreams();
    await until(() => feeder.counts.reconnects > 0, 'it has reconnected');
    const resynced = ticks.length;
    await until(
      () => ticks.slice(resynced).some(({ book }) => book.sync === 'synced'),
      'books are synced again',
    );

    expect(await feeder.drain()).toBe(true);
    expect(await takeLease(desk.store, 'the next one', desk.timers.nowMs())).toMatchObject({
      epoch: 2,
    });
    expect(desk.failures).toEqual([]);
    const recording = frameRecording(desk.dir);
    expect(recording.manifest.state).toBe('complete');
    const again: FeederCommand[] = [];
    playFrames<FeederCommand>({
      frames: recording.frames(),
      newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
      gameIdOf: desk.gameIdOf,
      maxFrameBytes: { kalshi: MAX_FRAME_BYTES, odds: MAX_FRAME_BYTES },
      onCommands: (given) => again.push(...given),
    });
    expect(again.map(bytesOf)).toEqual(commands.map(bytesOf));
    const raw = [...recording.frames()].map(({ payload }) => payload).join('\n');
    expect(raw).not.toContain(venues.oddsToken);
    expect(raw).not.toContain(venues.keyId);
  }, 30_000);

  it('answers how it is on this machine only, and not when it is gone', async () => {
    const desk = await aFeederOnSockets();
    const server = await serveHealth(0, desk.feeder);
    expect(await askHealth(server.port)).toMatchObject({ isLive: true, isReady: false });
    desk.feeder.kill();
    expect(await askHealth(server.port)).toMatchObject({ isLive: false });
    await server.close();
    expect(await askHealth(server.port)).toEqual({
      isLive: false,
      isReady: false,
      problems: [`nothing answers on port ${server.port}`],
    });
  });
});
