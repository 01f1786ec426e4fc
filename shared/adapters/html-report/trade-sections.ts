import type { CloseCause, RunRecord, TradeRow } from '../../contracts/run-record.ts';
import type { RunSummary } from '../../contracts/summary.ts';
import { addContracts, NO_CONTRACTS } from '../../domain/money/contracts.ts';
import { addMoney, money } from '../../domain/money/money.ts';
import { countChart, edgeChart, equityChart, marketChart, MAX_BARS, moneyChart } from './charts.ts';
import { figure } from './chart.ts';
import {
  centsText,
  counted,
  countText,
  dollars,
  grouped,
  minuteText,
  perContract,
  percentText,
  signedDollars,
  words,
} from './figures.ts';
import { html, type Html } from './html.ts';
import { foldedTable, table, type Column } from './table.ts';

/** Trades in sight; the others are behind a fold. */
const TRADES_SHOWN = 12;
const CLOSE_CAUSES: readonly CloseCause[] = [
  'profit_target',
  'stop_loss',
  'settlement',
  'unattributed',
  'open',
];

export async function equitySection(record: RunRecord): Promise<Html> {
  if (record.equity.length < 2) return html``;
  const { maxDrawdown } = record.performance;
  const chart = await figure({
    id: 'equity',
    title: 'Equity',
    caption: `Cash and open positions at their marks, after fees; the dashed line is the start. At its worst it lay ${dollars(maxDrawdown)} under its highest so far.`,
    chart: equityChart(record),
    size: 'full',
  });
  return html`<section>
    <h2>How it went</h2>
    <div class="charts">${chart}</div>
  </section>`;
}

const TRADE_COLUMNS: readonly Column<TradeRow>[] = [
  {
    head: 'Market',
    kind: 'text',
    cell: ({ title, market, openedAtMs }) =>
      html`${title}<small>${minuteText(openedAtMs)} · ${market}</small>`,
  },
  { head: 'Result', kind: 'number', cell: ({ net }) => signedDollars(net) },
  {
    head: 'Bought',
    kind: 'number',
    cell: ({ leg, boughtCount }) => `${countText(boughtCount)} ${leg.toUpperCase()}`,
  },
  {
    head: 'Paid',
    kind: 'number',
    cell: ({ boughtCost, boughtCount }) => centsText(perContract(boughtCost, boughtCount)),
  },
  { head: 'Worth', kind: 'number', cell: ({ why }) => `${(why.fair * 100).toFixed(1)}¢` },
  { head: 'Edge', kind: 'number', cell: ({ why }) => centsText(why.edgePerContract) },
  { head: 'Fees', kind: 'number', cell: ({ fees }) => dollars(fees) },
  { head: 'Ended by', kind: 'text', cell: ({ closedBy }) => words(closedBy) },
  { head: 'Priced by', kind: 'text', cell: ({ why }) => why.fairFrom },
];

export async function tradesSection(record: RunRecord): Promise<Html> {
  const { trades, markets } = record;
  if (trades.length === 0)
    return html`<section>
      <h2>What was traded</h2>
      <p>Nothing. The skips below say why.</p>
    </section>`;
  const strongest = trades.toSorted((a, b) => Math.abs(b.net) - Math.abs(a.net));
  const shown = strongest.slice(0, TRADES_SHOWN);
  const traded = markets.filter(({ fills }) => fills > 0).length;
  const rest =
    trades.length <= TRADES_SHOWN
      ? null
      : foldedTable(
          { label: 'All trades in order of opening', columns: TRADE_COLUMNS, rows: trades },
          { summary: `All ${counted(trades.length, 'trade')}, in order of opening` },
        );
  const charts = [
    await figure({
      id: 'markets-net',
      title: 'Result by market',
      caption:
        traded <= MAX_BARS
          ? `${counted(traded, 'market')} traded.`
          : `The ${MAX_BARS} that moved the result most, of ${grouped(traded)} traded.`,
      chart: marketChart(markets),
      size: 'half',
    }),
    await figure({
      id: 'edge-realised',
      title: 'Expected and realised',
      caption:
        'Each trade: what it was expected to make per contract, and what it made. One trade says little; the average over many should lie near its edge.',
      chart: edgeChart(record),
      size: 'half',
    }),
  ];
  return html`<section class="long">
    <h2>What was traded, and why</h2>
    <p>
      A trade is made when the market’s price is further from fair value than the strategy asks,
      after fees. “Worth” is fair value per contract of the leg bought, “edge” what each contract
      was expected to make. The largest results first; times are UTC.
    </p>
    ${table({ label: 'Trades', columns: TRADE_COLUMNS, rows: shown })} ${rest}
    <div class="charts">${charts}</div>
  </section>`;
}

type CauseRow = { readonly cause: CloseCause; readonly trades: readonly TradeRow[] };

const countOf = (trades: readonly TradeRow[]) =>
  trades.reduce((sum, { boughtCount }) => addContracts(sum, boughtCount), NO_CONTRACTS);

/** Expected profit of all contracts of the trades, per contract. */
const meanEdge = (trades: readonly TradeRow[]): number => {
  const count = countOf(trades);
  const sum = trades.reduce(
    (total, trade) => total + trade.why.edgePerContract * trade.boughtCount,
    0,
  );
  return count === 0 ? 0 : sum / count;
};

const CAUSE_COLUMNS: readonly Column<CauseRow>[] = [
  { head: 'Ended by', kind: 'text', cell: ({ cause }) => words(cause) },
  { head: 'Positions', kind: 'number', cell: ({ trades }) => grouped(trades.length) },
  { head: 'Contracts', kind: 'number', cell: ({ trades }) => countText(countOf(trades)) },
  { head: 'Edge at entry', kind: 'number', cell: ({ trades }) => centsText(meanEdge(trades)) },
  {
    head: 'Realised per contract',
    kind: 'number',
    cell: ({ trades }) =>
      centsText(perContract(addMoney(...trades.map(({ net }) => net)), countOf(trades))),
  },
  {
    head: 'Fees',
    kind: 'number',
    cell: ({ trades }) => dollars(addMoney(...trades.map(({ fees }) => fees))),
  },
  {
    head: 'Result',
    kind: 'number',
    cell: ({ trades }) => signedDollars(addMoney(...trades.map(({ net }) => net))),
  },
];

export async function exitsSection(record: RunRecord, summary: RunSummary): Promise<Html> {
  const rows = CLOSE_CAUSES.map((cause) => ({
    cause,
    trades: record.trades.filter(({ closedBy }) => closedBy === cause),
  })).filter(({ trades }) => trades.length > 0);
  const fees = money(summary.feesMicros);
  const net = money(summary.pnlMicros);
  const gross = addMoney(net, fees);
  const byRule = Object.entries(summary.exitsByRule).toSorted(([, a], [, b]) => b - a);
  const charts = [
    await figure({
      id: 'fees',
      title: 'Where the money went',
      caption: `Fees of ${dollars(fees)}${gross > 0 ? `, ${percentText(fees / gross)} of what trading made before them` : ''}.`,
      chart: moneyChart(gross, fees, net),
      size: 'half',
    }),
    ...(byRule.length === 0
      ? []
      : [
          await figure({
            id: 'exits',
            title: 'Exits by rule',
            caption: 'How often each rule ended a position or sold a part of it.',
            chart: countChart(byRule, 'Exits'),
            size: 'half',
          }),
        ]),
  ];
  if (record.trades.length === 0) return html``;
  return html`<section>
    <h2>How positions ended, and what it cost</h2>
    ${table({ label: 'Positions by how they ended', columns: CAUSE_COLUMNS, rows })}
    <div class="charts">${charts}</div>
  </section>`;
}

export async function skipsSection(summary: RunSummary): Promise<Html> {
  const skips = Object.entries(summary.skipsByReason)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a);
  if (skips.length === 0) return html``;
  const total = skips.reduce((sum, [, count]) => sum + count, 0);
  const chart = await figure({
    id: 'skips',
    title: 'Skips by reason',
    caption: `${counted(summary.ticks, 'look')} at the markets found ${counted(summary.edges, 'edge')}; ${counted(total, 'look')} ended in a skip.`,
    chart: countChart(skips, 'Looks'),
    size: 'full',
  });
  return html`<section>
    <h2>What was not traded</h2>
    <div class="charts">${chart}</div>
  </section>`;
}
