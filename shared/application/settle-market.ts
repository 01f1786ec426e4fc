import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { MarketTicker } from '../domain/market/market.ts';
import { settlePosition } from '../domain/positions/fold-position.ts';
import { releaseForSettlement } from '../domain/risk/headroom.ts';
import { NO_MONEY } from '../domain/money/money.ts';
import type { ListedSettlement } from '../ports/exchange.ts';
import type { HotWrite } from '../ports/hot-store.ts';
import { freed, putOwnership, putPosition } from './market-state.ts';
import { MAX_CONFLICTS } from './progress-order.ts';
import type { TradingDeps } from './trading-deps.ts';

/** Settlements are read again from this long before now when a market says that it was settled. */
const SETTLEMENT_LOOKBACK_MS = 600_000;

export type Settled = 'settled' | 'nothing_held' | 'already_settled' | 'not_yet';

/**
 * A market is said to be settled: what the exchange's own record says it paid is booked. `not_yet` while that record
 * lags or cannot be read.
 */
export async function settleIfHeld(deps: TradingDeps, market: MarketTicker): Promise<Settled> {
  const position = await deps.store.get('positions', market);
  if (position === null || position.value.state === 'closed') return 'nothing_held';
  const sinceMs = deps.clock.nowMs() - SETTLEMENT_LOOKBACK_MS;
  const listed = await deps.exchange.settlements({ sinceMs });
  if (listed.kind !== 'read') return 'not_yet';
  const record = listed.value.find((settlement) => settlement.market === market);
  return record === undefined ? 'not_yet' : settleMarket(deps, record);
}

/**
 * Books what the exchange paid for one settled market, once. Waits (`not_yet`) while the position and the settlement
 * disagree on the quantity: a fill is still to be booked.
 */
export async function settleMarket(
  deps: TradingDeps,
  settlement: ListedSettlement,
): Promise<Settled> {
  for (let attempt = 0; attempt < MAX_CONFLICTS; attempt += 1) {
    const known = await deps.store.get('settlements', settlement.market);
    if (known !== null) return 'already_settled';
    const planned = await planSettlement(deps, settlement);
    if (planned.kind === 'not_yet') return 'not_yet';
    const commit = await deps.store.transact(planned.writes);
    if (commit.kind === 'conflict') continue;
    deps.points.reached('after_settlement_booked');
    return planned.kind;
  }
  throw new Error(`settlement of ${settlement.market}: too many conflicting writes in a row`);
}

type PlannedSettlement =
  | { readonly kind: 'not_yet' }
  | { readonly kind: 'settled' | 'nothing_held'; readonly writes: readonly HotWrite[] };

async function planSettlement(
  deps: TradingDeps,
  settlement: ListedSettlement,
): Promise<PlannedSettlement> {
  const [positionRow, ownership] = await Promise.all([
    deps.store.get('positions', settlement.market),
    deps.store.get('ownership', settlement.market),
  ]);
  const record: HotWrite = {
    kind: 'insert',
    table: 'settlements',
    key: settlement.market,
    value: {
      market: settlement.market,
      result: settlement.result,
      settledAtMs: settlement.settledAtMs,
    },
  };
  const held = positionRow?.value;
  const paidFor = settlement.yesCount > 0 ? settlement.yesCount : settlement.noCount;
  if (positionRow === null || held === undefined || held.state === 'closed')
    return paidFor > 0 ? { kind: 'not_yet' } : { kind: 'nothing_held', writes: [record] };
  const count = held.leg === 'yes' ? settlement.yesCount : settlement.noCount;
  if (count !== held.quantity) return { kind: 'not_yet' };

  const nowMs = deps.clock.nowMs();
  const { position, payout, basis } = settlePosition(
    held,
    settlement.result,
    nowMs,
    settlement.revenue,
  );
  const journal: readonly JournalEntry[] = [
    {
      kind: 'settlement',
      journalId: `settlement:${settlement.market}`,
      market: settlement.market,
      positionId: held.positionId,
      exchangeIndex: held.exchangeIndex,
      leg: held.leg,
      result: settlement.result,
      quantity: held.quantity,
      basis,
      payout,
      fee: NO_MONEY,
      atMs: nowMs,
    },
    {
      kind: 'position_closed',
      journalId: `position_closed:${held.positionId}`,
      positionId: held.positionId,
      market: held.market,
      leg: held.leg,
      cause: 'settlement',
      atMs: nowMs,
    },
  ];
  const releases = releaseForSettlement({ position: held, basis, payout, fee: NO_MONEY });
  return {
    kind: 'settled',
    writes: [
      record,
      putPosition(positionRow, position),
      ...(ownership === null ? [] : [putOwnership(ownership, freed(ownership.value))]),
      ...releases.map(({ key, amount }): HotWrite => ({
        kind: 'release',
        scope: key,
        amount,
        initial: 0,
      })),
      ...journal.map((entry): HotWrite => ({
        kind: 'insert',
        table: 'journal',
        key: entry.journalId,
        value: entry,
      })),
    ],
  };
}
