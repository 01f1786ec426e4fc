import type { EpochMs } from '../../domain/market/market.ts';
import type { TimerHandle, Timers, TimerTask } from '../../ports/timers.ts';

type Armed = TimerHandle & { stop: () => void };

/** Longer waits are waited in pieces: setTimeout takes at most 2^31 - 1 ms. */
const LONGEST_PIECE_MS = 2_000_000_000;
/** Two clocks of one machine differ by their rounding. */
const MOST_EARLY_MS = 5;

/** When a task is due: by the clock that is read, and by the one that nobody sets. */
type Due = { readonly timeMs: EpochMs; readonly dueMs: number };

export type MachineTimersOptions = {
  /** What a task threw or its promise rejected with; the other tasks go on. */
  readonly onError: (error: unknown, label: string) => void;
};

/** The machine's clock. Its tasks keep the process alive until they ran, were cancelled or the timers are closed. */
export class MachineTimers implements Timers {
  readonly #onError: MachineTimersOptions['onError'];
  readonly #armed = new Set<Armed>();
  #isClosed = false;

  constructor(options: MachineTimersOptions) {
    this.#onError = options.onError;
  }

  nowMs(): EpochMs {
    return Date.now();
  }

  /** Tasks that are still to come. */
  get waiting(): number {
    return this.#armed.size;
  }

  at(timeMs: EpochMs, label: string, task: TimerTask): TimerHandle {
    const armed: Armed = { run: task, stop: () => undefined };
    // Nothing is armed after close(): a part that still stops must not keep the process alive.
    if (this.#isClosed) armed.run = null;
    else {
      this.#armed.add(armed);
      this.#arm(armed, timeMs, label);
    }
    return armed;
  }

  after(delayMs: number, label: string, task: TimerTask): TimerHandle {
    return this.at(this.nowMs() + Math.ceil(delayMs), label, task);
  }

  cancel(handle: TimerHandle): void {
    handle.run = null;
    if (isArmed(handle)) this.#forget(handle);
  }

  /** Never resolves once the timers are closed. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, 'sleep', resolve);
    });
  }

  /** Cancels everything that is still to come, and takes nothing more. */
  close(): void {
    this.#isClosed = true;
    for (const armed of this.#armed) this.cancel(armed);
  }

  #arm(armed: Armed, timeMs: EpochMs, label: string): void {
    const leftMs = timeMs - this.nowMs();
    this.#wait(armed, { timeMs, dueMs: performance.now() + leftMs }, label);
  }

  /** By a clock that nobody sets: one that is set back must not hold a lease, a retry or an exit back for as long. */
  #wait(armed: Armed, due: Due, label: string): void {
    const leftMs = Math.max(due.dueMs - performance.now(), this.#early(due.timeMs));
    if (leftMs <= 0) {
      // A timeout of nothing takes a millisecond; a message that is there is delivered at once.
      const immediate = setImmediate(() => this.#run(armed, label));
      armed.stop = () => clearImmediate(immediate);
      return;
    }
    const timeout = setTimeout(
      () => {
        const isEarly =
          this.#early(due.timeMs) > 0 || performance.now() < due.dueMs - MOST_EARLY_MS;
        if (isEarly) this.#wait(armed, due, label);
        else this.#run(armed, label);
      },
      Math.min(Math.ceil(leftMs), LONGEST_PIECE_MS),
    );
    armed.stop = () => clearTimeout(timeout);
  }

  /** A timeout may come a little early by the clock that is read; one that is earlier by more was set back. */
  #early(timeMs: EpochMs): number {
    const leftMs = timeMs - this.nowMs();
    return leftMs <= MOST_EARLY_MS ? leftMs : 0;
  }

  #run(armed: Armed, label: string): void {
    const task = armed.run;
    armed.run = null;
    this.#armed.delete(armed);
    if (task !== null) void this.#watch(task, label);
  }

  async #watch(task: TimerTask, label: string): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#onError(error, label);
    }
  }

  #forget(armed: Armed): void {
    armed.stop();
    this.#armed.delete(armed);
  }
}

function isArmed(handle: TimerHandle): handle is Armed {
  return 'stop' in handle;
}
