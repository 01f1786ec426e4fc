import type { CauseScope } from '../risk/trading-state.ts';
import type { EpochMs, Market } from './market.ts';

/** A time in which the exchange has said beforehand that nothing can be traded; the end is not part of it. */
export type ClosedWindow = {
  readonly reason: 'weekly_pause' | 'maintenance';
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
};

/** Trading pauses: cancels work. The exchange pauses: nothing does (docs.kalshi.com, "Maintenance and Pauses"). */
export type Activity = { readonly exchangeActive: boolean; readonly tradingActive: boolean };

/** What the exchange says of itself now, and of its shards where it says so. */
export type ExchangeStatus = Activity & {
  readonly resumeAtMs: EpochMs | null;
  readonly shards: readonly (Activity & { readonly exchangeIndex: number })[];
};

/** `status_unread`: the exchange has not said for too long how it is. */
export type PauseReason =
  ClosedWindow['reason'] | 'trading_halted' | 'exchange_halted' | 'status_unread';

/** One reason why orders of a scope are not taken, now or within the guard. Null when nobody knows its end. */
export type ExchangePause = {
  readonly scope: Extract<CauseScope, { kind: 'account' | 'shard' }>;
  readonly reason: PauseReason;
  readonly untilMs: EpochMs | null;
};

/**
 * Every pause that holds at a time, one a scope: a window from `guardMs` before its start, so that no order is on its
 * way when it begins, and what the status says for itself. A status that was not read (null) says nothing.
 */
export function pausesAt({
  windows,
  status,
  nowMs,
  guardMs,
}: {
  readonly windows: readonly ClosedWindow[];
  readonly status: ExchangeStatus | null;
  readonly nowMs: EpochMs;
  readonly guardMs: number;
}): readonly ExchangePause[] {
  const window = windows
    .filter(({ startMs, endMs }) => startMs - guardMs <= nowMs && nowMs < endMs)
    .toSorted((a, b) => b.endMs - a.endMs)[0];
  const account = { kind: 'account' } as const;
  if (window !== undefined)
    return [{ scope: account, reason: window.reason, untilMs: window.endMs }];
  if (status === null) return [];
  const untilMs = status.resumeAtMs;
  const halted = haltOf(status);
  if (halted !== null) return [{ scope: account, reason: halted, untilMs }];
  return status.shards.flatMap(({ exchangeIndex, ...activity }): readonly ExchangePause[] => {
    const reason = haltOf(activity);
    const scope = { kind: 'shard', exchangeIndex } as const;
    return reason === null ? [] : [{ scope, reason, untilMs }];
  });
}

function haltOf({ exchangeActive, tradingActive }: Activity): PauseReason | null {
  if (!exchangeActive) return 'exchange_halted';
  return tradingActive ? null : 'trading_halted';
}

/** When the next window begins at or after a time; null when none is known. */
export function nextWindow(windows: readonly ClosedWindow[], nowMs: EpochMs): ClosedWindow | null {
  return (
    windows
      .filter(({ startMs }) => startMs >= nowMs)
      .toSorted((a, b) => a.startMs - b.startMs)[0] ?? null
  );
}

/** Where a market stands at a time. `ended` has a result, or waits for one that is disputed. */
export type MarketPhase = 'unopened' | 'open' | 'paused' | 'closed' | 'ended';

/**
 * Where a market stands, by its own times where the exchange tells nothing: opening and closing pass without an event
 * (docs.kalshi.com, "Market Lifecycle"), so `initialized` and `active` mean what the clock says. An early close or a
 * new date moves `closeTimeMs` itself.
 */
export function phaseOf(
  market: Pick<Market, 'status' | 'openTimeMs' | 'closeTimeMs'>,
  nowMs: EpochMs,
): MarketPhase {
  switch (market.status) {
    case 'initialized':
    case 'active':
      if (nowMs >= market.closeTimeMs) return 'closed';
      return nowMs < market.openTimeMs ? 'unopened' : 'open';
    case 'inactive':
      return nowMs >= market.closeTimeMs ? 'closed' : 'paused';
    case 'closed':
      return 'closed';
    case 'determined':
    case 'disputed':
    case 'amended':
    case 'finalized':
      return 'ended';
  }
}
