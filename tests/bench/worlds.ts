import type { PublishCounts } from '../../fargate/feeder/publish.ts';
import { runVirtual } from '../../local/virtual/run-virtual.ts';
import { scenarioNamed } from '../../local/virtual/scenarios.ts';
import type { World } from '../../local/virtual/world.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import type { RunOutcome } from '../../shared/contracts/run-record.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { playSeed } from '../support/virtual-runs.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';
import { RememberingSession } from './dense-feed.ts';
import { publishedRows, type Stretch } from './published.ts';

const SHORT_SEEDS = 10;
const HOUR_MS = 3_600_000;
/** The Sunday begins at noon; from one to four eight games are played at once. */
const BUSY_HOURS = [2, 3] as const;
/** A real Sunday is busier than the simulated one. */
const DENSITY = 100;

/** Simulated hours per wall second of whole worlds, checker and all, and what the feeder published in one. */
export async function benchWorlds(): Promise<readonly BenchRow[]> {
  const { outcome, sparse, dense } = await playSunday();
  const { timings, invariants, ticks, orders } = outcome.summary;
  invariant(invariants.violated === 0, 'a Sunday holds every invariant');
  const delivered = outcome.record.queues.reduce((sum, queue) => sum + queue.delivered, 0);
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
      name: 'virtual world: messages per wall second',
      value: rounded((delivered / (timings.phasesMs['simulate'] ?? Number.NaN)) * 1_000),
      unit: '1/s',
      note: `${delivered} messages through the local cloud's queues: written as JSON, read, checked and handled`,
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
    ...publishedRows('as simulated', sparse),
    ...publishedRows(`${DENSITY} × as dense`, dense),
  ];
}

async function playSunday(): Promise<{
  readonly outcome: RunOutcome;
  readonly sparse: Stretch;
  readonly dense: Stretch;
}> {
  const scenario = scenarioNamed('sunday');
  invariant(scenario !== undefined, 'there is a Sunday');
  let world: World | null = null;
  const sessions: RememberingSession[] = [];
  const looks: { readonly atMs: EpochMs; readonly published: PublishCounts }[] = [];
  const outcome = await runVirtual({
    seed: 1,
    scenario,
    config: DEFAULT_CONFIG,
    configFingerprint: '0'.repeat(64),
    standIns: {
      session: (epoch) => {
        const session = new RememberingSession(
          epoch,
          (world?.startMs ?? 0) + BUSY_HOURS[1] * HOUR_MS,
        );
        sessions.push(session);
        return session;
      },
    },
    onWorld: (made) => (world = made),
    onProgress: ({ simulatedMs: atMs, startMs }) => {
      const published = world?.feeder.feederCounts?.published;
      const dueMs = startMs + (BUSY_HOURS[looks.length] ?? Number.POSITIVE_INFINITY) * HOUR_MS;
      if (published !== undefined && atMs >= dueMs) looks.push({ atMs, published });
      return Promise.resolve();
    },
  });
  const [[session], [before, after]] = [sessions, looks];
  invariant(
    session !== undefined && before !== undefined && after !== undefined,
    'a Sunday is longer than that, and its feeder never begins again',
  );
  const stretch = { fromMs: before.atMs, untilMs: after.atMs, factor: DENSITY };
  return {
    outcome,
    sparse: { before: before.published, after: after.published },
    dense: { before: null, after: await session.published(stretch) },
  };
}
