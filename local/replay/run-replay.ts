import { toDomainConfig, type DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RecordingManifest } from '../../shared/contracts/recording.ts';
import type { HalfSpreadResult, RunOutcome } from '../../shared/contracts/run-record.ts';
import type { ReplayRequest } from '../../shared/contracts/run-request.ts';
import { ELO_VERSIONS, modelLabel } from '../../shared/domain/models/elo-versions.ts';
import { addMoney, formatMoney, money } from '../../shared/domain/money/money.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { modelVsMarket } from '../../shared/domain/reports/model-vs-market.ts';
import { roundTrips } from '../../shared/domain/reports/trade-summary.ts';
import { DEFAULT_BOOK_ASSUMPTIONS } from '../../shared/replay/synthetic-book.ts';
import { DEFAULT_RECORDED_LATENCY } from '../../shared/replay/recorded-venue.ts';
import { buildReport } from '../../shared/application/report/build-report.ts';
import { compareForecasts } from '../../shared/application/report/compare-forecasts.ts';
import { fingerprintsOf } from '../run/fingerprints.ts';
import { runProgress } from '../run/run-progress.ts';
import { prepareRecording } from './prepare-recording.ts';
import { recordedTruth } from './checked-venue.ts';
import { ReplayRun } from './replay-run.ts';

/** A result is always shown at these as well, in cents: what is assumed of the spread decides much. */
const ALSO_SHOWN_CENTS = [0, 1, 2];
const UNITS_PER_CENT = 100;

/** Plays a recording of real prices through the use cases, at the asked half-spread and at those always shown. */
export async function runReplay(request: ReplayRequest): Promise<RunOutcome> {
  const startedMs = performance.now();
  const config = toDomainConfig(request.config);
  const recording = await prepareRecording(request.dir, request.resultsDir, () => {});
  const importedMs = performance.now();
  try {
    const cents = [...new Set([request.halfSpreadCents, ...ALSO_SHOWN_CENTS])];
    const runs: PlayedRun[] = [];
    for (const [index, halfSpreadCents] of cents.entries()) {
      const part = { from: index / cents.length, share: 1 / cents.length };
      runs.push(await play(request, config, recording.dir, halfSpreadCents, part));
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

type PlayedRun = {
  readonly cents: number;
  readonly run: ReplayRun;
  readonly manifest: RecordingManifest;
  readonly playedMs: number;
};

async function play(
  request: ReplayRequest,
  config: DomainConfig,
  dir: string,
  cents: number,
  part: { readonly from: number; readonly share: number },
): Promise<PlayedRun> {
  const [model] = ELO_VERSIONS;
  invariant(model !== undefined, 'there is a model that prices the replay');
  const run = new ReplayRun({
    dir,
    config,
    configFingerprint: request.configFingerprint,
    model: model.version,
    venue: { halfSpread: Math.round(cents * UNITS_PER_CENT) },
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
          note: `half-spread ${cents} cents`,
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
  const [model] = ELO_VERSIONS;
  invariant(main !== undefined && model !== undefined, 'the asked half-spread was played');
  const label = modelLabel(model.version);
  const { run, manifest } = main;
  const results = runs.map(halfSpreadResult).toSorted((a, b) => a.cents - b.cents);
  const outcome = await buildReport(
    {
      stats: run.stats,
      store: run.store,
      ledger: run.ledger,
      decisions: run.decisions,
      invariants: run.checker.tally.records(),
      startMs: run.startMs,
      endMs: run.nowMs,
      wallMs: phasesMs.import + phasesMs.replay,
      simulatingMs: main.playedMs,
      phasesMs: {
        import: Math.round(phasesMs.import),
        replay: Math.round(phasesMs.replay),
      },
      title: 'Kalshi NBA winner markets',
      description: `${manifest.counts.market} real markets and ${manifest.counts.bar} traded minutes, priced before each game by ${label} and by nothing else.`,
      comparison: compareForecasts(run.forecasts.byModel().get(label) ?? [], {
        fairKind: 'model',
        moment: 'at tip-off, the model against the last trade before it',
        fairLabel: label,
        marketLabel: 'Last trade',
      }),
      queues: [],
      faults: [],
      halfSpreads: results,
      assumptions: assumptionsOf(main, config),
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
      halfSpreadCents: request.halfSpreadCents,
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

function halfSpreadResult({ cents, run }: PlayedRun): HalfSpreadResult {
  const trips = roundTrips(run.stats.journal);
  const truth = recordedTruth(run.venue);
  return {
    cents,
    trades: trips.length,
    fees: addMoney(...trips.map(({ fees }) => fees)),
    // Everything is settled at the end of a recording: what is left is cash.
    pnl: money(truth.cash + truth.reserved - truth.deposits),
  };
}

function assumptionsOf(
  { cents, run, manifest }: PlayedRun,
  config: DomainConfig,
): readonly string[] {
  const { participationMillionths } = DEFAULT_BOOK_ASSUMPTIONS;
  const others = [...run.forecasts.byModel()].slice(1).map(([label, pairs]) => {
    const scored = modelVsMarket(pairs);
    return scored === null
      ? label
      : `${label} scores ${scored.model.logLoss.toFixed(4)} in log loss, the last trade ${scored.market.logLoss.toFixed(4)}`;
  });
  return [
    ...manifest.assumptions,
    `A taker pays ${cents} cents beyond the trade price on either side; ${ALSO_SHOWN_CENTS.join(', ')} cents are shown too. Makers never fill.`,
    `On each side stands ${participationMillionths / 10_000} % of the minute's volume; what was taken is gone until the next traded minute.`,
    DEFAULT_RECORDED_LATENCY === 'next_bar'
      ? 'An order meets the open of the next traded minute or the price it was decided on, whichever is worse for it; when no minute comes within ten it fills nothing.'
      : 'An order meets the price it was decided on, which is optimistic.',
    'Only the model prices, and only before tip-off. Exits go on through the game, on trade prices that have no spread of their own.',
    `Opening cash ${formatMoney(config.openingCash)} dollars; ${config.caps.maxPositions} positions at most, so most games of a busy evening are passed over.`,
    ...others,
  ];
}
