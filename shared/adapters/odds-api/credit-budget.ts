import type { EpochMs } from '../../domain/market/market.ts';

/** What the vendor says of the quota with each success; null where it says nothing. In credits. */
export type OddsApiQuota = {
  readonly remaining: number | null;
  readonly used: number | null;
  readonly lastCost: number | null;
};

/** Ten bookmakers cost what one region costs (public docs, "Usage quota costs"). */
const BOOKS_A_REGION = 10;

/** Credits of one question for odds: markets times regions. */
export function oddsCost(books: number, markets = 1): number {
  return markets * Math.max(1, Math.ceil(books / BOOKS_A_REGION));
}

export type CreditBudgetOptions = {
  /** Between two questions for the same league, if credits are no concern. */
  readonly intervalMs: number;
  /** The last credits, kept for a person who wants to know what is wrong. */
  readonly reserve: number;
  /** When the quota is full again after a time; null when that is not known and intervals are not stretched. */
  readonly renewal: ((nowMs: EpochMs) => EpochMs) | null;
};

/**
 * How the credits that are left are spread over the leagues that are asked for and the time until there are new ones.
 */
export class CreditBudget {
  readonly #options: CreditBudgetOptions;
  #remaining: number | null = null;

  constructor(options: CreditBudgetOptions) {
    this.#options = options;
  }

  observe(quota: OddsApiQuota): void {
    this.#remaining = quota.remaining;
  }

  /** Whether a question leaves the reserve untouched. True while nothing is known of the quota. */
  affords(cost: number): boolean {
    const remaining = this.#remaining;
    return remaining === null || remaining - cost >= this.#options.reserve;
  }

  /**
   * From one question for a league to the next in ms, when `leagues` are asked for `cost` each: the one that was set,
   * longer when the credits would not last until there are new ones. Rounded up; Infinity when there are none to spend.
   */
  intervalMs(leagues: number, cost: number, nowMs: EpochMs): number {
    const { intervalMs, reserve, renewal } = this.#options;
    const remaining = this.#remaining;
    if (renewal === null || remaining === null) return intervalMs;
    const spendable = remaining - reserve;
    if (spendable < cost) return Number.POSITIVE_INFINITY;
    const leftMs = Math.max(0, renewal(nowMs) - nowMs);
    return Math.max(intervalMs, Math.ceil((leagues * cost * leftMs) / spendable));
  }
}

/** The first of the next month, 00:00 UTC, when a monthly quota is full again. */
export function nextMonthMs(nowMs: EpochMs): EpochMs {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
}
