import type { EpochMs, MarketTicker } from '../../../shared/domain/market/market.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { MarketStream, MarketStreamHandlers } from '../../../shared/ports/streams.ts';
import type { Disconnects } from './fault-script.ts';
import { EXPLAINS_MS } from './soak-limits.ts';

export type InjectedCause = {
  readonly name: string;
  readonly disconnects: Disconnects;
};

type Cause = InjectedCause & { readonly atMs: EpochMs; losses: number };

/** One time at which a connection that was up went away, until the next one was up. */
export type Loss = {
  readonly atMs: EpochMs;
  readonly reason: string;
  /** Name of the injected cause; null when there is none. */
  readonly cause: string | null;
  /** Attempts that failed before the next connection. */
  failedAttempts: number;
  backAtMs: EpochMs | null;
};

export type CauseRow = {
  readonly cause: string;
  readonly injected: number;
  readonly reconnects: number;
  /** From the loss until the next connection, at most. */
  readonly longestMs: number;
};

/** What became of the connection, beside what was done to it. */
export class ConnectionLog {
  readonly #clock: Clock;
  /** Defect: questions for snapshots are lost. */
  readonly #losesQuestions: boolean;
  readonly #causes: Cause[] = [];
  readonly #losses: Loss[] = [];
  #isUp = false;
  #isOver = false;
  #connects = 0;
  #onConnected: () => void = () => {};

  constructor(clock: Clock, { losesQuestions }: { readonly losesQuestions: boolean }) {
    this.#clock = clock;
    this.#losesQuestions = losesQuestions;
  }

  get losses(): readonly Loss[] {
    return this.#losses;
  }

  get connects(): number {
    return this.#connects;
  }

  /** Called at each connection. */
  onConnected(call: () => void): void {
    this.#onConnected = call;
  }

  /** From now on connections may end without a cause. */
  end(): void {
    this.#isOver = true;
  }

  /** Something was injected now. */
  expect(cause: InjectedCause): void {
    this.#causes.push({ ...cause, atMs: this.#clock.nowMs(), losses: 0 });
  }

  /** The same stream, with a note of each connection that came and went. */
  watch(stream: MarketStream): MarketStream {
    return {
      open: (markets: readonly MarketTicker[], handlers: MarketStreamHandlers) =>
        stream.open(markets, {
          ...handlers,
          onConnected: () => {
            this.#up();
            handlers.onConnected();
          },
          onDisconnected: (reason) => {
            this.#down(reason);
            handlers.onDisconnected(reason);
          },
        }),
      setMarkets: (markets) => stream.setMarkets(markets),
      requestSnapshots: (subscription, markets) => {
        if (!this.#losesQuestions) stream.requestSnapshots(subscription, markets);
      },
      // Left for a new one, because it is behind.
      close: () => {
        if (this.#isUp && !this.#isOver) this.#down('closed by the client');
        return stream.close();
      },
    };
  }

  /** Reconnects that nothing explains, and causes that did not do what they must. */
  violations(): readonly string[] {
    const violations: string[] = [];
    for (const { atMs, reason, cause, backAtMs } of this.#losses) {
      if (cause === null)
        violations.push(`unexplained: the connection was lost at ${iso(atMs)}: ${reason}`);
      if (backAtMs === null)
        violations.push(`the connection that was lost at ${iso(atMs)} never came back`);
    }
    for (const { name, atMs, disconnects, losses } of this.#causes) {
      if (disconnects === 'must' && losses !== 1)
        violations.push(`${name} at ${iso(atMs)} ended ${losses} connections, not one`);
      if (losses > 1)
        violations.push(`${name} at ${iso(atMs)} ended ${losses} connections, not one`);
    }
    return [...new Set(violations)];
  }

  /** By name of the cause: how often it was injected, and what it did to the connection. */
  table(): readonly CauseRow[] {
    const names = [...new Set(this.#causes.map(({ name }) => name))].toSorted();
    const unexplained = this.#losses.filter(({ cause }) => cause === null);
    return [
      ...names.map((name) =>
        row(
          name,
          this.#causes.filter((cause) => cause.name === name).length,
          this.#losses.filter(({ cause }) => cause === name),
        ),
      ),
      row('unexplained', 0, unexplained),
    ];
  }

  #up(): void {
    this.#isUp = true;
    this.#connects += 1;
    const last = this.#losses.at(-1);
    if (last !== undefined) last.backAtMs ??= this.#clock.nowMs();
    this.#onConnected();
  }

  #down(reason: string): void {
    const last = this.#losses.at(-1);
    if (this.#isOver) return;
    if (!this.#isUp) {
      if (last !== undefined) last.failedAttempts += 1;
      return;
    }
    this.#isUp = false;
    const atMs = this.#clock.nowMs();
    const cause = this.#causes.findLast(
      (one) => one.disconnects !== 'never' && atMs - one.atMs <= EXPLAINS_MS,
    );
    if (cause !== undefined) cause.losses += 1;
    this.#losses.push({
      atMs,
      reason,
      cause: cause?.name ?? null,
      failedAttempts: 0,
      backAtMs: null,
    });
  }
}

function row(cause: string, injected: number, losses: readonly Loss[]): CauseRow {
  return {
    cause,
    injected,
    reconnects: losses.length,
    longestMs: Math.max(0, ...losses.map(({ atMs, backAtMs }) => (backAtMs ?? atMs) - atMs)),
  };
}

function iso(atMs: EpochMs): string {
  return new Date(atMs).toISOString();
}
