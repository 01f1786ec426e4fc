import { writeFileSync } from 'node:fs';
import { composeFeeder } from '../../fargate/feeder/compose.ts';
import { serveHealth } from '../../fargate/feeder/health.ts';
import { tradingConfigOf } from '../../shared/application/trading-config.ts';
import { reportAccount } from '../../shared/application/report/report-account.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { ReportRequest } from '../../shared/contracts/report-request.ts';
import type { RunOutcome } from '../../shared/contracts/run-record.ts';
import type { EmbeddedRequest } from '../../shared/contracts/run-request.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { LocalCloud } from '../cloud/local-cloud.ts';
import { RealTimers } from '../cloud/real-timers.ts';
import { fingerprintsOf } from '../run/fingerprints.ts';
import { startSimulatedVenues, type SimulatedVenues } from '../venues/simulated-venues.ts';
import type { Scenario } from '../virtual/scenarios.ts';
import { ENDPOINTS_FILE, type RunEndpoints } from './ask-feeder.ts';
import { checkRun } from './check-run.ts';
import { startEmbeddedAccount, type EmbeddedAccount } from './embedded-account.ts';
import { embeddedFunction } from './embedded-functions.ts';
import { settleDown } from './queue-totals.ts';
import { openRunLog } from './run-log.ts';
import { RunWatch } from './run-watch.ts';
import { StateFolder } from './state-folder.ts';

export type EmbeddedRun = Omit<EmbeddedRequest, 'scenario'> & { readonly scenario: Scenario };

/** A part of the machine's own that the run cannot do without has gone. */
export class PartLost extends Error {
  override readonly name = 'PartLost';
}

const ACCOUNT = 'fairline';
const LOOK_MS = 500;
/** After the script's end everything is to be settled and booked by then. */
const GRACE_MS = 20_000;

/**
 * The whole system on this machine and on its clock: simulated venues over sockets, the stores, the cloud, the deployed
 * functions and the feeder, until the scripted day is over and everything is settled; then the daily close makes the
 * report. A run that was interrupted goes on from what its folder holds.
 */
export async function runEmbedded(run: EmbeddedRun): Promise<RunOutcome> {
  const startedMs = performance.now();
  const identity = {
    seed: run.seed,
    scenario: run.scenario.name,
    factor: run.factor,
    configFingerprint: run.configFingerprint,
  };
  const state = StateFolder.open(run.stateDir, identity, { nowMs: Date.now(), fresh: run.fresh });
  const parts = new Parts();
  const log = openRunLog(state.path('log.jsonl'));
  parts.add(async () => log.close());
  const noted = (where: string, error: unknown): void => log.write(errorLine(where, error));
  const timers = new RealTimers({ onError: (error: unknown) => noted('timer', error) });
  const failure = new AbortController();
  const signal = AbortSignal.any([run.signal, failure.signal]);
  try {
    const config = toDomainConfig(run.config);
    const watch = new RunWatch();
    const starting = startSimulatedVenues({
      seed: run.seed,
      scenario: run.scenario,
      timers,
      factor: run.factor,
      stateDir: state.path('venues'),
      account: { name: ACCOUNT, openingCash: config.openingCash },
      ports: { exchange: 0, odds: 0, scoreboard: 0 },
    }).then((venues) => {
      parts.add(() => venues.close());
      return venues;
    });
    const known: { variables: Readonly<Record<string, string>> } = { variables: {} };
    const accountStarting = startEmbeddedAccount({
      state,
      timers,
      variables: () => known.variables,
      functionOf: (name, environment) =>
        watch.beside(name, embeddedFunction(folderOf(name), environment, log)),
      onStoreLost: (name, exit) =>
        failure.abort(
          new PartLost(
            `${name} ended (status ${exit.status}). ${exit.lastWords}\n  Its data is kept; start again to go on.`,
          ),
        ),
      onError: noted,
    }).then((account) => {
      parts.add(() => account.close());
      return account;
    });
    await Promise.allSettled([starting, accountStarting]);
    const [venues, account] = await Promise.all([starting, accountStarting]);
    known.variables = variablesOf(run, state, venues);
    account.cloud.secrets.set(
      'kalshi',
      JSON.stringify({ keyId: venues.keyId, privateKeyPem: venues.privateKeyPem }),
    );
    account.cloud.secrets.set('boltodds', JSON.stringify({ token: venues.oddsToken }));
    account.cloud.start();
    const feeder = await composeFeeder(
      account.environmentOf(account.cloud.wiring.tasks['feeder']?.environment ?? {}),
      {
        timers,
        telemetryWrite: log.write,
        recordTo: state.path('recording'),
      },
    );
    let drained = false;
    const drain = async (): Promise<void> => {
      if (drained) return;
      drained = true;
      await feeder.drain();
    };
    parts.add(drain);
    await feeder.start();
    const health = await serveHealth(0, () => feeder.status());
    parts.add(() => health.close());
    writeEndpoints(state, {
      pid: process.pid,
      healthPort: health.port,
      cloud: account.endpoint,
      exchangeRest: venues.restUrl,
      exchangeWs: venues.wsUrl,
      odds: venues.oddsUrl,
      scoreboard: venues.scoreboardUrl,
    });
    const readyMs = performance.now();

    await follow({ run, venues, account, watch, timers, signal, state });
    await drain();
    await settleDown(account.cloud, timers);
    const simulatedMs = performance.now();
    const invariants = await checkRun({
      account,
      venues,
      timers,
      config: tradingConfigOf(config, {
        fingerprint: run.configFingerprint,
        namespace: state.manifest.namespace,
      }),
      where: `seed=${run.seed} scenario=${run.scenario.name} state=${state.dir}`,
    });
    const checkedMs = performance.now();
    const fingerprints = fingerprintsOf({
      config,
      configFingerprint: run.configFingerprint,
      model: null,
    });
    const request: ReportRequest = {
      runId: state.manifest.runId,
      embedded: { seed: run.seed, scenario: run.scenario.name, compression: run.factor },
      title: run.scenario.name === 'sunday' ? 'A football Sunday' : run.scenario.name,
      description: `${run.scenario.description} Over real sockets, stores and queues on one machine; the day's script passed ${run.factor} times as fast as the clock.`,
      startMs: state.manifest.startedAtMs,
      endMs: Date.now(),
      wallMs: checkedMs - startedMs,
      phasesMs: {
        start: Math.round(readyMs - startedMs),
        trade: Math.round(simulatedMs - readyMs),
        check: Math.round(checkedMs - simulatedMs),
      },
      assumptions: ASSUMPTIONS,
      queues: workingQueues(account).map(({ name, counters }) => ({
        queue: name,
        delivered: counters.delivered,
        duplicated: counters.duplicated + counters.redelivered,
        deadLettered: counters.deadLettered,
      })),
      invariants: [...invariants],
      commit: fingerprints.commit,
      branch: fingerprints.branch,
    };
    await closeDay(account, timers, request, signal);
    const outcome = await reportAccount(account.sources, request, {
      nowMs: Date.now(),
      fingerprints,
    });
    state.end();
    await run.onReport(outcome);
    if (run.serve) await untilAborted(run.signal);
    return outcome;
  } finally {
    await parts.close(noted);
    timers.close();
    state.release();
  }
}

/** Without the dead-letter queues: what they hold is told of the queue that it comes from. */
function workingQueues({ cloud }: EmbeddedAccount): ReturnType<LocalCloud['queueCounters']> {
  return cloud.queueCounters().filter(({ name }) => cloud.wiring.queues[name]?.redrive !== null);
}

const ASSUMPTIONS = [
  'Everything outside Fairline is simulated from the seed: games, sportsbooks, the exchange and everybody else who trades on it.',
  'Games pass many times faster than in life while books, quotes and our own limits keep real time: prices move far more between two looks than they would, so this result says nothing of trading results.',
  'Books as they were published are not looked at again here; the virtual world does that on every tick.',
];

/** What only this run knows of the environment. */
function variablesOf(
  run: EmbeddedRun,
  state: StateFolder,
  venues: SimulatedVenues,
): Readonly<Record<string, string>> {
  return {
    FAIRLINE_STAGE: run.config.system.stage,
    FAIRLINE_CONFIG: JSON.stringify(run.config),
    FAIRLINE_NAMESPACE: state.manifest.namespace,
    KALSHI_REST_URL: venues.restUrl,
    KALSHI_WS_URL: venues.wsUrl,
    BOLTODDS_WS_URL: venues.oddsUrl,
    SCOREBOARD_URL: venues.scoreboardUrl,
  };
}

/** For who asks from outside while the run goes: `fairline health-check`, a person with a browser. */
function writeEndpoints(state: StateFolder, endpoints: RunEndpoints): void {
  writeFileSync(state.path(ENDPOINTS_FILE), `${JSON.stringify(endpoints, null, 2)}\n`);
}

function folderOf(name: string): string {
  return `functions/${name}`;
}

/** Until the script is over, everything is settled and nothing is held; or the time for it is over. */
async function follow(on: {
  readonly run: EmbeddedRun;
  readonly venues: SimulatedVenues;
  readonly account: EmbeddedAccount;
  readonly watch: RunWatch;
  readonly timers: RealTimers;
  readonly signal: AbortSignal;
  readonly state: StateFolder;
}): Promise<void> {
  const { run, venues, account, watch, timers, signal, state } = on;
  const note = state.isResumed ? `going on with a run begun ${state.manifest.starts} times` : null;
  for (;;) {
    signal.throwIfAborted();
    const nowMs = timers.nowMs();
    await watch.tell(run.onProgress, { store: account.sources.store, venues, nowMs, note });
    if (nowMs >= venues.endMs && (nowMs >= venues.endMs + GRACE_MS || (await isFlat(account))))
      return;
    await timers.sleep(LOOK_MS);
  }
}

async function isFlat({ sources, cloud }: EmbeddedAccount): Promise<boolean> {
  const positions = await sources.store.list('positions');
  const open = await sources.store.openOrders();
  return (
    positions.every(({ value }) => value.state === 'closed') && open.length === 0 && cloud.isIdle
  );
}

/** The same machine that closes each day in an account. */
async function closeDay(
  { cloud }: EmbeddedAccount,
  timers: RealTimers,
  request: ReportRequest,
  signal: AbortSignal,
): Promise<void> {
  const started = cloud.stateMachines.startExecution({
    machine: 'daily-close',
    name: `${request.runId}-${timers.nowMs()}`,
    input: request,
  });
  invariant(started.kind === 'started', 'an execution has a name of its own');
  for (;;) {
    signal.throwIfAborted();
    const execution = cloud.stateMachines.describe(started.arn);
    invariant(execution !== null, 'an execution that was started is known');
    if (execution.status === 'SUCCEEDED') return;
    if (execution.status !== 'RUNNING')
      throw new Error(
        `the daily close ${execution.status.toLowerCase()}: ${execution.error ?? ''} ${execution.cause ?? ''}`,
      );
    await timers.sleep(LOOK_MS / 10);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

/** What was started, ended in the opposite order. */
class Parts {
  readonly #parts: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.#parts.push(close);
  }

  async close(onError: (where: string, error: unknown) => void): Promise<void> {
    for (const close of this.#parts.toReversed())
      await close().catch((error: unknown) => onError('closing', error));
  }
}

function errorLine(where: string, error: unknown): string {
  return JSON.stringify({
    level: 'ERROR',
    message: 'host_error',
    where,
    timestamp: new Date().toISOString(),
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
