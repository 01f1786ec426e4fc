import type { RunRecord } from '../shared/contracts/run-record.ts';
import type { RunSummary } from '../shared/contracts/summary.ts';
import {
  counted,
  dollars,
  durationText,
  grouped,
  signedDollars,
  words,
} from '../shared/adapters/html-report/figures.ts';
import { verdictOf } from '../shared/adapters/html-report/verdict.ts';
import { columns, printable, type Cell } from './terminal-text.ts';

const MARKETS_SHOWN = 12;
const REASONS_SHOWN = 4;
const LONGEST_TITLE = 44;

/** What stands in the terminal when a run is over: the verdict, the markets that moved it, where to read on. */
export function closingText({
  record,
  summary,
  reportPath,
}: {
  readonly record: RunRecord;
  readonly summary: RunSummary;
  readonly reportPath: string;
}): string {
  const verdict = verdictOf(record, summary);
  const { timings, messages } = summary;
  const result = [verdict.result, verdict.forecast, verdict.spread];
  // What must not be believed is not said first.
  const sentences =
    verdict.tone === 'broken' ? [verdict.health, ...result] : [...result, verdict.health];
  const lines = [
    '',
    ...sentences.filter((sentence) => sentence !== null),
    '',
    ...marketTable(record),
    `exits    ${tally(summary.exitsByRule)}`,
    `skips    ${tally(summary.skipsByReason)}`,
    `messages ${counted(messages.delivered, 'delivered', 'delivered')}, ${grouped(messages.duplicated)} again, ${grouped(messages.deadLettered)} dead-lettered`,
    `time     ${timeText(timings)}`,
    `report   ${reportPath}`,
    '',
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** A run that keeps real time has simulated nothing longer than itself. */
function timeText({ simulatedHours, wallMs }: RunSummary['timings']): string {
  const hours = Math.round(simulatedHours);
  const wall = durationText(wallMs);
  return hours === 0 ? wall : `${grouped(hours)} ${hours === 1 ? 'hour' : 'hours'} in ${wall}`;
}

const left = (text: string): Cell => ({ text, align: 'left' });
const right = (text: string): Cell => ({ text, align: 'right' });

function marketTable({ markets }: RunRecord): readonly string[] {
  const traded = markets.filter(({ fills }) => fills > 0);
  if (traded.length === 0) return [];
  const shown = traded
    .toSorted((a, b) => Math.abs(b.net) - Math.abs(a.net))
    .slice(0, MARKETS_SHOWN);
  const rows = columns(
    [
      [left('market'), right('fills'), right('fees'), right('result')],
      ...shown.map(({ title, fills, fees, net }) => [
        left(title),
        right(grouped(fills)),
        right(dollars(fees)),
        right(signedDollars(net)),
      ]),
    ],
    LONGEST_TITLE,
  );
  const rest = traded.length - shown.length;
  return [...rows, ...(rest > 0 ? [`… and ${grouped(rest)} more in the report`] : []), ''];
}

function tally(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a);
  const shown = sorted
    .slice(0, REASONS_SHOWN)
    .map(([code, count]) => `${words(code)} ${grouped(count)}`);
  const rest = sorted.slice(REASONS_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest > 0 ? [`others ${grouped(rest)}`] : [])].join(', ') || 'none';
}
