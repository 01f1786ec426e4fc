import { toDomainConfig, type DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RecordingManifest } from '../../shared/contracts/recording.ts';
import type { HalfSpreadResult, RunOutcome } from '../../shared/contracts/run-record.ts';
import type { ReplayRequest } from '../../shared/contracts/run-request.ts';
import { modelLabel } from '../../shared/domain/models/elo-versions.ts';
import { addMoney, formatMoney, money } from '../../shared/domain/money/money.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { roundTrips } from '../../shared/domain/reports/trade-summary.ts';
import { RecordingRefusal } from '../../shared/replay/recording-refusal.ts';
import { buildReport } from '../../shared/application/report/build-report.ts';
import { compareForecasts } from '../../shared/application/report/compare-forecasts.ts';
import { fingerprintsOf } from '../run/fingerprints.ts';
import { runProgress } from '../run/run-progress.ts';
import { isFrameRecording } from './frame-steps.ts';
import { prepareRecording, type PreparedRecording } from './prepare-recording.ts';
import { recordedTruth } from './checked-venue.ts';
import { ReplayRun } from './replay-run.ts';
import { runFrames } from './run-frames.ts';
import { replayAssumptions, replayWords } from './replay-words.ts';

const DEFAULT_HALF_SPREAD_CENTS = 1;
/** A result on trades is always shown at these as well, in cents: what is assumed of the spread decides much. */
const ALSO_SHOWN_CENTS = [0, 1, 2];
const UNITS_PER_CENT = 100;

/**
 * Plays a recording of real prices through the use cases: of trades at the asked half-spread and at those always shown,
 * of quotes once, at the bid and ask that were. The recording's first model prices. A feeder's own recording is played
 * on the books and lines that it heard.
 */
export async function runReplay(request: ReplayRequest): Promise<RunOutcome> {
  if (isFrameRecording(request.dir)) return runFrames(request);
  const startedMs = performance.now();
  const config = toDomainConfig(request.config);
  const recording = await prepareRecording({
    dir: request.dir,
    source: request.source ?? null,
    resultsDir: request.resultsDir,
    onNote: request.onNote ?? (() => undefined),
  });
  const importedMs = performance.now();
  try {
    const spreads = halfSpreadsOf(request, recording);
    const runs: PlayedRun[] = [];
    for (const [index, halfSpreadCents] of spreads.entries()) {
      const part = { from: index / spreads.length, share: 1 / spreads.length };
      runs.push(await play(request, config, recording, halfSpreadCents, part));
    }
    const playedMs = performance.now();
    return await outcomeOf(request, config, runs, {
      import: importedMs - startedMs,
      replay: playedMs - importedMs,
    });
  } finally {
    recording.release();
  }
}

/** The half-spreads to play, the asked one first; one null where quotes were recorded and none is assumed. */
function halfSpreadsOf(
  { dir, halfSpreadCents }: ReplayRequest,
  { manifest }: PreparedRecording,
): readonly (number | null)[] {
  if (manifest.kind === 'trade_bars')
    return [...new Set([halfSpreadCents ?? DEFAULT_HALF_SPREAD_CENTS, ...ALSO_SHOWN_CENTS])];
  if (halfSpreadCents === null) return [null];
  throw new RecordingRefusal({
    code: 'has_quotes',
    file: dir,
    found: `it has bid and ask of every minute, and --half-spread ${halfSpreadCents} would be added to them`,
    allowed: 'a half-spread is assumed only where nothing but trades was recorded',
    todo: 'Leave out --half-spread.',
  });
}

type PlayedRun = {
  /** Null where quotes were recorded. */
  readonly cents: number | null;
  readonly run: ReplayRun;
  readonly manifest: RecordingManifest;
  readonly playedMs: number;
};

async function play(
  request: ReplayRequest,
  config: DomainConfig,
  recording: PreparedRecording,
  cents: number | null,
  part: { readonly from: number; readonly share: number },
): Promise<PlayedRun> {
  const run = new ReplayRun({
    dir: recording.dir,
    config,
    configFingerprint: request.configFingerprint,
    model: recording.manifest.models[0] ?? null,
    venue: cents === null ? {} : { halfSpread: Math.round(cents * UNITS_PER_CENT) },
    onHour: async (at, share) => {
      request.signal.throwIfAborted();
      await request.onProgress(
        runProgress({
          stats: at.stats,
          store: at.store,
          startMs: at.startMs,
          simulatedMs: at.nowMs,
          endMs: at.nowMs,
          truth: recordedTruth(at.venue),
          fraction: part.from + share * part.share,
          note: cents === null ? 'recorded bid and ask' : `half-spread ${cents} cents`,
        }),
      );
    },
  });
  const startedMs = performance.now();
  const manifest = await run.run();
  return { cents, run, manifest, playedMs: performance.now() - startedMs };
}

async function outcomeOf(
  request: ReplayRequest,
  config: DomainConfig,
  runs: readonly PlayedRun[],
  phasesMs: { readonly import: number; readonly replay: number },
): Promise<RunOutcome> {
  const [main] = runs;
  invariant(main !== undefined, 'the asked half-spread was played');
  const { run, manifest } = main;
  const [model] = manifest.models;
  const label = model === undefined ? null : modelLabel(model);
  const words = replayWords(manifest, label);
  const results = runs.flatMap(halfSpreadResult).toSorted((a, b) => a.cents - b.cents);
  const forecasts = run.forecasts.byModel();
  const outcome = await buildReport(
    {
      stats: run.stats,
      store: run.store,
      ledger: run.ledger,
      decisions: run.decisions,
      invariants: run.checker.tally.records(),
      startMs: run.startMs,
      endMs: run.endMs,
      wallMs: phasesMs.import + phasesMs.replay,
      simulatingMs: main.playedMs,
      phasesMs: {
        import: Math.round(phasesMs.import),
        replay: Math.round(phasesMs.replay),
      },
      title: words.title,
      description: words.description,
      lines: null,
      comparison: compareForecasts(forecasts.get(label ?? '') ?? [], {
        fairKind: 'model',
        moment: words.moment,
        fairLabel: label ?? 'no model',
        marketLabel: words.marketLabel,
      }),
      queues: [],
      faults: [],
      halfSpreads: results,
      assumptions: replayAssumptions({
        manifest,
        words,
        config,
        halfSpreads: main.cents === null ? null : { own: main.cents, shown: ALSO_SHOWN_CENTS },
        others: [...forecasts].filter(([other]) => other !== label),
      }),
      fingerprints: fingerprintsOf({
        config,
        configFingerprint: request.configFingerprint,
        model: label,
      }),
    },
    {
      mode: 'replay',
      recording: {
        directory: request.dir,
        markets: manifest.counts.market,
        records: Object.values(manifest.counts).reduce((sum, count) => sum + count, 0),
        sha256: manifest.contentSha256,
        refused: manifest.refused,
      },
      halfSpreadCents: main.cents,
      halfSpreads: results.map(({ cents, trades, fees, pnl }) => ({
        cents,
        trades,
        feesMicros: fees,
        fees: formatMoney(fees),
        pnlMicros: pnl,
        pnl: formatMoney(pnl),
      })),
    },
  );
  return withOtherRuns(outcome, runs.slice(1));
}

/** The runs at other half-spreads are held to the same invariants: what they violated counts. */
function withOtherRuns(outcome: RunOutcome, others: readonly PlayedRun[]): RunOutcome {
  const invariants = outcome.record.invariants.map((record) => {
    const same = others.map(({ run }) =>
      run.checker.tally.records().find(({ number }) => number === record.number),
    );
    return {
      ...record,
      checked: record.checked + same.reduce((sum, one) => sum + (one?.checked ?? 0), 0),
      violated: record.violated + same.reduce((sum, one) => sum + (one?.violated ?? 0), 0),
      firstViolation:
        record.firstViolation ?? same.find((one) => one?.firstViolation)?.firstViolation ?? null,
    };
  });
  const sum = (of: (record: (typeof invariants)[number]) => number): number =>
    invariants.reduce((total, record) => total + of(record), 0);
  return {
    ...outcome,
    record: { ...outcome.record, invariants },
    summary: {
      ...outcome.summary,
      invariants: {
        checked: sum(({ checked }) => checked),
        violated: sum(({ violated }) => violated),
        byNumber: Object.fromEntries(
          invariants.map(({ number, checked, violated }) => [number, { checked, violated }]),
        ),
      },
    },
  };
}

/** What the run came to under its assumption; nothing where none was made. */
function halfSpreadResult({ cents, run }: PlayedRun): readonly HalfSpreadResult[] {
  if (cents === null) return [];
  const trips = roundTrips(run.stats.journal);
  const truth = recordedTruth(run.venue);
  return [
    {
      cents,
      trades: trips.length,
      fees: addMoney(...trips.map(({ fees }) => fees)),
      // Everything is settled at the end of a recording: what is left is cash.
      pnl: money(truth.cash + truth.reserved - truth.deposits),
    },
  ];
}
