import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';

/** How long a quote may rest, and how long before its market closes it must be gone. */
export type QuoteLifeRules = {
  /** From when it is sent until the exchange takes it off the book by itself. */
  readonly lifeMs: number;
  /** After the close of a market nothing can be cancelled any more: no quote may still rest then. */
  readonly closeGuardMs: number;
};

/** A quote lives 15 to 30 seconds: long enough to be met, short enough to be gone when we are. */
export const SHORTEST_QUOTE_LIFE_MS = 15_000;
export const LONGEST_QUOTE_LIFE_MS = 30_000;

export type QuoteLife =
  | { readonly kind: 'until'; readonly expiresAtMs: EpochMs }
  | {
      readonly kind: 'refused';
      /** The rules are not ones; or the market closes before a quote could have lived its shortest life. */
      readonly code: 'life_out_of_range' | 'market_closing';
      readonly numbers: Readonly<Record<string, number>>;
    };

const SECOND_MS = 1_000;

/**
 * Until when a quote that is sent now may rest: its life from now, but not beyond `closeTimeMs` less the guard, in whole
 * seconds rounded down, as the exchange reads it (Kalshi: Create Order, `expiration_time`). Refused when that leaves less
 * than the shortest life: what is pulled so soon is not worth its place in the queue, and one second of a difference of
 * clocks would make it a past time. `closeTimeMs` is the close as it is known now, early closes with it.
 */
export function quoteLife(
  rules: QuoteLifeRules,
  { nowMs, closeTimeMs }: { readonly nowMs: EpochMs; readonly closeTimeMs: EpochMs },
): QuoteLife {
  const { lifeMs, closeGuardMs } = rules;
  if (!isLife(lifeMs) || !(Number.isSafeInteger(closeGuardMs) && closeGuardMs >= 0))
    return { kind: 'refused', code: 'life_out_of_range', numbers: { lifeMs, closeGuardMs } };
  invariant(Number.isSafeInteger(nowMs) && Number.isSafeInteger(closeTimeMs), 'times are whole');
  const latestMs = closeTimeMs - closeGuardMs;
  const expiresAtMs = Math.floor(Math.min(nowMs + lifeMs, latestMs) / SECOND_MS) * SECOND_MS;
  // The shortest life loses up to a second to the rounding.
  return expiresAtMs - nowMs > SHORTEST_QUOTE_LIFE_MS - SECOND_MS
    ? { kind: 'until', expiresAtMs }
    : { kind: 'refused', code: 'market_closing', numbers: { nowMs, closeTimeMs, closeGuardMs } };
}

function isLife(lifeMs: number): boolean {
  return (
    Number.isSafeInteger(lifeMs) &&
    lifeMs >= SHORTEST_QUOTE_LIFE_MS &&
    lifeMs <= LONGEST_QUOTE_LIFE_MS
  );
}
