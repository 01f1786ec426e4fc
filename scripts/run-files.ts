import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReport } from '../shared/adapters/html-report/render-report.ts';
import type { RunOutcome } from '../shared/contracts/run-record.ts';
import { runSummarySchema, type RunSummary } from '../shared/contracts/summary.ts';
import { invariant } from '../shared/domain/money/invariant.ts';
import { UsageError } from './usage-error.ts';

export type RunFiles = {
  readonly summary: RunSummary;
  /** The text of summary.json. */
  readonly summaryText: string;
  readonly reportPath: string;
};

/** Makes the folder of a run's files before the run, so that nobody waits for a result that cannot be kept. */
export function prepareOut(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError({
      what: `--out is "${out}", and nothing can be written there (${code}).`,
      allowed: 'a folder that is there or can be made',
      todo: 'Give another: --out out/mine',
    });
  }
}

/**
 * Writes summary.json, decisions.jsonl and report.html. The decisions are joined by newlines with none at the end, so
 * that `sha256sum decisions.jsonl` prints the summary's `decisionsSha256`; a summary that says otherwise is a bug.
 */
export async function writeRunFiles(out: string, outcome: RunOutcome): Promise<RunFiles> {
  const summary = runSummarySchema.parse(outcome.summary);
  const decisions = outcome.decisions.join('\n');
  invariant(
    createHash('sha256').update(decisions).digest('hex') === summary.decisionsSha256,
    'decisionsSha256 is the hash of the decisions as they are written',
  );
  const summaryText = `${JSON.stringify(summary, null, 2)}\n`;
  const reportPath = join(out, 'report.html');
  writeFileSync(join(out, 'decisions.jsonl'), decisions);
  writeFileSync(join(out, 'summary.json'), summaryText);
  writeFileSync(reportPath, await renderReport(outcome.record, summary));
  return { summary, summaryText, reportPath };
}
