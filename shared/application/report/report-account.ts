import type { ReportRequest } from '../../contracts/report-request.ts';
import type { RunOutcome } from '../../contracts/run-record.ts';
import type { RunSummary } from '../../contracts/summary.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { DecisionLog } from '../../ports/decision-log.ts';
import type { HistoryEvent, HistoryStore, JournalStore } from '../../ports/history.ts';
import type { GameRecords } from '../../ports/game-records.ts';
import type { HotStore } from '../../ports/hot-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import { buildReport, type ModeFields } from './build-report.ts';
import { compareAtStart } from './compare-forecasts.ts';
import { linesAndData } from './lines-and-data.ts';
import { RunStats } from './run-stats.ts';

/** Where a report's figures come from: the books that are kept for good, and the rows of hot state. */
export type ReportSources = {
  readonly store: Pick<HotStore, 'list'>;
  readonly decisions: Pick<DecisionLog, 'all'>;
  readonly ledger: Pick<LedgerStore, 'entries'>;
  readonly journal: Pick<JournalStore, 'entries'>;
  readonly history: Pick<HistoryStore, 'events'>;
  readonly records: GameRecords;
};

/** What the caller knows of the process that asks. */
export type ReportSetting = {
  readonly nowMs: EpochMs;
  readonly fingerprints: RunSummary['fingerprints'];
};

const ASSUMPTIONS = [
  'Positions are marked at the price at which they could be sold, as of the last sample of a minute.',
  'Ticks that a queue delivered twice count twice; orders, fills and money count once.',
];

/** Folds an account's stores into the report of a run, whether it goes on or has ended. */
export async function reportAccount(
  sources: ReportSources,
  request: ReportRequest,
  { nowMs, fingerprints }: ReportSetting,
): Promise<RunOutcome & { readonly runId: string }> {
  const [journal, history] = await Promise.all([
    sources.journal.entries(),
    sources.history.events(),
  ]);
  const stats = foldedStats(journal, history);
  const runId = request.runId ?? `account-${new Date(nowMs).toISOString().slice(0, 10)}`;
  const startMs = request.startMs ?? earliest(journal, history) ?? nowMs;
  const endMs = Math.max(request.endMs ?? nowMs, startMs);
  const wallMs = request.wallMs ?? 0;
  const outcome = await buildReport(
    {
      stats,
      store: sources.store,
      ledger: sources.ledger,
      decisions: sources.decisions,
      invariants: request.invariants ?? [],
      startMs,
      endMs,
      wallMs,
      simulatingMs: wallMs,
      phasesMs: request.phasesMs ?? {},
      title: request.title ?? 'The account so far',
      description: request.description ?? 'Everything that the stores of the account hold.',
      lines: await linesAndData(sources.records, { fromMs: startMs, toMs: endMs }),
      comparison: compareAtStart(stats.markets.values()),
      queues: request.queues ?? [],
      faults: request.faults ?? [],
      halfSpreads: [],
      assumptions: [...ASSUMPTIONS, ...(request.assumptions ?? [])],
      fingerprints: {
        ...fingerprints,
        commit: request.commit ?? fingerprints.commit,
        branch: request.branch ?? fingerprints.branch,
      },
    },
    modeOf(request, runId),
  );
  return { ...outcome, runId };
}

/** Markets first, so that what was seen of one before it was told of is not lost. */
function foldedStats(journal: readonly JournalEntry[], history: readonly HistoryEvent[]): RunStats {
  const stats = new RunStats();
  for (const event of history) if (event.kind === 'market') stats.onHistory(event);
  for (const event of history) if (event.kind !== 'market') stats.onHistory(event);
  stats.onJournal(journal);
  return stats;
}

function modeOf({ embedded }: ReportRequest, runId: string): ModeFields {
  return embedded === undefined
    ? { mode: 'account', runId }
    : { mode: 'embedded', runId, ...embedded };
}

function earliest(
  journal: readonly JournalEntry[],
  history: readonly HistoryEvent[],
): EpochMs | null {
  const first = [journal[0]?.atMs, history[0]?.atMs].filter((atMs) => atMs !== undefined);
  return first.length === 0 ? null : Math.min(...first);
}
