import type { EpochMs } from '../../domain/market/market.ts';
import { CONTRACTS_SCALE, type Contracts } from '../../domain/money/contracts.ts';
import { formatScaled, trimDecimal } from '../../domain/money/decimal-text.ts';
import { MICROS_PER_CENT, type Money } from '../../domain/money/money.ts';
import { nearestDivide } from '../../domain/money/rounding.ts';
import type { TimeSpan } from '../../domain/reports/game-record.ts';

/** Figures as people read them. Rounded to the nearest for display only; nothing here is computed with again. */

export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `-$1,234.56`, to the nearest cent. */
export function dollars(amount: Money): string {
  const cents = nearestDivide(Math.abs(amount), MICROS_PER_CENT);
  const [whole = '0', fraction = '00'] = formatScaled(cents, 2).split('.');
  return `${amount < 0 && cents !== 0 ? '-' : ''}$${grouped(Number(whole))}.${fraction}`;
}

/** As `dollars`, with a plus sign before a gain. */
export function signedDollars(amount: Money): string {
  return nearestDivide(amount, MICROS_PER_CENT) > 0 ? `+${dollars(amount)}` : dollars(amount);
}

/** An amount per contract in cents with one digit: `5.2¢`. */
export function centsText(amount: number): string {
  const tenths = nearestDivide(Math.round(amount), MICROS_PER_CENT / 10);
  return `${formatScaled(tenths, 1)}¢`;
}

/** A total over a count, in micro-dollars per whole contract; zero without contracts. */
export function perContract(total: Money, count: Contracts): number {
  return count === 0 ? 0 : (total * 10 ** CONTRACTS_SCALE) / count;
}

/** A count without needless zeros: `25` or `0.5`. */
export function countText(count: Contracts): string {
  const [whole = '0', fraction] = trimDecimal(formatScaled(count, CONTRACTS_SCALE)).split('.');
  return fraction === undefined ? grouped(Number(whole)) : `${grouped(Number(whole))}.${fraction}`;
}

/** A share as a percentage: `12.3 %`. */
export function percentText(share: number, digits = 1): string {
  const text = (share * 100).toFixed(digits);
  return `${/^-0(\.0*)?$/.test(text) ? text.slice(1) : text} %`;
}

/** `2026-11-22 18:05` in UTC. */
export function minuteText(atMs: EpochMs): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** Below this the minutes alone do not tell a beginning from an end. */
const SECONDS_BELOW_MS = 600_000;

/**
 * From when to when in UTC, the day once where it is one: `2026-11-22 17:00 to 20:30`, of a short one with its seconds.
 */
export function periodText({ fromMs, toMs }: TimeSpan): string {
  const end = toMs - fromMs < SECONDS_BELOW_MS ? 19 : 16;
  const [from, to] = [fromMs, toMs].map((atMs) =>
    new Date(atMs).toISOString().slice(0, end).replace('T', ' '),
  );
  const isOneDay = from?.slice(0, 10) === to?.slice(0, 10);
  return `${from} to ${isOneDay ? to?.slice(11) : to}`;
}

/** `1 trade`, `2 trades`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Names of codes as words: `stop_loss` becomes `stop loss`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}

/** A duration as a person says it: `850 ms`, `12.3 s`, `2 min 5 s`, `1 h 58 min`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / 60_000);
  return `${grouped(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}
