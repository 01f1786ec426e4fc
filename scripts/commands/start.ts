import type { OnProgress } from '../../shared/contracts/run-progress.ts';
import type { RunOutcome } from '../../shared/contracts/run-record.ts';
import type {
  RunEmbedded,
  RunReplay,
  RunVirtual,
  ScenarioName,
} from '../../shared/contracts/run-request.ts';
import type { Config } from '../../shared/contracts/config.ts';
import { configFingerprint } from '../../shared/adapters/config-file/config-fingerprint.ts';
import { configOf } from '../config-options.ts';
import { join } from 'node:path';
import { closingText } from '../run-closing.ts';
import { prepareOut, writeRunFiles } from '../run-files.ts';
import { planRun, type RunPlan, type StartOptions } from '../start-options.ts';
import { Stopped, stopSignals, type SignalSource } from '../stop-signals.ts';
import { runView, type Output } from '../terminal-view.ts';

/** What a start reaches the machine through. */
export type StartDeps = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signals: SignalSource;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  readonly exit: (status: number) => void;
  readonly scenarios: readonly ScenarioName[];
  readonly runEmbedded: RunEmbedded;
  readonly runVirtual: RunVirtual;
  readonly runReplay: RunReplay;
};

/**
 * `fairline start`: runs the virtual world or a replay, shows it, writes its files. Resolves to the exit status: 0 when
 * every invariant held and the ledger balances, 1 when not, 128 + n when a signal stopped it. Throws a `UsageError` or
 * a `ConfigError` before anything has run.
 */
export async function runStart(options: StartOptions, deps: StartDeps): Promise<number> {
  const plan = planRun(options, deps.scenarios);
  const { config } = configOf(options, deps.environment);
  prepareOut(plan.out);
  const json = options.json === true;
  // With --json standard output holds the summary and nothing else.
  const talk = json ? deps.stderr : deps.stdout;
  const view = runView({
    output: json ? { write: (text) => talk.write(text) } : talk,
    title: titleOf(plan),
    nowMs: deps.nowMs,
  });
  const stop = stopSignals({
    source: deps.signals,
    nowMs: deps.nowMs,
    force: (status) => {
      view.close();
      deps.exit(status);
    },
  });
  let status: number | null = null;
  const report = async (outcome: RunOutcome): Promise<void> => {
    view.close();
    const files = await writeRunFiles(plan.out, outcome);
    talk.write(closingText({ ...outcome, ...files }));
    if (json) deps.stdout.write(files.summaryText);
    const { invariants, ledger } = files.summary;
    status = invariants.violated === 0 && ledger.imbalanceMicros === 0 ? 0 : 1;
    if (plan.kind === 'embedded' && plan.serve)
      talk.write('Everything stays up; stop it with Ctrl-C.\n');
  };
  const note = (text: string): void => void talk.write(`${text}\n`);
  try {
    const outcome = await perform(
      plan,
      config,
      deps,
      { show: view.show, report, note },
      stop.signal,
    );
    if (status === null) await report(outcome);
    return status ?? 1;
  } catch (error) {
    view.close();
    if (!stop.signal.aborted || !(stop.signal.reason instanceof Stopped)) throw error;
    if (status !== null) return status;
    talk.write(
      plan.kind === 'embedded'
        ? `Stopped before the end. Everything is kept in ${stateDirOf(plan)}; the same command goes on from there.\n`
        : 'Stopped before the end; nothing was written.\n',
    );
    return stop.signal.reason.status;
  } finally {
    view.close();
    stop.release();
  }
}

function titleOf(plan: RunPlan): string {
  switch (plan.kind) {
    case 'embedded':
      return `Fairline  ${plan.scenario.name}, seed ${plan.seed}, its script ${plan.factor} times as fast as the clock: ${plan.scenario.description}`;
    case 'virtual':
      return `Fairline  ${plan.scenario.name}, seed ${plan.seed}: ${plan.scenario.description}`;
    case 'replay':
      return `Fairline  replay of ${plan.dir}${plan.halfSpreadCents === null ? '' : `  half-spread ${plan.halfSpreadCents} cents`}`;
  }
}

function stateDirOf(plan: RunPlan): string {
  return join(plan.out, 'state');
}

async function perform(
  plan: RunPlan,
  config: Config,
  deps: StartDeps,
  tell: {
    readonly show: OnProgress;
    readonly report: (outcome: RunOutcome) => Promise<void>;
    readonly note: (text: string) => void;
  },
  signal: AbortSignal,
): Promise<RunOutcome> {
  const fingerprint = configFingerprint(config);
  const shared = { config, configFingerprint: fingerprint, onProgress: tell.show, signal };
  switch (plan.kind) {
    case 'embedded': {
      const { seed, factor, serve, fresh } = plan;
      return deps.runEmbedded({
        seed,
        factor,
        serve,
        fresh,
        scenario: plan.scenario.name,
        stateDir: stateDirOf(plan),
        onReport: tell.report,
        ...shared,
      });
    }
    case 'virtual':
      return deps.runVirtual({ seed: plan.seed, scenario: plan.scenario.name, ...shared });
    case 'replay': {
      const { dir, source, resultsDir, halfSpreadCents } = plan;
      const onNote = tell.note;
      return deps.runReplay({ dir, source, resultsDir, halfSpreadCents, onNote, ...shared });
    }
  }
}
