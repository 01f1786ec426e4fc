import type { EpochMs } from '../../domain/market/market.ts';
import type { MilliTokens, UsableLimit } from '../../domain/rate/token-bucket.ts';
import type { Timers } from '../../ports/timers.ts';
import type { TokenGrant } from '../../ports/token-budget.ts';

/** One request that wants tokens. */
export type TokenDemand = {
  readonly cost: MilliTokens;
  /** Rank in the line; 0 is served first. */
  readonly rank: number;
  /** Whether it may take what is kept back from the others. */
  readonly mayUseReserve: boolean;
  /** Not served by then, it is refused; refused at once when that can be seen. */
  readonly deadlineMs: EpochMs;
};

export type LaneOptions = {
  readonly clock: Pick<Timers, 'nowMs' | 'sleep'>;
  readonly limit: () => UsableLimit;
  /** Thousandths of the room that only those with `mayUseReserve` may take. */
  readonly reserve: number;
  /** How long tokens that were taken may wait here to be used. */
  readonly leaseMs: number;
  readonly take: (ask: {
    readonly limit: UsableLimit;
    readonly least: MilliTokens;
    readonly wanted: MilliTokens;
    readonly keep: MilliTokens;
    readonly nowMs: EpochMs;
  }) => Promise<TokenGrant>;
};

type Waiter = TokenDemand & { readonly settle: (granted: boolean) => void };

/** More than this wait for nothing: what stands behind them is refused. */
const MAX_WAITING = 10_000;

/**
 * The line before one bucket: served by rank, in order within a rank, from a small store of tokens that is taken ahead
 * of the requests that will want them and is given up when it gets old.
 */
export class TokenLane {
  readonly #options: LaneOptions;
  #waiting: Waiter[] = [];
  #held: { tokens: MilliTokens; untilMs: EpochMs } = { tokens: 0, untilMs: 0 };
  #spent: { tokens: MilliTokens; before: MilliTokens; sinceMs: EpochMs } = {
    tokens: 0,
    before: 0,
    sinceMs: 0,
  };
  #serving = false;
  #wake: () => void = () => {};

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Tokens without waiting, if they are here and nobody is before. */
  tryTake(cost: MilliTokens): boolean {
    return this.#waiting.length === 0 && this.#spend(cost);
  }

  /** Waits its turn; false when its time was or will be over first. */
  wait(demand: TokenDemand): Promise<boolean> {
    if (this.#waiting.length >= MAX_WAITING) return Promise.resolve(false);
    return new Promise((settle) => {
      const at = this.#waiting.findIndex(({ rank }) => rank > demand.rank);
      this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, { ...demand, settle });
      this.#wake();
      if (!this.#serving) void this.#serve();
    });
  }

  /** Takes some tokens before they are asked for, if none are here. */
  async prefetch(tokens: MilliTokens): Promise<void> {
    const { clock } = this.#options;
    if (this.#waiting.length > 0 || this.#available(clock.nowMs()) > 0) return;
    await this.#refill(tokens, tokens, false);
  }

  /** The exchange says that the bucket is empty: so is what was taken from it. */
  empty(): void {
    this.#held = { tokens: 0, untilMs: 0 };
  }

  async #serve(): Promise<void> {
    this.#serving = true;
    try {
      // What comes in the same moment is asked for together.
      await Promise.resolve();
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0])
        await this.#serveFirst(first);
    } finally {
      this.#serving = false;
    }
  }

  async #serveFirst(first: Waiter): Promise<void> {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs > first.deadlineMs) return this.#settle(first, false);
    if (this.#spend(first.cost)) return this.#settle(first, true);
    const held = this.#available(nowMs);
    const grant = await this.#refill(
      first.cost - held,
      Math.max(first.cost, this.#demand(first, nowMs)) - held,
      first.mayUseReserve,
    );
    // What was granted goes to whoever is first by now; and a first one who came in the meantime asks for itself.
    if (grant.kind === 'granted' || this.#waiting[0] !== first) return;
    if (grant.kind === 'too_large' || grant.untilMs > first.deadlineMs)
      return this.#settle(first, false);
    const woken = new Promise<void>((wake) => {
      this.#wake = wake;
    });
    await Promise.race([clock.sleep(Math.max(1, grant.untilMs - clock.nowMs())), woken]);
    this.#wake = () => {};
  }

  #settle(waiter: Waiter, granted: boolean): void {
    this.#waiting = this.#waiting.filter((one) => one !== waiter);
    waiter.settle(granted);
  }

  /** Adds to what is held, which then is as old as its oldest part. */
  async #refill(
    least: MilliTokens,
    wanted: MilliTokens,
    mayUseReserve: boolean,
  ): Promise<TokenGrant> {
    const { clock, limit, reserve, leaseMs, take } = this.#options;
    const nowMs = clock.nowMs();
    const usable = limit();
    const keep = mayUseReserve ? 0 : Math.ceil((usable.room * reserve) / 1_000);
    const grant = await take({ limit: usable, least, wanted, keep, nowMs });
    if (grant.kind === 'granted') {
      const held = this.#available(clock.nowMs());
      const untilMs = nowMs + leaseMs;
      this.#held = {
        tokens: held + grant.tokens,
        untilMs: held > 0 ? Math.min(untilMs, this.#held.untilMs) : untilMs,
      };
    }
    return grant;
  }

  /** What those wait for who may take the same tokens as the first, and what was used in the last lease's time. */
  #demand(first: Waiter, nowMs: EpochMs): MilliTokens {
    const { leaseMs, limit } = this.#options;
    const waiting = this.#waiting
      .filter(({ mayUseReserve }) => mayUseReserve === first.mayUseReserve)
      .reduce((sum, { cost }) => sum + cost, 0);
    if (first.mayUseReserve) return waiting;
    const { tokens, before, sinceMs } = this.#spent;
    const recent = nowMs - sinceMs <= 2 * leaseMs ? Math.max(tokens, before) : 0;
    return Math.min(Math.max(waiting, recent), limit().refillPerMs * leaseMs);
  }

  #available(nowMs: EpochMs): MilliTokens {
    return nowMs <= this.#held.untilMs ? this.#held.tokens : 0;
  }

  #spend(cost: MilliTokens): boolean {
    const nowMs = this.#options.clock.nowMs();
    if (this.#available(nowMs) < cost) return false;
    this.#held.tokens -= cost;
    if (nowMs - this.#spent.sinceMs > this.#options.leaseMs)
      this.#spent = { tokens: cost, before: this.#spent.tokens, sinceMs: nowMs };
    else this.#spent.tokens += cost;
    return true;
  }
}
