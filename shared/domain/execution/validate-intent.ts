import { phaseOf } from '../market/exchange-calendar.ts';
import type { EpochMs, Market } from '../market/market.ts';
import { isOnGrid } from '../market/tick-grid.ts';
import { invariant } from '../money/invariant.ts';
import { ONE_DOLLAR, ZERO_PRICE } from '../money/price.ts';
import type { OrderIntent } from './intent.ts';
import type { PriceCollar } from './price-collar.ts';

/** What makes an intent unfit to be sent, whatever the risk. */
export const INTENT_REFUSAL_CODES = [
  'count_not_positive',
  'price_out_of_range',
  'off_grid',
  'outside_collar',
  'market_not_active',
  'market_closed',
  'market_closing',
  'entry_too_old',
] as const;
export type IntentRefusalCode = (typeof INTENT_REFUSAL_CODES)[number];

/** The numbers behind a refusal, as they stand in its record. */
export type RefusalNumbers = { readonly [name: string]: number | string };

export type IntentRefusal = {
  readonly kind: 'refused';
  readonly code: IntentRefusalCode;
  readonly numbers: RefusalNumbers;
};

export type IntentLimits = {
  /** An entry decided longer ago than this is refused: a slow queue may only lose an opportunity. */
  readonly entryMaxAgeMs: number;
  /** Entries stop this long before the market closes. */
  readonly closeGuardMs: number;
  /** Null when the limit itself is the bound and there is no touch to compare with. */
  readonly collar: PriceCollar | null;
};

/**
 * Whether an intent can be sent to its market now; null when it can, else the first reason against it. Exits are held
 * to the same prices and counts as entries, but neither to age nor to the time before the close. Once a market has
 * closed nothing is taken, not even a cancel (docs.kalshi.com, "Market Lifecycle"), so nothing is sent.
 */
export function validateIntent(
  intent: OrderIntent,
  market: Market,
  nowMs: EpochMs,
  limits: IntentLimits,
): IntentRefusal | null {
  invariant(intent.market === market.ticker, 'an intent is validated against its own market');
  return refusedOrder(intent, market, limits) ?? refusedTime(intent, market, nowMs, limits);
}

function refusedOrder(
  intent: OrderIntent,
  market: Market,
  { collar }: IntentLimits,
): IntentRefusal | null {
  const { count, limitPrice } = intent;
  if (count <= 0) return refused('count_not_positive', { count });
  if (limitPrice <= ZERO_PRICE || limitPrice >= ONE_DOLLAR)
    return refused('price_out_of_range', { limitPrice });
  if (!isOnGrid(limitPrice, market.priceRanges)) return refused('off_grid', { limitPrice });
  if (collar !== null && (limitPrice < collar.lowest || limitPrice > collar.highest))
    return refused('outside_collar', { limitPrice, ...collar });
  return null;
}

function refusedTime(
  intent: OrderIntent,
  market: Market,
  nowMs: EpochMs,
  limits: IntentLimits,
): IntentRefusal | null {
  const { status, closeTimeMs } = market;
  // Opening and closing pass without a word of the exchange: the clock says it first.
  const phase = phaseOf(market, nowMs);
  if (phase === 'closed') return refused('market_closed', { status, nowMs, closeTimeMs });
  if (phase !== 'open') return refused('market_not_active', { status });
  if (intent.purpose === 'exit') return null;
  if (nowMs >= closeTimeMs - limits.closeGuardMs)
    return refused('market_closing', { nowMs, closeTimeMs, closeGuardMs: limits.closeGuardMs });
  const ageMs = nowMs - intent.decidedAtMs;
  return ageMs > limits.entryMaxAgeMs
    ? refused('entry_too_old', { ageMs, entryMaxAgeMs: limits.entryMaxAgeMs })
    : null;
}

function refused(code: IntentRefusalCode, numbers: RefusalNumbers): IntentRefusal {
  return { kind: 'refused', code, numbers };
}
