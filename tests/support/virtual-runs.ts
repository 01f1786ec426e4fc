import type { WorldOptions } from '../../local/virtual/world.ts';
import { World } from '../../local/virtual/world.ts';
import { runVirtual } from '../../local/virtual/run-virtual.ts';
import { scenarioNamed } from '../../local/virtual/scenarios.ts';
import { DEFAULT_CONFIG, type Config } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RunOutcome } from '../../shared/contracts/run-record.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { FaultName } from '../../shared/simulator/faults/fault-plan.ts';

export type VirtualRunOptions = {
  readonly seed: number;
  readonly scenario: string;
  readonly standIns?: NonNullable<WorldOptions['standIns']>;
  readonly config?: Config;
};

const FINGERPRINT = '0'.repeat(64);

function options({ seed, scenario: name, standIns, config = DEFAULT_CONFIG }: VirtualRunOptions) {
  const scenario = scenarioNamed(name);
  invariant(scenario !== undefined, `there is a scenario ${name}`);
  return {
    seed,
    scenario,
    config,
    configFingerprint: FINGERPRINT,
    ...(standIns !== undefined && { standIns }),
  };
}

/** A world of the default configuration that has not begun. */
export function aWorld(run: VirtualRunOptions): World {
  const given = options(run);
  return new World({ ...given, config: toDomainConfig(given.config) });
}

/** One whole run of the default configuration, and the world it left behind. */
export async function playSeed(
  run: VirtualRunOptions,
): Promise<{ readonly outcome: RunOutcome; readonly world: World }> {
  let world: World | null = null;
  const outcome = await runVirtual({ ...options(run), onWorld: (made) => (world = made) });
  invariant(world !== null, 'a run makes a world');
  return { outcome, world };
}

/** What to type to see a run again. */
export function replayCommand({ seed, scenario }: VirtualRunOptions): string {
  return `npm start -- --virtual --seed ${seed} --scenario ${scenario}`;
}

/** How often each fault really happened in a world, not how often it was planned. */
export function faultsThatHappened(world: World): Readonly<Record<FaultName, number>> {
  const { book, user, odds } = world.feeder.linkCounters();
  const { starts, reconnects } = world.feeder.counts;
  const { cloud } = world.account;
  const queues = cloud.queueCounters().map(({ counters }) => counters);
  const inQueues = (of: (counters: (typeof queues)[number]) => number): number =>
    queues.reduce((sum, counters) => sum + of(counters), 0);
  const submit = (fault: FaultName): number =>
    new Map<string, number>(world.transport.injected).get(fault) ?? 0;
  return {
    timeout_without_effect: submit('timeout_without_effect'),
    timeout_with_effect: submit('timeout_with_effect'),
    server_error_without_effect: submit('server_error_without_effect'),
    server_error_with_effect: submit('server_error_with_effect'),
    empty_success: submit('empty_success'),
    stream_gap: book.dropped,
    stream_duplicates: book.duplicated,
    user_messages_duplicated: user.duplicated,
    user_messages_reordered: user.reordered,
    odds_duplicates: odds.duplicated,
    odds_reordered: odds.reordered,
    stale_odds: odds.silenced,
    socket_drop: reconnects + Math.max(0, starts - 1),
    process_crash: world.crashes.happened.length,
    queue_duplicates: inQueues(({ duplicated }) => duplicated),
    queue_reorder: inQueues(({ reordered }) => reordered),
    queue_redelivery: inQueues(({ redelivered }) => redelivered),
  };
}
