import { Feeder } from '../../fargate/feeder/feeder.ts';
import {
  FEEDER_LIMITS,
  NO_CHECKS,
  type DirectoryEntry,
  type FeederParts,
  type FeederRecorder,
} from '../../fargate/feeder/feeder-parts.ts';
import { FeederPublisher } from '../../fargate/feeder/publish.ts';
import { FeederSession, type OrderMessage } from '../../fargate/feeder/session.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type {
  MarketStream,
  MarketStreamHandlers,
  OddsStream,
  OddsStreamHandlers,
} from '../../shared/ports/streams.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { setImmediate } from 'node:timers/promises';
import { A, B, mappingOf } from './feeder-events.ts';
import { aMarket, NOON } from './trade-builders.ts';

/** A stream that a test speaks through; opened once, like a real one. */
export class SpokenStream implements MarketStream {
  handlers: MarketStreamHandlers | null = null;
  markets: readonly string[] = [];
  closed = false;
  readonly asked: (readonly string[])[] = [];
  /** Markets as they were changed on the open connection. */
  readonly sets: (readonly string[])[] = [];

  open(markets: readonly string[], handlers: MarketStreamHandlers): void {
    if (this.handlers !== null) throw new Error('a stream is opened once');
    this.markets = markets;
    this.handlers = handlers;
  }

  setMarkets(markets: readonly string[]): void {
    this.markets = markets;
    this.sets.push(markets);
    this.handlers?.onMarkets(7, markets);
  }

  requestSnapshots(_subscription: number, markets: readonly string[]): void {
    this.asked.push(markets);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  connect(): void {
    this.handlers!.onConnected();
    this.handlers!.onSubscribed(7, this.markets);
  }

  say(event: MarketDataEvent, atMs: number): void {
    this.handlers!.onFrame('{}', atMs);
    this.handlers!.onEvent(event, atMs);
  }
}

export class SpokenOdds implements OddsStream {
  handlers: OddsStreamHandlers | null = null;
  closed = false;

  open(handlers: OddsStreamHandlers): void {
    this.handlers = handlers;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Queues and a bus that keep what they are sent, and fail while they are told to. */
export class Outbox {
  readonly ticks: MarketTick[] = [];
  readonly heldTicks: MarketTick[] = [];
  readonly orderMessages: OrderMessage[] = [];
  readonly events: HistoryEvent[] = [];
  /** Sizes of the batches of ticks. */
  readonly batches: number[] = [];
  down = false;
  failures = 0;

  keep<T>(into: T[], messages: readonly T[]): Promise<void> {
    if (this.down) {
      this.failures += 1;
      return Promise.reject(new Error('the queue is down'));
    }
    into.push(...messages);
    return Promise.resolve();
  }

  publisher(timers: Scheduler, telemetry = new MemoryTelemetry()): FeederPublisher {
    return new FeederPublisher({
      timers,
      telemetry,
      ticks: {
        send: (ticks) => {
          this.batches.push(ticks.length);
          return this.keep(this.ticks, ticks);
        },
      },
      heldTicks: { send: (ticks) => this.keep(this.heldTicks, ticks) },
      orderMessages: { send: (messages) => this.keep(this.orderMessages, messages) },
      bus: { publish: (events) => this.keep(this.events, events) },
    });
  }
}

export const ENTRIES: readonly DirectoryEntry[] = [
  { market: aMarket(), mapping: mappingOf(A) },
  { market: aMarket({ ticker: B }), mapping: mappingOf(B, 'away') },
];

/** A feeder whose world is a test. Each part may be given; time passes by `passTime`. */
export function aFeederDesk(
  change: Partial<FeederParts> & {
    readonly clock?: Scheduler;
    readonly store?: HotStore;
    readonly recorder?: FeederRecorder;
  } = {},
) {
  const clock = change.clock ?? new Scheduler({ startMs: NOON });
  const store = change.store ?? new MemoryHotStore();
  const telemetry = new MemoryTelemetry();
  const streams: SpokenStream[] = [];
  const odds: SpokenOdds[] = [];
  const outbox = new Outbox();
  const failures: string[] = [];
  const feeder = new Feeder({
    timers: clock,
    newStream: () => {
      const stream = new SpokenStream();
      streams.push(stream);
      return stream;
    },
    oddsFeeds: [
      {
        feed: 'boltodds',
        newStream: () => {
          const stream = new SpokenOdds();
          odds.push(stream);
          return stream;
        },
      },
    ],
    scoreboards: [],
    pricing: null,
    directory: () => Promise.resolve({ kind: 'read', value: ENTRIES }),
    reader: {
      markets: () =>
        Promise.resolve({
          kind: 'read',
          value: ENTRIES.map(({ market }) => ({ market, result: null })),
        }),
    },
    trading: null,
    quoting: null,
    checks: NO_CHECKS,
    commands: null,
    store,
    publisher: outbox.publisher(clock, telemetry),
    recorder: null,
    telemetry,
    holder: 'feeder-1',
    run: { stage: 'paper', commit: null, branch: null },
    limits: FEEDER_LIMITS,
    newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
    onCommand: () => {},
    onFailure: (task) => failures.push(task),
    ...change,
  });
  const passTime = (ms: number) => {
    clock.after(ms, 'time passes', () => {});
    return clock.run({ untilMs: clock.nowMs() + ms, turn: setImmediate });
  };
  return {
    feeder,
    clock,
    store,
    telemetry,
    streams,
    odds,
    outbox,
    failures,
    passTime,
    /** The stream of the epoch that runs now. */
    stream: (): SpokenStream => streams.at(-1)!,
    logged: () => telemetry.lines().map(({ event }) => event),
  };
}
