import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { composeFeeder } from '../../fargate/feeder/compose.ts';
import type { Feeder } from '../../fargate/feeder/feeder.ts';
import { serveHealth } from '../../fargate/feeder/health.ts';
import { tradingConfigOf } from '../../shared/application/trading-config.ts';
import { reportAccount } from '../../shared/application/report/report-account.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { ReportRequest } from '../../shared/contracts/report-request.ts';
import type { RunOutcome } from '../../shared/contracts/run-record.ts';
import type { EmbeddedRequest } from '../../shared/contracts/run-request.ts';
import type { LocalCloud } from '../cloud/local-cloud.ts';
import type { ProcessExit } from '../cloud/parts/guarded-process.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { fingerprintsOf } from '../run/fingerprints.ts';
import { startSimulatedVenues, type SimulatedVenues } from '../venues/simulated-venues.ts';
import type { Scenario } from '../virtual/scenarios.ts';
import { ENDPOINTS_FILE, type RunEndpoints } from './ask-feeder.ts';
import { checkRun } from './check-run.ts';
import { closeDay } from './close-day.ts';
import { startEmbeddedAccount, type EmbeddedAccount } from './embedded-account.ts';
import { embeddedFunction } from './embedded-functions.ts';
import { followRun } from './follow-run.ts';
import { settleDown } from './queue-totals.ts';
import { openRunLog, type RunLog } from './run-log.ts';
import { RunParts } from './run-parts.ts';
import { RunWatch } from './run-watch.ts';
import { StateFolder } from './state-folder.ts';

export type EmbeddedRun = Omit<EmbeddedRequest, 'scenario'> & { readonly scenario: Scenario };

/** A part of the machine's own that the run cannot do without has gone. */
export class PartLost extends Error {
  override readonly name = 'PartLost';
}

function partLost(name: string, { status, lastWords }: ProcessExit): PartLost {
  const words = lastWords.split('\n').map((line) => `  ${line}`);
  return new PartLost(
    [
      `${name} ended (status ${status}). Its data is kept: the same command goes on from there. It said last:`,
      ...words,
    ].join('\n'),
  );
}

const ACCOUNT = 'fairline';
/** Queues and bus of this process answer at once: what has not been sent by then never will be. */
const DRAIN_MS = 5_000;
/** A call to a store fails at once when the store is gone; its end is told a moment later. */
const TOLD_WITHIN_MS = 500;

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
  const parts = new RunParts();
  let log: RunLog | null = null;
  const noted = (where: string, error: unknown): void => log?.write(errorLine(where, error));
  const timers = new MachineTimers({ onError: (error: unknown) => noted('timer', error) });
  const failure = new AbortController();
  const signal = AbortSignal.any([run.signal, failure.signal]);
  try {
    const opened = openRunLog(state.path('log.jsonl'));
    log = opened;
    const config = toDomainConfig(run.config);
    const watch = new RunWatch();
    let opening: SimulatedVenues | null = null;
    // Before the account, so that functions that are still at work end before the exchange that they ask.
    parts.add('the venues', async () => opening?.close());
    // Metrics are lines of the log, as in the account: the alarms live on them.
    const metered: { by: LocalCloud['metrics'] | null } = { by: null };
    const said = (line: string): void => {
      opened.write(line);
      metered.by?.ingestEmf(line);
    };
    const known: { variables: Readonly<Record<string, string>> } = { variables: {} };
    const account = await startEmbeddedAccount({
      state,
      timers,
      parts,
      variables: () => known.variables,
      functionOf: (name, environment) =>
        watch.beside(name, embeddedFunction(folderOf(name), environment, { write: said })),
      onStoreLost: (name, exit) => failure.abort(partLost(name, exit)),
      onError: noted,
    });
    signal.throwIfAborted();
    // Last: its day begins with it, and none of it is to pass while stores start.
    const venues = await startSimulatedVenues({
      seed: run.seed,
      scenario: run.scenario,
      timers,
      factor: run.factor,
      stateDir: state.path('venues'),
      account: { name: ACCOUNT, openingCash: config.openingCash },
      ports: { exchange: 0, odds: 0, scoreboard: 0 },
      extra: {
        oddsApi: config.feeds.oddsApi === 'on',
        balldontlie: config.feeds.balldontlie === 'on',
      },
    });
    opening = venues;
    signal.throwIfAborted();
    known.variables = variablesOf(run, state, venues);
    account.cloud.secrets.set(
      'kalshi',
      JSON.stringify({ keyId: venues.keyId, privateKeyPem: venues.privateKeyPem }),
    );
    account.cloud.secrets.set('boltodds', JSON.stringify({ token: venues.oddsToken }));
    const { oddsApi, balldontlie } = venues.extra;
    if (oddsApi !== null)
      account.cloud.secrets.set('odds-api', JSON.stringify({ apiKey: oddsApi.apiKey }));
    if (balldontlie !== null)
      account.cloud.secrets.set('balldontlie', JSON.stringify({ apiKey: balldontlie.apiKey }));
    metered.by = account.cloud.metrics;
    account.cloud.start();
    const newFeeder = async (recordTo: string): Promise<Feeder> => {
      const made = await composeFeeder(
        account.environmentOf(account.cloud.wiring.tasks['feeder']?.environment ?? {}),
        { timers, telemetryWrite: said, recordTo, limits: { drainMs: DRAIN_MS } },
      );
      await made.start();
      return made;
    };
    let feeder = await newFeeder(state.recordingDir);
    parts.add('the feeder', async () => {
      await feeder.drain();
    });
    const health = await serveHealth(0, {
      status: () => feeder.status(),
      markets: () => feeder.markets(),
      lines: () => feeder.lines(),
      map: () => feeder.map(),
    });
    parts.add('the health check', () => health.close());
    parts.add('where the parts are reached', () =>
      rm(state.path(ENDPOINTS_FILE), { recursive: true, force: true }),
    );
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

    const note = state.isResumed
      ? `going on with a run begun ${state.manifest.starts} times`
      : null;
    const { onProgress } = run;
    await followRun({ onProgress, venues, account, watch, timers, signal, note });
    await feeder.drain();
    await settleDown(account.cloud, timers, signal);
    const simulatedMs = performance.now();
    const invariants = await checkRun({
      account,
      venues,
      timers,
      signal,
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
    await run.onReport(outcome);
    // Only now: a report that could not be written is made again by the next start.
    state.end();
    if (run.serve) {
      // The books are closed and reported; what stays up is a system without a day.
      feeder = await newFeeder(`${state.recordingDir}-served`);
      await untilAborted(signal);
    }
    failure.signal.throwIfAborted();
    return outcome;
  } catch (error) {
    noted('the run', error);
    if (!signal.aborted) await Promise.race([untilAborted(signal), timers.sleep(TOLD_WITHIN_MS)]);
    // Whatever failed because of that is no news.
    throw signal.aborted ? signal.reason : error;
  } finally {
    await parts.close(noted);
    timers.close();
    log?.close();
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

/** The address of a source that is off, and is never asked. */
const OFF = 'http://source-is-off.invalid';

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
    BOLTODDS_REST_URL: venues.oddsRestUrl,
    ODDS_API_URL: venues.extra.oddsApi?.url ?? OFF,
    SCOREBOARD_URL: venues.scoreboardUrl,
    BALLDONTLIE_URL: venues.extra.balldontlie?.url ?? OFF,
  };
}

/** For who asks from outside while the run goes: `fairline health-check`, a person with a browser. */
function writeEndpoints(state: StateFolder, endpoints: RunEndpoints): void {
  writeFileSync(state.path(ENDPOINTS_FILE), `${JSON.stringify(endpoints, null, 2)}\n`);
}

function folderOf(name: string): string {
  return `functions/${name}`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
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
