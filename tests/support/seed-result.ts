import { EFFECT_POINTS, type EffectPoint } from '../../shared/application/effect-points.ts';
import type { RunSummary } from '../../shared/contracts/summary.ts';
import type { FaultName } from '../../shared/simulator/faults/fault-plan.ts';
import {
  faultsThatHappened,
  playSeed,
  replayCommand,
  type VirtualRunOptions,
} from './virtual-runs.ts';

/** One run of a seed, as plain data that crosses a thread. */
export type SeedResult = {
  readonly seed: number;
  readonly scenario: string;
  /** One line for each invariant that broke, or what the run threw. Empty when all held. */
  readonly failures: readonly string[];
  readonly summary: RunSummary | null;
  readonly faults: Readonly<Record<FaultName, number>> | null;
  /** How often each point between two effects was come to, and where a process died. */
  readonly reached: Readonly<Record<EffectPoint, number>> | null;
  readonly died: readonly EffectPoint[];
  /** Orders whose outcome was unknown and was found out at the exchange. */
  readonly unknownsResolved: number;
};

/** Plays one seed to its end. What it throws becomes a failure. */
export async function seedResult(run: VirtualRunOptions): Promise<SeedResult> {
  const { seed, scenario } = run;
  try {
    const { outcome, world } = await playSeed(run);
    const { summary, record } = outcome;
    const failures = record.invariants.flatMap(({ firstViolation }) =>
      firstViolation === null ? [] : [firstViolation],
    );
    const line = `seed=${seed} scenario=${scenario}`;
    if (summary.ledger.imbalanceMicros !== 0)
      failures.push(
        `SIM FAIL inv=40 ${line}: the ledger is off by ${summary.ledger.imbalanceMicros}`,
      );
    if (summary.messages.deadLettered !== 0)
      failures.push(`SIM FAIL inv=30 ${line}: ${summary.messages.deadLettered} messages are dead`);
    return {
      seed,
      scenario,
      failures,
      summary,
      faults: faultsThatHappened(world),
      reached: Object.fromEntries(
        EFFECT_POINTS.map((point) => [point, world.crashes.timesReached(point)]),
      ) as Record<EffectPoint, number>,
      died: world.crashes.happened.map(({ point }) => point),
      unknownsResolved: world.stats.journal.filter(
        (entry) => entry.kind === 'order' && entry.from === 'unknown' && entry.to !== 'abandoned',
      ).length,
    };
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      seed,
      scenario,
      failures: [`SIM FAIL inv=-- seed=${seed} scenario=${scenario}: ${what}`],
      summary: null,
      faults: null,
      reached: null,
      died: [],
      unknownsResolved: 0,
    };
  }
}

/** The failures of some runs with what to type to see each again; empty when there are none. */
export function failureText(results: readonly SeedResult[]): string {
  return results
    .filter(({ failures }) => failures.length > 0)
    .flatMap((result) => [...result.failures, `  ${replayCommand(result)}`])
    .join('\n');
}
