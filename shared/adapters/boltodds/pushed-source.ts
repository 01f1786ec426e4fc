import type { Breaker } from '../../domain/feeds/breaker.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { SourceDown, SourceHandlers } from '../../ports/streams.ts';
import { SourceState } from '../http/source-state.ts';

export type PushedSourceOptions = {
  readonly handlers: SourceHandlers;
  readonly breaker: Breaker;
  /** For people: `the odds feed`. */
  readonly name: string;
};

/** While another request is the breaker's trial. */
const TRIAL_MS = 1_000;

/** Whether a pushed source can be believed at all, told once for each change, and its breaker over connects. */
export class PushedSource {
  readonly #options: PushedSourceOptions;
  readonly #state = new SourceState();

  constructor(options: PushedSourceOptions) {
    this.#options = options;
  }

  /** How long the next connect must wait; 0 takes it as the breaker's trial where there is one. */
  holdMs(nowMs: EpochMs): number {
    const { breaker } = this.#options;
    if (breaker.admit(nowMs)) return 0;
    return breaker.state.kind === 'open' ? Math.max(1, breaker.state.untilMs - nowMs) : TRIAL_MS;
  }

  /** The source acknowledged a connection: a trial has succeeded, and failures are forgotten only after data. */
  onAnswer(): void {
    const { breaker } = this.#options;
    if (breaker.state.kind === 'half_open') breaker.succeeded();
  }

  /** What it says counts. */
  onData(): void {
    this.#options.breaker.succeeded();
    if (this.#state.up()) this.#options.handlers.onUp();
  }

  onEmpty(detail: string): void {
    this.#goDown('empty', detail);
  }

  /** Nothing need come now: that nothing came before says nothing against it any more. */
  onNothingDue(): void {
    if (this.#state.why === 'empty' && this.#state.up()) this.#options.handlers.onUp();
  }

  /** No request can succeed before a person has acted: the breaker opens at once. */
  onDenied(code: 'unauthorized' | 'denied', detail: string, nowMs: EpochMs): void {
    this.#options.breaker.refused(nowMs);
    this.#goDown(code, detail);
  }

  /** A connection ended, or an attempt failed. One that brought data is no failure. */
  onClosed(closed: {
    readonly reason: string;
    readonly status: number | null;
    readonly isProved: boolean;
    readonly nowMs: EpochMs;
  }): void {
    const { reason, status, isProved, nowMs } = closed;
    if (status === 401) this.onDenied('unauthorized', reason, nowMs);
    else if (status === 403) this.onDenied('denied', reason, nowMs);
    else if (!isProved && this.#options.breaker.failed(nowMs))
      this.#goDown('breaker_open', `${this.#options.name} failed again and again: ${reason}`);
  }

  #goDown(code: SourceDown['code'], detail: string): void {
    if (this.#state.down(code)) this.#options.handlers.onDown({ code, detail });
  }
}
