import { money, type Money } from '../../domain/money/money.ts';
import type { EquityPoint } from '../../domain/reports/equity-curve.ts';

export type CurvePoint = Pick<EquityPoint, 'atMs' | 'equity'>;

/** Each point with how far it lies under the highest so far, never negative. */
export function withDrawdown(
  points: readonly CurvePoint[],
): readonly (CurvePoint & { readonly drawdown: Money })[] {
  let peak = points[0]?.equity ?? 0;
  return points.map((point) => {
    peak = Math.max(peak, point.equity);
    return { ...point, drawdown: money(peak - point.equity) };
  });
}

/**
 * At most about `2 × buckets` points of a curve: of each stretch the lowest and the highest, so that no dip or peak
 * is lost, and the first and last of all.
 */
export function thinCurve<Point extends CurvePoint>(
  points: readonly Point[],
  buckets: number,
): readonly Point[] {
  if (points.length <= 2 * buckets) return points;
  const size = points.length / buckets;
  const kept = new Set([0, points.length - 1]);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    let [low, high] = [Math.floor(bucket * size), Math.floor(bucket * size)];
    const end = Math.min(points.length, Math.floor((bucket + 1) * size));
    for (let at = low; at < end; at += 1) {
      const equity = points[at]?.equity ?? 0;
      if (equity < (points[low]?.equity ?? 0)) low = at;
      if (equity > (points[high]?.equity ?? 0)) high = at;
    }
    kept.add(low).add(high);
  }
  return points.filter((_, index) => kept.has(index));
}
