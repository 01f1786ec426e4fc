import type { EpochMs, Market, MarketResult, MarketStatus } from '../../domain/market/market.ts';
import type { PriceRange } from '../../domain/market/tick-grid.ts';
import { ONE_DOLLAR, ZERO_PRICE, type Price } from '../../domain/money/price.ts';

/** Where one market stands. */
export type MarketLife = {
  readonly status: MarketStatus;
  readonly openTimeMs: EpochMs;
  readonly closeTimeMs: EpochMs;
  readonly settlementTimerMs: number;
  readonly result: MarketResult | null;
  readonly determinedAtMs: EpochMs | null;
  readonly settledAtMs: EpochMs | null;
};

/** What a change of life is called on the stream; opening and closing by the clock have no message (Kalshi "Market Lifecycle"). */
export type LifecycleNotice =
  | { readonly event: 'created' }
  | { readonly event: 'activated' }
  | { readonly event: 'deactivated' }
  | { readonly event: 'close_date_updated'; readonly closeTimeMs: EpochMs }
  /** Told a second time when a disputed result was amended. */
  | { readonly event: 'determined'; readonly result: MarketResult; readonly atMs: EpochMs }
  | { readonly event: 'settled'; readonly atMs: EpochMs }
  /** Orders may have other prices from now on; what rests stays. */
  | {
      readonly event: 'price_level_structure_updated';
      readonly structure: string;
      readonly priceRanges: readonly PriceRange[];
    }
  /** Other words or times of a market, which the event carries as they are now. */
  | { readonly event: 'metadata_updated' };

export type LifeChange = {
  readonly life: MarketLife;
  readonly notices: readonly LifecycleNotice[];
  /** True when every resting order of the market goes with this change. */
  readonly cancelsResting: boolean;
  /** True when the positions are to be paid now. */
  readonly pays: boolean;
};

export type LifeRefusal = {
  readonly kind: 'refused';
  readonly code: 'wrong_status' | 'close_in_the_past';
  readonly status: MarketStatus;
};

/** The life of a market at the time it is listed: by its own open and close times, unless the exchange paused it. */
export function newLife(market: Market, nowMs: EpochMs): MarketLife {
  const life: MarketLife = {
    status: 'initialized',
    openTimeMs: market.openTimeMs,
    closeTimeMs: market.closeTimeMs,
    settlementTimerMs: market.settlementTimerMs,
    result: null,
    determinedAtMs: null,
    settledAtMs: null,
  };
  if (market.status === 'inactive') return { ...life, status: 'inactive' };
  if (nowMs < life.openTimeMs) return life;
  return { ...life, status: nowMs < life.closeTimeMs ? 'active' : 'closed' };
}

/** The next time at which the clock alone changes this life; null when only the world can. */
export function nextLifeChangeMs(life: MarketLife): EpochMs | null {
  switch (life.status) {
    case 'initialized':
      return life.openTimeMs;
    case 'active':
    case 'inactive':
      return life.closeTimeMs;
    case 'determined':
    case 'amended':
      return life.determinedAtMs === null ? null : life.determinedAtMs + life.settlementTimerMs;
    case 'closed':
    case 'disputed':
    case 'finalized':
      return null;
  }
}

/** The change that the clock makes at `nowMs`, or null. One step: opening, closing, or paying when the timer is over. */
export function lifeAt(life: MarketLife, nowMs: EpochMs): LifeChange | null {
  const dueMs = nextLifeChangeMs(life);
  if (dueMs === null || nowMs < dueMs) return null;
  switch (life.status) {
    case 'initialized':
      return quietly({ ...life, status: 'active' });
    case 'active':
    case 'inactive':
      return { ...quietly({ ...life, status: 'closed' }), cancelsResting: true };
    case 'determined':
    case 'amended':
      return {
        life: { ...life, status: 'finalized', settledAtMs: dueMs },
        notices: [{ event: 'settled', atMs: dueMs }],
        cancelsResting: false,
        pays: true,
      };
    case 'closed':
    case 'disputed':
    case 'finalized':
      return null;
  }
}

/** Pauses a market: orders stay, nothing trades. */
export function deactivate(life: MarketLife): LifeChange | LifeRefusal {
  if (life.status !== 'active') return wrongStatus(life);
  return {
    ...quietly({ ...life, status: 'inactive' }),
    notices: [{ event: 'deactivated' }],
  };
}

/** Resumes a paused market; every resting order in it is cancelled. */
export function reactivate(life: MarketLife): LifeChange | LifeRefusal {
  if (life.status !== 'inactive') return wrongStatus(life);
  return {
    life: { ...life, status: 'active' },
    notices: [{ event: 'activated' }],
    cancelsResting: true,
    pays: false,
  };
}

/** Moves the close time: an early close, a reschedule, or the reopening of a closed market without a result. */
export function moveClose(
  life: MarketLife,
  closeTimeMs: EpochMs,
  nowMs: EpochMs,
): LifeChange | LifeRefusal {
  if (closeTimeMs < nowMs)
    return { kind: 'refused', code: 'close_in_the_past', status: life.status };
  const moved: LifecycleNotice = { event: 'close_date_updated', closeTimeMs };
  switch (life.status) {
    case 'initialized':
    case 'active':
    case 'inactive':
      return { ...quietly({ ...life, closeTimeMs }), notices: [moved] };
    case 'closed':
      return {
        ...quietly({ ...life, closeTimeMs, status: 'active' }),
        notices: [moved, { event: 'activated' }],
      };
    case 'determined':
    case 'disputed':
    case 'amended':
    case 'finalized':
      return wrongStatus(life);
  }
}

/** Sets the result of a closed market and starts its settlement timer. */
export function determine(
  life: MarketLife,
  result: MarketResult,
  nowMs: EpochMs,
): LifeChange | LifeRefusal {
  if (life.status !== 'closed') return wrongStatus(life);
  return {
    ...quietly({ ...life, status: 'determined', result, determinedAtMs: nowMs }),
    notices: [{ event: 'determined', result, atMs: nowMs }],
  };
}

/** Somebody disputes a result before it is paid: its timer stands still until it is amended. */
export function dispute(life: MarketLife): LifeChange | LifeRefusal {
  return life.status === 'determined'
    ? quietly({ ...life, status: 'disputed' })
    : wrongStatus(life);
}

/** The result after a dispute, the old one or another; the settlement timer starts again. */
export function amendResult(
  life: MarketLife,
  result: MarketResult,
  nowMs: EpochMs,
): LifeChange | LifeRefusal {
  if (life.status !== 'disputed') return wrongStatus(life);
  return {
    ...quietly({ ...life, status: 'amended', result, determinedAtMs: nowMs }),
    notices: [{ event: 'determined', result, atMs: nowMs }],
  };
}

/** What one YES contract pays under a result. */
export function yesValueOf(result: MarketResult): Price {
  switch (result.kind) {
    case 'yes':
      return ONE_DOLLAR;
    case 'no':
      return ZERO_PRICE;
    case 'scalar':
      return result.settlementValue;
  }
}

function quietly(life: MarketLife): LifeChange {
  return { life, notices: [], cancelsResting: false, pays: false };
}

function wrongStatus(life: MarketLife): LifeRefusal {
  return { kind: 'refused', code: 'wrong_status', status: life.status };
}
