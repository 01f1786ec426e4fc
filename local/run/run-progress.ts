import type { RunProgress } from '../../shared/contracts/run-progress.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { addMoney, cost, money, NO_MONEY, subtractMoney } from '../../shared/domain/money/money.ts';
import { unrealised } from '../../shared/domain/positions/mark-position.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import type { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { VenueTruth } from '../invariants/books.ts';
import type { MarketStats, RunStats } from '../../shared/application/report/run-stats.ts';

/** Rows that a person can take in at once. */
const MAX_ROWS = 30;

/** Where a run stands, for a person who watches it. */
export function runProgress(at: {
  readonly stats: RunStats;
  readonly store: Pick<MemoryHotStore, 'peekAll'>;
  readonly truth: VenueTruth;
  readonly simulatedMs: EpochMs;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly fraction: number;
  readonly note: string | null;
}): RunProgress {
  const { stats, store, truth } = at;
  const positions = new Map(
    store.peekAll('positions').map((position) => [position.market, position]),
  );
  const marked = [...positions.values()].map(markedValue);
  return {
    simulatedMs: at.simulatedMs,
    startMs: at.startMs,
    endMs: at.endMs,
    fraction: Math.min(1, at.fraction),
    ticks: stats.ticks,
    orders: store.peekAll('orders').length,
    fills: store.peekAll('fills').length,
    pnl: subtractMoney(
      addMoney(money(truth.cash + truth.reserved), ...marked),
      money(truth.deposits),
    ),
    markets: mostInteresting([...stats.markets.values()], positions).map((market) =>
      row(market, positions.get(market.ticker)),
    ),
    note: at.note,
  };
}

function markedValue(position: Position) {
  if (position.state === 'closed') return NO_MONEY;
  return position.mark === null ? position.basis : cost(position.mark.legPrice, position.quantity);
}

/** Markets with an open position first, then those that have traded, then the rest; finished ones last. */
function mostInteresting(
  markets: readonly MarketStats[],
  positions: ReadonlyMap<string, Position>,
): readonly MarketStats[] {
  const rank = ({ ticker, result }: MarketStats): number => {
    const position = positions.get(ticker);
    if (position?.state === 'open') return 0;
    return (result === null ? 1 : 3) + (position === undefined ? 1 : 0);
  };
  return markets.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_ROWS);
}

function row(market: MarketStats, position: Position | undefined): RunProgress['markets'][number] {
  const open = position?.state === 'open';
  return {
    ticker: market.ticker,
    title: market.title,
    bid: market.bid,
    ask: market.ask,
    fair: market.fair,
    position: open ? { leg: position.leg, quantity: position.quantity } : null,
    unrealised: open ? (unrealised(position) ?? NO_MONEY) : NO_MONEY,
    realised: market.realised,
  };
}
