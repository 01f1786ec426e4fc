import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { FeederProcess } from '../../local/virtual/feeder-process.ts';
import type { FeederRecorder } from '../../fargate/feeder/feeder-parts.ts';
import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import { scenarioNamed } from '../../local/virtual/scenarios.ts';
import { gameLookup, marketsOfGame } from '../../local/virtual/virtual-markets.ts';
import { VenueScript } from '../../local/virtual/venue-script.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { faultPlanOf, type FaultName } from '../../shared/simulator/faults/fault-plan.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { SpokenCommands } from './spoken-commands.ts';

const CONFIG = toDomainConfig(DEFAULT_CONFIG);

/** Venues that trade and a feeder that listens, with nobody behind its queues. */
export function aFeederWorld(options: {
  readonly seed: number;
  readonly faults?: readonly FaultName[];
  readonly recorder?: (scheduler: Scheduler) => FeederRecorder;
}) {
  const scenario = scenarioNamed('quiet-short-games');
  invariant(scenario !== undefined, 'there is a quiet scenario');
  const rng = seededRng(options.seed).fork('feeder world');
  const games = scenario
    .schedule(rng.fork('schedule'))
    .map((game) => scenario.play(rng.fork('games'), game));
  const startMs = Math.min(...games.map((game) => game.startTimeMs)) - scenario.leadMs;
  const endMs = Math.max(...games.map((game) => game.finalAtMs)) + 300_000;
  const scheduler = new Scheduler({ startMs });
  const exchange = new SimExchange({ rng: rng.fork('read lag') });
  const markets = games.flatMap((game) => marketsOfGame(game, startMs));
  for (const { market } of markets) exchange.addMarket(market, startMs);
  const store = new MemoryHotStore(() => {});
  const telemetry = new MemoryTelemetry();
  const commands: FeederCommand[] = [];
  const events: HistoryEvent[] = [];
  const sent = { ticks: 0, heldTicks: 0, orderUpdates: 0 };
  const queue = (name: keyof typeof sent) => ({
    send: (messages: readonly unknown[]) => {
      sent[name] += messages.length;
      return Promise.resolve();
    },
  });
  const spoken = new SpokenCommands();
  const gameIdOf = gameLookup(games);
  const recorder = options.recorder?.(scheduler);
  const venues = new VenueScript({
    timers: scheduler,
    rng,
    exchange,
    games,
    markets,
    startMs,
    endMs,
    determineAfterMs: 120_000,
    factor: 1,
    onOdds: (frame) => feeder.odds.send(frame),
    onGameState: (state) => feeder.onGameState(state),
    onResult: () => {},
  });
  const feeder: FeederProcess = new FeederProcess({
    scheduler,
    rng: rng.fork('feeder'),
    exchange,
    account: 'nobody',
    markets,
    openOdds: (nowMs) => venues.connectOdds(nowMs),
    gameIdOf,
    reader: {
      markets: () =>
        Promise.resolve({
          kind: 'read',
          value: markets.map(({ market }) => ({ market, result: null })),
        }),
    },
    store,
    commands: spoken,
    queues: {
      ticks: queue('ticks'),
      heldTicks: queue('heldTicks'),
      orderUpdates: queue('orderUpdates'),
    },
    bus: {
      publish: (batch) => {
        events.push(...batch);
        return Promise.resolve();
      },
    },
    telemetry,
    faults: faultPlanOf(options.faults ?? [], {
      rng: rng.fork('faults'),
      window: { fromMs: startMs + 60_000, untilMs: endMs },
      crashPoints: [],
    }),
    maxFrameBytes: 1_048_576,
    pricing: { ...CONFIG.pricing, books: CONFIG.feeds.books },
    untilMs: endMs,
    onCommand: (command) => commands.push(command),
    newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
    ...(recorder !== undefined && { recorder }),
  });
  return {
    /** What the feeder is commanded. */
    spoken,
    scheduler,
    feeder,
    venues,
    store,
    telemetry,
    commands,
    events,
    sent,
    gameIdOf,
    games,
    markets,
    startMs,
    endMs,
  };
}
