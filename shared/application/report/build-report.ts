import { createHash } from 'node:crypto';
import type {
  ForecastComparison,
  ForecastScore,
  MarketRecord,
  Performance,
  RunOutcome,
  RunRecord,
} from '../../contracts/run-record.ts';
import type {
  AccountSummary,
  EmbeddedSummary,
  ReplaySummary,
  RunSummary,
  VirtualSummary,
} from '../../contracts/summary.ts';
import type { Order } from '../../domain/execution/order.ts';
import { canonicalJson } from '../../domain/decisions/canonical-json.ts';
import { imbalance } from '../../domain/ledger/fold-ledger.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import {
  addMoney,
  formatMoney,
  NO_MONEY,
  subtractMoney,
  type Money,
} from '../../domain/money/money.ts';
import { equityCurve, type EquityPoint } from '../../domain/reports/equity-curve.ts';
import { dailyReturns } from '../../domain/reports/performance.ts';
import {
  netOf,
  tradeSummary,
  type RoundTrip,
  type TradeSummary,
} from '../../domain/reports/trade-summary.ts';
import type { DecisionLog } from '../../ports/decision-log.ts';
import type { BookedFill, HotStore, Row } from '../../ports/hot-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import { linesSummary } from './lines-and-data.ts';
import type { MarketStats, RunStats } from './run-stats.ts';
import { tradeRows } from './trade-rows.ts';

const HOUR_MS = 3_600_000;
/** Ratios of fewer days would be read as more than they are. */
const LEAST_DAYS = 10;

/** A run that has ended, whatever kind it was. */
export type EndedRun = {
  readonly stats: RunStats;
  readonly store: Pick<HotStore, 'list'>;
  readonly ledger: Pick<LedgerStore, 'entries'>;
  readonly decisions: Pick<DecisionLog, 'all'>;
  readonly invariants: RunRecord['invariants'];
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly wallMs: number;
  /** Of `wallMs`, what the reported run itself took: the rest is preparation and what is shown beside it. */
  readonly simulatingMs: number;
  readonly phasesMs: Readonly<Record<string, number>>;
  readonly title: string;
  readonly description: string;
  readonly comparison: ForecastComparison | null;
  readonly lines: RunRecord['lines'];
  readonly queues: RunRecord['queues'];
  readonly faults: RunRecord['faults'];
  readonly halfSpreads: RunRecord['halfSpreads'];
  readonly assumptions: readonly string[];
  readonly fingerprints: RunSummary['fingerprints'];
};

/** What is particular to one kind of run in its summary. */
export type ModeFields =
  | Pick<VirtualSummary, 'mode' | 'seed' | 'scenario'>
  | Pick<ReplaySummary, 'mode' | 'recording' | 'halfSpreadCents' | 'halfSpreads'>
  | Pick<EmbeddedSummary, 'mode' | 'runId' | 'seed' | 'scenario' | 'compression'>
  | Pick<AccountSummary, 'mode' | 'runId'>;

/** Folds an ended run into its record, its summary and its decision lines. */
export async function buildReport(run: EndedRun, mode: ModeFields): Promise<RunOutcome> {
  const { stats } = run;
  const curve = equityCurve({ journal: stats.journal, marks: stats.marks });
  const trades = tradeSummary({ journal: stats.journal, curve });
  const decisions = await run.decisions.all();
  const lines = decisions.map(({ record }) => canonicalJson(record));
  const [orders, fills, positions] = await Promise.all([
    valuesOf(run.store.list('orders')),
    valuesOf(run.store.list('fills')),
    valuesOf(run.store.list('positions')),
  ]);
  const open = new Map(
    positions
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
    markets: [...stats.markets.values()].map((market) =>
      marketRecord(market, { orders, fills, trips: trades.trips }),
    ),
    comparison: run.comparison,
    halfSpreads: run.halfSpreads,
    lines: run.lines,
    queues: run.queues,
    faults: run.faults,
    invariants: run.invariants,
    assumptions: [...run.assumptions, ...unexplained(stats.journal)],
  };
  const change = subtractMoney(performance.closingEquity, performance.openingEquity);
  const pnl = subtractMoney(change, residualOf(stats.journal));
  const summary = {
    ...mode,
    ...countsOf(run, trades, { orders, fills }),
    ledger: { imbalanceMicros: imbalance(await run.ledger.entries()) },
    decisions: decisions.length,
    pnlMicros: pnl,
    pnl: formatMoney(pnl),
    modelVsMarket: run.comparison === null ? null : summaryOf(run.comparison),
    lines: run.lines === null ? null : linesSummary(run.lines),
    decisionsSha256: createHash('sha256').update(lines.join('\n')).digest('hex'),
  } as RunSummary;
  return { record, summary, decisions: lines };
}

/** Money that came or went without a trade, such as a deposit that nobody told of. */
function residualOf(journal: RunStats['journal']): Money {
  return addMoney(...journal.flatMap((entry) => (entry.kind === 'residual' ? [entry.amount] : [])));
}

/** Money in suspense is said; it is in the equity and no part of the result. */
function unexplained(journal: RunStats['journal']): readonly string[] {
  const amount = residualOf(journal);
  return amount === NO_MONEY
    ? []
    : [
        `${formatMoney(amount)} dollars came or went without a trade. They stand in suspense until somebody explains them: they are in the equity, and no part of the result.`,
      ];
}

async function valuesOf<T>(rows: Promise<readonly Row<T>[]>): Promise<readonly T[]> {
  return (await rows).map((row) => row.value);
}

type Booked = { readonly orders: readonly Order[]; readonly fills: readonly BookedFill[] };

function countsOf(run: EndedRun, trades: TradeSummary, { orders, fills }: Booked) {
  const { stats } = run;
  const ordersByState: Record<string, number> = {};
  for (const { state } of orders) ordersByState[state] = (ordersByState[state] ?? 0) + 1;
  const exitsByRule: Record<string, number> = {};
  for (const [rule, count] of Object.entries(trades.exitsByCause))
    if (count > 0) exitsByRule[rule] = count;
  const hours = (run.endMs - run.startMs) / HOUR_MS;
  return {
    schemaVersion: 1 as const,
    ticks: stats.ticks,
    edges: stats.signals,
    orders: orders.length,
    ordersByState,
    fills: fills.length,
    positions: { opened: trades.opened, closed: trades.closed },
    exitsByRule,
    skipsByReason: Object.fromEntries([...stats.skips].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    feesMicros: trades.fees,
    fees: formatMoney(trades.fees),
    messages: {
      delivered: total(run.queues.map((queue) => queue.delivered)),
      duplicated: total(run.queues.map((queue) => queue.duplicated)),
      deadLettered: total(run.queues.map((queue) => queue.deadLettered)),
    },
    invariants: {
      checked: total(run.invariants.map(({ checked }) => checked)),
      violated: total(run.invariants.map(({ violated }) => violated)),
      byNumber: Object.fromEntries(
        run.invariants.map(({ number, checked, violated }) => [number, { checked, violated }]),
      ),
    },
    timings: {
      wallMs: Math.round(run.wallMs),
      simulatedHours: hours,
      simulatedHoursPerWallSecond: run.simulatingMs === 0 ? 0 : hours / (run.simulatingMs / 1_000),
      phasesMs: run.phasesMs,
    },
    fingerprints: run.fingerprints,
    assumptions: [...run.assumptions, ...unexplained(stats.journal)],
  };
}

function performanceOf(curve: readonly EquityPoint[], trades: TradeSummary): Performance {
  const enough = dailyReturns(curve).length >= LEAST_DAYS;
  return {
    openingEquity: curve[0]?.equity ?? NO_MONEY,
    closingEquity: curve.at(-1)?.equity ?? NO_MONEY,
    maxDrawdown: trades.drawdown?.amount ?? NO_MONEY,
    wins: trades.won,
    losses: trades.lost,
    sharpe: enough ? trades.sharpe : null,
    sortino: enough ? trades.sortino : null,
  };
}

function marketRecord(
  market: MarketStats,
  { orders, fills, trips }: Booked & { readonly trips: readonly RoundTrip[] },
): MarketRecord {
  const own = trips.filter((trip) => trip.market === market.ticker);
  return {
    ticker: market.ticker,
    title: market.title,
    result: market.result,
    ticks: market.ticks,
    edges: market.edges,
    orders: orders.filter((order) => order.intent.market === market.ticker).length,
    fills: fills.filter(({ fill }) => fill.market === market.ticker).length,
    fees: addMoney(...own.map(({ fees }) => fees)),
    net: addMoney(...own.map(netOf)),
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function summaryOf({ fairKind, forecasts, moment, fair, market }: ForecastComparison) {
  return { fairKind, forecasts, moment, fair: scoreOnly(fair), market: scoreOnly(market) };
}

function scoreOnly({ label, brier, logLoss }: ForecastScore) {
  return { label, brier, logLoss };
}
