import type { Leg } from '../domain/edge/edge.ts';
import type { EpochMs, EventTicker, MarketResult, MarketTicker } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Money } from '../domain/money/money.ts';
import type { Price } from '../domain/money/price.ts';
import type { Probability } from '../domain/money/probability.ts';
import type { FairValue } from '../domain/pricing/fair-value.ts';
import type { EquityPoint } from '../domain/reports/equity-curve.ts';
import type { DataReview } from '../domain/reports/data-review.ts';
import type { PathCalibration } from '../domain/reports/oracle-calibration.ts';
import type { ReliabilityBin } from '../domain/reports/probability-score.ts';
import type { Unsettled } from '../domain/reports/settled-lines.ts';
import type { ExitCause } from '../domain/reports/trade-summary.ts';
import type { RunSummary } from './summary.ts';

/** What a run hands over at its end. `decisions` are the canonical JSON lines in decision order. */
export type RunOutcome = {
  readonly record: RunRecord;
  readonly summary: RunSummary;
  readonly decisions: readonly string[];
};

/** How a position ended. `open` is still held when the run stops. */
export type CloseCause = ExitCause | 'open';

/** One position from its first fill to its end, with why it was opened. Prices are those of the leg that was bought. */
export type TradeRow = {
  readonly positionId: string;
  readonly market: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly title: string;
  readonly leg: Leg;
  readonly openedAtMs: EpochMs;
  readonly closedAtMs: EpochMs | null;
  readonly boughtCount: Contracts;
  /** Paid for `boughtCount` without fees; their ratio is the entry price. */
  readonly boughtCost: Money;
  readonly why: {
    readonly fairKind: FairValue['kind'];
    /** Sources and method, or model and version: "pinnacle, shin". */
    readonly fairFrom: string;
    /** That the leg wins. */
    readonly fair: Probability;
    /** Best price at which the leg was offered when the decision was made. */
    readonly touch: Price;
    /** Expected profit per contract after fees at the worst level taken. */
    readonly edgePerContract: Money;
  };
  readonly closedBy: CloseCause;
  /** From sales and settlement, before fees. */
  readonly proceeds: Money;
  readonly fees: Money;
  /** Proceeds (for an open position: plus its mark) less cost and fees. */
  readonly net: Money;
};

export type MarketRecord = {
  readonly ticker: MarketTicker;
  readonly title: string;
  readonly result: MarketResult | null;
  readonly ticks: number;
  readonly edges: number;
  readonly orders: number;
  readonly fills: number;
  readonly fees: Money;
  readonly net: Money;
};

export type ForecastScore = {
  readonly label: string;
  readonly brier: number;
  /** Natural logarithm. */
  readonly logLoss: number;
  readonly reliability: readonly ReliabilityBin[];
};

/** Our fair value and the exchange's price, scored on the same outcomes at the same moments. */
export type ForecastComparison = {
  readonly fairKind: FairValue['kind'];
  readonly forecasts: number;
  /** When and of what: "at tip-off, against the last trade before it". */
  readonly moment: string;
  readonly fair: ForecastScore;
  readonly market: ForecastScore;
  /** 95 % interval of (our log loss − the market's) per forecast; null when the sample is too small. */
  readonly logLossDifference95: readonly [number, number] | null;
};

/** The same run with another assumption about what a taker pays beyond the last trade. */
export type HalfSpreadResult = {
  /** Of one contract, in cents: 1 or 0.5. */
  readonly cents: number;
  readonly trades: number;
  readonly fees: Money;
  /** After fees. */
  readonly pnl: Money;
};

export type QueueRecord = {
  readonly queue: string;
  readonly delivered: number;
  readonly duplicated: number;
  readonly deadLettered: number;
};

/** A fault that was put into the world, how often, and what became of it. */
export type FaultRecord = {
  readonly fault: string;
  readonly injected: number;
  readonly outcome: string;
};

/** One numbered invariant. `firstViolation` says where it broke and how to see it again. */
export type InvariantRecord = {
  readonly number: number;
  readonly statement: string;
  readonly checked: number;
  readonly violated: number;
  readonly firstViolation: string | null;
};

export type Performance = {
  readonly openingEquity: Money;
  readonly closingEquity: Money;
  readonly maxDrawdown: Money;
  readonly wins: number;
  readonly losses: number;
  /** Of daily returns, annualised by the root of 365; null when there are too few days to mean anything. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
};

/** How good lines were of the games that started within a time and are over. */
export type OracleRecord = {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** In play a line is judged so often. */
  readonly everyMs: number;
  /** Games with a line and a sure outcome. */
  readonly games: number;
  /** Games with a line and without one, by why. */
  readonly unsettled: Readonly<Partial<Record<Unsettled, number>>>;
  readonly paths: readonly PathCalibration[];
};

/** The fair lines of a run: when there were any, and how good they were. */
export type LinesRecord = { readonly review: DataReview; readonly oracle: OracleRecord };

/** Everything that the report shows and the summary does not hold. Plain JSON. */
export type RunRecord = {
  /** "A football Sunday" or "Kalshi NBA winner markets". */
  readonly title: string;
  /** One or two sentences: what this run was. */
  readonly description: string;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /**
   * In time order, open positions at their marks; thousands of points are fine, the report thins them and keeps the
   * extremes.
   */
  readonly equity: readonly Pick<EquityPoint, 'atMs' | 'equity'>[];
  readonly performance: Performance;
  /** In order of opening. */
  readonly trades: readonly TradeRow[];
  readonly markets: readonly MarketRecord[];
  readonly comparison: ForecastComparison | null;
  /** Replay only; empty in the virtual world. */
  readonly halfSpreads: readonly HalfSpreadResult[];
  /** Null where no lines are kept, as in a replay. */
  readonly lines: LinesRecord | null;
  readonly queues: readonly QueueRecord[];
  readonly faults: readonly FaultRecord[];
  readonly invariants: readonly InvariantRecord[];
  /** Plain sentences: what was assumed and how it could flatter or hurt the result. */
  readonly assumptions: readonly string[];
};
