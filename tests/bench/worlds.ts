import { invariant } from '../../shared/domain/money/invariant.ts';
import { playSeed } from '../support/virtual-runs.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

const SHORT_SEEDS = 10;

/** Simulated hours per wall second of whole worlds, checker and all. */
export async function benchWorlds(): Promise<readonly BenchRow[]> {
  const { outcome } = await playSeed({ seed: 1, scenario: 'sunday' });
  const { timings, invariants, ticks, orders } = outcome.summary;
  invariant(invariants.violated === 0, 'a Sunday holds every invariant');
  const startedMs = performance.now();
  let hours = 0;
  for (let seed = 1; seed <= SHORT_SEEDS; seed += 1) {
    const short = await playSeed({ seed, scenario: 'short-games' });
    hours += short.outcome.summary.timings.simulatedHours;
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  return [
    {
      name: 'virtual world: a football Sunday',
      value: rounded(timings.wallMs / 1_000),
      unit: 's',
      note: `${ticks} ticks, ${orders} orders, ${invariants.checked} checks of invariants`,
    },
    {
      name: 'virtual world: simulated hours per second',
      value: rounded(timings.simulatedHoursPerWallSecond),
      unit: 'h/s',
      note: `that Sunday, one core; ${rounded(timings.simulatedHoursPerWallSecond * 3_600)} × real time`,
    },
    {
      name: 'virtual world: one seed of the swarm',
      value: rounded((seconds * 1_000) / SHORT_SEEDS),
      unit: 'ms',
      note: `${SHORT_SEEDS} seeds of short-games with their faults, ${rounded(hours / seconds)} simulated hours a second`,
    },
  ];
}
