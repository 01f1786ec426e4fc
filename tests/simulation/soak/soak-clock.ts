import type { EpochMs } from '../../../shared/domain/market/market.ts';
import type { TimerHandle, Timers, TimerTask } from '../../../shared/ports/timers.ts';
import type { Scheduler } from '../../../shared/simulator/scheduler.ts';
import type { InMemorySockets } from '../../support/in-memory-sockets.ts';

/**
 * The virtual clock of a world with sockets: it stands still until everything that was said has been heard and
 * answered, and only then goes on to what is due next.
 */
export class SoakClock implements Timers {
  readonly #scheduler: Scheduler;
  readonly #sockets: InMemorySockets;

  constructor(scheduler: Scheduler, sockets: InMemorySockets) {
    this.#scheduler = scheduler;
    this.#sockets = sockets;
  }

  nowMs(): EpochMs {
    return this.#scheduler.nowMs();
  }

  at(timeMs: EpochMs, label: string, task: TimerTask): TimerHandle {
    return this.#scheduler.at(Math.ceil(timeMs), label, () => this.#run(task));
  }

  after(delayMs: number, label: string, task: TimerTask): TimerHandle {
    return this.#scheduler.after(delayMs, label, () => this.#run(task));
  }

  cancel(handle: TimerHandle): void {
    this.#scheduler.cancel(handle);
  }

  sleep(ms: number): Promise<void> {
    return this.#scheduler.sleep(ms);
  }

  /** Lets time pass. */
  async runUntil(untilMs: EpochMs): Promise<void> {
    this.#scheduler.at(untilMs, 'time passes', () => {});
    const end = await this.#scheduler.run({ untilMs, turn: () => this.#sockets.settle() });
    if (end.kind !== 'until' && end.kind !== 'drained')
      throw new Error(`the soak ended before its time: ${end.kind}`);
  }

  /** A task that made the sockets speak is followed by the turn in which they are heard. */
  #run(task: TimerTask): void | Promise<void> {
    const result = task();
    if (result === undefined && this.#sockets.isBusy) return Promise.resolve();
    return result;
  }
}
