import {
  CONTRACT_DIGITS,
  FEW_BETS,
  MATCH_DIGITS,
  mostBets,
  ruleFindings,
  ruleText,
  saysSomething,
} from '../../contracts/shadow-words.ts';
import type { ShadowRecord, ShadowRuleRecord } from '../../contracts/study-record.ts';
import { countsText, fixed } from '../../contracts/study-words.ts';
import type { Estimate } from '../../domain/reports/cluster-bootstrap.ts';
import { figure } from './chart.ts';
import { estimateCell } from './estimate-cells.ts';
import { counted, grouped } from './figures.ts';
import { html, type Html } from './html.ts';
import { shadowChart } from './shadow-chart.ts';
import { foldedTable, table, type Column } from './table.ts';

type MethodRow = ShadowRuleRecord['methods'][number];

/** What each method would have bought before the close, and what came of it. */
export async function shadowSection(record: ShadowRecord): Promise<Html> {
  const shown = record.rules.filter(saysSomething);
  const leftOut = countsText(Object.entries(record.leftOut));
  const chart =
    shown.length === 0
      ? null
      : await figure({
          id: 'shadow-clv',
          title: 'Closing-line value of what each method would have bought',
          caption: `Cents a contract before fees, with 95 % intervals; right of the dashed line the close says the contract was worth more than its price. The three colours are three closes to judge by: where they disagree, the yardstick decides and not the method. Methods with fewer than ${FEW_BETS} contracts are not drawn.`,
          chart: shadowChart(shown, record.yardsticks),
          size: 'full',
        });
  return html`<section class="long">
    <h2>Closing-line value and shadow profit</h2>
    <p>
      ${counted(record.matches, 'match', 'matches')} of five soccer leagues on
      ${counted(record.days, 'day')}${leftOut === '' ? '' : `; left out: ${leftOut}`}. Each method
      makes fair lines of Pinnacle’s odds of some days before. Wherever the Betfair exchange’s odds
      of that time, as the price of a one-dollar contract rounded up to the cent, promised more than
      the rule asks after the taker’s fee of our exchange, one contract is bought on paper. CLV is
      what the close says the contract pays, less its price; shadow EV is CLV less the fee; profit
      is at settlement after the fee.
      ${record.blindClv === null ? null : `Whoever buys every outcome blindly has a CLV of ${fixed(record.blindClv, CONTRACT_DIGITS)} ¢ a contract.`}
    </p>
    ${table({ label: 'Contracts by rule', columns: ruleColumns(record), rows: record.rules })}
    ${chart === null ? null : html`<div class="charts">${chart}</div>`}
    ${shown.map((rule) => ruleTable(rule, record))}
    <p class="caption">
      In brackets the close that judges: ${yardsticksText(record)}. Shadow EV a contract is CLV less
      the fee. Less proportional is cents a match over all matches, one without a contract counting
      nothing: where contracts are worth less than they cost, who buys fewer does better.
    </p>
  </section>`;
}

function yardsticksText({ yardsticks }: ShadowRecord): string {
  return yardsticks.map(({ id, title }) => `${id} is ${title}`).join(', ');
}

function bought({ methods }: ShadowRuleRecord, method: string): string {
  return grouped(methods.find(({ name }) => name === method)?.bets ?? 0);
}

function ruleColumns({ kept }: ShadowRecord): readonly Column<ShadowRuleRecord>[] {
  return [
    { head: 'Bought where it promises', kind: 'text', cell: ruleText },
    ...[...new Set(['proportional', kept])].map((method): Column<ShadowRuleRecord> => ({
      head: method,
      kind: 'number',
      cell: (rule) => bought(rule, method),
    })),
    { head: 'Most of any', kind: 'number', cell: (rule) => grouped(mostBets(rule)) },
    {
      head: '',
      kind: 'text',
      cell: (rule) => (saysSomething(rule) ? '' : 'too few to tell'),
    },
  ];
}

function ruleTable(rule: ShadowRuleRecord, record: ShadowRecord): Html {
  const { yardsticks } = record;
  const columns: readonly Column<MethodRow>[] = [
    { head: 'Method', kind: 'text', cell: ({ name }) => name },
    { head: 'Contracts', kind: 'number', cell: ({ bets }) => grouped(bets) },
    { head: 'Mean price', kind: 'number', cell: ({ means }) => cents(means?.price) },
    { head: 'Fee', kind: 'number', cell: ({ means }) => cents(means?.fee) },
    { head: 'Promised', kind: 'number', cell: ({ means }) => cents(means?.promised) },
    ...yardsticks.map(({ id }, at): Column<MethodRow> => ({
      head: `CLV (${id})`,
      kind: 'number',
      cell: (row) => ofContract(row, row.perContract.clv[at] ?? null),
    })),
    {
      head: 'Profit',
      kind: 'number',
      cell: (row) => ofContract(row, row.perContract.profit),
    },
  ];
  const differences: readonly Column<MethodRow>[] = [
    { head: 'Method', kind: 'text', cell: ({ name }) => name },
    {
      head: 'Matches apart',
      kind: 'number',
      cell: ({ difference }) => grouped(difference?.matchesApart ?? 0),
    },
    ...(['clv', 'value'] as const).flatMap((measure) =>
      yardsticks.map(({ id }, at): Column<MethodRow> => ({
        head: `${measure === 'clv' ? 'CLV' : 'EV'} (${id})`,
        kind: 'number',
        cell: ({ difference }) =>
          estimateCell(difference?.[measure][at]?.ofMany ?? null, MATCH_DIGITS),
      })),
    ),
    {
      head: 'Profit',
      kind: 'number',
      cell: ({ difference }) => estimateCell(difference?.profit.ofMany ?? null, MATCH_DIGITS),
    },
  ];
  const rows = rule.methods.filter(({ difference }) => difference !== null);
  const name = ruleText(rule);
  return html`<h3>Bought where it promises ${name}</h3>
    <p>${ruleFindings(rule, record).map((text) => `${sentence(text)} `)}</p>
    <p class="caption">Cents a contract:</p>
    ${table({ label: `Contracts, ${name}`, columns, rows: rule.methods })}
    ${foldedTable(
      { label: `Less proportional, ${name}`, columns: differences, rows },
      { summary: 'Less proportional, cents a match, eight comparisons allowed for' },
    )}`;
}

function ofContract({ bets }: MethodRow, estimate: Estimate | null): string | Html {
  return bets < FEW_BETS ? `too few (${bets})` : estimateCell(estimate, CONTRACT_DIGITS);
}

/** Without the colours of gain and loss: a promise is neither. */
function cents(value: number | undefined): Html {
  return html`${value === undefined ? '–' : fixed(value, CONTRACT_DIGITS)}`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
