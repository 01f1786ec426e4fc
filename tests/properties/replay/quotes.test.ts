import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price, type Price } from '../../../shared/domain/money/price.ts';
import {
  decodeEvent,
  encodeEvent,
  type QuoteBar,
  type RecordingEvent,
} from '../../../shared/replay/recording.ts';
import { RecordedVenue } from '../../../shared/replay/recorded-venue.ts';
import {
  bar,
  inTemporaryFolder,
  marketEvent,
  OPEN_MS,
  replayMarket,
  resultEvent,
  writeSmallRecording,
} from '../../support/replay-fixture.ts';
import { readRecording } from '../../../shared/replay/segments.ts';

const TICKER = 'KXTEST-1-A';
const MINUTE_MS = 60_000;

/** Two prices with the lower one first, either of them perhaps not there. */
const touch = (step: number) =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 10_000 / step - 1 }), {
        minLength: 2,
        maxLength: 2,
      }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([units, hasBid, hasAsk]): { bid: Price | null; ask: Price | null } => {
      const [low = 1, high = 2] = units.toSorted((a, b) => a - b);
      return {
        bid: hasBid ? price(low * step) : null,
        ask: hasAsk ? price(high * step) : null,
      };
    });
const volume = fc.integer({ min: 0, max: 3_000_000 }).map(contracts);

const quoteAt = (atMs: number, step: number): fc.Arbitrary<QuoteBar> =>
  fc.record({ touch: touch(step), volume }).map(({ touch: { bid, ask }, volume: traded }) => ({
    kind: 'quote',
    atMs,
    market: TICKER,
    bid,
    ask,
    volume: traded,
  }));
const quotes = (step: number) =>
  fc
    .integer({ min: 1, max: 12 })
    .chain((length) =>
      fc.tuple(
        ...Array.from({ length }, (_, index) => quoteAt(OPEN_MS + (index + 1) * MINUTE_MS, step)),
      ),
    );

describe('a quote', () => {
  it('reads back as it was written, to the byte', () => {
    fc.assert(
      fc.property(quoteAt(OPEN_MS, 1), (event) => {
        const line = encodeEvent(event);
        const read = decodeEvent(line);
        expect(read).toEqual(event);
        expect(encodeEvent(read as RecordingEvent)).toBe(line);
      }),
    );
  });

  it('of which a field is another is foreign, or another quote', () => {
    const names = ['atMs', 'market', 'bid', 'ask', 'volume', 'kind', 'extra'] as const;
    const value = fc.oneof(fc.jsonValue(), fc.integer({ min: -1, max: 10_001 }));
    fc.assert(
      fc.property(quoteAt(OPEN_MS, 1), fc.constantFrom(...names), value, (event, name, other) => {
        const line = JSON.stringify({ ...event, [name]: other });
        const read = decodeEvent(line);
        if (read.kind === 'foreign') return;
        expect(JSON.parse(encodeEvent(read))).toEqual(JSON.parse(line));
      }),
    );
  });

  it('is part of a whole recording that gives it back', async () => {
    await inTemporaryFolder(async (folder) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(quotes(1), fc.integer({ min: 1, max: 6 }), async (all, perSegment) => {
          run += 1;
          const dir = `${folder}/${run}`;
          const events = [marketEvent(), ...all, resultEvent('no', all.length + 1)];
          writeSmallRecording(dir, events, perSegment, 'quote_bars');
          const read: RecordingEvent[] = [];
          await readRecording(dir, (event) => void read.push(event));
          expect(read).toEqual(events);
          expect(() =>
            writeSmallRecording(dir, [...events.slice(0, -1), bar(99, 50)], 5, 'quote_bars'),
          ).toThrow('stands in a recording of quote_bars');
        }),
      );
    });
  });
});

describe('whatever is sent to a venue of quotes', () => {
  const orders = fc.array(
    fc.record({
      minute: fc.nat(11),
      side: fc.constantFrom('bid', 'ask'),
      cents: fc.integer({ min: 1, max: 99 }),
      count: fc.integer({ min: 1, max: 50_000 }),
    }),
    { maxLength: 8 },
  );

  it('trades at no better price than was quoted when it was sent and a minute later, nor beyond its limit', async () => {
    await fc.assert(
      fc.asyncProperty(quotes(100), orders, async (all, sent) => {
        const venue = new RecordedVenue({ openingCash: money(10_000_000_000) });
        venue.onMarket(replayMarket(), OPEN_MS);
        for (const [index, now] of all.entries()) {
          const next = all[index + 1] ?? null;
          venue.onBar(now, next);
          const before = venue.truth().fills.length;
          for (const [n, { minute, side, cents, count }] of sent.entries()) {
            if (minute !== index) continue;
            await venue.submit({
              clientOrderId: `${index}-${n}`,
              market: TICKER,
              exchangeIndex: 0,
              bookSide: side,
              limitPrice: price(cents * 100),
              count: contracts(count),
              reduceOnly: false,
              selfTrade: 'cancel_taker',
              orderGroupId: null,
            });
          }
          const { fills, orders: listed } = venue.truth();
          const taken = { bid: 0, ask: 0 };
          for (const fill of fills.slice(before)) {
            const { limitPrice } = listed.find(
              (order) => order.exchangeOrderId === fill.exchangeOrderId,
            )!;
            taken[fill.bookSide] += fill.count;
            if (fill.bookSide === 'bid') {
              expect(fill.price).toBeGreaterThanOrEqual(next!.ask!);
              expect(fill.price).toBeLessThanOrEqual(limitPrice);
              if (now.ask !== null && now.volume >= 100)
                expect(fill.price).toBeGreaterThanOrEqual(Math.min(now.ask, limitPrice));
            } else {
              expect(fill.price).toBeLessThanOrEqual(next!.bid!);
              expect(fill.price).toBeGreaterThanOrEqual(limitPrice);
              if (now.bid !== null && now.volume >= 100)
                expect(fill.price).toBeLessThanOrEqual(Math.max(now.bid, limitPrice));
            }
          }
          const traded = next?.volume ?? 0;
          const most = traded < 100 ? 0 : Math.max(traded / 10, 100);
          expect(Math.max(taken.bid, taken.ask)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
