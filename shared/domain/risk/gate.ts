import type { OrderIntent } from '../execution/intent.ts';
import {
  INTENT_REFUSAL_CODES,
  validateIntent,
  type IntentLimits,
  type IntentRefusalCode,
  type RefusalNumbers,
} from '../execution/validate-intent.ts';
import type { EpochMs, Market } from '../market/market.ts';
import { scopesForReservation, type HeadroomKey } from './headroom.ts';
import {
  scopeKey,
  scopesOf,
  worstState,
  type TradingCause,
  type TradingState,
} from './trading-state.ts';

/** Every code with which the gate refuses, and what it means. The reference page is made of these words. */
export const RISK_REFUSAL_EXPLANATIONS = {
  trading_refused: 'A standing cause refuses new risk in one of the scopes of the order.',
  trading_reduced:
    'Only exits may trade in one of the scopes of the order, until a person clears it.',
  trading_flattening: 'Positions are being sold in one of the scopes of the order.',
  lease_missing: 'No feeder holds the lease beyond the margin, so nobody may add risk.',
  no_room_account: 'The order would take the account beyond its total exposure.',
  no_room_event: 'The order would take its event beyond the exposure of one event.',
  no_room_market: 'The order would take its market beyond the exposure of one position.',
  no_room_cash: 'The shard holds less free cash than the order may cost with its fees.',
  no_room_slots: 'As many positions as allowed are open or in flight.',
  count_not_positive: 'The order is for no contracts.',
  price_out_of_range: 'The limit price is not strictly between zero and one dollar.',
  off_grid: "The limit price is not on the market's grid of prices.",
  outside_collar: 'The limit price reaches further through the book than the collar allows.',
  market_not_active: 'The market does not take orders now.',
  market_closed: 'The market has closed: nothing is sent to it until it is reopened or settled.',
  market_closing: 'The market closes too soon for an entry.',
  entry_too_old: 'The entry was decided too long ago; the price may be gone.',
} as const satisfies Readonly<Record<string, string>>;
export type RiskRefusalCode = keyof typeof RISK_REFUSAL_EXPLANATIONS;

// Each code of the intent's own validation is one of the gate's.
INTENT_REFUSAL_CODES satisfies readonly RiskRefusalCode[];

declare const approved: unique symbol;

/** A value that passed the gate. Nothing else makes one, so an order that skipped the gate does not compile. */
export type RiskApproved<T> = {
  readonly value: T;
  readonly approvedAtMs: EpochMs;
  readonly [approved]: true;
};

export type GateLimits = IntentLimits & {
  /** An entry needs the feeder's lease for at least this much longer. */
  readonly leaseMarginMs: number;
};

export type RiskRefusal = {
  readonly kind: 'refused';
  readonly code: RiskRefusalCode;
  readonly numbers: RefusalNumbers;
};

export type GateVerdict<T extends OrderIntent> =
  { readonly kind: 'approved'; readonly approval: RiskApproved<T> } | RiskRefusal;

/**
 * The one door to the exchange for an order. An entry needs the state `open` over all of its scopes, a lease, a sound
 * price and room for its reservation; the conditional write that reserves is what finally decides, the gate says why
 * before it is tried. An exit needs a sound price and nothing else: no state, lease or limit stops it. Cancels do not
 * come here.
 */
export function gate<T extends OrderIntent>({
  intent,
  market,
  sources,
  causes,
  leaseExpiresAtMs,
  nowMs,
  limits,
  room,
}: {
  readonly intent: T;
  readonly market: Market;
  /** Where the price of the decision came from; causes on these concern the order. */
  readonly sources: readonly string[];
  readonly causes: readonly TradingCause[];
  /** Until when a feeder holds the lease; null when none does. */
  readonly leaseExpiresAtMs: EpochMs | null;
  readonly nowMs: EpochMs;
  readonly limits: GateLimits;
  /** What may still be used in a scope. */
  readonly room: (key: HeadroomKey) => number;
}): GateVerdict<T> {
  const unsound = validateIntent(intent, market, nowMs, limits);
  const refusal =
    intent.purpose === 'exit'
      ? unsound
      : (refusedByState(intent, sources, causes) ??
        refusedByLease(leaseExpiresAtMs, nowMs, limits) ??
        unsound ??
        refusedForRoom(intent, room));
  if (refusal !== null) return refusal;
  return { kind: 'approved', approval: approve(intent, nowMs) };
}

function approve<T>(value: T, approvedAtMs: EpochMs): RiskApproved<T> {
  return { value, approvedAtMs } as RiskApproved<T>;
}

const STATE_CODES: Readonly<Record<Exclude<TradingState, 'open'>, RiskRefusalCode>> = {
  refuse: 'trading_refused',
  reduce: 'trading_reduced',
  flatten: 'trading_flattening',
};

function refusedByState(
  intent: OrderIntent,
  sources: readonly string[],
  causes: readonly TradingCause[],
): RiskRefusal | null {
  const { cause } = worstState(causes, scopesOf(intent, sources));
  if (cause === null) return null;
  return refused(STATE_CODES[cause.state], {
    cause: cause.code,
    scope: scopeKey(cause.scope),
    sinceMs: cause.sinceMs,
  });
}

function refusedByLease(
  leaseExpiresAtMs: EpochMs | null,
  nowMs: EpochMs,
  { leaseMarginMs }: GateLimits,
): RiskRefusal | null {
  if (leaseExpiresAtMs === null) return refused('lease_missing', { nowMs, leaseMarginMs });
  return leaseExpiresAtMs > nowMs + leaseMarginMs
    ? null
    : refused('lease_missing', { nowMs, leaseMarginMs, leaseExpiresAtMs });
}

function refusedForRoom(
  intent: OrderIntent,
  room: (key: HeadroomKey) => number,
): RiskRefusal | null {
  for (const { key, amount } of scopesForReservation(intent)) {
    const available = room(key);
    if (available < amount)
      return refused(roomCode(key), { scope: key, needed: amount, available });
  }
  return null;
}

function roomCode(key: HeadroomKey): RiskRefusalCode {
  if (key === 'account') return 'no_room_account';
  if (key === 'slots') return 'no_room_slots';
  if (key.startsWith('event:')) return 'no_room_event';
  return key.startsWith('market:') ? 'no_room_market' : 'no_room_cash';
}

function refused(code: RiskRefusalCode | IntentRefusalCode, numbers: RefusalNumbers): RiskRefusal {
  return { kind: 'refused', code, numbers };
}
