import { invariant } from '../money/invariant.ts';

/** The value below which a share of the values lies, between the two nearest in proportion (Hyndman and Fan's type 7). */
export function quantile(values: readonly number[], share: number): number {
  invariant(values.length > 0, 'a quantile is of something');
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
