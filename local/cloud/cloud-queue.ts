import { invariant } from '../../shared/domain/money/invariant.ts';
import { drawDelayMs } from '../../shared/simulator/faults/delay.ts';
import type { QueueFaults } from '../../shared/simulator/faults/queue-faults.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import { messageIds } from './message-ids.ts';
import { copyOf, parseHandle, receivedOf, type Copy } from './queue-copy.ts';
import type {
  CloudQueueOptions,
  DeadLetterSink,
  QueueAttributes,
  QueueCounters,
  QueueEntry,
  ReceivedMessage,
  ReceiveOptions,
} from './queue-types.ts';
import { QueueWaiters } from './queue-waiters.ts';
import { WaitingLine } from './waiting-line.ts';

/** A second copy of a message comes later by this mean. */
const DUPLICATE_MEAN_MS = 2_000;

/**
 * A standard SQS queue: at least once, in no promised order, hidden while in flight, shown again after the visibility
 * timeout. SQS moves a message to the dead-letter queue when it would be received once more than allowed; here that is
 * the moment in which it would become visible again, so that a dead message never waits for a receiver.
 */
export class CloudQueue implements DeadLetterSink {
  readonly name: string;
  readonly #options: CloudQueueOptions;
  readonly #labels: { readonly arrives: string; readonly again: string };
  readonly #nextId: () => string;
  readonly #visible = new WaitingLine<Copy>();
  readonly #copies = new Map<number, Copy>();
  readonly #waiters: QueueWaiters;
  readonly #listeners: (() => void)[] = [];
  #nextNumber = 0;
  #delayed = 0;
  #inFlight = 0;
  readonly #counts = {
    sent: 0,
    duplicated: 0,
    delivered: 0,
    redelivered: 0,
    reordered: 0,
    processed: 0,
    deadLettered: 0,
    expired: 0,
  };

  constructor(options: CloudQueueOptions) {
    const { name, visibilityTimeoutMs, redrive } = options;
    invariant(visibilityTimeoutMs >= 0, `queue ${name} hides a message for no negative time`);
    invariant(
      (redrive?.maxReceives ?? 1) > 0,
      `queue ${name} gives a message up after at least one receive`,
    );
    this.name = name;
    this.#options = options;
    this.#labels = { arrives: `${name} arrives`, again: `${name} shows again` };
    this.#waiters = new QueueWaiters(options.timers, `${name} wakes`, (wanted) =>
      this.#takeFor(wanted),
    );
    this.#nextId = messageIds(name, options.timers.nowMs());
  }

  get counters(): QueueCounters {
    this.#expireFront();
    return {
      ...this.#counts,
      waiting: this.#visible.size + this.#delayed,
      inFlight: this.#inFlight,
    };
  }

  /** Nothing waits and nothing is in flight. */
  get isIdle(): boolean {
    return this.#visible.size === 0 && this.#delayed === 0 && this.#inFlight === 0;
  }

  /** Messages that a receiver could have now. */
  get visible(): number {
    return this.#visible.size;
  }

  attributes(): QueueAttributes {
    this.#expireFront();
    const oldest = this.#visible.at(0);
    return {
      visible: this.#visible.size,
      delayed: this.#delayed,
      inFlight: this.#inFlight,
      oldestAgeMs: oldest === undefined ? 0 : this.#options.timers.nowMs() - oldest.sentMs,
    };
  }

  /** Called, without a promise, whenever messages became visible. A listener plans its look and does not take here. */
  onVisible(listener: () => void): void {
    this.#listeners.push(listener);
    if (this.#visible.size > 0) listener();
  }

  /** Takes messages; their ids in the order of the entries. */
  send(entries: readonly (string | QueueEntry)[]): readonly string[] {
    const { faults, delayMs: queueDelayMs = 0, timers } = this.#options;
    const nowMs = timers.nowMs();
    const ids: string[] = [];
    let isAnyVisible = false;
    for (const entry of entries) {
      const body = typeof entry === 'string' ? entry : entry.body;
      const delayMs = typeof entry === 'string' ? queueDelayMs : (entry.delayMs ?? queueDelayMs);
      const messageId = this.#nextId();
      ids.push(messageId);
      this.#counts.sent += 1;
      const copy = this.#copyOf({ messageId, body, sentMs: nowMs, deadLetterSource: null });
      if (faults !== null && faults !== undefined) this.#sendFaulty(copy, delayMs, faults);
      else if (delayMs > 0) this.#arriveAfter(copy, delayMs);
      else {
        this.#show(copy);
        isAnyVisible = true;
      }
    }
    if (isAnyVisible) this.#announce();
    return ids;
  }

  /** What is visible now, at most `max`; the caller has them until the visibility timeout. */
  take(max: number, visibilityTimeoutMs: number | null = null): readonly ReceivedMessage[] {
    const hiddenMs = visibilityTimeoutMs ?? this.#options.visibilityTimeoutMs;
    const taken: ReceivedMessage[] = [];
    while (taken.length < max) {
      const copy = this.#takeVisible();
      if (copy === undefined) break;
      taken.push(this.#receive(copy, hiddenMs));
    }
    return taken;
  }

  /** What is visible now, or else the first that comes within `waitMs`; empty when nothing came. */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const taken = this.#waiters.size > 0 ? [] : this.#takeFor(options);
    if (taken.length > 0 || options.waitMs <= 0) return Promise.resolve(taken);
    return this.#waiters.wait(options);
  }

  /**
   * Ends a message, wherever it is by now: SQS may take an older handle although the message was shown to somebody else.
   * Deleting what is gone succeeds, as in SQS; false for what never was a handle of this queue.
   */
  delete(receiptHandle: string): boolean {
    const handle = parseHandle(receiptHandle);
    if (handle === null || handle.number >= this.#nextNumber) return false;
    const copy = this.#copies.get(handle.number);
    if (copy === undefined) return true;
    if (handle.receives > copy.receives || handle.messageId !== copy.messageId) return false;
    const { faults } = this.#options;
    const isLost = faults?.rng.chance(faults.mix.lostDelete) ?? false;
    if (isLost && copy.receives === 1) return true;
    this.#leave(copy);
    this.#counts.processed += 1;
    return true;
  }

  /** Hides a message in flight for so long from now on; 0 shows it at once. `invalid` never was a handle. */
  changeVisibility(
    receiptHandle: string,
    timeoutMs: number,
  ): 'changed' | 'not_in_flight' | 'invalid' {
    const handle = parseHandle(receiptHandle);
    if (handle === null || handle.number >= this.#nextNumber) return 'invalid';
    const copy = this.#copies.get(handle.number);
    if (copy !== undefined && handle.messageId !== copy.messageId) return 'invalid';
    if (copy?.state !== 'in_flight' || copy.receives !== handle.receives) return 'not_in_flight';
    if (copy.timeout !== null) this.#options.timers.cancel(copy.timeout);
    this.#hide(copy, timeoutMs);
    return 'changed';
  }

  /** Takes back what its receiver never got: it shows at once, and that receive has not been. */
  giveBack({ receiptHandle }: ReceivedMessage): void {
    const copy = this.#copies.get(parseHandle(receiptHandle)?.number ?? -1);
    if (copy?.state !== 'in_flight') return;
    if (copy.timeout !== null) this.#options.timers.cancel(copy.timeout);
    copy.timeout = null;
    copy.receives -= 1;
    this.#inFlight -= 1;
    this.#counts.delivered -= 1;
    if (copy.receives > 0) this.#counts.redelivered -= 1;
    this.#show(copy);
    this.#announce();
  }

  /** Ends every wait of a receiver with nothing. */
  close(): void {
    this.#waiters.close();
  }

  #copyOf(
    message: Pick<Copy, 'messageId' | 'body' | 'sentMs' | 'deadLetterSource'>,
    carried: Pick<Copy, 'firstReceivedMs' | 'receives'> = { firstReceivedMs: 0, receives: 0 },
  ): Copy {
    const copy = copyOf(this.#nextNumber, message, carried);
    this.#nextNumber += 1;
    this.#copies.set(copy.number, copy);
    return copy;
  }

  /** All draws are taken whatever becomes of the message. */
  #sendFaulty(copy: Copy, delayMs: number, faults: { rng: Rng; mix: QueueFaults }): void {
    const { rng, mix } = faults;
    this.#arriveAfter(copy, delayMs + drawDelayMs(rng, mix.delay));
    const isDuplicated = rng.chance(mix.duplicate);
    const laterMs = rng.exponential(DUPLICATE_MEAN_MS);
    if (!isDuplicated) return;
    this.#counts.duplicated += 1;
    this.#arriveAfter(this.#copyOf(copy), delayMs + laterMs);
  }

  #arriveAfter(copy: Copy, delayMs: number): void {
    this.#delayed += 1;
    copy.timeout = this.#options.timers.after(delayMs, this.#labels.arrives, () => {
      copy.timeout = null;
      this.#delayed -= 1;
      this.#show(copy);
      this.#announce();
    });
  }

  #show(copy: Copy): void {
    copy.state = 'visible';
    this.#visible.push(copy);
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
    this.#waiters.announce();
  }

  #takeFor(options: ReceiveOptions): readonly ReceivedMessage[] {
    return this.take(options.max, options.visibilityTimeoutMs ?? null);
  }

  #takeVisible(): Copy | undefined {
    this.#expireFront();
    const { faults } = this.#options;
    const waiting = this.#visible.size;
    const isOutOfTurn = waiting > 1 && (faults?.rng.chance(faults.mix.reorder) ?? false);
    if (!isOutOfTurn || faults === null || faults === undefined) return this.#visible.take(0);
    this.#counts.reordered += 1;
    return this.#visible.take(1 + faults.rng.integer(waiting - 1));
  }

  #receive(copy: Copy, hiddenMs: number): ReceivedMessage {
    copy.state = 'in_flight';
    copy.receives += 1;
    this.#inFlight += 1;
    this.#counts.delivered += 1;
    if (copy.receives === 1) copy.firstReceivedMs = this.#options.timers.nowMs();
    else this.#counts.redelivered += 1;
    this.#hide(copy, hiddenMs);
    return receivedOf(copy);
  }

  #hide(copy: Copy, hiddenMs: number): void {
    copy.timeout = this.#options.timers.after(hiddenMs, this.#labels.again, () => {
      copy.timeout = null;
      this.#showAgain(copy);
    });
  }

  #showAgain(copy: Copy): void {
    invariant(copy.state === 'in_flight', 'only a received message has a visibility timeout');
    const { redrive } = this.#options;
    if (this.#isExpired(copy)) {
      this.#leave(copy);
      this.#counts.expired += 1;
    } else if (redrive !== null && redrive !== undefined && copy.receives >= redrive.maxReceives) {
      this.#leave(copy);
      this.#counts.deadLettered += 1;
      redrive.deadLetterQueue.adopt(copy, this.name);
    } else {
      this.#inFlight -= 1;
      this.#show(copy);
      this.#announce();
    }
  }

  /** Takes what another queue gave up; the age goes on counting, as for standard queues of SQS. */
  adopt(given: Copy, deadLetterSource: string): void {
    this.#counts.sent += 1;
    this.#show(this.#copyOf({ ...given, deadLetterSource }, given));
    this.#announce();
  }

  #isExpired(copy: Copy): boolean {
    const { retentionMs, timers } = this.#options;
    return retentionMs !== undefined && timers.nowMs() - copy.sentMs >= retentionMs;
  }

  #expireFront(): void {
    if (this.#options.retentionMs === undefined) return;
    for (;;) {
      const front = this.#visible.at(0);
      if (front === undefined || !this.#isExpired(front)) return;
      this.#leave(front);
      this.#counts.expired += 1;
    }
  }

  #leave(copy: Copy): void {
    if (copy.state === 'visible') this.#visible.remove(copy);
    else this.#inFlight -= 1;
    if (copy.timeout !== null) this.#options.timers.cancel(copy.timeout);
    copy.timeout = null;
    copy.state = 'gone';
    this.#copies.delete(copy.number);
  }
}
