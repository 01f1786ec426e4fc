import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { INVARIANT_NUMBERS } from '../../local/invariants/invariant-list.ts';
import { EFFECT_POINTS } from '../../shared/application/effect-points.ts';
import type { RunSummary } from '../../shared/contracts/summary.ts';
import { FAULT_NAMES } from '../../shared/simulator/faults/fault-plan.ts';
import { failureText, type SeedResult } from '../support/seed-result.ts';
import { playSeeds, type SeedRun } from '../support/seed-swarm.ts';
import { playSeed } from '../support/virtual-runs.ts';

const SEEDS = 200;
const SCENARIO = 'short-games';

/** Runs that once broke something, kept for ever and played first. */
const CORPUS = JSON.parse(
  readFileSync(new URL('corpus.json', import.meta.url), 'utf8'),
) as readonly (SeedRun & { readonly why: string })[];

/**
 * How often each invariant must at least be looked at over all seeds: a checker that has fallen asleep holds nothing.
 * About a third of what was counted when this was written.
 */
const LEAST_CHECKED: Readonly<Record<number, number>> = {
  1: 1_000,
  2: 1_500,
  3: 250,
  4: 2_000,
  6: 500,
  7: 500,
  9: 500,
  10: 4_000,
  11: 8_000,
  12: 3_000,
  14: 100,
  15: 800,
  16: 1_000,
  17: 10_000,
  23: 250,
  24: 500_000,
  25: 10_000,
  26: 2_500,
  30: 600,
  31: 200,
  40: 3_000,
};

describe('seeded worlds with drawn faults', () => {
  let results: readonly SeedResult[] = [];

  beforeAll(async () => {
    const seeds = Array.from({ length: SEEDS }, (_, seed) => ({ seed, scenario: SCENARIO }));
    results = await playSeeds([
      ...CORPUS.map(({ seed, scenario }) => ({ seed, scenario })),
      ...seeds,
    ]);
  });

  it('keep every seed that ever failed from failing again', () => {
    expect(CORPUS.length).toBeGreaterThan(0);
    expect(failureText(results.slice(0, CORPUS.length))).toBe('');
  });

  it(`hold every invariant, balance and lose no message over ${SEEDS} seeds`, () => {
    const swarm = results.slice(CORPUS.length);
    expect(failureText(swarm)).toBe('');
    expect(swarm.filter(({ summary }) => summary !== null)).toHaveLength(SEEDS);
  });

  it('meet every fault, come to every point between two effects and die at each', () => {
    const faults = sums(results.map((result) => result.faults ?? {}));
    expect(FAULT_NAMES.filter((name) => (faults.get(name) ?? 0) === 0)).toEqual([]);
    const reached = sums(results.map((result) => result.reached ?? {}));
    expect(EFFECT_POINTS.filter((point) => (reached.get(point) ?? 0) === 0)).toEqual([]);
    const died = new Set(results.flatMap((result) => result.died));
    expect(EFFECT_POINTS.filter((point) => !died.has(point))).toEqual([]);
  });

  it('look at every invariant often enough to mean it', () => {
    const checked = sums(
      summaries(results).map(({ invariants }) =>
        Object.fromEntries(
          Object.entries(invariants.byNumber).map(([number, count]) => [number, count.checked]),
        ),
      ),
    );
    const asleep = INVARIANT_NUMBERS.filter(
      (number) => (checked.get(String(number)) ?? 0) < (LEAST_CHECKED[number] ?? Infinity),
    );
    expect(asleep).toEqual([]);
  });

  it('see every way in which a position or an order can end', () => {
    const exits = sums(summaries(results).map(({ exitsByRule }) => exitsByRule));
    for (const rule of ['stop_loss', 'profit_target', 'settlement'])
      expect([rule, (exits.get(rule) ?? 0) > 0]).toEqual([rule, true]);
    const orders = sums(summaries(results).map(({ ordersByState }) => ordersByState));
    for (const state of ['filled', 'cancelled', 'expired', 'abandoned'])
      expect([state, (orders.get(state) ?? 0) > 0]).toEqual([state, true]);
    expect(results.reduce((sum, result) => sum + result.unknownsResolved, 0)).toBeGreaterThan(0);
  });

  it('decide the same to the byte when a seed is played again, on another thread too', async () => {
    for (const seed of [3, 7]) {
      const { outcome } = await playSeed({ seed, scenario: SCENARIO });
      const again = await playSeed({ seed, scenario: SCENARIO });
      expect(again.outcome.decisions).toEqual(outcome.decisions);
      expect(untimed(again.outcome.summary)).toEqual(untimed(outcome.summary));
      expect(again.outcome.record).toEqual(outcome.record);
      const threaded = results[CORPUS.length + seed]?.summary;
      expect(threaded?.decisionsSha256).toBe(outcome.summary.decisionsSha256);
    }
  });

  it('decide otherwise at every other seed', () => {
    const swarm = summaries(results.slice(CORPUS.length));
    const traded = swarm.filter(({ decisions }) => decisions > 0);
    expect(traded.length).toBeGreaterThan(SEEDS / 2);
    expect(new Set(traded.map(({ decisionsSha256 }) => decisionsSha256)).size).toBe(traded.length);
  });
});

function untimed(summary: RunSummary): Omit<RunSummary, 'timings'> {
  const { timings: _, ...rest } = summary;
  return rest;
}

function summaries(results: readonly SeedResult[]): readonly RunSummary[] {
  return results.flatMap(({ summary }) => (summary === null ? [] : [summary]));
}

function sums(counts: readonly Readonly<Record<string, number>>[]): ReadonlyMap<string, number> {
  const total = new Map<string, number>();
  for (const one of counts)
    for (const [key, count] of Object.entries(one)) total.set(key, (total.get(key) ?? 0) + count);
  return total;
}
