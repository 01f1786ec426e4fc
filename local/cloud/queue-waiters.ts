import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { ReceivedMessage, ReceiveOptions } from './queue-types.ts';

type Waiter = {
  readonly options: ReceiveOptions;
  readonly resolve: (messages: readonly ReceivedMessage[]) => void;
  timeout: TimerHandle | null;
};

/** Receivers that wait for a first message: long polls, first come first served. */
export class QueueWaiters {
  readonly #timers: Timers;
  readonly #label: string;
  readonly #take: (options: ReceiveOptions) => readonly ReceivedMessage[];
  readonly #waiters: Waiter[] = [];
  #wakePlanned = false;

  constructor(
    timers: Timers,
    label: string,
    take: (options: ReceiveOptions) => readonly ReceivedMessage[],
  ) {
    this.#timers = timers;
    this.#label = label;
    this.#take = take;
  }

  get size(): number {
    return this.#waiters.length;
  }

  /** What comes first within the wait; empty when nothing came. */
  wait(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    return new Promise((resolve) => {
      const waiter: Waiter = { options, resolve, timeout: null };
      this.#waiters.push(waiter);
      waiter.timeout = this.#timers.after(options.waitMs, this.#label, () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve([]);
        return FOLLOWED;
      });
    });
  }

  /** Plans one look for those who wait, so that what comes together is received together. */
  announce(): void {
    if (this.#wakePlanned || this.#waiters.length === 0) return;
    this.#wakePlanned = true;
    this.#timers.after(0, this.#label, () => {
      this.#wakePlanned = false;
      this.#wake();
      return FOLLOWED;
    });
  }

  /** Ends every wait with nothing. */
  close(): void {
    for (const waiter of this.#waiters.splice(0)) this.#answer(waiter, []);
  }

  #wake(): void {
    for (;;) {
      const waiter = this.#waiters[0];
      if (waiter === undefined) return;
      const taken = this.#take(waiter.options);
      if (taken.length === 0) return;
      this.#waiters.shift();
      this.#answer(waiter, taken);
    }
  }

  #answer(waiter: Waiter, messages: readonly ReceivedMessage[]): void {
    if (waiter.timeout !== null) this.#timers.cancel(waiter.timeout);
    waiter.resolve(messages);
  }
}

/** What a task returns after it answered somebody: the virtual clock then lets the answer be read before it goes on. */
const FOLLOWED = Promise.resolve();
