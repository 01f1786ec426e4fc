import type { EpochMs } from '../../domain/market/market.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';

export type PollLoopOptions = {
  readonly timers: Timers;
  readonly label: string;
  /** One look; resolves when the next one is to begin. Not called while one is under way, and not after `stop`. */
  readonly look: () => Promise<EpochMs>;
};

const LEAST_WAIT_MS = 1_000;

/** Looks at a source again and again: one look at a time, at least a second from the end of one to the next. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #next: TimerHandle | null = null;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  /** The first look begins at once. */
  start(): void {
    this.#plan(this.#options.timers.nowMs());
  }

  /** Resolves when the look that is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#next !== null) this.#options.timers.cancel(this.#next);
    await this.#looking;
  }

  #plan(timeMs: EpochMs): void {
    const { timers, label } = this.#options;
    this.#next = timers.at(timeMs, label, () => {
      const looking = this.#follow();
      // Whoever stops it waits for its end; what it threw is the timers' to tell.
      this.#looking = looking.catch(() => undefined);
      return looking;
    });
  }

  async #follow(): Promise<void> {
    const againMs = await this.#options.look();
    if (this.#isStopped) return;
    this.#plan(Math.max(this.#options.timers.nowMs() + LEAST_WAIT_MS, againMs));
  }
}
