import type { EpochMs } from '../market/market.ts';

/** From least to most severe; an order is gated by the worst state over its own scopes. */
export type TradingState = 'open' | 'refuse' | 'reduce' | 'flatten';

/** Whom a cause concerns, so that one stale book does not stop the rest. */
export type CauseScope =
  | { readonly kind: 'account' }
  | { readonly kind: 'shard'; readonly exchangeIndex: number }
  | { readonly kind: 'event'; readonly eventTicker: string }
  | { readonly kind: 'market'; readonly market: string }
  | { readonly kind: 'source'; readonly source: string };

export type CauseCode =
  | 'unreconciled_start'
  | 'stale_oracle'
  | 'stale_book'
  | 'book_gap'
  | 'missing_start_time'
  | 'unresolved_arbitration'
  | 'exchange_pause'
  /** The exchange takes no order now: exits wait too. */
  | 'exchange_closed'
  | 'key_attestation'
  | 'unknown_outcome'
  | 'daily_loss'
  | 'consecutive_losses'
  | 'api_error_rate'
  | 'credentials_refused'
  | 'fuse_blown'
  | 'cancel_all_aftershock'
  | 'fee_drift'
  | 'mismatch'
  | 'operator';

/** One standing reason not to trade as usual. `refuse` heals by itself; the others need a person. */
export type TradingCause = {
  readonly code: CauseCode;
  readonly scope: CauseScope;
  readonly state: Exclude<TradingState, 'open'>;
  readonly sinceMs: EpochMs;
  readonly detail: string;
};

const SEVERITY: Readonly<Record<TradingState, number>> = {
  open: 0,
  refuse: 1,
  reduce: 2,
  flatten: 3,
};

/** Rank of a state, larger is more severe: open 0, refuse 1, reduce 2, flatten 3. */
export function severity(state: TradingState): number {
  return SEVERITY[state];
}

/** Everything a cause may be about that concerns one order: its account, shard, event, market and price sources. */
export function scopesOf(
  order: {
    readonly market: string;
    readonly eventTicker: string;
    readonly exchangeIndex: number;
  },
  sources: readonly string[] = [],
): readonly CauseScope[] {
  return [
    { kind: 'account' },
    { kind: 'shard', exchangeIndex: order.exchangeIndex },
    { kind: 'event', eventTicker: order.eventTicker },
    { kind: 'market', market: order.market },
    ...sources.map((source) => ({ kind: 'source', source }) as const),
  ];
}

/** One text per scope, equal exactly for equal scopes. */
export function scopeKey(scope: CauseScope): string {
  switch (scope.kind) {
    case 'account':
      return 'account';
    case 'shard':
      return `shard:${scope.exchangeIndex}`;
    case 'event':
      return `event:${scope.eventTicker}`;
    case 'market':
      return `market:${scope.market}`;
    case 'source':
      return `source:${scope.source}`;
  }
}

/**
 * The most severe state that any cause sets over these scopes, and the cause that set it: among equals the one that
 * has stood longest, then by code and scope, so that the order of the causes does not matter. Open without a cause.
 */
export function worstState(
  causes: readonly TradingCause[],
  scopes: readonly CauseScope[],
): { readonly state: TradingState; readonly cause: TradingCause | null } {
  const own = new Set(scopes.map(scopeKey));
  let worst: TradingCause | null = null;
  for (const cause of causes) {
    if (own.has(scopeKey(cause.scope)) && (worst === null || outranks(cause, worst))) worst = cause;
  }
  return { state: worst?.state ?? 'open', cause: worst };
}

function outranks(cause: TradingCause, worst: TradingCause): boolean {
  const bySeverity = severity(cause.state) - severity(worst.state);
  if (bySeverity !== 0) return bySeverity > 0;
  if (cause.sinceMs !== worst.sinceMs) return cause.sinceMs < worst.sinceMs;
  return causeText(cause) < causeText(worst);
}

function causeText(cause: TradingCause): string {
  return `${cause.code}|${scopeKey(cause.scope)}|${cause.detail}`;
}

/**
 * Whether a cause may be lifted without a person: only `refuse`, and only once what caused it was last seen at least
 * `healAfterMs` ago. Who raises a cause keeps `lastSeenMs` current while it stands.
 */
export function isHealed(
  cause: TradingCause,
  lastSeenMs: EpochMs,
  nowMs: EpochMs,
  healAfterMs: number,
): boolean {
  return cause.state === 'refuse' && nowMs - lastSeenMs >= healAfterMs;
}
