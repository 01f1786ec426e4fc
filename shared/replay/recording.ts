import { recordedLineSchema, type RecordedLine } from '../contracts/recording.ts';
import type {
  EpochMs,
  GameId,
  GameMapping,
  Market,
  MarketResult,
} from '../domain/market/market.ts';
import type { MarketTicker } from '../domain/market/market.ts';
import type { ModelForecast } from '../domain/models/forecast.ts';
import { contracts, type Contracts } from '../domain/money/contracts.ts';
import { probability, probabilityToNanos } from '../domain/money/probability.ts';
import { price, type Price } from '../domain/money/price.ts';

/** All trades of one market in one minute, on the YES scale, known at the minute's end and not before. */
export type TradeBar = {
  readonly kind: 'bar';
  /** The minute's end. */
  readonly atMs: EpochMs;
  readonly market: MarketTicker;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Contracts;
};

/**
 * The best bid and ask of one market at the end of one minute, on the YES scale, with what traded in that minute; known
 * at the minute's end and not before. Null where nobody quoted that side.
 */
export type QuoteBar = {
  readonly kind: 'quote';
  /** The minute's end. */
  readonly atMs: EpochMs;
  readonly market: MarketTicker;
  readonly bid: Price | null;
  readonly ask: Price | null;
  readonly volume: Contracts;
};

/** What is recorded of one minute of one market. A recording has minutes of one kind only. */
export type RecordedBar = TradeBar | QuoteBar;

export type RecordedResult = {
  readonly kind: 'result';
  readonly atMs: EpochMs;
  readonly market: MarketTicker;
  readonly gameId: GameId;
  readonly result: MarketResult;
  readonly homeScore: number;
  readonly awayScore: number;
};

/** One line of a recording. `atMs` is when it could be known: nothing is readable before. */
export type RecordingEvent =
  | {
      readonly kind: 'market';
      readonly atMs: EpochMs;
      readonly market: Market;
      readonly mapping: GameMapping;
    }
  | { readonly kind: 'forecast'; readonly atMs: EpochMs; readonly forecast: ModelForecast }
  | RecordedBar
  | RecordedResult;

const RANK = { market: 0, forecast: 1, bar: 2, quote: 3, result: 4 } as const;

/** Whether the event is a minute of a market. */
export function isRecordedBar(event: RecordingEvent): event is RecordedBar {
  return event.kind === 'bar' || event.kind === 'quote';
}

/** The market, game and model that an event is about; with time and kind it names one line. */
export function subjectOf(event: RecordingEvent): string {
  switch (event.kind) {
    case 'market':
      return event.market.ticker;
    case 'forecast': {
      const { gameId, model } = event.forecast;
      return `${gameId}|${model.name}|${model.version}`;
    }
    case 'bar':
    case 'quote':
    case 'result':
      return event.market;
  }
}

/**
 * The order of a recording: by time, then markets, forecasts, minutes, results, then by subject. Two lines never compare
 * equal, so that a moved or repeated line shows.
 */
export function compareEvents(a: RecordingEvent, b: RecordingEvent): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.kind !== b.kind) return RANK[a.kind] - RANK[b.kind];
  const [of, other] = [subjectOf(a), subjectOf(b)];
  return of < other ? -1 : of > other ? 1 : 0;
}

/** The event as one line of JSON without its newline: integers only, keys in a fixed order. */
export function encodeEvent(event: RecordingEvent): string {
  switch (event.kind) {
    case 'market':
    case 'result':
      return JSON.stringify(event);
    case 'forecast': {
      const { model, gameId, homeProbability, uncertainty, asOfMs } = event.forecast;
      return JSON.stringify({
        kind: 'forecast',
        atMs: event.atMs,
        model: { name: model.name, version: model.version },
        gameId,
        homeNanos: probabilityToNanos(homeProbability),
        uncertaintyNanos: Math.ceil(uncertainty * 1e9),
        asOfMs,
      } satisfies RecordedLine);
    }
    case 'bar': {
      const { kind, atMs, market, open, high, low, close, volume } = event;
      return JSON.stringify({ kind, atMs, market, open, high, low, close, volume });
    }
    case 'quote': {
      const { kind, atMs, market, bid, ask, volume } = event;
      return JSON.stringify({ kind, atMs, market, bid, ask, volume });
    }
  }
}

/** Why a line is not one of ours. */
export type ForeignLine = { readonly kind: 'foreign'; readonly found: string };

/** Reads one line; anything that `encodeEvent` would not have written is foreign. */
export function decodeEvent(line: string): RecordingEvent | ForeignLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return foreign(`is not JSON (${excerpt(line)})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return foreign(`is not an object (${excerpt(line)})`);
  if ('kind' in value && value.kind === 'bar') return decodeBar(value);
  if ('kind' in value && value.kind === 'quote') return decodeQuote(value);
  const read = recordedLineSchema.safeParse(value);
  if (read.success) return decodeRare(read.data);
  const [issue] = read.error.issues;
  return foreign(`does not fit at "${issue?.path.join('.')}": ${issue?.message}`);
}

const BAR_KEYS = 8;

function decodeBar(value: object): TradeBar | ForeignLine {
  const bar = value as Partial<Record<keyof TradeBar, unknown>>;
  const { atMs, market, open, high, low, close, volume } = bar;
  if (Object.keys(bar).length !== BAR_KEYS) return foreign('has other fields than a bar');
  if (typeof market !== 'string' || market === '') return foreign('is a bar without a market');
  if (!isCount(atMs) || !isCount(volume) || volume === 0)
    return foreign('is a bar whose time or volume is not a positive integer');
  if (!isPrice(open) || !isPrice(high) || !isPrice(low) || !isPrice(close))
    return foreign('is a bar whose price is not an integer between 1 and 9999');
  if (low > Math.min(open, close) || high < Math.max(open, close))
    return foreign('is a bar whose open or close lies outside its low and high');
  return {
    kind: 'bar',
    atMs,
    market,
    open: price(open),
    high: price(high),
    low: price(low),
    close: price(close),
    volume: contracts(volume),
  };
}

const QUOTE_KEYS = 6;

function decodeQuote(value: object): QuoteBar | ForeignLine {
  const quote = value as Partial<Record<keyof QuoteBar, unknown>>;
  const { atMs, market, bid, ask, volume } = quote;
  if (Object.keys(quote).length !== QUOTE_KEYS) return foreign('has other fields than a quote');
  if (typeof market !== 'string' || market === '') return foreign('is a quote without a market');
  if (!isCount(atMs) || !isCount(volume))
    return foreign('is a quote whose time or volume is not a non-negative integer');
  if (!(bid === null || isPrice(bid)) || !(ask === null || isPrice(ask)))
    return foreign('is a quote whose price is neither null nor an integer between 1 and 9999');
  if (bid !== null && ask !== null && bid >= ask)
    return foreign('is a quote whose bid is not below its ask');
  return {
    kind: 'quote',
    atMs,
    market,
    bid: bid === null ? null : price(bid),
    ask: ask === null ? null : price(ask),
    volume: contracts(volume),
  };
}

function decodeRare(line: RecordedLine): RecordingEvent | ForeignLine {
  switch (line.kind) {
    case 'market':
      if (line.mapping.market !== line.market.ticker)
        return foreign('is a market with the mapping of another');
      return {
        ...line,
        market: {
          ...line.market,
          priceRanges: line.market.priceRanges.map(({ start, end, step }) => ({
            start: price(start),
            end: price(end),
            step,
          })),
        },
      };
    case 'forecast':
      if (line.asOfMs > line.atMs)
        return foreign('is a forecast from later than it could be known');
      return {
        kind: 'forecast',
        atMs: line.atMs,
        forecast: {
          model: line.model,
          gameId: line.gameId,
          homeProbability: probability(line.homeNanos / 1e9),
          uncertainty: line.uncertaintyNanos / 1e9,
          asOfMs: line.asOfMs,
        },
      };
    case 'result':
      return {
        ...line,
        result:
          line.result.kind === 'scalar'
            ? { kind: 'scalar', settlementValue: price(line.result.settlementValue) }
            : line.result,
      };
  }
}

function foreign(found: string): ForeignLine {
  return { kind: 'foreign', found };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 10_000;
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
