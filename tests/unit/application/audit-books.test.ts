import { describe, expect, it } from 'vitest';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { BookAudit, type StreamedBook } from '../../../shared/application/audit-books.ts';
import { raiseCause, standingCauses } from '../../../shared/application/trading-causes.ts';
import type { BookView } from '../../../shared/domain/market/book-view.ts';
import { aBook, NOON } from '../../support/trade-builders.ts';
import { TestClock } from '../../support/trading-desk.ts';

function auditing(markets: readonly string[] = ['A']) {
  const clock = new TestClock();
  const store = new MemoryHotStore();
  const telemetry = new MemoryTelemetry();
  const ours = new Map<string, StreamedBook>();
  const theirs = new Map<string, BookView>();
  const asked: (readonly string[])[] = [];
  const resnapshots: (readonly string[])[] = [];
  for (const market of markets) {
    ours.set(market, { view: aBook(5_000, 5_200), changes: 1, changedMs: NOON - 60_000 });
    theirs.set(market, aBook(5_000, 5_200));
  }
  const read = { fails: false };
  const audit = new BookAudit({
    clock,
    store,
    telemetry,
    catalogue: {
      books: (tickers) => {
        asked.push(tickers);
        return Promise.resolve(
          read.fails
            ? { kind: 'unavailable', reason: 'timeout' }
            : { kind: 'read', value: new Map(theirs) },
        );
      },
    },
    markets: () => markets,
    bookOf: (market) => ours.get(market) ?? null,
    resnapshot: (suspect) => resnapshots.push(suspect),
  });
  const causes = async () => (await standingCauses(store)).map(({ code, scope }) => [code, scope]);
  return { audit, clock, store, telemetry, ours, theirs, asked, resnapshots, read, causes };
}

describe('the audit of books', () => {
  it('asks for a book again when two looks in a row say another top', async () => {
    const { audit, theirs, resnapshots, telemetry } = auditing();
    expect(await audit.look()).toMatchObject({ agreed: 1, mismatched: [] });
    theirs.set('A', aBook(5_100, 5_200));
    expect(await audit.look()).toMatchObject({ doubted: ['A'], mismatched: [] });
    expect(resnapshots).toEqual([]);
    expect(await audit.look()).toMatchObject({ mismatched: ['A'] });
    expect(resnapshots).toEqual([['A']]);
    expect(telemetry.counts.get('feeder.book_mismatch')).toBe(1);
  });

  it('takes a book that was read late for no mismatch', async () => {
    const { audit, ours, theirs, clock, resnapshots } = auditing();
    theirs.set('A', aBook(4_900, 5_200));
    // The book moved a moment ago, and again between the looks: the exchange's answer is of before.
    ours.set('A', { view: aBook(5_000, 5_200), changes: 2, changedMs: clock.nowMs() });
    for (let look = 0; look < 5; look += 1) {
      expect(await audit.look()).toMatchObject({ unsure: 1, mismatched: [] });
      clock.advance(1_000);
      ours.set('A', {
        view: aBook(5_000 + 100 * look, 5_900),
        changes: 3 + look,
        changedMs: clock.nowMs(),
      });
    }
    expect(resnapshots).toEqual([]);
  });

  it('begins to doubt anew when the book moved between two looks', async () => {
    const { audit, ours, theirs, clock } = auditing();
    theirs.set('A', aBook(4_900, 5_200));
    expect(await audit.look()).toMatchObject({ doubted: ['A'] });
    ours.set('A', { view: aBook(5_050, 5_200), changes: 2, changedMs: clock.nowMs() });
    clock.advance(2_000);
    expect(await audit.look()).toMatchObject({ doubted: ['A'], mismatched: [] });
  });

  it('refuses new risk in a market whose book is wrong again, until it agrees', async () => {
    const { audit, theirs, causes, clock } = auditing();
    const mismatch = async () => {
      theirs.set('A', aBook(5_100, 5_200));
      await audit.look();
      await audit.look();
    };
    await mismatch();
    expect(await causes()).toEqual([]);
    theirs.set('A', aBook(5_000, 5_200));
    await audit.look();
    clock.advance(60_000);
    await mismatch();
    expect(await causes()).toEqual([['book_gap', { kind: 'market', market: 'A' }]]);
    theirs.set('A', aBook(5_000, 5_200));
    await audit.look();
    expect(await causes()).toEqual([]);
  });

  it('lifts the refusal that an earlier process left, once the book agrees', async () => {
    const { audit, theirs, store, causes } = auditing();
    const scope = { kind: 'market', market: 'A' } as const;
    await raiseCause(store, { code: 'book_gap', scope, state: 'refuse', sinceMs: 1, detail: '' });
    theirs.set('A', aBook(5_100, 5_200));
    await audit.look();
    expect(await causes()).toEqual([['book_gap', scope]]);
    theirs.set('A', aBook(5_000, 5_200));
    await audit.look();
    expect(await causes()).toEqual([]);
  });

  it('looks at all markets in turn, at most twenty a request, and says nothing of what it could not read', async () => {
    const markets = Array.from({ length: 170 }, (_, index) => `M${index}`);
    const { audit, asked, read, telemetry } = auditing(markets);
    for (let look = 0; look < 9; look += 1) await audit.look();
    expect(asked.map((tickers) => tickers.length)).toEqual(Array.from({ length: 9 }, () => 20));
    expect(new Set(asked.flat())).toEqual(new Set(markets));
    read.fails = true;
    expect(await audit.look()).toBeNull();
    expect(telemetry.counts.get('feeder.book_audit_unread')).toBe(1);
  });

  it('spreads few books over eight looks, and asks at once about one in doubt', async () => {
    const markets = Array.from({ length: 26 }, (_, index) => `M${index}`);
    const { audit, asked, theirs } = auditing(markets);
    theirs.set('M0', aBook(5_100, 5_200));
    for (let look = 0; look < 8; look += 1) await audit.look();
    // One more after each look that doubted; the first market's turn comes again with the seventh.
    expect(asked.map((tickers) => tickers.length)).toEqual([4, 5, 4, 4, 4, 4, 4, 5]);
    expect(asked.slice(0, 2).map(([first]) => first)).toEqual(['M0', 'M0']);
    expect(new Set(asked.flat())).toEqual(new Set(markets));
  });
});
