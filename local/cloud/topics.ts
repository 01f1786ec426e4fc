import { invariant } from '../../shared/domain/money/invariant.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Clock } from '../../shared/ports/clock.ts';

export type Notification = {
  readonly topic: string;
  readonly subject: string | null;
  readonly message: string;
  readonly atMs: EpochMs;
};

/** SNS: what was published to each topic, told to whoever subscribed here and kept for whoever asks. */
export class Topics {
  readonly #clock: Clock;
  readonly #subscribers = new Map<string, ((notification: Notification) => void)[]>();
  readonly #published: Notification[] = [];

  constructor(clock: Clock, names: readonly string[]) {
    this.#clock = clock;
    for (const name of names) this.#subscribers.set(name, []);
  }

  get names(): readonly string[] {
    return [...this.#subscribers.keys()];
  }

  /** The newest `MOST_KEPT`, in order of time. */
  get published(): readonly Notification[] {
    return this.#published;
  }

  has(topic: string): boolean {
    return this.#subscribers.has(topic);
  }

  subscribe(topic: string, subscriber: (notification: Notification) => void): void {
    this.#find(topic).push(subscriber);
  }

  publish(topic: string, message: string, subject: string | null = null): Notification {
    const subscribers = this.#find(topic);
    const notification = { topic, subject, message, atMs: this.#clock.nowMs() };
    this.#published.push(notification);
    if (this.#published.length > MOST_KEPT) this.#published.shift();
    for (const subscriber of subscribers) subscriber(notification);
    return notification;
  }

  #find(topic: string): ((notification: Notification) => void)[] {
    const subscribers = this.#subscribers.get(topic);
    invariant(
      subscribers !== undefined,
      `topic ${topic} is not one of ${this.names.join(', ') || '(no topics)'}`,
    );
    return subscribers;
  }
}

const MOST_KEPT = 10_000;
