import type {
  FaultRecord,
  ForecastComparison,
  ForecastScore,
  HalfSpreadResult,
  InvariantRecord,
  MarketRecord,
  QueueRecord,
  RunRecord,
} from '../../contracts/run-record.ts';
import type { RunSummary } from '../../contracts/summary.ts';
import { formatPrice } from '../../domain/money/price.ts';
import { reliabilityChart } from './charts.ts';
import { figure } from './chart.ts';
import { counted, dollars, durationText, grouped, signedDollars, words } from './figures.ts';
import { html, type Html } from './html.ts';
import { foldedTable, table, type Column } from './table.ts';

const SCORE_COLUMNS: readonly Column<ForecastScore>[] = [
  { head: 'Forecast', kind: 'text', cell: ({ label }) => label },
  { head: 'Brier score', kind: 'number', cell: ({ brier }) => brier.toFixed(4) },
  { head: 'Log loss', kind: 'number', cell: ({ logLoss }) => logLoss.toFixed(4) },
];

export async function forecastSection(
  comparison: ForecastComparison | null,
  sentence: string | null,
): Promise<Html> {
  if (comparison === null) return html``;
  const interval = comparison.logLossDifference95;
  const chart = await figure({
    id: 'reliability',
    title: 'Reliability',
    caption:
      'Of what was given each probability, the share that came true, with its 95 % interval. On the dashed line is right; larger dots hold more forecasts.',
    chart: reliabilityChart(comparison),
    size: 'half',
  });
  const chance =
    interval === null
      ? 'Too few forecasts for an interval of the difference.'
      : `Difference in log loss per forecast, ours less the market’s: 95 % interval ${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}.`;
  return html`<section>
    <h2>${comparison.fairKind === 'model' ? 'The model' : 'The fair line'} against the market</h2>
    <p>${sentence}</p>
    <div class="charts">
      ${chart}
      <div>
        <h3>Scores</h3>
        <p class="caption">
          On the same ${counted(comparison.forecasts, 'outcome')}, ${comparison.moment}. Lower is
          better; always saying 50 % scores 0.2500 and 0.6931.
        </p>
        ${table({ label: 'Scores', columns: SCORE_COLUMNS, rows: [comparison.fair, comparison.market] })}
        <p class="caption">${chance}</p>
      </div>
    </div>
  </section>`;
}

const SPREAD_COLUMNS: readonly Column<HalfSpreadResult>[] = [
  { head: 'Half-spread', kind: 'text', cell: ({ cents }) => `${cents}¢ per contract` },
  { head: 'Trades', kind: 'number', cell: ({ trades }) => grouped(trades) },
  { head: 'Fees', kind: 'number', cell: ({ fees }) => dollars(fees) },
  { head: 'Result', kind: 'number', cell: ({ pnl }) => signedDollars(pnl) },
];

export function spreadSection(record: RunRecord): Html {
  if (record.halfSpreads.length === 0) return html``;
  return html`<section>
    <h2>What the assumed spread does</h2>
    <p>
      The recording has trades and no quotes, so a taker is made to pay the last trade plus half a
      spread. The same run under other half-spreads:
    </p>
    ${table({ label: 'Result by half-spread', columns: SPREAD_COLUMNS, rows: record.halfSpreads })}
  </section>`;
}

const resultText = ({ result }: MarketRecord): string =>
  result === null
    ? 'open'
    : result.kind === 'scalar'
      ? `$${formatPrice(result.settlementValue)}`
      : result.kind.toUpperCase();

const MARKET_COLUMNS: readonly Column<MarketRecord>[] = [
  {
    head: 'Market',
    kind: 'text',
    cell: ({ title, ticker }) => html`${title}<small>${ticker}</small>`,
  },
  { head: 'Outcome', kind: 'text', cell: resultText },
  { head: 'Ticks', kind: 'number', cell: ({ ticks }) => grouped(ticks) },
  { head: 'Edges', kind: 'number', cell: ({ edges }) => grouped(edges) },
  { head: 'Orders', kind: 'number', cell: ({ orders }) => grouped(orders) },
  { head: 'Fills', kind: 'number', cell: ({ fills }) => grouped(fills) },
  { head: 'Fees', kind: 'number', cell: ({ fees }) => dollars(fees) },
  { head: 'Result', kind: 'number', cell: ({ net }) => signedDollars(net) },
];

/** Few markets stand open; a season of them is folded. */
const MARKETS_SHOWN = 24;

export function marketsSection({ markets }: RunRecord): Html {
  if (markets.length === 0) return html``;
  const input = { label: 'Markets', columns: MARKET_COLUMNS, rows: markets };
  const shown =
    markets.length <= MARKETS_SHOWN
      ? table(input)
      : foldedTable(input, { summary: `All ${counted(markets.length, 'market')}` });
  return html`<section class="long">
    <h2>The markets</h2>
    ${shown}
  </section>`;
}

const QUEUE_COLUMNS: readonly Column<QueueRecord>[] = [
  { head: 'Queue', kind: 'text', cell: ({ queue }) => queue },
  { head: 'Delivered', kind: 'number', cell: ({ delivered }) => grouped(delivered) },
  { head: 'Twice or more', kind: 'number', cell: ({ duplicated }) => grouped(duplicated) },
  { head: 'Dead-lettered', kind: 'number', cell: ({ deadLettered }) => grouped(deadLettered) },
];

const FAULT_COLUMNS: readonly Column<FaultRecord>[] = [
  { head: 'Fault', kind: 'text', cell: ({ fault }) => fault },
  { head: 'Times', kind: 'number', cell: ({ injected }) => grouped(injected) },
  { head: 'What became of it', kind: 'text', cell: ({ outcome }) => outcome },
];

export function deliverySection(record: RunRecord, summary: RunSummary): Html {
  const { delivered, duplicated, deadLettered } = summary.messages;
  const queues =
    record.queues.length === 0
      ? null
      : table({ label: 'Messages by queue', columns: QUEUE_COLUMNS, rows: record.queues });
  const faults =
    record.faults.length === 0
      ? null
      : html`<h3>Faults put into the run</h3>
          ${table({ label: 'Faults', columns: FAULT_COLUMNS, rows: record.faults })}`;
  return html`<section>
    <h2>Messages and faults</h2>
    <p>
      ${counted(delivered, 'message')} delivered, ${grouped(duplicated)} of them again,
      ${deadLettered === 0 ? 'none' : grouped(deadLettered)} left in a dead-letter queue.
    </p>
    ${queues} ${faults}
  </section>`;
}

const INVARIANT_COLUMNS: readonly Column<InvariantRecord>[] = [
  { head: 'No.', kind: 'number', cell: ({ number }) => String(number) },
  {
    head: 'What must hold',
    kind: 'text',
    cell: ({ statement, firstViolation }) =>
      firstViolation === null
        ? statement
        : html`${statement}<small class="loss">First broken: ${firstViolation}</small>`,
  },
  { head: 'Checked', kind: 'number', cell: ({ checked }) => grouped(checked) },
  {
    head: 'Broken',
    kind: 'number',
    cell: ({ violated }) => (violated === 0 ? '0' : html`<b class="loss">${grouped(violated)}</b>`),
  },
];

export function invariantsSection({ invariants }: RunRecord): Html {
  if (invariants.length === 0) return html``;
  return html`<section class="long">
    <h2>What had to hold</h2>
    ${table({ label: 'Invariants', columns: INVARIANT_COLUMNS, rows: invariants })}
  </section>`;
}

export function assumptionsSection({ assumptions }: RunRecord): Html {
  if (assumptions.length === 0) return html``;
  return html`<section>
    <h2>What was assumed</h2>
    <ul>
      ${assumptions.map((assumption) => html`<li>${assumption}</li>`)}
    </ul>
  </section>`;
}

export function fingerprintsSection(summary: RunSummary): Html {
  const { fingerprints: prints, timings } = summary;
  const rows: readonly (readonly [string, string])[] = [
    ['Fairline', prints.fairline],
    [
      'Commit',
      `${prints.commit ?? 'unknown'}${prints.branch === null ? '' : ` on ${prints.branch}`}`,
    ],
    ['Configuration', prints.config],
    ['Strategy', prints.strategy],
    ['Model', prints.model ?? 'none'],
    ['Stage', prints.stage],
    ['Decisions (SHA-256)', `${summary.decisionsSha256} of ${grouped(summary.decisions)}`],
    ...sourceRows(summary),
    ['Node', `${prints.node}, ${prints.platform}`],
    [
      'Time taken',
      `${durationText(timings.wallMs)} for ${grouped(Math.round(timings.simulatedHours))} hours`,
    ],
    ...Object.entries(timings.phasesMs).map(
      ([phase, ms]) => [`… ${words(phase)}`, durationText(ms)] as const,
    ),
  ];
  return html`<section>
    <h2>How to see it again</h2>
    <p>
      Fingerprints of everything that the result is a function of. The same ones give the same
      decisions, to the byte.
    </p>
    <dl class="prints">
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd><code>${value}</code></dd>`,
      )}
    </dl>
  </section>`;
}

/** What the run was made of, beside code and configuration. */
function sourceRows(summary: RunSummary): readonly (readonly [string, string])[] {
  switch (summary.mode) {
    case 'virtual':
      return [['Seed and scenario', `${summary.seed}, ${summary.scenario}`]];
    case 'embedded':
      return [
        ['Run', summary.runId],
        ['Seed and scenario', `${summary.seed}, ${summary.scenario}`],
        ['Script', `${summary.compression} times as fast as the clock`],
      ];
    case 'account':
      return [['Run', summary.runId]];
    case 'replay': {
      const { sha256, records, markets, refused } = summary.recording;
      return [
        ['Recording (SHA-256)', sha256],
        [
          'Recorded',
          `${grouped(records)} records of ${grouped(markets)} markets${refusedText(refused)}`,
        ],
      ];
    }
  }
}

function refusedText(refused: Readonly<Record<string, number>>): string {
  const parts = Object.entries(refused).map(([code, count]) => `${grouped(count)} ${words(code)}`);
  return parts.length === 0 ? '' : `; left out: ${parts.join(', ')}`;
}
