import type { ForecastComparison, RunRecord } from '../../contracts/run-record.ts';
import type { RunSummary } from '../../contracts/summary.ts';
import { money, type Money } from '../../domain/money/money.ts';
import { counted, dollars, grouped, percentText, words } from './figures.ts';

/** The run in a few sentences, the result first. The report and the terminal say the same words. */
export type Verdict = {
  readonly tone: 'gain' | 'loss' | 'none' | 'broken';
  readonly result: string;
  readonly health: string;
  /** Our fair value against the market; null when nothing could be scored. */
  readonly forecast: string | null;
  /** How the result hangs on the assumed half-spread; null outside replay. */
  readonly spread: string | null;
};

export function verdictOf(record: RunRecord, summary: RunSummary): Verdict {
  const pnl = money(summary.pnlMicros);
  const { violated } = summary.invariants;
  const broken = violated > 0 || summary.ledger.imbalanceMicros !== 0;
  const tone = pnl > 0 ? 'gain' : pnl < 0 ? 'loss' : 'none';
  return {
    tone: broken ? 'broken' : tone,
    result: resultSentence(record, summary, pnl),
    health: healthSentence(summary),
    forecast: record.comparison === null ? null : forecastSentence(record.comparison),
    spread: spreadSentence(record),
  };
}

function resultSentence(record: RunRecord, summary: RunSummary, pnl: Money): string {
  const { trades, performance } = record;
  if (trades.length === 0) {
    const [reason] = Object.entries(summary.skipsByReason).toSorted(([, a], [, b]) => b - a);
    const why = reason === undefined ? '' : `; the commonest reason: ${words(reason[0])}`;
    return `No trade was made in ${counted(summary.ticks, 'look')} at the markets${why}.`;
  }
  const verb = pnl > 0 ? 'Made' : pnl < 0 ? 'Lost' : 'Broke even:';
  const share = performance.openingEquity === 0 ? 0 : Math.abs(pnl) / performance.openingEquity;
  const open = trades.filter((trade) => trade.closedBy === 'open').length;
  return [
    `${verb} ${dollars(money(Math.abs(pnl)))} after ${dollars(money(summary.feesMicros))} in fees`,
    ` on ${counted(trades.length, 'trade')}`,
    ` (${percentText(share, 2)} of the opening ${dollars(performance.openingEquity)}`,
    open === 0 ? ').' : `; ${counted(open, 'position')} still open).`,
  ].join('');
}

function healthSentence(summary: RunSummary): string {
  const { checked, violated, byNumber } = summary.invariants;
  const { imbalanceMicros } = summary.ledger;
  const balance =
    imbalanceMicros === 0
      ? 'the ledger balances to the micro-dollar'
      : `the ledger is out of balance by ${dollars(money(imbalanceMicros))}`;
  if (violated === 0) {
    const all = Object.values(byNumber);
    if (all.length === 0) return `No invariant was looked at in this run; ${balance}.`;
    const looked = all.filter((one) => one.checked > 0).length;
    const idle = all.length - looked;
    const rest = idle === 0 ? '' : ` (${idle} had nothing to look at in this run)`;
    return `All ${looked} invariants held in ${grouped(checked)} checks${rest}; ${balance}.`;
  }
  const numbers = Object.entries(byNumber).filter(([, one]) => one.violated > 0);
  return [
    `Do not believe these figures: ${counted(violated, 'violation')} of`,
    ` ${numbers.length === 1 ? 'invariant' : 'invariants'} ${numbers.map(([number]) => number).join(', ')}`,
    ` in ${grouped(checked)} checks; ${balance}.`,
  ].join('');
}

function forecastSentence(comparison: ForecastComparison): string {
  const { fair, market, forecasts, moment, fairKind } = comparison;
  const ours = fairKind === 'model' ? 'The model' : 'The fair line';
  const scores = [
    `log loss ${fair.logLoss.toFixed(4)} against ${market.logLoss.toFixed(4)}`,
    `Brier ${fair.brier.toFixed(4)} against ${market.brier.toFixed(4)}`,
  ].join(', ');
  const over = `over ${counted(forecasts, 'forecast')} ${moment}`;
  return `${ours} ${relationText(comparison)}: ${scores}, ${over}.${meaningText(comparison)}`;
}

type Standing = 'ahead' | 'behind' | 'level';

function standingOf({ fair, market }: ForecastComparison): Standing {
  if (fair.logLoss === market.logLoss) return 'level';
  return fair.logLoss > market.logLoss ? 'behind' : 'ahead';
}

const RELATION: Readonly<Record<Standing, string>> = {
  ahead: 'beats the market',
  behind: 'loses to the market',
  level: 'does as well as the market',
};

/** As sure as the sample allows: a handful of outcomes has no winner. */
function relationText(comparison: ForecastComparison): string {
  const interval = comparison.logLossDifference95;
  const standing = standingOf(comparison);
  if (interval === null) return 'and the market cannot be told apart on so few outcomes';
  const chance = interval[0] <= 0 && interval[1] >= 0;
  return `${RELATION[standing]}${chance && standing !== 'level' ? ', though the difference could be chance' : ''}`;
}

function meaningText(comparison: ForecastComparison): string {
  const interval = comparison.logLossDifference95;
  const worse = interval !== null && interval[0] > 0;
  return worse && comparison.fairKind === 'model'
    ? ' The price knew more than the model did: it has no edge here.'
    : '';
}

function spreadSentence(record: RunRecord): string | null {
  if (record.halfSpreads.length < 2) return null;
  const results = record.halfSpreads.map(
    ({ cents, pnl }) =>
      `${pnl < 0 ? 'loses' : 'makes'} ${dollars(money(Math.abs(pnl)))} at ${cents}¢`,
  );
  return `It hangs on what a taker is assumed to pay beyond the last trade: the run ${results.join(', ')}.`;
}
