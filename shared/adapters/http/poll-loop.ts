import type { EpochMs } from '../../domain/market/market.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';

export type PollLoopOptions = {
  readonly timers: Timers;
  readonly label: string;
  /** One look; resolves when the next one is to begin. Not called while one is under way, and not after `stop`. */
  readonly look: (dueMs: EpochMs) => Promise<EpochMs>;
  /** From the end of a look to the next one: a second when left out. */
  readonly leastWaitMs?: number;
  /** Told of each look that would have been due while one is under way. */
  readonly skips?: { readonly nextMs: () => EpochMs; readonly onSkipped: () => void };
};

const LEAST_WAIT_MS = 1_000;

/** Looks at a source again and again, one look at a time. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #next: TimerHandle | null = null;
  #nextMs: EpochMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #isStopped = false;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  /** The first look begins at once. */
  start(): void {
    this.#plan(this.#options.timers.nowMs());
  }

  /** The next look is due at a time, unless one is under way or due before; nothing before the start. */
  sooner(timeMs: EpochMs): void {
    if (!this.#isStopped && !this.#isLooking && timeMs < this.#nextMs) this.#plan(timeMs);
  }

  /** Resolves when the look that is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#next !== null) this.#options.timers.cancel(this.#next);
    await this.#looking;
  }

  #plan(timeMs: EpochMs): void {
    const { timers, label, skips } = this.#options;
    if (this.#next !== null) timers.cancel(this.#next);
    this.#nextMs = timeMs;
    this.#next = timers.at(timeMs, label, () => {
      if (this.#isLooking) {
        skips?.onSkipped();
        this.#planSkip();
        return undefined;
      }
      const looking = this.#follow(timeMs);
      // Whoever stops it waits for its end; what it threw is the timers' to tell.
      this.#looking = looking.catch(() => undefined);
      return looking;
    });
  }

  async #follow(dueMs: EpochMs): Promise<void> {
    const { look } = this.#options;
    this.#isLooking = true;
    this.#planSkip();
    const againMs = await look(dueMs);
    this.#isLooking = false;
    if (!this.#isStopped) this.#planAfter(againMs);
  }

  #planAfter(timeMs: EpochMs): void {
    const { timers, leastWaitMs = LEAST_WAIT_MS } = this.#options;
    this.#plan(Math.max(timers.nowMs() + leastWaitMs, timeMs));
  }

  #planSkip(): void {
    const { skips } = this.#options;
    if (skips !== undefined) this.#planAfter(skips.nextMs());
  }
}
