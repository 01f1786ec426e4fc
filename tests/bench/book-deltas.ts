import { encodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-encode.ts';
import { decodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-frames.ts';
import { OrderBook, type BookDelta } from '../../shared/domain/market/order-book.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { price } from '../../shared/domain/money/price.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { BenchRow } from './bench-row.ts';

const MARKETS = 100;
const DELTAS = 20_000;
const ROUNDS = 40;
/** Deltas a second that trial loops reached on two cores before any of this was built. */
const ORIENTATION = { whole: 1_080_000, apply: 19_600_000 };
const WIRE = { useYesPrice: true, subscription: 1, exchangeIndex: 0 };
const ACCEPT = { useYesPrice: true, maxBytes: 1_000_000 };

/**
 * Book deltas per second on one core, from the text of each frame to the changed book, beside JSON.parse of the same
 * texts. Short rounds of all variants alternate and the best of each is given: what the code costs, not what else the
 * machine was doing.
 */
export function benchBookDeltas(): BenchRow[] {
  const deltas = makeDeltas();
  const bytes = deltas.map((delta, index) =>
    Buffer.from(
      encodeStreamFrame(
        { kind: 'book_delta', sequence: { subscription: 1, sequence: index + 2 }, delta },
        WIRE,
      ),
    ),
  );
  const variants = {
    bare: (frames: readonly string[]) => bareParse(frames),
    whole: (frames: readonly string[]) => parseAndApply(frames),
    general: (frames: readonly string[]) => parseAndApply(frames.map((frame) => ` ${frame}`)),
    apply: () => applyAlone(deltas),
  };
  const rates = { bare: [], whole: [], general: [], apply: [] } as Record<
    keyof typeof variants,
    number[]
  >;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of ['bare', 'whole', 'general', 'apply'] as const) {
      // New strings each time: nothing about them is known from an earlier round.
      const frames = bytes.map((frame) => frame.toString('utf8'));
      rates[name].push(DELTAS / (variants[name](frames) / 1_000));
    }
  }
  const averageBytes = Math.round(bytes.reduce((sum, frame) => sum + frame.length, 0) / DELTAS);
  const conditions = `${DELTAS} frames of ${averageBytes} bytes over ${MARKETS} books, best of ${ROUNDS} rounds`;
  const bare = Math.max(...rates.bare);
  const whole = Math.max(...rates.whole);
  return [
    row('book deltas: bare JSON.parse of the same texts', bare, conditions),
    {
      ...row('book deltas: parse, validate, apply', whole, conditions),
      aim: { atLeast: ORIENTATION.whole },
    },
    row(
      'book deltas: the same in any other layout of JSON',
      Math.max(...rates.general),
      `${conditions}; JSON.parse and checks, no scan`,
    ),
    {
      ...row('book deltas: apply alone', Math.max(...rates.apply), conditions),
      aim: { atLeast: ORIENTATION.apply },
    },
    {
      name: 'book deltas: parse, validate, apply against bare JSON.parse',
      value: Math.round((whole / bare) * 100) / 100,
      unit: 'ratio',
      note: 'above 1 is faster than only parsing',
    },
  ];
}

function bareParse(frames: readonly string[]): number {
  const started = performance.now();
  let seen = 0;
  for (const frame of frames) {
    const parsed: unknown = JSON.parse(frame);
    if (parsed !== null) seen += 1;
  }
  const elapsedMs = performance.now() - started;
  invariant(seen === DELTAS, 'each frame is JSON');
  return elapsedMs;
}

function parseAndApply(frames: readonly string[]): number {
  const books = emptyBooks();
  const started = performance.now();
  let applied = 0;
  for (const frame of frames) {
    const event = decodeStreamFrame(frame, ACCEPT);
    if (event.kind !== 'book_delta') continue;
    if (books.get(event.delta.market)?.applyDelta(event.delta) === 'applied') applied += 1;
  }
  const elapsedMs = performance.now() - started;
  invariant(applied === DELTAS, `each delta fits its book; ${applied} did`);
  return elapsedMs;
}

function applyAlone(deltas: readonly BookDelta[]): number {
  const books = emptyBooks();
  const started = performance.now();
  let applied = 0;
  for (const delta of deltas)
    if (books.get(delta.market)?.applyDelta(delta) === 'applied') applied += 1;
  const elapsedMs = performance.now() - started;
  invariant(applied === DELTAS, `each delta fits its book; ${applied} did`);
  return elapsedMs;
}

/** Deltas that fit their books: levels grow, shrink and vanish, most of them near the middle of each market. */
function makeDeltas(): readonly BookDelta[] {
  const rng = seededRng(20_261_121);
  const resting = new Map<string, number>();
  return Array.from({ length: DELTAS }, (_, index) => {
    const market = tickerOf(rng.integer(MARKETS));
    const side = rng.chance(0.5) ? 'bid' : 'ask';
    const cents = Math.min(49, 1 + Math.floor(rng.exponential(8)));
    const at = price((side === 'bid' ? 50 - cents : 50 + cents) * 100);
    const key = `${market}|${at}`;
    const held = resting.get(key) ?? 0;
    const change =
      held > 0 && rng.chance(0.5)
        ? -Math.min(held, rng.chance(0.5) ? held : 1 + rng.integer(held))
        : 1 + rng.integer(50_000);
    resting.set(key, held + change);
    return {
      market,
      side,
      price: at,
      change,
      exchangeTimeMs: 1_782_316_195_033 + index,
      clientOrderId: null,
    };
  });
}

function emptyBooks(): ReadonlyMap<string, OrderBook> {
  return new Map(
    Array.from({ length: MARKETS }, (_, index) => {
      const market = tickerOf(index);
      const book = new OrderBook();
      book.applySnapshot({ market, bids: [], asks: [], exchangeTimeMs: 0 });
      return [market, book] as const;
    }),
  );
}

function tickerOf(index: number): string {
  return `KXNFLGAME-26NOV22MIABUF-${String(index).padStart(3, '0')}`;
}

function row(name: string, perSecond: number, note: string): BenchRow {
  return { name, value: Math.round(perSecond), unit: 'deltas/s', note };
}
