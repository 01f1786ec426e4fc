import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOrderbook } from '../../shared/adapters/kalshi/wire/orderbook.ts';
import {
  decodeBalance,
  decodeFillsPage,
  decodeOrdersPage,
  decodePositionsPage,
  decodeSettlementsPage,
  decodeUserDataTimestamp,
} from '../../shared/adapters/kalshi/wire/portfolio.ts';
import {
  encodeBalance,
  encodeFillsPage,
  encodeOrdersPage,
  encodePositionsPage,
  encodeSettlementsPage,
  encodeUserDataTimestamp,
} from '../../shared/adapters/kalshi/wire/portfolio-encode.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { someDamage } from '../support/damage.ts';
import {
  somePrice,
  someCount,
  someMoney,
  someTimeMs,
  someId,
  someTicker,
  someSide,
  someCursor,
  wholeCents,
  someResult,
} from '../support/wire-arbitraries.ts';
import { runs } from '../support/property-settings.ts';

describe('the lists of an account', () => {
  it('orders go through the wire unchanged', () => {
    const someOrder = fc
      .record({
        exchangeOrderId: someId,
        clientOrderId: someId,
        market: someTicker,
        bookSide: someSide,
        limitPrice: somePrice,
        counts: fc.tuple(someCount, someCount),
        status: fc.constantFrom('resting' as const, 'cancelled' as const, 'executed' as const),
        createdAtMs: someTimeMs,
      })
      .map(({ counts: [a, b], ...order }) => ({
        ...order,
        initialCount: contracts(Math.max(a, b)),
        filled: contracts(Math.min(a, b)),
      }));
    fc.assert(
      fc.property(fc.array(someOrder, { maxLength: 5 }), someCursor, (rows, cursor) => {
        const text = encodeOrdersPage(
          rows.map((row) => ({ ...row, exchangeIndex: 2 })),
          cursor,
        );
        expect(decodeOrdersPage(text)).toEqual({ kind: 'page', rows, cursor });
      }),
    );
  });

  it('fills go through the wire unchanged', () => {
    const someFill = fc.record({
      tradeId: someId,
      exchangeOrderId: someId,
      market: someTicker,
      bookSide: someSide,
      price: somePrice,
      count: someCount,
      fee: someMoney,
      role: fc.constantFrom('taker' as const, 'maker' as const),
      exchangeTimeMs: someTimeMs,
    });
    fc.assert(
      fc.property(fc.array(someFill, { maxLength: 5 }), someCursor, (rows, cursor) => {
        const text = encodeFillsPage(
          rows.map((row) => ({ ...row, exchangeIndex: 0 })),
          cursor,
        );
        expect(decodeFillsPage(text)).toEqual({ kind: 'page', rows, cursor });
      }),
    );
  });

  it('positions go through the wire with their leg in the sign', () => {
    const somePosition = fc.record({
      market: someTicker,
      leg: fc.constantFrom('yes' as const, 'no' as const),
      quantity: fc.integer({ min: 1, max: 1e11 }).map(contracts),
    });
    fc.assert(
      fc.property(fc.array(somePosition, { maxLength: 5 }), someCursor, (rows, cursor) => {
        const text = encodePositionsPage(
          rows.map((row) => ({ ...row, exchangeIndex: 1 })),
          cursor,
        );
        expect(decodePositionsPage(text)).toEqual({ kind: 'page', rows, cursor });
      }),
    );
    expect(
      decodePositionsPage(
        '{"market_positions":[{"ticker":"A","position_fp":"0.00"},{"ticker":"B","position_fp":"-0.05"}],"cursor":""}',
      ),
    ).toEqual({ kind: 'page', rows: [{ market: 'B', leg: 'no', quantity: 5 }], cursor: null });
  });

  it('balances go through the wire to the last micro', () => {
    const someBalances = fc.uniqueArray(
      fc.record({ exchangeIndex: fc.integer({ min: 0, max: 9 }), available: someMoney }),
      { selector: (row) => row.exchangeIndex, minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(someBalances, someTimeMs, (balances, asOfMs) => {
        expect(
          decodeBalance(
            encodeBalance(balances, { asOfMs, portfolioValueCents: 0, withBreakdown: true }),
            0,
          ),
        ).toEqual({
          kind: 'balances',
          balances,
        });
      }),
    );
  });

  it('a balance without a breakdown is that of the shard that was asked, in dollars before cents', () => {
    expect(decodeBalance('{"balance":9801,"balance_dollars":"98.0186"}', 2)).toEqual({
      kind: 'balances',
      balances: [{ exchangeIndex: 2, available: 98_018_600 }],
    });
    expect(decodeBalance('{"balance":9801}', 2)).toEqual({
      kind: 'balances',
      balances: [{ exchangeIndex: 2, available: 98_010_000 }],
    });
    expect(decodeBalance('{}', 2)).toMatchObject({ kind: 'refused', code: 'malformed' });
  });

  it('settlements go through the wire in whole cents', () => {
    const someSettlement = fc.record({
      market: someTicker,
      result: someResult(wholeCents),
      yesCount: someCount,
      noCount: someCount,
      revenue: fc.integer({ min: 0, max: 1e10 }).map((cents) => money(cents * 10_000)),
      fee: someMoney,
      settledAtMs: someTimeMs,
    });
    fc.assert(
      fc.property(fc.array(someSettlement, { maxLength: 5 }), someCursor, (rows, cursor) => {
        const text = encodeSettlementsPage(
          rows.map((row) => ({ ...row, exchangeIndex: 0, eventTicker: 'KXE-1' })),
          cursor,
        );
        expect(decodeSettlementsPage(text)).toEqual({ kind: 'page', rows, cursor });
      }),
    );
  });

  it('a settlement by a word that is not known counts by its value, and is refused without one', () => {
    const row =
      '{"ticker":"A","market_result":"void","yes_count_fp":"1.00","no_count_fp":"0.00","revenue":37,"value":37,"fee_cost":"0.000000","settled_time":"2026-11-23T05:00:00Z"}';
    expect(decodeSettlementsPage(`{"settlements":[${row}]}`)).toMatchObject({
      rows: [{ result: { kind: 'scalar', settlementValue: 3_700 }, revenue: 370_000 }],
    });
    expect(
      decodeSettlementsPage(`{"settlements":[${row.replace('"value":37,', '')}]}`),
    ).toMatchObject({
      kind: 'refused',
    });
  });

  it('one row that cannot be read refuses its page, so that nothing looks absent', () => {
    const good = encodeFillsPage([], null);
    expect(decodeFillsPage(good)).toMatchObject({ kind: 'page' });
    expect(
      decodeFillsPage(good.replace('[]', '[{"trade_id":"t","order_id":"o","count":3}]')),
    ).toMatchObject({ kind: 'refused', code: 'malformed' });
    expect(decodeOrdersPage('{"orders":[{"order_id":"o"}],"cursor":""}')).toMatchObject({
      kind: 'refused',
    });
  });

  it('an order of a status that is not known may still trade', () => {
    const text = encodeOrdersPage(
      [
        {
          exchangeOrderId: 'o',
          clientOrderId: '',
          market: 'M',
          bookSide: 'ask',
          limitPrice: price(100),
          initialCount: contracts(100),
          filled: contracts(0),
          status: 'cancelled',
          createdAtMs: 1_000,
          exchangeIndex: 0,
        },
      ],
      null,
    );
    expect(decodeOrdersPage(text.replace('"canceled"', '"hibernating"'))).toMatchObject({
      rows: [{ status: 'resting' }],
    });
  });

  it('the as-of time is read with any number of digits', () => {
    expect(decodeUserDataTimestamp(encodeUserDataTimestamp(1_795_262_400_450))).toEqual({
      kind: 'as_of',
      asOfMs: 1_795_262_400_450,
    });
    expect(decodeUserDataTimestamp('{"as_of_time":"2026-11-21T12:00:00"}')).toMatchObject({
      kind: 'refused',
    });
  });

  it('damaged or foreign, is refused and never thrown', () => {
    const decoders = [
      decodeOrdersPage,
      decodeFillsPage,
      decodePositionsPage,
      decodeSettlementsPage,
      decodeUserDataTimestamp,
      (text: string) => decodeBalance(text, 0),
      (text: string) => decodeOrderbook(text, 'M'),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...decoders),
        fc.json(),
        fc.array(someDamage()),
        (decoder, text, damages) => {
          const damaged = damages.reduce((whole, damage) => damage(whole), text);
          expect(['refused', 'page', 'balances', 'book']).toContain(decoder(damaged).kind);
        },
      ),
      runs(2_000),
    );
  });
});
