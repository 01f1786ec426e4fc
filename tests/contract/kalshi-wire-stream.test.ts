import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanDelta } from '../../shared/adapters/kalshi/wire/delta-scan.ts';
import {
  encodeOk,
  encodeStreamFrame,
  encodeSubscribed,
  encodeUnsubscribed,
} from '../../shared/adapters/kalshi/wire/stream-encode.ts';
import { decodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-frames.ts';
import { OrderBook } from '../../shared/domain/market/order-book.ts';
import { PRICE_LEVEL_STRUCTURES } from '../../shared/domain/market/tick-grid.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { complement, price } from '../../shared/domain/money/price.ts';
import type { FrameRefusal, MarketDataEvent } from '../../shared/ports/market-data.ts';
import { someDamage } from '../support/damage.ts';
import { runs } from '../support/property-settings.ts';

const MAX_BYTES = 1_000_000;
const decode = (text: string, useYesPrice = true) =>
  decodeStreamFrame(text, { maxBytes: MAX_BYTES, useYesPrice });

const RECORDED = '../shared/data/kalshi-ws-samples/kalshi_ws_frames.jsonl';

/** A frame as recorded from the exchange in June 2026, byte for byte. */
const DELTA =
  '{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXHIGHNY-26JUN24-T82",' +
  '"market_id":"0445cdcb-e22f-4522-9981-aed4b66015ff","price_dollars":"0.1000","delta_fp":"7.00",' +
  '"side":"yes","ts":"2026-06-24T15:49:55.033836Z","ts_ms":1782316195033}}';
/** The same in the order of the documentation. */
const DOCUMENTED_DELTA =
  '{"type":"orderbook_delta","sid":4,"seq":2,"msg":{"market_ticker":"KXA-1","market_id":"a1",' +
  '"side":"no","price_dollars":"0.5200","delta_fp":"-2.00","ts":"2026-11-21T12:00:01.123456Z",' +
  '"ts_ms":1795262401123}}';
const USER_ORDER =
  '{"type":"user_order","sid":8,"msg":{"order_id":"5e0d","client_order_id":"7b1f","ticker":"KXA-1",' +
  '"exchange_index":0,"status":"resting","outcome_side":"yes","book_side":"bid",' +
  '"yes_price_dollars":"0.3800","initial_count_fp":"25.00","fill_count_fp":"10.00",' +
  '"remaining_count_fp":"15.00","taker_fees_dollars":"0.163200","maker_fees_dollars":"0.000000",' +
  '"last_update_reason":"Trade","last_updated_ts_ms":1795262400456,"subaccount_number":0}}';

const errorFrame = (code: number): string =>
  `{"id":7,"type":"error","msg":{"code":${code},"msg":"Unknown channel name"}}`;
/** A blank in front is valid JSON, and not the layout that is scanned. */
const decodeGenerally = (text: string, useYesPrice: boolean) => decode(` ${text}`, useYesPrice);

const somePrice = fc.integer({ min: 1, max: 9_999 }).map(price);
const someCount = fc.integer({ min: 0, max: 1e11 }).map(contracts);
const someTimeMs = fc.integer({ min: 0, max: 4e12 });
const someTicker = fc.stringMatching(/^KX[A-Z]{2,8}-[0-9A-Z]{3,9}(-[A-Z0-9.]{1,8})?$/);
const someId = fc.uuid();
const someSide = fc.constantFrom('bid' as const, 'ask' as const);
const someSequence = fc.record({ subscription: fc.nat(), sequence: fc.nat() });
const someLevels = fc
  .uniqueArray(fc.record({ price: somePrice, count: someCount }), {
    selector: (level) => level.price,
    maxLength: 40,
  })
  .map((levels) => levels.toSorted((a, b) => a.price - b.price));
const someResult = fc.oneof(
  fc.constant({ kind: 'yes' as const }),
  fc.constant({ kind: 'no' as const }),
  fc.integer({ min: 0, max: 10_000 }).map((units) => ({
    kind: 'scalar' as const,
    settlementValue: price(units),
  })),
);
const wholeSeconds = fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1_000);

const someDelta: fc.Arbitrary<Extract<MarketDataEvent, { kind: 'book_delta' }>> = fc.record({
  kind: fc.constant('book_delta' as const),
  sequence: someSequence,
  delta: fc.record({
    market: someTicker,
    side: someSide,
    price: somePrice,
    change: fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }),
    exchangeTimeMs: someTimeMs,
    clientOrderId: fc.option(someId),
  }),
});
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const someText = fc.string({ maxLength: 30 });
const someLevel = orNull(fc.record({ price: somePrice, count: someCount }));
const someMoney = fc.maxSafeInteger().map(money);
const someRanges = fc.constantFrom(...Object.values(PRICE_LEVEL_STRUCTURES));
const someTold: readonly fc.Arbitrary<MarketDataEvent>[] = [
  fc.record({
    kind: fc.constant('price_grid_told' as const),
    sequence: someSequence,
    market: someTicker,
    priceRanges: someRanges,
  }),
  fc.record({
    kind: fc.constant('market_facts_told' as const),
    sequence: someSequence,
    market: someTicker,
    title: orNull(someText),
    openTimeMs: orNull(wholeSeconds),
    closeTimeMs: orNull(wholeSeconds),
    expectedExpirationMs: orNull(wholeSeconds),
  }),
  fc.record({
    kind: fc.constant('event_told' as const),
    sequence: someSequence,
    eventTicker: someTicker,
    seriesTicker: orNull(someTicker),
    title: orNull(someText),
    exchangeIndex: fc.nat({ max: 9 }),
  }),
  fc.record({
    kind: fc.constant('event_fees_told' as const),
    sequence: someSequence,
    eventTicker: someTicker,
    override: fc
      .record({
        makerFeeType: orNull(
          fc.constantFrom('quadratic' as const, 'quadratic_with_maker_fees' as const),
        ),
        multiplierMillionths: orNull(fc.nat({ max: 1e9 })),
      })
      .map(({ makerFeeType, multiplierMillionths }) =>
        makerFeeType === null && multiplierMillionths === null
          ? null
          : { kind: 'override' as const, makerFeeType, multiplierMillionths },
      ),
  }),
  fc.record({
    kind: fc.constant('order_group_told' as const),
    sequence: someSequence,
    orderGroupId: someId,
    event: fc.constantFrom('created' as const, 'triggered' as const, 'limit_updated' as const),
    limit: orNull(someCount),
    exchangeTimeMs: someTimeMs,
  }),
  fc.record({
    kind: fc.constant('quote_summary' as const),
    quote: fc.record({
      market: someTicker,
      bid: someLevel,
      ask: someLevel,
      lastPrice: orNull(somePrice),
      volume: someCount,
      openInterest: someCount,
      exchangeTimeMs: someTimeMs,
    }),
  }),
  fc.record({
    kind: fc.constant('position_told' as const),
    position: fc.record({
      market: someTicker,
      position: fc.integer({ min: -1e11, max: 1e11 }),
      cost: someMoney,
      realised: someMoney,
      fees: someMoney,
    }),
  }),
];
const someEvent: fc.Arbitrary<MarketDataEvent> = fc.oneof(
  someDelta,
  fc.record({
    kind: fc.constant('book_snapshot' as const),
    sequence: someSequence,
    snapshot: fc.record({
      market: someTicker,
      bids: someLevels,
      asks: someLevels,
      exchangeTimeMs: fc.constant(null),
    }),
  }),
  fc.record({
    kind: fc.constant('public_trade' as const),
    sequence: someSequence,
    tradeId: someId,
    market: someTicker,
    price: somePrice,
    count: someCount,
    takerSide: someSide,
    exchangeTimeMs: someTimeMs,
  }),
  fc.record({
    kind: fc.constant('fill' as const),
    clientOrderId: fc.option(someId),
    fill: fc.record({
      tradeId: someId,
      exchangeOrderId: someId,
      market: someTicker,
      bookSide: someSide,
      price: somePrice,
      count: someCount,
      fee: fc.integer({ min: 0, max: 1e12 }).map(money),
      role: fc.constantFrom('taker' as const, 'maker' as const),
      exchangeTimeMs: someTimeMs,
    }),
  }),
  fc.record({
    kind: fc.constant('order_update' as const),
    update: fc
      .record({
        exchangeOrderId: someId,
        clientOrderId: fc.option(someId),
        market: someTicker,
        bookSide: someSide,
        limitPrice: somePrice,
        status: fc.constantFrom(
          'resting' as const,
          'cancelled' as const,
          'executed' as const,
          'unrecognised' as const,
        ),
        counts: fc.tuple(someCount, someCount),
        exchangeTimeMs: someTimeMs,
      })
      .map(({ counts: [a, b], ...update }) => ({
        ...update,
        initialCount: contracts(Math.max(a, b)),
        filled: contracts(Math.min(a, b)),
      })),
  }),
  fc.record({
    kind: fc.constant('lifecycle' as const),
    sequence: someSequence,
    market: someTicker,
    event: fc.constantFrom(
      'created' as const,
      'activated' as const,
      'deactivated' as const,
      'close_date_updated' as const,
      'determined' as const,
      'settled' as const,
      'price_level_structure_updated' as const,
      'metadata_updated' as const,
    ),
    result: fc.option(someResult),
    closeTimeMs: fc.option(wholeSeconds),
    exchangeTimeMs: fc.option(wholeSeconds),
  }),
  ...someTold,
  fc
    .record({
      sequence: fc.option(someSequence),
      code: fc.integer({ min: 1, max: 40 }),
      message: fc.string({ maxLength: 100 }),
    })
    .map((error) => ({
      kind: 'stream_error' as const,
      ...error,
      subscription: error.sequence?.subscription ?? null,
      terminal: error.code === 10 || error.code === 25,
    })),
  fc.record({
    kind: fc.constant('control' as const),
    sequence: fc.option(someSequence),
    type: fc.constantFrom('ok', 'unsubscribed', 'subscribed'),
  }),
);

describe('the stream of the exchange', () => {
  it('encoded by the exchange and decoded by us is the same event, on either price scale', () => {
    fc.assert(
      fc.property(someEvent, fc.boolean(), (event, useYesPrice) => {
        const text = encodeStreamFrame(event, { useYesPrice, subscription: 13, exchangeIndex: 3 });
        expect(ascending(decode(text, useYesPrice))).toEqual(event);
      }),
      runs(2_000),
    );
  });

  it('gives the NO side on the scale that was subscribed', () => {
    const onYesScale = decode(DOCUMENTED_DELTA, true);
    const onNoScale = decode(DOCUMENTED_DELTA, false);
    expect(onYesScale).toMatchObject({ delta: { side: 'ask', price: 5_200, change: -200 } });
    expect(onNoScale).toMatchObject({ delta: { side: 'ask', price: complement(price(5_200)) } });
  });

  it('keeps sub-cent prices and fractional counts exactly', () => {
    const text = DELTA.replace('0.1000', '0.0001').replace('"7.00"', '"-0.05"');
    expect(decode(text)).toMatchObject({ delta: { price: 1, change: -5 } });
  });

  it('leaves out the key of an empty side and reads it back as empty', () => {
    const text = encodeStreamFrame(
      {
        kind: 'book_snapshot',
        sequence: { subscription: 1, sequence: 1 },
        snapshot: { market: 'KXA-1', bids: [], asks: [], exchangeTimeMs: null },
      },
      { useYesPrice: true, subscription: 1, exchangeIndex: 0 },
    );
    expect(text).not.toContain('dollars_fp');
    expect(decode(text)).toMatchObject({ snapshot: { bids: [], asks: [] } });
    expect(decode(text.replace('}}', ',"yes_dollars_fp":null,"no_dollars_fp":[]}}'))).toMatchObject(
      {
        snapshot: { bids: [], asks: [] },
      },
    );
  });

  it('reads the replies to commands as control messages with their numbers', () => {
    const sequence = { subscription: 4, sequence: 17 };
    expect(
      decode(encodeSubscribed({ id: 1, channel: 'orderbook_delta', subscription: 4 })),
    ).toEqual({ kind: 'control', sequence: null, type: 'subscribed' });
    expect(decode(encodeOk({ id: 2, subscription: 4, sequence: 17, markets: ['KXA-1'] }))).toEqual({
      kind: 'control',
      sequence,
      type: 'ok',
    });
    expect(decode(encodeUnsubscribed({ id: 4, subscription: 4, sequence: 17 }))).toEqual({
      kind: 'control',
      sequence,
      type: 'unsubscribed',
    });
  });

  it('tells a terminal error from one that is only a refused command', () => {
    expect(decode(errorFrame(8))).toMatchObject({ kind: 'stream_error', code: 8, terminal: false });
    expect(decode(errorFrame(10))).toMatchObject({ kind: 'stream_error', terminal: true });
    expect(decode(errorFrame(25))).toMatchObject({ kind: 'stream_error', terminal: true });
  });
});

/** The side of the user's order when one text in it is another. */
function sideAfter(from: string, to: string): string {
  const decoded = decode(USER_ORDER.replace(from, to));
  return decoded.kind === 'order_update' ? decoded.update.bookSide : decoded.kind;
}

describe('a frame that says more or other than we know', () => {
  it('is used, and its unknown fields are told', () => {
    const seen: string[] = [];
    const decoded = decodeStreamFrame(DELTA.replace('"side"', '"moon_phase":{"full":[1]},"side"'), {
      maxBytes: MAX_BYTES,
      useYesPrice: true,
      onUnknownField: (type, field) => seen.push(`${type}.${field}`),
    });
    expect(decoded).toEqual(decode(DELTA));
    expect(seen).toEqual(['orderbook_delta.moon_phase']);
  });

  it('with an unknown order status is unrecognised, never a state that frees money', () => {
    expect(decode(USER_ORDER)).toMatchObject({ update: { status: 'resting', filled: 1_000 } });
    expect(decode(USER_ORDER.replace('resting', 'frozen'))).toMatchObject({
      update: { status: 'unrecognised' },
    });
  });

  it('has its side from whichever field says it, and none when both say the opposite', () => {
    expect(sideAfter('"outcome_side":"yes"', '"outcome_side":"maybe"')).toBe('bid');
    expect(sideAfter('"outcome_side":"yes"', '"outcome_side":null')).toBe('bid');
    expect(sideAfter('"book_side":"bid"', '"book_side":null')).toBe('bid');
    expect(sideAfter('"book_side":"bid"', '"book_side":"ask"')).toBe('refused');
  });

  it('of a fill is used although one of its times is null', () => {
    const FILL =
      '{"type":"fill","sid":8,"msg":{"trade_id":"t","order_id":"o","market_ticker":"KXA-1","is_taker":true,' +
      '"book_side":"bid","yes_price_dollars":"0.3800","count_fp":"1.00","fee_cost":"0.010000","ts":null,"ts_ms":7}}';
    expect(decode(FILL)).toMatchObject({ kind: 'fill', fill: { exchangeTimeMs: 7 } });
  });

  it('with an unknown lifecycle event keeps its number and changes nothing', () => {
    expect(
      decode(
        '{"type":"market_lifecycle_v2","sid":9,"seq":31,"msg":{"market_ticker":"KXA-1","event_type":"eclipsed"}}',
      ),
    ).toEqual({
      kind: 'control',
      sequence: { subscription: 9, sequence: 31 },
      type: 'market_lifecycle_v2:eclipsed',
    });
  });

  it.each([
    [
      'a type that is not known',
      '{"type":"orderbook_wipe","sid":1,"seq":3,"msg":{}}',
      'unknown_type',
    ],
    ['a type named like a property of objects', '{"type":"__proto__","msg":{}}', 'unknown_type'],
    ['no type', '{"sid":1}', 'malformed'],
    ['an array', '[]', 'malformed'],
    ['null', 'null', 'malformed'],
    ['text', 'hello', 'not_json'],
    ['nothing', '', 'not_json'],
    ['a delta without a number', DELTA.replace('"seq":2,', ''), 'malformed'],
    ['a number as text', DELTA.replace('"seq":2', '"seq":"2"'), 'malformed'],
    ['a number with a zero in front', DELTA.replace('"seq":2', '"seq":02'), 'not_json'],
    ['a line break in a text', DELTA.replace('KXHIGHNY', 'KX\nHIGHNY'), 'not_json'],
    ['a control character in a time', DELTA.replace('T15:', '\u0001'), 'not_json'],
    ['something after its end', `${DELTA}x`, 'not_json'],
    ['a second frame after its end', DELTA + DELTA, 'not_json'],
    ['a fractional number', DELTA.replace('"seq":2', '"seq":2.5'), 'malformed'],
    ['a price as a JSON number', DELTA.replace('"0.1000"', '0.1'), 'malformed'],
    [
      'a price of integer cents',
      DELTA.replace('"price_dollars":"0.1000"', '"price":10'),
      'malformed',
    ],
    ['a price of zero', DELTA.replace('0.1000', '0.0000'), 'malformed'],
    ['a price of one dollar', DELTA.replace('0.1000', '1.0000'), 'malformed'],
    ['a price above one dollar', DELTA.replace('0.1000', '1.1000'), 'malformed'],
    ['a price with five digits', DELTA.replace('0.1000', '0.10001'), 'malformed'],
    ['an empty price', DELTA.replace('0.1000', ''), 'malformed'],
    ['a change with an exponent', DELTA.replace('7.00', '7e2'), 'malformed'],
    ['a change beyond any book', DELTA.replace('7.00', '99999999999999.00'), 'malformed'],
    ['a change of three digits', DELTA.replace('7.00', '7.005'), 'malformed'],
    ['a side of its own', DELTA.replace('"yes"', '"maybe"'), 'malformed'],
    ['a negative time', DELTA.replace('1782316195033', '-1'), 'malformed'],
    ['no time at all', DELTA.replace(/,"ts":.*/, '}}'), 'malformed'],
    ['an empty ticker', DELTA.replace('KXHIGHNY-26JUN24-T82', ''), 'malformed'],
  ])('%s is refused', (_name, text, code) => {
    const decoded = decode(text);
    expect(decoded).toMatchObject({ kind: 'refused', code });
    if (decoded.kind === 'refused' && code !== 'unknown_type')
      expect(decoded.detail.length).toBeGreaterThan(0);
  });

  it.each([
    ['three fields in a level', '[["0.47","3.00","1"]]'],
    ['a number in a level', '[["0.47",3]]'],
    ['a negative count', '[["0.47","-3.00"]]'],
    ['a side that is no list', '{"0.47":"3.00"}'],
  ])('a snapshot with %s is refused', (_name, levels) => {
    expect(
      decode(
        `{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"KXA-1","yes_dollars_fp":${levels}}}`,
      ),
    ).toMatchObject({ kind: 'refused', code: 'malformed' });
  });

  it.each([
    ['an escaped letter in its ticker', 'KXHIGHNY', 'KX\\u0048IGHNY'],
    ['an escaped quote in its market id', '0445cdcb', '\\"'],
  ])('with %s is what was meant', (_name, plain, escaped) => {
    expect(decode(DELTA.replace(plain, escaped))).toEqual(decode(DELTA));
  });

  it('of minus nothing changes by nothing', () => {
    for (const text of [DELTA, ` ${DELTA}`])
      expect(decode(text.replace('"7.00"', '"-0.00"'))).toMatchObject({ delta: { change: 0 } });
  });

  it('without ts_ms is dated by the older text', () => {
    expect(decode(DELTA.replace(',"ts_ms":1782316195033', ''))).toMatchObject({
      delta: { exchangeTimeMs: 1_782_316_195_033 },
    });
  });

  it('larger than accepted is refused by its bytes, not its characters', () => {
    const wide = DELTA.replace('0445cdcb', '\u{1F3C8}\u{1F3C8}');
    const bytes = Buffer.byteLength(wide);
    const options = { useYesPrice: true };
    expect(decodeStreamFrame(wide, { ...options, maxBytes: bytes })).toEqual(decode(DELTA));
    expect(decodeStreamFrame(wide, { ...options, maxBytes: bytes - 1 })).toMatchObject({
      kind: 'refused',
      code: 'oversized',
    });
  });
});

describe('the scan of a delta', () => {
  it('takes the recorded and the documented layout', () => {
    expect(scanDelta(DELTA, true)).not.toBeNull();
    expect(scanDelta(DOCUMENTED_DELTA, true)).not.toBeNull();
  });

  it('says what the general decoder says, or nothing, whatever happens to a frame', () => {
    fc.assert(
      fc.property(
        someDelta,
        fc.boolean(),
        fc.array(someDamage(), { maxLength: 2 }),
        (event, useYesPrice, damages) => {
          const options = { useYesPrice, subscription: 1, exchangeIndex: 0 };
          const whole = encodeStreamFrame(event, options);
          const text = damages.reduce((damaged, damage) => damage(damaged), whole);
          const scanned = scanDelta(text, useYesPrice);
          if (scanned !== null) expect(scanned).toEqual(decodeGenerally(text, useYesPrice));
          if (damages.length === 0 && event.delta.clientOrderId === null)
            expect(scanned).toEqual(event);
        },
      ),
      runs(5_000),
    );
  });
});

describe('a damaged frame', () => {
  const frames = [
    DELTA,
    DOCUMENTED_DELTA,
    USER_ORDER,
    '{"type":"orderbook_snapshot","sid":4,"seq":1,"msg":{"market_ticker":"KXA-1","yes_dollars_fp":[["0.4700","3.00"]]}}',
    '{"type":"market_lifecycle_v2","sid":9,"seq":31,"msg":{"market_ticker":"KXA-1","event_type":"determined","result":"yes","settlement_value":"1.0000"}}',
    '{"id":7,"type":"error","msg":{"code":8,"msg":"Unknown channel name"}}',
  ];

  it.each(frames)('cut anywhere is refused: %s', (frame) => {
    expect(decode(frame).kind).not.toBe('refused');
    for (let length = 0; length < frame.length; length += 1)
      expect(decode(frame.slice(0, length))).toMatchObject({ kind: 'refused', code: 'not_json' });
  });

  it('never makes the decoder throw, nor an event with an impossible number', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.array(someDamage(), { minLength: 1, maxLength: 6 }),
        (frame, damages) => {
          const decoded = decode(damages.reduce((text, damage) => damage(text), frame));
          if (decoded.kind !== 'book_delta') return;
          const { price: at, change, exchangeTimeMs } = decoded.delta;
          expect(Number.isInteger(at) && at > 0 && at < 10_000).toBe(true);
          expect(Number.isSafeInteger(change) && Number.isSafeInteger(exchangeTimeMs)).toBe(true);
        },
      ),
      runs(5_000),
    );
  });

  it('made of any JSON at all is refused or used, never thrown', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('orderbook_delta', 'orderbook_snapshot', 'trade', 'fill', 'user_order'),
        fc.jsonValue(),
        fc.jsonValue(),
        (type, msg, sid) => {
          expect(decode(JSON.stringify({ type, sid, seq: 1, msg })).kind).toBe('refused');
        },
      ),
      runs(2_000),
    );
  });
});

describe.skipIf(!existsSync(RECORDED))(`recorded frames (skipped without ${RECORDED})`, () => {
  type Sample = {
    readonly era: string;
    readonly frame: { readonly type: string; readonly msg: unknown };
  };
  const samples = existsSync(RECORDED)
    ? readFileSync(RECORDED, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Sample)
    : [];

  it.each(samples)(
    '$frame.type of $era is read, or refused where it counts in whole cents',
    (sample) => {
      const decoded = decode(JSON.stringify(sample.frame), false);
      // Before March 2026 counts had no hundredths; nothing is read from such a frame.
      const isLegacy =
        ['trade', 'ticker'].includes(sample.frame.type) && sample.era.startsWith('2025');
      expect(decoded.kind === 'refused').toBe(isLegacy);
      if (decoded.kind === 'refused') expect(decoded.detail).toMatch(/_fp: /);
    },
  );

  it('has a book whose NO side is on the NO scale, which the book itself notices when misread', () => {
    const [snapshot, delta] = samples.slice(0, 2).map((sample) => JSON.stringify(sample.frame));
    for (const useYesPrice of [false, true]) {
      const book = new OrderBook();
      const first = decode(snapshot ?? '', useYesPrice);
      const second = decode(delta ?? '', useYesPrice);
      if (first.kind !== 'book_snapshot' || second.kind !== 'book_delta')
        throw new Error('the first two samples are a snapshot and its delta');
      const applied = book.applySnapshot(first.snapshot);
      if (useYesPrice) {
        expect(applied).toMatchObject({ code: 'crossed' });
        continue;
      }
      expect(applied).toBe('applied');
      expect(book.applyDelta(second.delta)).toBe('applied');
      expect(book.bestBid()).toEqual({ price: 1_000, count: 3_600 });
      expect(book.bestAsk()).toEqual({ price: 1_100, count: 20_700 });
    }
  });
});

/** The levels of a snapshot come in any order. */
function ascending(event: MarketDataEvent | FrameRefusal): MarketDataEvent | FrameRefusal {
  if (event.kind !== 'book_snapshot') return event;
  const { bids, asks } = event.snapshot;
  return {
    ...event,
    snapshot: {
      ...event.snapshot,
      bids: bids.toSorted((a, b) => a.price - b.price),
      asks: asks.toSorted((a, b) => a.price - b.price),
    },
  };
}
