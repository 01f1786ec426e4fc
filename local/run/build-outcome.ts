import { createHash } from 'node:crypto';
import type {
  ForecastComparison,
  ForecastScore,
  MarketRecord,
  Performance,
  RunOutcome,
  RunRecord,
} from '../../shared/contracts/run-record.ts';
import type { ReplaySummary, RunSummary, VirtualSummary } from '../../shared/contracts/summary.ts';
import { canonicalJson } from '../../shared/domain/decisions/canonical-json.ts';
import { imbalance } from '../../shared/domain/ledger/fold-ledger.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { addMoney, formatMoney, NO_MONEY, subtractMoney } from '../../shared/domain/money/money.ts';
import { equityCurve, type EquityPoint } from '../../shared/domain/reports/equity-curve.ts';
import { tradeSummary, type TradeSummary } from '../../shared/domain/reports/trade-summary.ts';
import type { LedgerStore } from '../../shared/ports/ledger-store.ts';
import type { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import type { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { InvariantTally } from '../invariants/invariant-tally.ts';
import type { RunStats } from '../trading/run-stats.ts';
import { tradeRows } from './trade-rows.ts';

const HOUR_MS = 3_600_000;

/** A run that has ended, whatever kind it was. */
export type EndedRun = {
  readonly stats: RunStats;
  readonly store: MemoryHotStore;
  readonly ledger: LedgerStore;
  readonly decisions: MemoryDecisionLog;
  readonly tally: InvariantTally;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly wallMs: number;
  readonly phasesMs: Readonly<Record<string, number>>;
  readonly title: string;
  readonly description: string;
  readonly comparison: ForecastComparison | null;
  readonly queues: RunRecord['queues'];
  readonly faults: RunRecord['faults'];
  readonly halfSpreads: RunRecord['halfSpreads'];
  readonly assumptions: readonly string[];
  readonly fingerprints: RunSummary['fingerprints'];
};

/** What is particular to a virtual run or to a replay in its summary. */
export type ModeFields =
  | Pick<VirtualSummary, 'mode' | 'seed' | 'scenario'>
  | Pick<ReplaySummary, 'mode' | 'recording' | 'halfSpreadCents' | 'halfSpreads'>;

/** Folds an ended run into its record, its summary and its decision lines. */
export async function buildOutcome(run: EndedRun, mode: ModeFields): Promise<RunOutcome> {
  const { stats } = run;
  const curve = equityCurve({ journal: stats.journal, marks: stats.marks });
  const trades = tradeSummary({ journal: stats.journal, curve });
  const decisions = await run.decisions.all();
  const lines = decisions.map(({ record }) => canonicalJson(record));
  const open = new Map(
    run.store
      .peekAll('positions')
      .filter((position) => position.state === 'open')
      .map((position) => [position.positionId, position]),
  );
  const rows = tradeRows({
    trips: trades.trips,
    decisions,
    titles: (ticker) => stats.markets.get(ticker)?.title ?? ticker,
    open,
  });
  const performance = performanceOf(curve, trades);
  const record: RunRecord = {
    title: run.title,
    description: run.description,
    startMs: run.startMs,
    endMs: run.endMs,
    equity: curve,
    performance,
    trades: rows,
    markets: marketRecords(run, trades),
    comparison: run.comparison,
    halfSpreads: run.halfSpreads,
    queues: run.queues,
    faults: run.faults,
    invariants: run.tally.records(),
    assumptions: run.assumptions,
  };
  const pnl = subtractMoney(performance.closingEquity, performance.openingEquity);
  const summary = {
    ...mode,
    ...(await countsOf(run, trades)),
    decisions: decisions.length,
    pnlMicros: pnl,
    pnl: formatMoney(pnl),
    modelVsMarket: run.comparison === null ? null : summaryOf(run.comparison),
    decisionsSha256: createHash('sha256').update(lines.join('\n')).digest('hex'),
  } as RunSummary;
  return { record, summary, decisions: lines };
}

async function countsOf(run: EndedRun, trades: TradeSummary) {
  const { stats, store, tally } = run;
  const orders = store.peekAll('orders');
  const ordersByState: Record<string, number> = {};
  for (const { state } of orders) ordersByState[state] = (ordersByState[state] ?? 0) + 1;
  const exitsByRule: Record<string, number> = {};
  for (const [rule, count] of Object.entries(trades.exitsByCause))
    if (count > 0) exitsByRule[rule] = count;
  const hours = (run.endMs - run.startMs) / HOUR_MS;
  const sum = (of: (queue: RunRecord['queues'][number]) => number): number =>
    run.queues.reduce((total, queue) => total + of(queue), 0);
  return {
    schemaVersion: 1 as const,
    ticks: stats.ticks,
    edges: stats.signals,
    orders: orders.length,
    ordersByState,
    fills: store.peekAll('fills').length,
    positions: { opened: trades.opened, closed: trades.closed },
    exitsByRule,
    skipsByReason: Object.fromEntries([...stats.skips].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    feesMicros: trades.fees,
    fees: formatMoney(trades.fees),
    messages: {
      delivered: sum((queue) => queue.delivered),
      duplicated: sum((queue) => queue.duplicated),
      deadLettered: sum((queue) => queue.deadLettered),
    },
    invariants: {
      checked: tally.checked,
      violated: tally.violated,
      byNumber: Object.fromEntries(
        tally.records().map(({ number, checked, violated }) => [number, { checked, violated }]),
      ),
    },
    ledger: { imbalanceMicros: imbalance(await run.ledger.entries()) },
    timings: {
      wallMs: Math.round(run.wallMs),
      simulatedHours: hours,
      simulatedHoursPerWallSecond: run.wallMs === 0 ? 0 : hours / (run.wallMs / 1_000),
      phasesMs: run.phasesMs,
    },
    fingerprints: run.fingerprints,
    assumptions: [...run.assumptions],
  };
}

function performanceOf(curve: readonly EquityPoint[], trades: TradeSummary): Performance {
  return {
    openingEquity: curve[0]?.equity ?? NO_MONEY,
    closingEquity: curve.at(-1)?.equity ?? NO_MONEY,
    maxDrawdown: trades.drawdown?.amount ?? NO_MONEY,
    wins: trades.won,
    losses: trades.lost,
    sharpeDaily: trades.sharpe,
    sortinoDaily: trades.sortino,
  };
}

function marketRecords(run: EndedRun, trades: TradeSummary): readonly MarketRecord[] {
  const orders = run.store.peekAll('orders');
  const fills = run.store.peekAll('fills');
  return [...run.stats.markets.values()].map((market) => {
    const trips = trades.trips.filter((trip) => trip.market === market.ticker);
    return {
      ticker: market.ticker,
      title: market.title,
      result: market.result,
      ticks: market.ticks,
      edges: market.edges,
      orders: orders.filter((order) => order.intent.market === market.ticker).length,
      fills: fills.filter(({ fill }) => fill.market === market.ticker).length,
      fees: addMoney(...trips.map(({ fees }) => fees)),
      net: addMoney(...trips.map(({ realised, fees }) => subtractMoney(realised, fees))),
    };
  });
}

function summaryOf({ fairKind, forecasts, moment, fair, market }: ForecastComparison) {
  return { fairKind, forecasts, moment, fair: scoreOnly(fair), market: scoreOnly(market) };
}

function scoreOnly({ label, brier, logLoss }: ForecastScore) {
  return { label, brier, logLoss };
}
