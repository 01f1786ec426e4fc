import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nearestName } from '../shared/contracts/nearest-name.ts';
import { COLLECTED_SOURCES, type CollectedSource } from '../shared/contracts/recording.ts';
import type { ScenarioName } from '../shared/contracts/run-request.ts';
import { parseScaled } from '../shared/domain/money/decimal-text.ts';
import type { ConfigOptions } from './config-options.ts';
import { UsageError } from './usage-error.ts';

/** `fairline start` as typed. */
export type StartOptions = ConfigOptions & {
  readonly seed?: string | undefined;
  readonly scenario?: string | undefined;
  readonly virtual?: boolean | undefined;
  readonly speed?: string | undefined;
  readonly serve?: boolean | undefined;
  readonly fresh?: boolean | undefined;
  readonly replay?: string | undefined;
  readonly source?: string | undefined;
  readonly results?: string | undefined;
  readonly halfSpread?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
};

/** The run that was asked for, every value checked. */
export type RunPlan =
  | {
      readonly kind: 'embedded';
      readonly seed: number;
      readonly scenario: ScenarioName;
      /** How many times as fast as the clock on the wall the script of the day runs. */
      readonly factor: number;
      /** Stays up when the day is over. */
      readonly serve: boolean;
      /** Throws away what an interrupted run left. */
      readonly fresh: boolean;
      readonly out: string;
    }
  | {
      readonly kind: 'virtual';
      readonly seed: number;
      readonly scenario: ScenarioName;
      readonly out: string;
    }
  | {
      readonly kind: 'replay';
      readonly dir: string;
      readonly source: CollectedSource | null;
      readonly resultsDir: string | null;
      /** Null when nothing was said: the usual one, or none where quotes were recorded. */
      readonly halfSpreadCents: number | null;
      readonly out: string;
    };

/** A football Sunday of twelve hours in about 35 seconds. */
const DEFAULT_SPEED = 1_200;
const MAX_SPEED = 10_000;
const DEFAULT_SEED = 1;
const MAX_HALF_SPREAD_CENTS = 10;

/** Reads the options of a run, or throws a `UsageError` that names the one that cannot be used. */
export function planRun(options: StartOptions, scenarios: readonly ScenarioName[]): RunPlan {
  if (options.replay !== undefined) return planReplay(options, options.replay);
  return options.virtual === true
    ? planVirtual(options, scenarios)
    : planEmbedded(options, scenarios);
}

function planEmbedded(options: StartOptions, scenarios: readonly ScenarioName[]): RunPlan {
  refuseTogether(
    options,
    ['source', 'halfSpread', 'results'],
    'without --replay',
    'Add --replay DIR',
  );
  const seed = seedOf(options.seed);
  const scenario = scenarioOf(options.scenario, scenarios);
  if (scenario.hasFaults)
    throw new UsageError({
      what: `The scenario "${scenario.name}" puts faults into a world on a virtual clock.`,
      allowed: 'without --virtual: a scenario in which nothing is put in to go wrong',
      todo: `Add --virtual, or choose another: --scenario ${scenarios.find(({ hasFaults }) => !hasFaults)?.name ?? ''}`,
    });
  return {
    kind: 'embedded',
    seed,
    scenario,
    factor: speedOf(options.speed),
    serve: options.serve === true,
    fresh: options.fresh === true,
    out: options.out ?? join('out', `local-${scenario.name}-${seed}`),
  };
}

function planVirtual(options: StartOptions, scenarios: readonly ScenarioName[]): RunPlan {
  refuseTogether(options, ['speed', 'serve', 'fresh'], 'with --virtual', 'Leave one of them out');
  refuseTogether(
    options,
    ['source', 'halfSpread', 'results'],
    'without --replay',
    'Add --replay DIR',
  );
  const seed = seedOf(options.seed);
  const scenario = scenarioOf(options.scenario, scenarios);
  const out = options.out ?? join('out', `${scenario.name}-${seed}`);
  return { kind: 'virtual', seed, scenario, out };
}

function planReplay(options: StartOptions, replay: string): RunPlan {
  refuseTogether(
    options,
    ['scenario', 'speed', 'serve', 'fresh'],
    'with --replay',
    'Leave one of them out',
  );
  const dir = directoryOf('--replay', replay);
  return {
    kind: 'replay',
    dir,
    resultsDir: options.results === undefined ? null : directoryOf('--results', options.results),
    source: options.source === undefined ? null : sourceOf(options.source),
    halfSpreadCents: options.halfSpread === undefined ? null : halfSpreadOf(options.halfSpread),
    out: options.out ?? join('out', `replay-${basename(dir) || 'recording'}`),
  };
}

const FLAGS = {
  seed: '--seed',
  scenario: '--scenario',
  virtual: '--virtual',
  speed: '--speed',
  serve: '--serve',
  fresh: '--fresh',
  halfSpread: '--half-spread',
  source: '--source',
  results: '--results',
} as const;

function refuseTogether(
  options: StartOptions,
  names: readonly (keyof typeof FLAGS)[],
  when: string,
  todo: string,
): void {
  const name = names.find((one) => options[one] !== undefined);
  if (name === undefined) return;
  throw new UsageError({
    what: `${FLAGS[name]} says nothing ${when}.`,
    allowed:
      '--speed, --serve, --fresh on the real clock; --scenario there and with --virtual; --source, --half-spread, --results in a replay',
    todo: `${todo}, or leave out ${FLAGS[name]}.`,
  });
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SEED;
  const seed = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  throw new UsageError({
    what: `--seed is "${text}".`,
    allowed: `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
    todo: 'Give one: --seed 42',
  });
}

function speedOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SPEED;
  const speed = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (speed >= 1 && speed <= MAX_SPEED) return speed;
  throw new UsageError({
    what: `--speed is "${text}".`,
    allowed: `a whole number from 1 to ${MAX_SPEED}`,
    todo: `Give how many times as fast the day is to pass: --speed ${DEFAULT_SPEED}`,
  });
}

function scenarioOf(text: string | undefined, scenarios: readonly ScenarioName[]): ScenarioName {
  const wanted = text ?? scenarios[0]?.name ?? '';
  const found = scenarios.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = scenarios.map(({ name }) => name);
  const near = nearestName(wanted, names);
  throw new UsageError({
    what: `There is no scenario "${wanted}".`,
    allowed: names.join(', '),
    todo: near === null ? `Give one: --scenario ${names[0] ?? ''}` : `Did you mean ${near}?`,
  });
}

/** Reads `--source`, of a replay or an import. */
export function sourceOf(text: string): CollectedSource {
  const found = COLLECTED_SOURCES.find((source) => source === text);
  if (found !== undefined) return found;
  const near = nearestName(text, COLLECTED_SOURCES);
  throw new UsageError({
    what: `--source is "${text}".`,
    allowed: COLLECTED_SOURCES.join(', '),
    todo: near === null ? 'Leave it out, or give one of these.' : `Did you mean ${near}?`,
  });
}

function halfSpreadOf(text: string): number {
  const hundredths = parseScaled(text, 2);
  if (
    typeof hundredths === 'number' &&
    hundredths >= 0 &&
    hundredths <= 100 * MAX_HALF_SPREAD_CENTS
  )
    return hundredths / 100;
  throw new UsageError({
    what: `--half-spread is "${text}".`,
    allowed: `cents from 0 to ${MAX_HALF_SPREAD_CENTS} with at most two decimals`,
    todo: 'Give what a taker pays beyond the last trade: --half-spread 1',
  });
}

function directoryOf(option: string, path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return path;
  throw new UsageError({
    what: `${option} is "${path}", ${found === undefined ? 'which is not there' : 'which is a file'}.`,
    allowed: 'a folder',
    todo: 'Give the folder that holds the recording or the results.',
  });
}
