import type { RunRecord } from '../../contracts/run-record.ts';
import type { RunSummary } from '../../contracts/summary.ts';
import { money } from '../../domain/money/money.ts';
import { counted, dollars, grouped, percentText, periodText, signedDollars } from './figures.ts';
import { html, type Html } from './html.ts';
import { linesSection } from './lines-section.ts';
import { page } from './page.ts';
import {
  assumptionsSection,
  deliverySection,
  fingerprintsSection,
  forecastSection,
  invariantsSection,
  marketsSection,
  spreadSection,
} from './proof-sections.ts';
import { minus } from './table.ts';
import { equitySection, exitsSection, skipsSection, tradesSection } from './trade-sections.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/**
 * One run as one HTML page that needs nothing else: no script, no request, every chart an inline drawing. Says first
 * what came of it, then how, then why it may be believed.
 */
export async function renderReport(record: RunRecord, summary: RunSummary): Promise<string> {
  const verdict = verdictOf(record, summary);
  const sections = [
    await equitySection(record),
    await tradesSection(record),
    await exitsSection(record, summary),
    await skipsSection(summary),
    await forecastSection(record.comparison, verdict.forecast),
    await linesSection(record.lines),
    spreadSection(record),
    marketsSection(record),
    deliverySection(record, summary),
    invariantsSection(record),
    assumptionsSection(record),
    fingerprintsSection(summary),
  ];
  return page(
    record.title,
    html`${headerOf(record, summary, verdict)} ${keyFigures(record, summary)} ${sections}`,
  );
}

function headerOf(record: RunRecord, summary: RunSummary, verdict: Verdict): Html {
  const what = whatRan(summary);
  const broken = verdict.tone === 'broken';
  return html`<header>
    <p class="eyebrow">
      <b>Fairline</b> · ${what} · ${periodText({ fromMs: record.startMs, toMs: record.endMs })} UTC
    </p>
    <h1>${record.title}</h1>
    ${broken ? html`<p class="judgement broken">${verdict.health}</p>` : null}
    <p class="result ${verdict.tone}">${verdict.result}</p>
    ${verdict.forecast === null ? null : html`<p class="judgement">${verdict.forecast}</p>`}
    ${verdict.spread === null ? null : html`<p class="judgement">${verdict.spread}</p>`}
    ${broken ? null : html`<p class="judgement">${verdict.health}</p>`}
    <p class="about">${record.description}</p>
  </header>`;
}

function whatRan(summary: RunSummary): string {
  switch (summary.mode) {
    case 'virtual':
      return `virtual world, seed ${summary.seed}`;
    case 'replay':
      return `replay of ${counted(summary.recording.markets, 'recorded market')}`;
    case 'embedded':
      return `one machine, seed ${summary.seed}`;
    case 'account':
      return `account, ${summary.fingerprints.stage}`;
  }
}

const ratio = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

function keyFigures(record: RunRecord, summary: RunSummary): Html {
  const { performance, trades } = record;
  const decided = performance.wins + performance.losses;
  const keys: readonly { name: string; value: string; note: string }[] = [
    {
      name: 'Result after fees',
      value: signedDollars(money(summary.pnlMicros)),
      note: `${dollars(performance.openingEquity)} became ${dollars(performance.closingEquity)}`,
    },
    {
      name: 'Fees',
      value: dollars(money(summary.feesMicros)),
      note: `on ${counted(summary.fills, 'fill')}`,
    },
    {
      name: 'Trades',
      value: grouped(trades.length),
      note: `${counted(summary.orders, 'order')}, ${counted(summary.edges, 'edge')}`,
    },
    {
      name: 'Trades won',
      value: decided === 0 ? '–' : percentText(performance.wins / decided, 0),
      note: `${grouped(performance.wins)} won, ${grouped(performance.losses)} lost`,
    },
    {
      name: 'Deepest drawdown',
      value: dollars(performance.maxDrawdown),
      note: 'under the highest equity so far',
    },
    {
      name: 'Sharpe ratio',
      value: minus(ratio(performance.sharpe)),
      note:
        performance.sharpe === null
          ? 'too few days to say'
          : `annualised; Sortino ${minus(ratio(performance.sortino))}`,
    },
  ];
  return html`<dl class="keys">
    ${keys.map(
      ({ name, value, note }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${minus(value)}<small>${note}</small></dd>
        </div>`,
    )}
  </dl>`;
}
