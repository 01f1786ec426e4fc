import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../../shared/adapters/html-report/render-report.ts';
import {
  brokenSummary,
  replayOutcome,
  runRecord,
  virtualSummary,
} from '../../../fixtures/run-outcome.ts';

const SVG = /<svg/g;
const drawings = (page: string): number => page.match(SVG)?.length ?? 0;

describe('the report', () => {
  it('says first what was made or lost, then holds every trade and its figures', async () => {
    const record = runRecord();
    const page = await renderReport(record, virtualSummary(record));
    const [verdict = ''] = /<p class="result[^>]*>[^<]*/.exec(page) ?? [];
    expect(verdict).toMatch(/(Made|Lost) \$[\d.,]+ after \$[\d.,]+ in fees on 14 trades/);
    for (const trade of record.trades) expect(page).toContain(trade.market);
    expect(page).toContain('All 2 invariants held in 13,131 checks');
    expect(page).toContain('found by look-up');
    expect(page).toContain('Each fill is booked exactly once.');
    expect(page).toContain('f09b06d');
    for (const assumption of record.assumptions) expect(page).toContain(assumption);
  });

  it('draws each of its seven charts twice, for a page and for a phone, with ids of their own', async () => {
    const record = runRecord();
    const page = await renderReport(record, virtualSummary(record));
    expect(drawings(page)).toBe(14);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is one file: no script and nothing to fetch', async () => {
    const { record, summary } = replayOutcome();
    const page = await renderReport(record, summary);
    expect(page).not.toMatch(/<script|<img|@import|url\((?!#)/);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  it('shows what a venue or a file put into a name as text, never as markup', async () => {
    const evil = `<img src=x onerror="alert('1')">&amp;`;
    const drawn = runRecord();
    const record = {
      ...drawn,
      title: evil,
      description: evil,
      assumptions: [evil],
      trades: drawn.trades.map((trade) => ({ ...trade, title: evil, market: evil })),
      markets: drawn.markets.map((market) => ({ ...market, title: evil, ticker: evil })),
    };
    const summary = { ...virtualSummary(record), skipsByReason: { [evil]: 3 }, scenario: evil };
    const page = await renderReport(record, summary);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;');
  });

  it('warns before anything else when an invariant was broken', async () => {
    const record = runRecord();
    const page = await renderReport(record, brokenSummary(record));
    const warning = page.indexOf('Do not believe these figures: 2 violations of invariant 12');
    expect(warning).toBeGreaterThan(0);
    expect(warning).toBeLessThan(page.indexOf('class="result'));
  });

  it('says in plain words when the model loses to the market, and what the spread does', async () => {
    const { record, summary } = replayOutcome();
    const page = await renderReport(record, summary);
    expect(page).toContain('The model loses to the market: log loss 0.6321 against 0.5811');
    expect(page).toContain('What the assumed spread does');
    expect(page).toContain('95 % interval 0.0210 to 0.0810');
  });

  it('has a page for a run without a trade', async () => {
    const drawn = runRecord({ trades: 0 });
    const record = {
      ...drawn,
      equity: [],
      comparison: null,
      invariants: [],
      faults: [],
      queues: [],
    };
    const page = await renderReport(record, virtualSummary(record));
    expect(page).toContain('No trade was made in 31,204 looks');
    expect(page).toContain('the commonest reason: edge too small');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('stays small for a season of trades', async () => {
    const { record, summary } = replayOutcome({ trades: 2_000 });
    const page = await renderReport(record, summary);
    expect(page.length).toBeLessThan(4_000_000);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});
