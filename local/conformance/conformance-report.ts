import { NOT_PROBED } from './check-list.ts';
import type { CheckResult } from './run-checks.ts';

/** One run of the checks, as it is published. Nothing in it says whose account it was. */
export type ConformanceReport = {
  readonly environment: string;
  /** Hosts only. */
  readonly exchange: string;
  readonly dateUtc: string;
  readonly fairline: string;
  readonly ordersSent: number;
  /** Orders that could not be proved gone; they end by themselves within a minute. */
  readonly leftBehind: number;
  readonly holds: number;
  readonly differs: number;
  readonly unseen: number;
  readonly results: readonly {
    readonly name: string;
    readonly question: string;
    readonly assumed: string;
    readonly result: 'holds' | 'differs' | 'unseen';
    /** What was seen, or why nothing was. */
    readonly seen: string;
  }[];
  readonly notProbed: readonly { readonly topic: string; readonly why: string }[];
};

export function conformanceReport(
  run: Pick<
    ConformanceReport,
    'environment' | 'exchange' | 'dateUtc' | 'fairline' | 'ordersSent' | 'leftBehind'
  >,
  results: readonly CheckResult[],
): ConformanceReport {
  const count = (kind: CheckResult['finding']['kind']): number =>
    results.filter(({ finding }) => finding.kind === kind).length;
  return {
    ...run,
    holds: count('holds'),
    differs: count('differs'),
    unseen: count('unseen'),
    results: results.map(({ name, question, assumed, finding }) => ({
      name,
      question,
      assumed,
      result: finding.kind,
      seen: seenText(finding),
    })),
    notProbed: NOT_PROBED,
  };
}

export function seenText(finding: CheckResult['finding']): string {
  return finding.kind === 'unseen' ? finding.why : finding.seen;
}

/** What a person reads of a result. */
export const RESULT_WORDS = {
  holds: 'holds',
  differs: 'DIFFERS',
  unseen: 'cannot be seen now',
} as const;

/** The page to publish. */
export function conformanceMarkdown(report: ConformanceReport): string {
  const { environment, exchange, dateUtc, fairline } = report;
  return [
    `# Conformance: ${environment}, ${dateUtc}`,
    '',
    `Fairline ${fairline} at ${exchange}: ${totalsText(report)}. Orders sent: ${report.ordersSent}, left behind: ${report.leftBehind}.`,
    '',
    '| check | question | assumed | result | seen |',
    '|---|---|---|---|---|',
    ...report.results.map(({ name, question, assumed, result, seen }) =>
      row([name, question, assumed, RESULT_WORDS[result], seen]),
    ),
    '',
    '## Not looked at',
    '',
    '| what | why |',
    '|---|---|',
    ...report.notProbed.map(({ topic, why }) => row([topic, why])),
    '',
  ].join('\n');
}

export function totalsText({ holds, differs, unseen }: ConformanceReport): string {
  return `${holds} hold, ${differs} differ, ${unseen} cannot be seen now`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cellText).join(' | ')} |`;
}

/** What the exchange said may contain anything. */
function cellText(cell: string): string {
  return cell
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;');
}
