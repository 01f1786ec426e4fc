import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RunOutcome } from '../../shared/contracts/run-record.ts';
import type { ReplayRequest } from '../../shared/contracts/run-request.ts';
import { buildReport } from '../../shared/application/report/build-report.ts';
import { compareAtStart } from '../../shared/application/report/compare-forecasts.ts';
import { formatMoney } from '../../shared/domain/money/money.ts';
import { RecordingRefusal } from '../../shared/replay/recording-refusal.ts';
import { fingerprintsOf } from '../run/fingerprints.ts';
import { runProgress } from '../run/run-progress.ts';
import { recordedTruth } from './checked-venue.ts';
import { FrameRun } from './frame-run.ts';
import { frameSteps, TICK_HORIZON_MS, type FrameSteps } from './frame-steps.ts';

/** Plays a feeder's own recording through the use cases, on the books, lines and games that it heard. */
export async function runFrames(request: ReplayRequest): Promise<RunOutcome> {
  refuseOptions(request);
  const startedMs = performance.now();
  const config = toDomainConfig(request.config);
  const recording = frameSteps(request.dir);
  const readMs = performance.now();
  const run = new FrameRun({
    dir: request.dir,
    config,
    configFingerprint: request.configFingerprint,
    onLook: async (at, fraction) => {
      request.signal.throwIfAborted();
      await request.onProgress(
        runProgress({
          stats: at.stats,
          store: at.store,
          startMs: at.startMs,
          simulatedMs: at.nowMs,
          endMs: at.nowMs,
          truth: recordedTruth(at.venue),
          fraction,
          note: 'recorded books and lines',
        }),
      );
    },
  });
  await run.run(recording.steps);
  const playedMs = performance.now();
  const markets = recording.steps.filter(({ kind }) => kind === 'market').length;
  const ticks = recording.steps.filter(({ kind }) => kind === 'tick').length;
  return buildReport(
    {
      stats: run.stats,
      store: run.store,
      ledger: run.ledger,
      decisions: run.decisions,
      invariants: run.checker.tally.records(),
      startMs: run.startMs,
      endMs: run.endMs,
      wallMs: playedMs - startedMs,
      simulatingMs: playedMs - readMs,
      phasesMs: {
        read: Math.round(readMs - startedMs),
        replay: Math.round(playedMs - readMs),
      },
      title: 'A feeder’s recording',
      description: `${markets} markets and ${ticks} ticks out of ${recording.frames} frames as a feeder heard them, decided on again.`,
      lines: null,
      comparison: compareAtStart(run.stats.markets.values()),
      queues: [],
      faults: [],
      halfSpreads: [],
      assumptions: assumptionsOf(recording, formatMoney(config.openingCash)),
      fingerprints: fingerprintsOf({
        config,
        configFingerprint: request.configFingerprint,
        model: null,
      }),
    },
    {
      mode: 'replay',
      recording: {
        directory: request.dir,
        markets,
        records: recording.frames,
        sha256: recording.sha256,
        refused: {},
      },
      halfSpreadCents: null,
      halfSpreads: [],
    },
  );
}

/** Nothing of a feeder's recording is imported, and none of its spread is assumed. */
function refuseOptions({ dir, source, resultsDir, halfSpreadCents }: ReplayRequest): void {
  const refuse = (code: 'other_source' | 'has_quotes', option: string): never => {
    throw new RecordingRefusal({
      code,
      file: dir,
      found: `it is a feeder’s own recording, and ${option} says nothing to it`,
      allowed: 'it has books, lines and games as they were',
      todo: `Leave out ${option}.`,
    });
  };
  if ((source ?? null) !== null) refuse('other_source', '--source');
  if (resultsDir !== null) refuse('other_source', '--results');
  if (halfSpreadCents !== null) refuse('has_quotes', '--half-spread');
}

function assumptionsOf({ manifest }: FrameSteps, openingCash: string): readonly string[] {
  return [
    ...(manifest.state === 'complete'
      ? []
      : ['The feeder did not close this recording: it is played as far as it can be read.']),
    `An order meets the whole book of the market’s next tick, or the price it was decided on, whichever is worse for it; when none comes within ${TICK_HORIZON_MS / 1_000} seconds, or the book is not believed then, it fills nothing.`,
    'What was taken of a level is gone until the level shows another count. Later books do not move because of it, which flatters. Makers never fill.',
    'Orders and fills in the recording are those of whoever traded then and are passed over; what they did to the books is in the books.',
    'A result pays when it is first told; what is held where none is told stays open at its mark.',
    'Lines are mapped to games by the teams, sides and start that the recorded mappings name, as the feeder did.',
    `Opening cash ${openingCash} dollars.`,
  ];
}
