import type { OrderMessage } from '../../shared/application/apply-order-update.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { EventBus, HistoryEvent } from '../../shared/ports/history.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { modelledDollars } from './publish-cost.ts';
import { SendLane, type LaneCounts } from './send-lane.ts';

/** A tick waits at most this long for others to share a request with. */
export const TICK_LINGER_MS = 20;
/** Changes of state are for analysis and for the settlement queue: they can wait for company a little longer. */
const EVENT_LINGER_MS = 100;
/** A tick that could not be sent so often is too old to be scored. */
const TICK_ATTEMPTS = 3;
/** Events that wait while the bus is down; beyond it the oldest go. */
const MAX_PENDING_EVENTS = 20_000;
/** One tick in so many is measured for the model of cost. */
const SIZE_SAMPLE = 64;

export type PublisherParts = {
  readonly timers: Timers;
  readonly ticks: Queue<MarketTick>;
  readonly heldTicks: Queue<MarketTick>;
  readonly orderMessages: Queue<OrderMessage>;
  readonly bus: EventBus;
  readonly telemetry: Telemetry;
};

export type PublishCounts = {
  /** Frames and states that came in. */
  readonly rawFrames: number;
  readonly ticks: LaneCounts;
  readonly heldTicks: LaneCounts;
  readonly orderMessages: LaneCounts;
  readonly events: LaneCounts;
  /** Mean JSON bytes of a tick, by sample; 0 before the first. */
  readonly tickBytes: number;
  /** What queues and bus bill, in dollars; see `modelledDollars`. */
  readonly dollars: number;
  /** The same per million raw frames; 0 before the first. */
  readonly dollarsPerMillionFrames: number;
};

/**
 * Everything that the feeder says, batched. Order messages go at once, are tried until they arrive and are never
 * dropped: what the exchange did to our orders is rare and dear. Ticks are dropped first: of each market only the
 * newest waits, so memory is bounded by the number of markets.
 */
export class FeederPublisher {
  readonly #telemetry: Telemetry;
  readonly #ticks: SendLane<MarketTick>;
  readonly #heldTicks: SendLane<MarketTick>;
  readonly #orderMessages: SendLane<OrderMessage>;
  readonly #events: SendLane<HistoryEvent>;
  #rawFrames = 0;
  #ticksSaid = 0;
  #sampledTicks = 0;
  #sampledBytes = 0;

  constructor(parts: PublisherParts) {
    const { timers, telemetry } = parts;
    this.#telemetry = telemetry;
    const common = {
      timers,
      keyOf: null,
      maxAttempts: Number.POSITIVE_INFINITY,
      maxPending: Number.POSITIVE_INFINITY,
      onFailure: (lane: string, error: unknown) => this.#onFailure(lane, error),
      onGivenUp: (lane: string, messages: number) => this.#onGivenUp(lane, messages),
    };
    const tickLane = (name: string, queue: Queue<MarketTick>): SendLane<MarketTick> =>
      new SendLane<MarketTick>({
        ...common,
        name,
        send: (ticks) => queue.send(ticks),
        lingerMs: TICK_LINGER_MS,
        keyOf: (tick) => tick.market.ticker,
        maxAttempts: TICK_ATTEMPTS,
      });
    this.#ticks = tickLane('ticks', parts.ticks);
    this.#heldTicks = tickLane('held-ticks', parts.heldTicks);
    this.#orderMessages = new SendLane<OrderMessage>({
      ...common,
      name: 'order-updates',
      send: (messages) => parts.orderMessages.send(messages),
      lingerMs: 0,
    });
    this.#events = new SendLane<HistoryEvent>({
      ...common,
      name: 'events',
      send: (events) => parts.bus.publish(events),
      lingerMs: EVENT_LINGER_MS,
      maxPending: MAX_PENDING_EVENTS,
    });
  }

  /** A frame or state came in: what the budget is counted against. */
  onRawFrame(): void {
    this.#rawFrames += 1;
  }

  tick(tick: MarketTick, held: boolean): void {
    if (this.#ticksSaid++ % SIZE_SAMPLE === 0) {
      this.#sampledTicks += 1;
      this.#sampledBytes += JSON.stringify(tick).length;
    }
    if (held) this.#heldTicks.add(tick);
    this.#ticks.add(tick);
  }

  orderMessage(message: OrderMessage): void {
    this.#orderMessages.add(message);
  }

  event(event: HistoryEvent): void {
    this.#events.add(event);
  }

  /** Messages that are not known to have arrived. */
  get depth(): number {
    return this.#lanes().reduce((sum, lane) => sum + lane.depth, 0);
  }

  get counts(): PublishCounts {
    const tickBytes = this.#sampledTicks === 0 ? 0 : this.#sampledBytes / this.#sampledTicks;
    const lanes = {
      ticks: this.#ticks.counts,
      heldTicks: this.#heldTicks.counts,
      orderMessages: this.#orderMessages.counts,
      events: this.#events.counts,
    };
    const dollars = modelledDollars({ ...lanes, tickBytes });
    return {
      rawFrames: this.#rawFrames,
      ...lanes,
      tickBytes,
      dollars,
      dollarsPerMillionFrames: this.#rawFrames === 0 ? 0 : (dollars / this.#rawFrames) * 1_000_000,
    };
  }

  /** Ticks of an epoch that is over are not said any more; what happened still is. */
  dropTicks(): void {
    this.#ticks.clear();
    this.#heldTicks.clear();
  }

  /** Resolves when everything has arrived; order messages go first. Bounded by the caller. */
  async flush(): Promise<void> {
    await Promise.all(this.#lanes().map((lane) => lane.flush()));
  }

  /** The process is over: what waits is lost. */
  kill(): void {
    for (const lane of this.#lanes()) lane.close();
  }

  #lanes() {
    return [this.#orderMessages, this.#heldTicks, this.#ticks, this.#events] as const;
  }

  #onFailure(lane: string, error: unknown): void {
    this.#telemetry.count('feeder.send_failed', 1);
    const why = error instanceof Error ? error.name : typeof error;
    this.#telemetry.log('warn', 'send_failed', { lane, why });
  }

  #onGivenUp(lane: string, messages: number): void {
    this.#telemetry.count('feeder.given_up', messages);
    this.#telemetry.log('error', 'messages_given_up', { lane, messages });
  }
}
