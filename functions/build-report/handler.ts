import { createHash } from 'node:crypto';
import {
  reportAccount,
  type ReportSetting,
  type ReportSources,
} from '../../shared/application/report/report-account.ts';
import { reportRequestSchema, type ReportAnswer } from '../../shared/contracts/report-request.ts';
import type { RunRecord } from '../../shared/contracts/run-record.ts';
import { runSummarySchema, type RunSummary } from '../../shared/contracts/summary.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ObjectStore } from '../../shared/ports/objects.ts';
import type { FunctionTelemetry } from '../runtime/function-telemetry.ts';

export type BuildReportDeps = {
  readonly sources: ReportSources;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly fingerprints: ReportSetting['fingerprints'];
  readonly telemetry: FunctionTelemetry;
  /** The page of a run, as one HTML document. */
  readonly render: (record: RunRecord, summary: RunSummary) => Promise<string>;
};

/**
 * Folds the account's stores into a report and puts its three files under the run's name. The summary goes last: who
 * finds it finds all of them. A request that is none is refused with what is wrong in it.
 */
export function buildReportHandler(deps: BuildReportDeps) {
  return async (event: unknown): Promise<ReportAnswer> => {
    const request = reportRequestSchema.parse(event ?? {});
    const { fingerprints, sources } = deps;
    const setting = { nowMs: deps.clock.nowMs(), fingerprints };
    const { runId, record, ...outcome } = await reportAccount(sources, request, setting);
    const summary = runSummarySchema.parse(outcome.summary);
    const files = {
      report: `${runId}/report.html`,
      summary: `${runId}/summary.json`,
      decisions: `${runId}/decisions.jsonl`,
    };
    const decisions = outcome.decisions.join('\n');
    invariant(
      createHash('sha256').update(decisions).digest('hex') === summary.decisionsSha256,
      'decisionsSha256 is the hash of the decisions as they are written',
    );
    await Promise.all([
      deps.objects.put({
        key: files.decisions,
        body: decisions,
        contentType: 'application/x-ndjson; charset=utf-8',
      }),
      deps.objects.put({
        key: files.report,
        body: await deps.render(record, summary),
        contentType: 'text/html; charset=utf-8',
      }),
    ]);
    await deps.objects.put({
      key: files.summary,
      body: `${JSON.stringify(summary, null, 2)}\n`,
      contentType: 'application/json',
    });
    const { pnlMicros, ledger, invariants } = summary;
    const { imbalanceMicros } = ledger;
    deps.telemetry.log('info', 'report_built', { runId, pnlMicros, imbalanceMicros });
    return { runId, files, pnlMicros, imbalanceMicros, violated: invariants.violated };
  };
}
