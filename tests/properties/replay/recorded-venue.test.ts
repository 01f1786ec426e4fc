import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { RecordedVenue, type RecordedVenueConfig } from '../../../shared/replay/recorded-venue.ts';
import { bar, OPEN_MS, replayMarket, resultEvent } from '../../support/replay-fixture.ts';

const TICKER = 'KXTEST-1-A';
const OPENING = 100_000_000;

type Minute = {
  readonly open: number;
  readonly close: number;
  readonly volume: number;
  readonly orders: readonly {
    readonly side: 'bid' | 'ask';
    readonly cents: number;
    readonly count: number;
    readonly reduceOnly: boolean;
  }[];
};

const cents = fc.integer({ min: 1, max: 99 });
const tape = fc.array(
  fc.record({
    open: cents,
    close: cents,
    volume: fc.integer({ min: 1, max: 300_000 }),
    orders: fc.array(
      fc.record({
        side: fc.constantFrom('bid', 'ask'),
        cents,
        count: fc.integer({ min: 1, max: 20_000 }),
        reduceOnly: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
  }),
  { minLength: 1, maxLength: 15 },
);

/** Plays a tape with its orders; the tape stands before each order list is sent. */
async function play(
  minutes: readonly Minute[],
  config: Partial<RecordedVenueConfig>,
  afterEach: (venue: RecordedVenue) => void = () => undefined,
): Promise<RecordedVenue> {
  const venue = new RecordedVenue({ openingCash: money(OPENING), ...config });
  venue.onMarket(replayMarket(), OPEN_MS);
  const bars = minutes.map(({ open, close, volume }, index) =>
    bar(index + 1, close, { openCents: open, volume }),
  );
  for (const [index, minute] of minutes.entries()) {
    venue.onBar(bars[index]!, bars[index + 1] ?? null);
    for (const [n, { side, cents: limit, count, reduceOnly }] of minute.orders.entries()) {
      await venue.submit({
        clientOrderId: `${index}-${n}`,
        market: TICKER,
        exchangeIndex: 0,
        bookSide: side,
        limitPrice: price(limit * 100),
        count: contracts(count),
        reduceOnly,
        selfTrade: 'cancel_taker',
        orderGroupId: null,
      });
      afterEach(venue);
    }
  }
  return venue;
}

const settings = fc.record({
  halfSpread: fc.constantFrom(0, 50, 100, 200),
  latency: fc.constantFrom('next_bar', 'same_bar'),
});

describe('whatever is sent to the recorded venue', () => {
  it('cash is the opening less what the fills moved and cost, and never negative', async () => {
    await fc.assert(
      fc.asyncProperty(tape, settings, async (minutes, config) => {
        await play(minutes, config, (venue) => {
          const { cashByShard, fills, positions, fees } = venue.truth();
          const signed = fills.reduce(
            (sum, { bookSide, count }) => sum + (bookSide === 'bid' ? count : -count),
            0,
          );
          const paid = fills.reduce(
            (sum, { bookSide, count, price: at }) =>
              sum + (bookSide === 'bid' ? count : -count) * at,
            0,
          );
          // A short YES position is held as NO: each contract has one dollar in the pool.
          const pool = Math.max(0, -signed) * 10_000;
          const cash = cashByShard.get(0) ?? 0;
          expect(cash).toBe(OPENING - paid - pool - fees);
          expect(cash).toBeGreaterThanOrEqual(0);
          expect(positions.get(TICKER)?.quantity ?? 0).toBe(signed);
          expect(fees).toBe(fills.reduce((sum, { fee }) => sum + fee, 0));
        });
      }),
    );
  });

  it('no fill is beyond its limit, off the grid, or more than a tenth of a traded minute on a side', async () => {
    await fc.assert(
      fc.asyncProperty(tape, settings, async (minutes, config) => {
        const { orders, fills } = (await play(minutes, config)).truth();
        const byOrder = new Map(orders.map((order) => [order.exchangeOrderId, order]));
        for (const fill of fills) {
          const { limitPrice } = byOrder.get(fill.exchangeOrderId)!;
          if (fill.bookSide === 'bid') expect(fill.price).toBeLessThanOrEqual(limitPrice);
          else expect(fill.price).toBeGreaterThanOrEqual(limitPrice);
          expect(fill.price % 100).toBe(0);
        }
        const ahead = config.latency === 'next_bar' ? 1 : 0;
        for (const [index] of minutes.entries()) {
          const atMs = OPEN_MS + (index + 1) * 60_000;
          const volume = minutes[index + ahead]?.volume ?? 0;
          for (const side of ['bid', 'ask'] as const) {
            const taken = fills
              .filter(
                ({ exchangeTimeMs, bookSide }) => exchangeTimeMs === atMs && bookSide === side,
              )
              .reduce((sum, { count }) => sum + count, 0);
            expect(taken).toBeLessThanOrEqual(Math.max(volume / 10, volume >= 100 ? 100 : 0));
          }
        }
      }),
    );
  });

  it('the exchange pays out exactly what the positions are owed, and keeps none', async () => {
    await fc.assert(
      fc.asyncProperty(
        tape,
        settings,
        fc.constantFrom('yes', 'no'),
        async (minutes, config, result) => {
          const venue = await play(minutes, config);
          const before = venue.truth();
          const quantity = before.positions.get(TICKER)?.quantity ?? 0;
          venue.onResult(resultEvent(result, minutes.length + 1));
          const after = venue.truth();
          const won = result === 'yes' ? Math.max(0, quantity) : Math.max(0, -quantity);
          expect((after.cashByShard.get(0) ?? 0) - (before.cashByShard.get(0) ?? 0)).toBe(
            won * 10_000,
          );
          expect(after.positions.size).toBe(0);
        },
      ),
    );
  });

  it('one order never does better with a wider spread', async () => {
    await fc.assert(
      fc.asyncProperty(tape, fc.constantFrom('bid', 'ask'), cents, async (minutes, side, limit) => {
        const alone = minutes.map((minute, index) => ({
          ...minute,
          orders: index === 0 ? [{ side, cents: limit, count: 10_000, reduceOnly: false }] : [],
        }));
        const cost = async (halfSpread: number) => {
          const { fills } = (await play(alone, { halfSpread, latency: 'same_bar' })).truth();
          return fills[0];
        };
        const [narrow, wide] = [await cost(0), await cost(200)];
        if (wide === undefined) return;
        expect(narrow).toBeDefined();
        expect(wide.count).toBeLessThanOrEqual(narrow!.count);
        if (side === 'bid') expect(wide.price).toBeGreaterThan(narrow!.price);
        else expect(wide.price).toBeLessThan(narrow!.price);
      }),
    );
  });

  it('what comes after the next minute changes nothing, and what comes next is not in the book', async () => {
    await fc.assert(
      fc.asyncProperty(tape, tape, async (minutes, others) => {
        const fillsOf = async (all: readonly Minute[]) => {
          const { fills } = (await play(all, {})).truth();
          return fills.filter(
            ({ exchangeTimeMs }) => exchangeTimeMs < OPEN_MS + minutes.length * 60_000,
          );
        };
        expect(await fillsOf([...minutes, ...others])).toEqual(await fillsOf(minutes));
        const shown = (upcomingCents: number) => {
          const venue = new RecordedVenue({ openingCash: money(OPENING) });
          venue.onMarket(replayMarket(), OPEN_MS);
          venue.onBar(bar(1, minutes[0]!.close), bar(2, upcomingCents));
          return venue.book(TICKER);
        };
        expect(shown(1)).toEqual(shown(99));
      }),
    );
  });
});
