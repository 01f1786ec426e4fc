import { money, type Money } from '../../domain/money/money.ts';
import type { EquityPoint } from '../../domain/reports/equity-curve.ts';

export type CurvePoint = Pick<EquityPoint, 'atMs' | 'equity'>;
export type DrawnPoint = CurvePoint & { readonly drawdown: Money };

/** Each point with how far it lies under the highest so far, never negative. */
export function withDrawdown(points: readonly CurvePoint[]): readonly DrawnPoint[] {
  let peak = points[0]?.equity ?? 0;
  return points.map((point) => {
    peak = Math.max(peak, point.equity);
    return { ...point, drawdown: money(peak - point.equity) };
  });
}

/**
 * At most about `3 × buckets` points of a curve: of each stretch the lowest, the highest and the deepest below the
 * peak before it, so that no dip is lost, and the first and last of all.
 */
export function thinCurve(points: readonly DrawnPoint[], buckets: number): readonly DrawnPoint[] {
  if (points.length <= 3 * buckets) return points;
  const size = points.length / buckets;
  const kept = new Set([points[0], points.at(-1)]);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const [first, ...rest] = points.slice(
      Math.floor(bucket * size),
      Math.floor((bucket + 1) * size),
    );
    if (first === undefined) continue;
    let [low, high, deep] = [first, first, first];
    for (const point of rest) {
      if (point.equity < low.equity) low = point;
      if (point.equity > high.equity) high = point;
      if (point.drawdown > deep.drawdown) deep = point;
    }
    kept.add(low).add(high).add(deep);
  }
  return points.filter((point) => kept.has(point));
}
