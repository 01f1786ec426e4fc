import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildReportHandler } from '../../../functions/build-report/handler.ts';
import { MemoryGameRecords } from '../../../shared/adapters/memory/memory-game-records.ts';
import { MemoryHistoryStore } from '../../../shared/adapters/memory/memory-history-store.ts';
import { MemoryJournalStore } from '../../../shared/adapters/memory/memory-journal-store.ts';
import { MemoryLedgerStore } from '../../../shared/adapters/memory/memory-ledger-store.ts';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { enterOnSignal } from '../../../shared/application/enter-on-signal.ts';
import { lifecycleEvent, marketEvent } from '../../../shared/application/history-events.ts';
import { scoreEdges, SkipDigest } from '../../../shared/application/score-edges.ts';
import { settleIfHeld } from '../../../shared/application/settle-market.ts';
import { writeLedger } from '../../../shared/application/write-ledger.ts';
import type { RunRecord } from '../../../shared/contracts/run-record.ts';
import { runSummarySchema, type RunSummary } from '../../../shared/contracts/summary.ts';
import { money } from '../../../shared/domain/money/money.ts';
import type { EntrySignal } from '../../../shared/domain/strategies/decide-entry.ts';
import { functionSetting, keepingQueue } from '../../support/lambda-events.ts';
import { aTick, fillsOf, KC, onlyOrder, openDesk } from '../../support/trading-desk.ts';

type Kept = {
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
};

/** An account that bought ten contracts on a tick and saw its market settled, and the function that reports it. */
async function tradedAccount() {
  const desk = await openDesk();
  const history = new MemoryHistoryStore();
  const records = new MemoryGameRecords();
  const told = { send: history.append.bind(history) };
  const signals = keepingQueue<EntrySignal>();
  const tick = aTick(desk);
  const { config } = desk.deps;
  // Seen before it was told of, as a bus without order may have it.
  await scoreEdges(
    { config, signals, history: told, skipDigest: new SkipDigest() },
    [tick, aTick(desk, { market: { ticker: 'KX-B', eventTicker: 'B' }, sync: 'gapped' })],
    desk.clock.nowMs(),
  );
  desk.clock.advance(10);
  const listed = marketEvent(tick.market, tick.mapping, desk.clock.nowMs());
  await history.append([listed]);
  await records.append([listed]);
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
  await enterOnSignal({ ...desk.deps, history: told }, signals.sent[0]!);
  await enterOnSignal({ ...desk.deps, history: told }, signals.sent[0]!);
  const [fill] = await fillsOf(desk);
  const { clientOrderId } = onlyOrder(desk).intent;
  await applyOrderUpdate(desk.deps, { kind: 'fill', fill: fill!, clientOrderId });
  desk.exchange.settle(KC, 'yes');
  await settleIfHeld(desk.deps, KC);
  const settled = {
    kind: 'lifecycle',
    sequence: null,
    market: KC,
    event: 'settled',
    result: { kind: 'yes' },
    closeTimeMs: null,
    exchangeTimeMs: desk.clock.nowMs(),
  } as const;
  await history.append([lifecycleEvent(settled, desk.clock.nowMs())]);

  const [ledger, journal] = [new MemoryLedgerStore(), new MemoryJournalStore()];
  await writeLedger({ ledger, journal }, desk.journal);
  const objects: Kept[] = [];
  const rendered: { record: RunRecord; summary: RunSummary }[] = [];
  const handler = buildReportHandler({
    sources: { store: desk.store, decisions: desk.decisions, ledger, journal, history, records },
    objects: {
      put: (object) => {
        objects.push(object);
        return Promise.resolve();
      },
    },
    clock: desk.clock,
    fingerprints: {
      fairline: '0.1.0',
      commit: null,
      branch: null,
      config: 'f'.repeat(64),
      strategy: 'fair-line@1.0',
      model: null,
      stage: 'paper',
      node: 'v24.0.0',
      platform: 'linux-x64',
    },
    telemetry: functionSetting().telemetry,
    render: (record, summary) => {
      rendered.push({ record, summary });
      return Promise.resolve('<!doctype html>');
    },
  });
  return { desk, handler, journal, objects, rendered };
}

const summaryOf = (objects: readonly Kept[]): RunSummary =>
  runSummarySchema.parse(
    JSON.parse(String(objects.find(({ key }) => key.endsWith('summary.json'))?.body)),
  );

describe('build-report', () => {
  it('folds the stores of an account into three files under the run’s name, the summary last', async () => {
    const { handler, objects, rendered } = await tradedAccount();
    const answer = await handler({ runId: 'run-7' });
    expect(objects.map(({ key }) => key)).toEqual([
      answer.files.decisions,
      answer.files.report,
      answer.files.summary,
    ]);
    expect(answer.files.report).toBe('run-7/report.html');
    const summary = summaryOf(objects);
    expect(summary).toMatchObject({
      mode: 'account',
      runId: 'run-7',
      ticks: 2,
      edges: 1,
      orders: 1,
      fills: 1,
      skipsByReason: { book_gapped: 1, market_held: 1 },
      exitsByRule: { settlement: 1 },
      ledger: { imbalanceMicros: 0 },
      pnlMicros: 10_000_000 - 5_200_000 - 174_800,
    });
    expect(answer).toMatchObject({ pnlMicros: summary.pnlMicros, imbalanceMicros: 0, violated: 0 });
    const decisions = String(objects[0]!.body);
    expect(createHash('sha256').update(decisions).digest('hex')).toBe(summary.decisionsSha256);
    expect(rendered[0]!.record.trades).toHaveLength(1);
  });

  it('does not lose what was seen of a market before it was told of', async () => {
    const { handler, rendered } = await tradedAccount();
    await handler({});
    expect(rendered[0]!.record.markets).toMatchObject([
      { ticker: KC, ticks: 1, edges: 1, result: { kind: 'yes' } },
    ]);
  });

  it('counts no money as won that came without a trade, and says that it came', async () => {
    const { desk, handler, journal, objects, rendered } = await tradedAccount();
    await journal.append([
      {
        kind: 'residual',
        journalId: 'residual:0:1',
        exchangeIndex: 0,
        amount: money(500_000_000),
        reason: 'a deposit that nobody told of',
        atMs: desk.clock.nowMs(),
      },
    ]);
    await handler({});
    expect(summaryOf(objects).pnlMicros).toBe(10_000_000 - 5_200_000 - 174_800);
    expect(rendered[0]!.record.assumptions.join(' ')).toContain('500.000000 dollars came or went');
  });

  it('takes what its host knows of the run', async () => {
    const { desk, handler, objects } = await tradedAccount();
    await handler({
      runId: 'sunday',
      embedded: { seed: 4, scenario: 'sunday', compression: 12.5 },
      wallMs: 40_000,
      startMs: desk.clock.nowMs() - 3_600_000,
      endMs: desk.clock.nowMs(),
      queues: [{ queue: 'ticks', delivered: 9, duplicated: 1, deadLettered: 0 }],
      invariants: [
        { number: 10, statement: 'cash', checked: 3, violated: 1, firstViolation: 'there' },
      ],
      assumptions: ['One machine.'],
      commit: 'abc',
    });
    expect(summaryOf(objects)).toMatchObject({
      mode: 'embedded',
      seed: 4,
      scenario: 'sunday',
      compression: 12.5,
      messages: { delivered: 9, duplicated: 1 },
      invariants: { checked: 3, violated: 1 },
      timings: { wallMs: 40_000, simulatedHours: 1 },
      fingerprints: { commit: 'abc', branch: null },
      assumptions: expect.arrayContaining(['One machine.']) as string[],
    });
  });

  it('names a report of its schedule by the day, whatever else the schedule’s event holds', async () => {
    const { handler, objects } = await tradedAccount();
    const event = { version: '0', id: 'x', 'detail-type': 'Scheduled Event', detail: {} };
    expect((await handler(event)).runId).toBe('account-2026-11-21');
    expect((await handler(null)).runId).toBe('account-2026-11-21');
    expect(objects).toHaveLength(6);
  });

  it.each([
    ['a name that leads elsewhere', { runId: '../other' }],
    ['no object', 'run-7'],
    ['an embedded run without its seed', { embedded: { scenario: 'sunday', compression: 1 } }],
  ])('refuses %s and writes nothing', async (_, event) => {
    const { handler, objects } = await tradedAccount();
    await expect(handler(event)).rejects.toThrow();
    expect(objects).toEqual([]);
  });
});
