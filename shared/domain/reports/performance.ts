import type { EpochMs } from '../market/market.ts';
import { NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import type { EquityPoint } from './equity-curve.ts';

/** The deepest fall of equity from an earlier high: when, how much, and as a float fraction of that high. */
export type Drawdown = {
  readonly amount: Money;
  readonly fraction: number;
  readonly peakAtMs: EpochMs;
  readonly troughAtMs: EpochMs;
};

/**
 * The largest fall in dollars from a running high, the first one among equals. Null for an empty curve; a curve that
 * never falls has an amount of zero at its first point.
 */
export function maxDrawdown(curve: readonly EquityPoint[]): Drawdown | null {
  let [peak] = curve;
  if (peak === undefined) return null;
  let deepest: Drawdown = {
    amount: NO_MONEY,
    fraction: 0,
    peakAtMs: peak.atMs,
    troughAtMs: peak.atMs,
  };
  for (const point of curve) {
    if (point.equity > peak.equity) peak = point;
    const amount = subtractMoney(peak.equity, point.equity);
    if (amount <= deepest.amount) continue;
    const fraction = peak.equity > 0 ? amount / peak.equity : 0;
    deepest = { amount, fraction, peakAtMs: peak.atMs, troughAtMs: point.atMs };
  }
  return deepest;
}

const DAY_MS = 86_400_000;
/** Markets trade every day of the year. */
const DAYS_PER_YEAR = 365;

/**
 * Simple returns of equity from one UTC day's close to the next, the first one from the curve's first point. A day
 * without a point closes where the day before did. Empty when equity was ever not positive, as a return then means
 * nothing.
 */
export function dailyReturns(curve: readonly EquityPoint[]): readonly number[] {
  const [first] = curve;
  if (first === undefined || curve.some(({ equity }) => equity <= 0)) return [];
  const closes = new Map<number, Money>();
  for (const { atMs, equity } of curve) closes.set(Math.floor(atMs / DAY_MS), equity);
  const days = [...closes.keys()];
  const [from, to] = [Math.min(...days), Math.max(...days)];
  const returns: number[] = [];
  let before = first.equity;
  for (let day = from; day <= to; day += 1) {
    const close = closes.get(day) ?? before;
    returns.push(close / before - 1);
    before = close;
  }
  return returns;
}

/**
 * Sharpe ratio (Sharpe 1994) of daily returns over a riskless rate of zero, annualised by the root of 365: mean over
 * sample standard deviation. Null below two returns or without any deviation.
 */
export function sharpeRatio(returns: readonly number[]): number | null {
  if (returns.length < 2) return null;
  const mean = meanOf(returns);
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (returns.length - 1));
  return deviation > 0 ? (mean / deviation) * Math.sqrt(DAYS_PER_YEAR) : null;
}

/**
 * Sortino ratio (Sortino and Price 1994) of daily returns against a target of zero, annualised by the root of 365:
 * mean over the root mean square of the losses, taken over all returns. Null below two returns or without a loss.
 */
export function sortinoRatio(returns: readonly number[]): number | null {
  if (returns.length < 2) return null;
  const squares = returns.reduce((sum, value) => sum + Math.min(0, value) ** 2, 0);
  const downside = Math.sqrt(squares / returns.length);
  return downside > 0 ? (meanOf(returns) / downside) * Math.sqrt(DAYS_PER_YEAR) : null;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
