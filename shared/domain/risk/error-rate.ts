import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';

/**
 * How often calls have failed lately: counts in slots of equal length, of which the youngest `slots` are looked at. Its
 * size does not depend on how many calls there are.
 */
export type ErrorWindow = {
  readonly slotMs: number;
  readonly slots: number;
  /** By number of the slot since 1970, rising; none older than the window at its last change. */
  readonly counts: readonly SlotCount[];
};
type SlotCount = { readonly slot: number; readonly calls: number; readonly errors: number };

/** What the window says now. `rateMillionths` is of those calls that were seen, rounded up: against us. */
export type ErrorRate = {
  readonly calls: number;
  readonly errors: number;
  readonly rateMillionths: number;
};

/** How many errors are too many. */
export type ErrorRateLimit = {
  /** Ten per cent are 100,000. */
  readonly limitMillionths: number;
  /** Fewer calls say nothing. */
  readonly leastCalls: number;
};

/** Ten per cent, of twenty calls at the least: two errors of a quiet minute are no storm. */
export const API_ERROR_LIMIT: ErrorRateLimit = { limitMillionths: 100_000, leastCalls: 20 };

const MILLION = 1_000_000;

/** A window of `slots` slots of `slotMs` milliseconds in which nothing has been seen. */
export function newErrorWindow(slotMs: number, slots: number): ErrorWindow {
  invariant(
    Number.isSafeInteger(slotMs) && slotMs > 0 && Number.isSafeInteger(slots) && slots > 0,
    'a window has slots of some length',
  );
  return { slotMs, slots, counts: [] };
}

/**
 * The window without slots after `nowMs`: they were counted by a clock that has been set back since, and what is called
 * now would be older than all that the window looks at.
 */
export function notAfter(window: ErrorWindow, nowMs: EpochMs): ErrorWindow {
  const now = Math.floor(nowMs / window.slotMs);
  return window.counts.every(({ slot }) => slot <= now)
    ? window
    : { ...window, counts: window.counts.filter(({ slot }) => slot <= now) };
}

/**
 * The window with one more call. A call that is told late counts in its own slot while that is looked at, and else not:
 * the order in which calls are told does not matter.
 */
export function withCall(
  window: ErrorWindow,
  call: { readonly atMs: EpochMs; readonly isError: boolean },
): ErrorWindow {
  const slot = Math.floor(call.atMs / window.slotMs);
  const newest = Math.max(slot, window.counts.at(-1)?.slot ?? slot);
  const kept = window.counts.filter((count) => count.slot > newest - window.slots);
  if (slot <= newest - window.slots) return { ...window, counts: kept };
  const errors = call.isError ? 1 : 0;
  const known = kept.find((count) => count.slot === slot);
  const counts =
    known === undefined
      ? [...kept, { slot, calls: 1, errors }].toSorted((a, b) => a.slot - b.slot)
      : kept.map((count) =>
          count === known ? { slot, calls: count.calls + 1, errors: count.errors + errors } : count,
        );
  return { ...window, counts };
}

/** The rate over the slots that end at `nowMs`; zero when nothing was called. */
export function errorRate(window: ErrorWindow, nowMs: EpochMs): ErrorRate {
  const oldest = Math.floor(nowMs / window.slotMs) - window.slots;
  const seen = window.counts.filter(({ slot }) => slot > oldest);
  const calls = seen.reduce((sum, count) => sum + count.calls, 0);
  const errors = seen.reduce((sum, count) => sum + count.errors, 0);
  const rateMillionths = calls === 0 ? 0 : Math.ceil((errors * MILLION) / calls);
  return { calls, errors, rateMillionths };
}

/** Whether so many calls failed that no new risk is to be taken: the limit itself is too many. */
export function isErrorStorm({ calls, rateMillionths }: ErrorRate, limit: ErrorRateLimit): boolean {
  return calls >= limit.leastCalls && rateMillionths >= limit.limitMillionths;
}
