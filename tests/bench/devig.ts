import { devig, DEVIG_METHODS } from '../../shared/domain/odds/devig.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const MARKETS = 10_000;
const ROUNDS = 20;

/** Microseconds to take the margin out of one two-way market, for each method, iterations included. */
export function benchDevig(): BenchRow[] {
  const rng = seededRng(7);
  const markets = Array.from({ length: MARKETS }, () => {
    const home = 0.1 + 0.8 * rng.uniform();
    const margin = 1.02 + 0.06 * rng.uniform();
    return [1 / (home * margin), 1 / ((1 - home) * margin)];
  });
  return DEVIG_METHODS.map((method) => {
    const refused = markets.filter((odds) => devig(method, odds).kind === 'refused').length;
    invariant(refused === 0, 'odds with a margin of two to eight percent can be used');
    const seconds = fastestSeconds(ROUNDS, () => {
      for (const odds of markets) devig(method, odds);
    });
    return {
      name: `de-vig: ${method}`,
      value: rounded((seconds / MARKETS) * 1e6),
      unit: 'µs',
      note: `${MARKETS} two-way markets with 2 to 8 % margin; bar 15 for all methods together`,
    };
  });
}
