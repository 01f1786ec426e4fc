import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers, TimerTask } from '../../shared/ports/timers.ts';

type Planned = TimerHandle & { timeMs: EpochMs };

/** A clock that stands until it is moved. What is due then runs in order, and its promises are not waited for. */
export class ManualTimers implements Timers {
  #nowMs: EpochMs;
  #planned: Planned[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(startMs: EpochMs) {
    this.#nowMs = startMs;
  }

  nowMs(): EpochMs {
    return this.#nowMs;
  }

  /** When the next task is due; null when none is. */
  get nextMs(): EpochMs | null {
    return this.#first()?.timeMs ?? null;
  }

  at(timeMs: EpochMs, _label: string, task: TimerTask): TimerHandle {
    const planned: Planned = { timeMs: Math.max(timeMs, this.#nowMs), run: task };
    this.#planned.push(planned);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    return planned;
  }

  after(delayMs: number, label: string, task: TimerTask): TimerHandle {
    return this.at(this.#nowMs + Math.ceil(delayMs), label, task);
  }

  cancel(handle: TimerHandle): void {
    handle.run = null;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, 'sleep', resolve);
    });
  }

  /** Moves the clock, and runs what is due by then. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const first = this.#first();
      if (first === undefined || first.timeMs > untilMs) break;
      this.#nowMs = first.timeMs;
      const task = first.run;
      first.run = null;
      void task?.();
    }
    this.#nowMs = untilMs;
  }

  /** Somebody sets the clock back. What is planned comes after as long as before, as by a clock that nobody sets. */
  setBack(ms: number): void {
    this.#nowMs -= ms;
    for (const planned of this.#planned) planned.timeMs -= ms;
  }

  /** Moves the clock, and waits until whatever ran by it has planned what comes next. */
  async passAndSettle(ms: number): Promise<void> {
    this.pass(ms);
    if (this.nextMs !== null) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  #first(): Planned | undefined {
    this.#planned = this.#planned.filter(({ run }) => run !== null);
    return this.#planned.toSorted((a, b) => a.timeMs - b.timeMs)[0];
  }
}
