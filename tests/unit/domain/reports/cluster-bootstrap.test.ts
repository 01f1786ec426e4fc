import { describe, expect, it } from 'vitest';
import {
  clusterBootstrap,
  ClusterSums,
  type Statistic,
} from '../../../../shared/domain/reports/cluster-bootstrap.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const MEAN: Statistic = { of: ([n = 0, sum = 0]) => sum / n };

/** Clusters of (n, sum). */
function sumsOf(rows: readonly (readonly [number, number])[]): ClusterSums {
  const sums = new ClusterSums(2);
  rows.forEach(([n, sum], index) => sums.row(`cluster ${index}`).set([n, sum]));
  return sums;
}

function seeded(seed: number): (below: number) => number {
  const rng = seededRng(seed);
  return (below) => rng.integer(below);
}

/** Draws that are read out one after the other. */
function scripted(draws: readonly number[]): () => number {
  let at = 0;
  return () => draws[at++] ?? 0;
}

/** Of the interval of the mean. */
function widthOf(sums: ClusterSums): number {
  const [mean] = clusterBootstrap({
    sums,
    statistics: [MEAN],
    resamples: 500,
    draw: seeded(1),
  });
  return (mean?.high ?? 0) - (mean?.low ?? 0);
}

describe('the cluster bootstrap', () => {
  it('takes each statistic of whole clusters, drawn as many times as there are', () => {
    // Of (1, 0) and (1, 2): both first 0, one of each 1, one of each 1, both second 2.
    const draw = scripted([0, 0, 0, 1, 1, 0, 1, 1]);
    const sums = sumsOf([
      [1, 0],
      [1, 2],
    ]);
    const [mean] = clusterBootstrap({ sums, statistics: [MEAN], resamples: 4, draw });
    expect(mean).toEqual({ value: 1, low: 0, high: 2 });
  });

  it('weighs a cluster by its events, not as one', () => {
    const sums = sumsOf([
      [9, 9],
      [1, 0],
    ]);
    const [mean] = clusterBootstrap({ sums, statistics: [MEAN], resamples: 50, draw: seeded(1) });
    expect(mean?.value).toBe(0.9);
  });

  it('gives the same interval for the same seed, and another for another', () => {
    const sums = sumsOf(Array.from({ length: 60 }, (_, at) => [1, at % 7] as const));
    const of = (seed: number) =>
      clusterBootstrap({ sums, statistics: [MEAN], resamples: 200, draw: seeded(seed) });
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it('comes near the interval of the normal approximation where that holds', () => {
    // 160 of 400 independent events: 0.4 ± 1.96 × √(0.4 × 0.6 / 400) = 0.4 ± 0.0480.
    const sums = sumsOf(Array.from({ length: 400 }, (_, at) => [1, at < 160 ? 1 : 0] as const));
    const [mean] = clusterBootstrap({
      sums,
      statistics: [MEAN],
      resamples: 2_000,
      draw: seeded(3),
    });
    expect(Math.abs((mean?.low ?? 0) - 0.352)).toBeLessThan(0.006);
    expect(Math.abs((mean?.high ?? 0) - 0.448)).toBeLessThan(0.006);
  });

  it('is wider for events that come in clusters that agree', () => {
    const alone = sumsOf(Array.from({ length: 200 }, (_, at) => [1, at % 2] as const));
    const agreeing = sumsOf(Array.from({ length: 20 }, (_, at) => [10, 10 * (at % 2)] as const));
    // √10 times, but for chance.
    expect(widthOf(agreeing) / widthOf(alone)).toBeGreaterThan(2.3);
  });

  it('is wider with more confidence, on the same draws', () => {
    const sums = sumsOf(Array.from({ length: 50 }, (_, at) => [1, at % 5] as const));
    const [usual, wide] = clusterBootstrap({
      sums,
      statistics: [MEAN, { ...MEAN, confidence: 0.99 }],
      resamples: 1_000,
      draw: seeded(1),
    });
    expect(wide!.low).toBeLessThan(usual!.low);
    expect(wide!.high).toBeGreaterThan(usual!.high);
  });

  it('has no interval for one cluster, nor for what is mostly not there', () => {
    const one = sumsOf([[5, 2]]);
    expect(
      clusterBootstrap({ sums: one, statistics: [MEAN], resamples: 9, draw: () => 0 }),
    ).toEqual([null]);
    // Only one of ten clusters has events at all: a third of the resamples have none.
    const rare = sumsOf(
      Array.from({ length: 10 }, (_, at) => (at === 0 ? ([1, 1] as const) : ([0, 0] as const))),
    );
    const [mean] = clusterBootstrap({
      sums: rare,
      statistics: [MEAN],
      resamples: 200,
      draw: seeded(1),
    });
    expect(mean).toBeNull();
  });
});
