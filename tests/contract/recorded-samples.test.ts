import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeListings } from '../../shared/adapters/kalshi/wire/listings.ts';
import { decodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-frames.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { ONE_DOLLAR } from '../../shared/domain/money/price.ts';

const FRAMES = '../shared/data/kalshi-ws-samples/kalshi_ws_frames.jsonl';
const MARKETS = '../shared/data/kalshi-rest-samples/kalshi_markets_kxfedmention_2026-03.json';

/**
 * What becomes of each recorded frame, in the order of the file. Those of 2025 are from before the exchange wrote prices
 * and counts as decimal texts only: a trade without count_fp is refused and not guessed from its integer count, and a
 * ticker without sizes is refused.
 */
const OUTCOMES: readonly (readonly [type: string, era: string, outcome: object])[] = [
  ['orderbook_snapshot', '2026-06', { kind: 'book_snapshot' }],
  ['orderbook_delta', '2026-06', { kind: 'book_delta' }],
  ['orderbook_snapshot', '2026-05', { kind: 'book_snapshot' }],
  ['orderbook_delta', '2026-05', { kind: 'book_delta' }],
  ['trade', '2026-05', { kind: 'public_trade', price: 4_200, count: 300, takerSide: 'bid' }],
  ['subscribed', '2026-05', { kind: 'control', type: 'subscribed' }],
  ['trade', '2026-04', { kind: 'public_trade', price: 3_200, count: 4_000, takerSide: 'bid' }],
  ['trade', '2026-09', { kind: 'public_trade', price: 1_400, count: 8_212, takerSide: 'ask' }],
  ['trade', '2025-10', { kind: 'refused', code: 'malformed' }],
  [
    'market_lifecycle_v2',
    '2025-10',
    { kind: 'lifecycle', event: 'determined', result: { kind: 'no' } },
  ],
  ['ticker', '2025-11', { kind: 'refused', code: 'malformed' }],
  ['fill', '2026-09', { kind: 'fill', fill: { price: 4_200, count: 300, fee: 20_000 } }],
  [
    'market_lifecycle_v2',
    '2026',
    { kind: 'lifecycle', event: 'determined', result: { kind: 'yes' } },
  ],
  ['event_fee_update', '2026', { kind: 'event_fees_told', eventTicker: 'KXNFLGAME-25SEP09' }],
];

type Sample = { readonly era: string; readonly frame: { readonly type: string } };
const samples: readonly Sample[] = existsSync(FRAMES)
  ? readFileSync(FRAMES, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Sample)
  : [];

describe.skipIf(samples.length === 0)(`recorded frames (skipped without ${FRAMES})`, () => {
  it('are all listed here', () => {
    expect(samples.map(({ frame, era }) => [frame.type, era])).toEqual(
      OUTCOMES.map(([type, era]) => [type, era]),
    );
  });

  it.each(OUTCOMES.map(([type, era, outcome], at) => ({ at, type, era, outcome })))(
    'frame $at: $type of $era',
    ({ at, outcome }) => {
      const decoded = decodeStreamFrame(JSON.stringify(samples[at]?.frame), {
        maxBytes: 1_000_000,
        useYesPrice: false,
      });
      expect(decoded).toMatchObject(outcome);
    },
  );

  it('a market that never traded, with the sizes of today, has no last price', () => {
    const frame = samples.find(({ frame: { type } }) => type === 'ticker')?.frame as {
      readonly msg?: object;
    };
    const msg = {
      ...frame.msg,
      yes_bid_size_fp: '1.00',
      yes_ask_size_fp: '2.00',
      volume_fp: '0.00',
      open_interest_fp: '0.00',
    };
    expect(
      decodeStreamFrame(JSON.stringify({ ...frame, msg }), { maxBytes: 10_000, useYesPrice: true }),
    ).toMatchObject({ kind: 'quote_summary', quote: { lastPrice: null } });
  });
});

/** Fields of March 2026 that the exchange has since removed. */
const REMOVED = [
  'fractional_trading_enabled',
  'last_price',
  'liquidity',
  'no_ask',
  'no_bid',
  'notional_value',
  'open_interest',
  'previous_price',
  'previous_yes_ask',
  'previous_yes_bid',
  'response_price_units',
  'tick_size',
  'volume',
  'volume_24h',
  'yes_ask',
  'yes_bid',
];

describe.skipIf(!existsSync(MARKETS))(`recorded markets (skipped without ${MARKETS})`, () => {
  it('are read, all of them, with quotes equal to the integer cents beside them', () => {
    const recorded: unknown = JSON.parse(readFileSync(MARKETS, 'utf8'));
    const objects = Object.values(Object(recorded) as Readonly<Record<string, RecordedMarket>>);
    const unknown = new Set<string>();
    const page = decodeListings(JSON.stringify({ markets: objects, cursor: '' }), (_, field) =>
      unknown.add(field),
    );
    expect(page).toMatchObject({ kind: 'page', refused: [], cursor: null });
    if (page.kind !== 'page') return;
    expect(page.rows).toHaveLength(46);
    expect([...unknown].toSorted()).toEqual(REMOVED);
    const series = { seriesTicker: 'KXFEDMENTION', fees: STANDARD_FEES };
    const listings = page.rows.map((row) => row.listing(series));
    const cents = listings.map(({ bid, ask, lastPrice, volume }) => ({
      bid: (bid?.price ?? 0) / 100,
      ask: (ask?.price ?? ONE_DOLLAR) / 100,
      last: (lastPrice ?? 0) / 100,
      volume: volume / 100,
    }));
    expect(cents).toEqual(
      objects.map((one) => ({
        bid: one.yes_bid,
        ask: one.yes_ask,
        last: one.last_price,
        volume: one.volume,
      })),
    );
    expect(listings.filter(({ isCombo }) => isCombo)).toEqual([]);
  });
});

type RecordedMarket = {
  readonly yes_bid: number;
  readonly yes_ask: number;
  readonly last_price: number;
  readonly volume: number;
};
