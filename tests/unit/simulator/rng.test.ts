import { describe, expect, it } from 'vitest';
import { seededRng, type Rng } from '../../../shared/simulator/rng.ts';

function take<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe('seeded randomness', () => {
  it('keeps its sequence: a changed one would change every recorded run', () => {
    const rng = seededRng(42);
    expect(take(4, () => rng.integer(1_000_000))).toMatchInlineSnapshot(`
      [
        64452,
        633855,
        407742,
        473674,
      ]
    `);
    expect(take(3, () => rng.uniform())).toMatchInlineSnapshot(`
      [
        0.4382229262709919,
        0.9011320929896998,
        0.6051656173243466,
      ]
    `);
    expect(take(3, () => rng.normal())).toMatchInlineSnapshot(`
      [
        -2.0584532779260485,
        -1.644611929479457,
        -0.11636649757843395,
      ]
    `);
    expect(take(2, () => rng.exponential(10))).toMatchInlineSnapshot(`
      [
        12.149760256277858,
        25.465986930846203,
      ]
    `);
    const game = seededRng(42).fork('games').fork('BUF');
    expect(take(3, () => game.integer(1_000_000))).toMatchInlineSnapshot(`
      [
        349888,
        930581,
        560406,
      ]
    `);
  });

  it('gives equal draws for equal seeds and others for other seeds', () => {
    const draws = (seed: number): number[] => {
      const rng = seededRng(seed);
      return take(20, () => rng.uniform());
    };
    expect(draws(7)).toEqual(draws(7));
    const firsts = new Set(take(2_000, () => 0).map((_, seed) => seededRng(seed).uniform()));
    expect(firsts.size).toBe(2_000);
  });

  it('tells large and negative seeds apart', () => {
    const seeds = [0, -1, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, -(2 ** 40)];
    expect(new Set(seeds.map((seed) => seededRng(seed).uniform())).size).toBe(seeds.length);
    expect(() => seededRng(0.5)).toThrow(/safe integer/);
  });

  it('forks by label alone, whatever the parent drew before', () => {
    const fresh = seededRng(1);
    const used = seededRng(1);
    take(1_000, () => used.normal());
    expect(used.fork('books').uniform()).toBe(fresh.fork('books').uniform());
    expect(fresh.fork('books').uniform()).not.toBe(fresh.fork('games').uniform());
    expect(fresh.fork('a').fork('b').uniform()).not.toBe(fresh.fork('ab').uniform());
    expect(fresh.fork('a').fork('b').uniform()).not.toBe(fresh.fork('b').fork('a').uniform());
  });

  it('gives forks of neighbouring labels that do not follow each other', () => {
    const streams: Rng[] = take(200, () => 0).map((_, index) => seededRng(9).fork(`game-${index}`));
    const firsts = streams.map((stream) => stream.uniform());
    const { mean, variance } = moments(firsts);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 200));
    expect(variance).toBeGreaterThan(0.06);
    const seconds = streams.map((stream) => stream.uniform());
    const covariance = moments(firsts.map((first, i) => (first - 0.5) * ((seconds[i] ?? 0) - 0.5)));
    expect(Math.abs(covariance.mean)).toBeLessThan(4 / 12 / Math.sqrt(200));
  });

  it('draws the distributions it names', () => {
    const rng = seededRng(5);
    const size = 20_000;
    const normal = moments(take(size, () => rng.normal()));
    expect(Math.abs(normal.mean)).toBeLessThan(4 / Math.sqrt(size));
    expect(Math.abs(normal.variance - 1)).toBeLessThan(4 * Math.sqrt(2 / size));
    const exponential = moments(take(size, () => rng.exponential(3)));
    expect(Math.abs(exponential.mean - 3)).toBeLessThan((4 * 3) / Math.sqrt(size));
    const hits = take(size, () => rng.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits / size - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / size));
    const dice = take(size, () => rng.integer(6));
    for (let face = 0; face < 6; face += 1) {
      const share = dice.filter((value) => value === face).length / size;
      expect(Math.abs(share - 1 / 6)).toBeLessThan(4 * Math.sqrt(5 / 36 / size));
    }
  });

  it('refuses bounds that no draw can meet', () => {
    expect(() => seededRng(1).integer(0)).toThrow(/positive/);
    expect(() => seededRng(1).exponential(-1)).toThrow(/not negative/);
  });
});
