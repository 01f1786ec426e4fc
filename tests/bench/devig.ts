import { devig, DEVIG_METHODS, type DevigMethod } from '../../shared/domain/odds/devig.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const MARKETS = 2_000;
const ROUNDS = 40;
const OUTCOMES = [2, 3, 12] as const;
/** Million a second, by outcomes: what compiled implementations of Shin reach on one core. */
const ORIENTATION: Readonly<Partial<Record<`${DevigMethod} ${number}`, number>>> = {
  'shin 2': 10,
  'shin 3': 4.4,
};

/** Markets a second out of which the margin is taken, for each method and number of outcomes, each solved to its end. */
export function benchDevig(): BenchRow[] {
  const rng = seededRng(7);
  return OUTCOMES.flatMap((outcomes) => {
    const markets = Array.from({ length: MARKETS }, () => {
      const weights = Array.from({ length: outcomes }, () => 0.3 + 0.7 * rng.uniform());
      const total = weights.reduce((a, b) => a + b, 0);
      const booksum = 1.02 + 0.06 * rng.uniform();
      return weights.map((weight) => total / (weight * booksum));
    });
    return DEVIG_METHODS.map((method) => {
      const refused = markets.filter((odds) => devig(method, odds).kind === 'refused').length;
      invariant(refused === 0, 'odds with a margin of two to eight percent can be used');
      const seconds = fastestSeconds(ROUNDS, () => {
        for (const odds of markets) devig(method, odds);
      });
      const atLeast = ORIENTATION[`${method} ${outcomes}`];
      return {
        name: `de-vig: ${method}, ${outcomes} outcomes`,
        value: rounded(MARKETS / seconds / 1e6),
        unit: 'M/s',
        note: `one core, ${MARKETS} markets with 2 to 8 % margin, best of ${ROUNDS} rounds`,
        ...(atLeast === undefined ? {} : { aim: { atLeast } }),
      };
    });
  });
}
