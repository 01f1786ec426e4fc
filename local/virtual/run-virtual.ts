import type { Config } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RunOutcome, RunRecord } from '../../shared/contracts/run-record.ts';
import type { OnProgress, RunProgress } from '../../shared/contracts/run-progress.ts';
import type { LinkCounters } from '../../shared/simulator/faults/delivery.ts';
import { buildReport } from '../../shared/application/report/build-report.ts';
import { compareAtStart } from '../../shared/application/report/compare-forecasts.ts';
import { linesAndData } from '../../shared/application/report/lines-and-data.ts';
import { fingerprintsOf } from '../run/fingerprints.ts';
import { VIRTUAL_TURNS } from '../run/microtask-turn.ts';
import { runProgress } from '../run/run-progress.ts';
import { checkEndedWorld, drainWorld } from './end-world.ts';
import type { Scenario } from './scenarios.ts';
import { venueTruth } from './venue-truth.ts';
import { ACCOUNT, World, type StandIns } from './world.ts';

/** How much virtual time passes between two looks at progress and at the stop signal. */
const SLICE_MS = 5 * 60_000;

export type VirtualRun = {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly config: Config;
  readonly configFingerprint: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly standIns?: StandIns;
  /** Told of the world before it begins, for who wants to look into it. */
  readonly onWorld?: (world: World) => void;
};

/** Runs one seeded world to its end, checks it against the exchange's truth, and reports it. Aborts between slices. */
export async function runVirtual(run: VirtualRun): Promise<RunOutcome> {
  const startedMs = performance.now();
  const config = toDomainConfig(run.config);
  const world = new World({ ...run, config });
  run.onWorld?.(world);
  world.begin();
  const preparedMs = performance.now();
  for (let untilMs = world.startMs + SLICE_MS; ; untilMs += SLICE_MS) {
    run.signal?.throwIfAborted();
    await world.scheduler.run({ untilMs: Math.min(untilMs, world.endMs), ...VIRTUAL_TURNS });
    await run.onProgress?.(progressOf(world));
    if (untilMs >= world.endMs) break;
  }
  await drainWorld(world);
  const simulatedMs = performance.now();
  await checkEndedWorld(world);
  const endedMs = performance.now();
  return buildReport(
    {
      stats: world.stats,
      store: world.store,
      ledger: world.ledger,
      decisions: world.decisions,
      startMs: world.startMs,
      endMs: world.endMs,
      invariants: world.checker.tally.records(),
      wallMs: endedMs - startedMs,
      simulatingMs: simulatedMs - preparedMs,
      phasesMs: {
        prepare: Math.round(preparedMs - startedMs),
        simulate: Math.round(simulatedMs - preparedMs),
        check: Math.round(endedMs - simulatedMs),
      },
      title: titleOf(run.scenario),
      description: run.scenario.description,
      lines: await linesAndData(world.records, { fromMs: world.startMs, toMs: world.endMs }),
      comparison: compareAtStart(world.stats.markets.values()),
      queues: world.account.cloud.queueCounters().map(({ name, counters }) => ({
        queue: name,
        delivered: counters.delivered,
        duplicated: counters.duplicated,
        deadLettered: counters.deadLettered,
      })),
      faults: faultRecords(world),
      halfSpreads: [],
      assumptions: ASSUMPTIONS,
      fingerprints: fingerprintsOf({
        config,
        configFingerprint: run.configFingerprint,
        model: null,
      }),
    },
    { mode: 'virtual', seed: run.seed, scenario: run.scenario.name },
  );
}

const ASSUMPTIONS = [
  'Everything outside Fairline is simulated from the seed: games, sportsbooks, the exchange and everybody else who trades on it.',
  'The crowd is not hostile: makers quote around the truth with a lag and a slow error of their own. The real one is sharper, so a profit here is no promise.',
  'All orders are immediate-or-cancel at the prices shown; Fairline makes no prices of its own yet.',
  'Positions are marked at the price at which they could be sold.',
];

function titleOf(scenario: Scenario): string {
  return scenario.name === 'sunday' ? 'A football Sunday' : `Virtual world: ${scenario.name}`;
}

function faultRecords(world: World): RunRecord['faults'] {
  const { feeder, faults, crashes, transport } = world;
  const records: RunRecord['faults'][number][] = [];
  const add = (fault: string, injected: number, outcome: string): void => {
    if (injected > 0) records.push({ fault, injected, outcome });
  };
  for (const [fault, injected] of transport.injected)
    add(fault, injected, 'resolved from the exchange’s own lists');
  add('process_crash', crashes.happened.length, 'the next process began from the stores');
  add(
    'socket_drop',
    faults.socketDrops.length,
    `${feeder.counts.reconnects} reconnects, ${feeder.counts.starts} feeder starts`,
  );
  add(
    'odds_silence',
    faults.oddsSilences.length,
    'markets were skipped until the line was fresh again',
  );
  const links = Object.values(feeder.linkCounters());
  const frames = (of: (link: LinkCounters) => number): number =>
    links.reduce((sum, link) => sum + of(link), 0);
  add(
    'frames_dropped',
    frames(({ dropped }) => dropped),
    'gaps were seen by number, books were asked for again',
  );
  add(
    'frames_doubled',
    frames(({ duplicated }) => duplicated),
    'used once',
  );
  add(
    'frames_reordered',
    frames(({ reordered }) => reordered),
    'used in the order of their numbers, or once',
  );
  return records;
}

function progressOf(world: World): RunProgress {
  const { scheduler, startMs, endMs, stats, store } = world;
  return runProgress({
    stats,
    store,
    startMs,
    endMs,
    truth: venueTruth(world.exchange, ACCOUNT),
    simulatedMs: scheduler.nowMs(),
    fraction: (scheduler.nowMs() - startMs) / (endMs - startMs),
    note: null,
  });
}
