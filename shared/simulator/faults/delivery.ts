import type { EpochMs } from '../../domain/market/market.ts';
import type { Rng } from '../rng.ts';
import type { Scheduler } from '../scheduler.ts';
import { drawDelayMs, type Delay } from './delay.ts';

/** What a link does to each message: probabilities in [0, 1], independent of each other. */
export type FaultMix = {
  readonly delay: Delay;
  readonly drop: number;
  readonly duplicate: number;
  /** The message is held back, so that later ones may overtake it. */
  readonly reorder: number;
};

/** A stretch of time: from inclusive, until exclusive. */
export type TimeWindow = { readonly fromMs: EpochMs; readonly untilMs: EpochMs };

export type LinkOptions<Message> = {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  /** Names its events in a trace. */
  readonly label: string;
  readonly faults: FaultMix;
  /** Messages sent in these windows vanish while the connection seems healthy. */
  readonly silences?: readonly TimeWindow[];
  readonly deliver: (message: Message) => void | Promise<void>;
};

/** sent + duplicated = delivered + dropped + silenced + lostWithConnection + inTransit. */
export type LinkCounters = {
  readonly sent: number;
  readonly duplicated: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly silenced: number;
  readonly lostWithConnection: number;
  readonly inTransit: number;
  /** Of those delivered, how many came after one that was sent later. */
  readonly reordered: number;
};

/** A held-back message and a second copy come later by this mean. */
const HELD_BACK_MEAN_MS = 250;

/**
 * A one-way stream of messages, in order like a socket unless its faults say otherwise. Closing it loses what is in
 * transit; what is sent while it is closed is lost too.
 */
export class FaultyLink<Message> {
  readonly #options: LinkOptions<Message>;
  #connection = 0;
  #isOpen = true;
  #lastInOrderMs: EpochMs = Number.NEGATIVE_INFINITY;
  #latestDelivered = -1;
  #sent = 0;
  #duplicated = 0;
  #delivered = 0;
  #dropped = 0;
  #silenced = 0;
  #lostWithConnection = 0;
  #inTransit = 0;
  #reordered = 0;

  constructor(options: LinkOptions<Message>) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get counters(): LinkCounters {
    return {
      sent: this.#sent,
      duplicated: this.#duplicated,
      delivered: this.#delivered,
      dropped: this.#dropped,
      silenced: this.#silenced,
      lostWithConnection: this.#lostWithConnection,
      inTransit: this.#inTransit,
      reordered: this.#reordered,
    };
  }

  /** Sends a message that arrives zero, one or two times. */
  send(message: Message): void {
    const { rng, faults, scheduler } = this.#options;
    const sequence = this.#sent;
    this.#sent += 1;
    // All draws are taken whatever becomes of the message: one fault does not move the others.
    const isDropped = rng.chance(faults.drop);
    const isDuplicated = rng.chance(faults.duplicate);
    const isHeldBack = rng.chance(faults.reorder);
    const delayMs = drawDelayMs(rng, faults.delay);
    const holdMs = Math.ceil(rng.exponential(HELD_BACK_MEAN_MS));
    if (!this.#isOpen) {
      this.#lostWithConnection += 1;
      return;
    }
    if (this.#isSilent()) {
      this.#silenced += 1;
      return;
    }
    if (isDropped) {
      this.#dropped += 1;
      return;
    }
    const inOrderMs = Math.max(scheduler.nowMs() + delayMs, this.#lastInOrderMs);
    if (!isHeldBack) this.#lastInOrderMs = inOrderMs;
    this.#transmit(message, sequence, isHeldBack ? inOrderMs + holdMs : inOrderMs);
    if (isDuplicated) {
      this.#duplicated += 1;
      this.#transmit(message, sequence, inOrderMs + holdMs);
    }
  }

  /** Closes the connection: what is in transit never arrives. */
  disconnect(): void {
    this.#isOpen = false;
    this.#connection += 1;
    this.#lostWithConnection += this.#inTransit;
    this.#inTransit = 0;
  }

  connect(): void {
    this.#isOpen = true;
  }

  #transmit(message: Message, sequence: number, timeMs: EpochMs): void {
    const connection = this.#connection;
    this.#inTransit += 1;
    this.#options.scheduler.at(timeMs, this.#options.label, () => {
      if (connection !== this.#connection) return undefined;
      this.#inTransit -= 1;
      this.#delivered += 1;
      if (sequence < this.#latestDelivered) this.#reordered += 1;
      this.#latestDelivered = Math.max(this.#latestDelivered, sequence);
      return this.#options.deliver(message);
    });
  }

  #isSilent(): boolean {
    const nowMs = this.#options.scheduler.nowMs();
    return (this.#options.silences ?? []).some(
      ({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs,
    );
  }
}
