import { describe, expect, it } from 'vitest';
import { reconcileHandler } from '../../../functions/reconcile/handler.ts';
import { writeHistoryHandler } from '../../../functions/write-history/handler.ts';
import { writeLedgerHandler } from '../../../functions/write-ledger/handler.ts';
import { MemoryHistoryStore } from '../../../shared/adapters/memory/memory-history-store.ts';
import { MemoryJournalStore } from '../../../shared/adapters/memory/memory-journal-store.ts';
import { MemoryLedgerStore } from '../../../shared/adapters/memory/memory-ledger-store.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { raiseCause } from '../../../shared/application/trading-causes.ts';
import { historyCodec } from '../../../shared/contracts/messages.ts';
import { imbalance } from '../../../shared/domain/ledger/fold-ledger.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import { opening, purchase } from '../../support/journal-builders.ts';
import {
  failed,
  functionSetting,
  keepingQueue,
  sqsEvent,
  streamEvent,
} from '../../support/lambda-events.ts';
import {
  aTick,
  closedDesk,
  fillsOf,
  onlyOrder,
  openDesk,
  place,
  positionIn,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const bought = purchase({ id: 'b', units: 5_200, count: 1_000, fee: 174_800, atMs: 5 });
const refused: HistoryEvent = {
  kind: 'entry_refused',
  eventId: 'entry_refused:KX:1:1:no_room',
  atMs: 5,
  market: 'KX',
  code: 'no_room',
};

function writing() {
  const [ledger, journal] = [new MemoryLedgerStore(), new MemoryJournalStore()];
  const { seen, telemetry } = functionSetting();
  return { ledger, journal, seen, handler: writeLedgerHandler({ ledger, journal, telemetry }) };
}

describe('write-ledger', () => {
  it('keeps what the stream shows and posts what moves money, however often it comes', async () => {
    const { handler, ledger, journal } = writing();
    const event = streamEvent(opening(10_000_000), bought);
    expect(await handler(event)).toEqual(failed());
    expect(await handler(event)).toEqual(failed());
    expect(await journal.entries()).toEqual([opening(10_000_000), bought]);
    expect(await ledger.entries()).toHaveLength(2);
    expect(imbalance(await ledger.entries())).toBe(0);
  });

  it('writes what stands before a record that cannot be read, and reports that one by its number', async () => {
    const { handler, journal, seen } = writing();
    const event = streamEvent(opening(10_000_000), '{"kind":"a secret"}', bought);
    expect(await handler(event)).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
    expect(await journal.entries()).toEqual([opening(10_000_000)]);
    expect(JSON.stringify(seen.lines())).not.toContain('secret');
    expect(seen.lines()).toMatchObject([
      { event: 'message_refused', fields: { what: 'journal entry', correlationId: 'e1' } },
    ]);
  });

  it('reports a record without an image, and passes over one that was removed by hand', async () => {
    const { handler, journal } = writing();
    const event = streamEvent(opening(1), bought);
    const [first, second] = event.Records;
    const removed = {
      ...first!,
      eventName: 'REMOVE' as const,
      dynamodb: { SequenceNumber: '100' },
    };
    expect(await handler({ Records: [removed, second!] })).toEqual(failed());
    expect(await journal.entries()).toEqual([bought]);
    const { NewImage: _, ...rest } = second!.dynamodb!;
    expect(await handler({ Records: [{ ...second!, dynamodb: rest }] })).toEqual({
      batchItemFailures: [{ itemIdentifier: '101' }],
    });
  });

  it('fails as a whole when the books cannot be written', async () => {
    const { ledger } = writing();
    const journal = {
      append: () => Promise.reject(new Error('asleep')),
      entries: () => Promise.resolve([]),
    };
    const handler = writeLedgerHandler({ ledger, journal, telemetry: functionSetting().telemetry });
    await expect(handler(streamEvent(bought))).rejects.toThrow('asleep');
    expect(await ledger.entries()).toEqual([]);
  });
});

describe('write-history', () => {
  it('keeps each event once, from batches and from the bus alike', async () => {
    const history = new MemoryHistoryStore();
    const handler = writeHistoryHandler({ history, ...functionSetting() });
    const event = sqsEvent(historyCodec.encode(refused), JSON.stringify(refused), '{}');
    expect(await handler(event)).toEqual(failed(2));
    expect(await history.events()).toEqual([refused]);
  });

  it('one event that the store cannot take does not keep the others out', async () => {
    const kept = new MemoryHistoryStore();
    const history = {
      append: (events: readonly HistoryEvent[]) =>
        events.some(({ eventId }) => eventId === 'bad')
          ? Promise.reject(new Error('the store refuses it'))
          : kept.append(events),
      events: () => kept.events(),
    };
    const setting = functionSetting();
    const handler = writeHistoryHandler({ history, ...setting });
    const [good, bad] = [refused, { ...refused, eventId: 'bad' }].map(historyCodec.encode);
    expect(await handler(sqsEvent(good!, bad!, good!))).toEqual(failed(1));
    expect(await kept.events()).toEqual([refused]);
    expect(setting.seen.counts.get('record.unexpected')).toBe(2);
    const surfacing = writeHistoryHandler({ history, ...functionSetting('fail_invocation') });
    await expect(surfacing(sqsEvent(bad!))).rejects.toThrow('refuses it');
  });
});

function reconciling(desk: TradingDesk) {
  const history = keepingQueue<HistoryEvent>();
  const { seen, telemetry } = functionSetting();
  const handler = reconcileHandler({ ...desk.deps, telemetry, history });
  return { history, seen, handler };
}

describe('reconcile', () => {
  it('opens an account that was never opened', async () => {
    const desk = closedDesk();
    const { handler, seen } = reconciling(desk);
    expect(await handler()).toEqual({ kind: 'agreed' });
    expect(desk.journal.map(({ kind }) => kind)).toEqual(['opening']);
    expect(desk.store.peekAll('causes')).toEqual([]);
    expect(seen.counts.get('reconcile.open')).toBe(1);
  });

  it('finishes a start that stopped half-way, once the books agree', async () => {
    const desk = await openDesk();
    await raiseCause(desk.store, {
      code: 'unreconciled_start',
      scope: { kind: 'account' },
      state: 'refuse',
      sinceMs: desk.clock.nowMs(),
      detail: 'start',
    });
    desk.clock.advance(60_000);
    desk.exchange.failReads('positions');
    const { handler } = reconciling(desk);
    expect(await handler()).toEqual({ kind: 'undecided' });
    expect(desk.store.peekAll('causes')).toHaveLength(1);
    desk.exchange.failReads();
    expect(await handler()).toEqual({ kind: 'agreed' });
    expect(desk.store.peekAll('causes')).toEqual([]);
  });

  it('samples the marks of open positions, and says nothing where there are none', async () => {
    const desk = await openDesk();
    const { handler, history } = reconciling(desk);
    await handler();
    expect(history.sent).toEqual([]);
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
    await place(desk);
    const [fill] = await fillsOf(desk);
    const { clientOrderId } = onlyOrder(desk).intent;
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: fill!, clientOrderId });
    await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_100 }));
    desk.clock.advance(60_000);
    await handler();
    const { positionId } = positionIn(desk);
    expect(history.sent).toEqual([
      {
        kind: 'marks',
        eventId: `marks:${desk.clock.nowMs()}`,
        atMs: desk.clock.nowMs(),
        marks: [{ positionId, legPrice: 5_100 }],
      },
    ]);
  });
});
