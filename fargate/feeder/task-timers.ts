import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';

/** The timers of a piece of work that ends as one: none runs after its end, and none that fails ends the process. */
export class TaskTimers {
  readonly #timers: Timers;
  readonly #untilMs: number;
  readonly #onFailure: (task: string, error: unknown) => void;
  readonly #handles = new Set<TimerHandle>();
  #over = false;

  constructor(parts: {
    readonly timers: Timers;
    readonly limits: { readonly untilMs: number | null };
    readonly onFailure: (task: string, error: unknown) => void;
  }) {
    this.#timers = parts.timers;
    this.#untilMs = parts.limits.untilMs ?? Number.POSITIVE_INFINITY;
    this.#onFailure = parts.onFailure;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Runs a task later, unless the work or its time is over by then; null when that is known now. */
  after(delayMs: number, label: string, task: () => void | Promise<void>): TimerHandle | null {
    if (this.#over || this.#timers.nowMs() + delayMs > this.#untilMs) return null;
    const handle = this.#timers.after(delayMs, label, async () => {
      this.#handles.delete(handle);
      if (!this.#over) await this.guard(label, task);
    });
    this.#handles.add(handle);
    return handle;
  }

  cancel(handle: TimerHandle | null): void {
    if (handle === null) return;
    this.#handles.delete(handle);
    this.#timers.cancel(handle);
  }

  /** Runs a task again and again, each time so long after the last one ended. */
  every(intervalMs: number, label: string, task: () => Promise<void>): void {
    this.after(intervalMs, label, async () => {
      await this.guard(label, task);
      this.every(intervalMs, label, task);
    });
  }

  /** What the task gives, or null when it failed. */
  async guard<T>(label: string, task: () => T | Promise<T>): Promise<T | null> {
    try {
      return await task();
    } catch (error) {
      this.#onFailure(label, error);
      return null;
    }
  }

  end(): void {
    this.#over = true;
    for (const handle of this.#handles) this.#timers.cancel(handle);
    this.#handles.clear();
  }
}
