import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers, TimerTask } from '../../shared/ports/timers.ts';

/** Longer waits are waited in pieces: setTimeout takes at most 2^31 - 1 ms. */
const LONGEST_PIECE_MS = 2_000_000_000;

/** The machine's clock. What a task throws ends the process: tasks that may fail guard themselves. */
export class MachineTimers implements Timers {
  readonly #timeouts = new WeakMap<TimerHandle, NodeJS.Timeout>();

  nowMs(): EpochMs {
    return Date.now();
  }

  at(timeMs: EpochMs, _label: string, task: TimerTask): TimerHandle {
    const handle: TimerHandle = { run: task };
    this.#arm(handle, timeMs);
    return handle;
  }

  after(delayMs: number, label: string, task: TimerTask): TimerHandle {
    return this.at(this.nowMs() + Math.ceil(delayMs), label, task);
  }

  cancel(handle: TimerHandle): void {
    handle.run = null;
    clearTimeout(this.#timeouts.get(handle));
  }

  sleep(ms: number): Promise<void> {
    return sleep(ms);
  }

  #arm(handle: TimerHandle, timeMs: EpochMs): void {
    const leftMs = timeMs - this.nowMs();
    const fire = (): void => {
      const task = handle.run;
      if (task === null) return;
      if (this.nowMs() < timeMs) {
        this.#arm(handle, timeMs);
        return;
      }
      handle.run = null;
      void task();
    };
    if (leftMs <= 0) setImmediate(fire);
    else this.#timeouts.set(handle, setTimeout(fire, Math.min(leftMs, LONGEST_PIECE_MS)));
  }
}
