import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LINEAR_CENT } from '../../shared/domain/market/tick-grid.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price, type Price } from '../../shared/domain/money/price.ts';
import { probability } from '../../shared/domain/money/probability.ts';
import type { RecordingKind } from '../../shared/contracts/recording.ts';
import type {
  QuoteBar,
  RecordedResult,
  RecordingEvent,
  TradeBar,
} from '../../shared/replay/recording.ts';
import { writeRecording } from '../../shared/replay/segments.ts';

export const FIXTURE_PRICES = fileURLToPath(new URL('../fixtures/replay/prices', import.meta.url));
export const FIXTURE_RESULTS = fileURLToPath(
  new URL('../fixtures/replay/results', import.meta.url),
);

/** Runs `body` with an empty folder of its own, and takes the folder away again. */
export async function inTemporaryFolder<T>(body: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'fairline-replay-'));
  try {
    return await body(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const MINUTE_MS = 60_000;
export const OPEN_MS = 1_900_000_020_000;
export const TIP_MS = OPEN_MS + 60 * MINUTE_MS;

export function replayMarket(ticker = 'KXTEST-1-A'): Market {
  return {
    ticker,
    eventTicker: 'KXTEST-1',
    seriesTicker: 'KXTEST',
    exchangeIndex: 0,
    title: 'made for tests',
    status: 'active',
    openTimeMs: OPEN_MS,
    closeTimeMs: TIP_MS + 14 * 24 * 60 * MINUTE_MS,
    expectedExpirationMs: TIP_MS + 180 * MINUTE_MS,
    settlementTimerMs: MINUTE_MS,
    priceRanges: LINEAR_CENT,
    fees: { makerFeeType: 'quadratic_with_maker_fees', multiplierMillionths: 1_000_000 },
  };
}

export function marketEvent(ticker = 'KXTEST-1-A'): RecordingEvent {
  return {
    kind: 'market',
    atMs: OPEN_MS,
    market: replayMarket(ticker),
    mapping: {
      market: ticker,
      gameId: 'test:1',
      league: 'nba',
      yesSide: 'home',
      startTimeMs: TIP_MS,
      evidence: ['made for tests'],
    },
  };
}

export function forecastEvent(homeProbability = 0.6, atMs = OPEN_MS): RecordingEvent {
  return {
    kind: 'forecast',
    atMs,
    forecast: {
      model: { name: 'elo-test', version: '1.0.0' },
      gameId: 'test:1',
      homeProbability: probability(homeProbability),
      uncertainty: 0.08,
      asOfMs: OPEN_MS - 1,
    },
  };
}

/** A minute that ends `minute` minutes after the opening, all trades at `cents` unless `open` differs. */
export function bar(
  minute: number,
  cents: number,
  over: { readonly openCents?: number; readonly volume?: number; readonly market?: string } = {},
): TradeBar {
  const { openCents = cents, volume = 100_000, market = 'KXTEST-1-A' } = over;
  return {
    kind: 'bar',
    atMs: OPEN_MS + minute * MINUTE_MS,
    market,
    open: price(openCents * 100),
    high: price(Math.max(cents, openCents) * 100),
    low: price(Math.min(cents, openCents) * 100),
    close: price(cents * 100),
    volume: contracts(volume),
  };
}

/** A minute that ends `minute` minutes after the opening, quoted in cents; null where nobody quotes. */
export function quote(
  minute: number,
  bidCents: number | null,
  askCents: number | null,
  over: { readonly volume?: number; readonly market?: string } = {},
): QuoteBar {
  const { volume = 100_000, market = 'KXTEST-1-A' } = over;
  return {
    kind: 'quote',
    atMs: OPEN_MS + minute * MINUTE_MS,
    market,
    bid: centsOrNull(bidCents),
    ask: centsOrNull(askCents),
    volume: contracts(volume),
  };
}

function centsOrNull(cents: number | null): Price | null {
  return cents === null ? null : price(cents * 100);
}

export function resultEvent(
  kind: 'yes' | 'no',
  minute: number,
  market = 'KXTEST-1-A',
): RecordedResult {
  return {
    kind: 'result',
    atMs: OPEN_MS + minute * MINUTE_MS,
    market,
    gameId: 'test:1',
    result: { kind },
    homeScore: kind === 'yes' ? 2 : 1,
    awayScore: kind === 'yes' ? 1 : 2,
  };
}

/** A whole small recording: one market, two forecasts, `minutes` bars, its result. */
export function smallRecording(minutes = 12): readonly RecordingEvent[] {
  return [
    marketEvent(),
    forecastEvent(),
    ...Array.from({ length: minutes }, (_, index) => bar(index + 1, 50 + (index % 7))),
    resultEvent('yes', minutes + 1),
  ];
}

export function writeSmallRecording(
  dir: string,
  events: readonly RecordingEvent[] = smallRecording(),
  linesPerSegment = 5,
  kind: RecordingKind = 'trade_bars',
): ReturnType<typeof writeRecording> {
  return writeRecording({
    dir,
    events,
    linesPerSegment,
    about: { kind, source: 'tests', assumptions: [], refused: {}, createdFrom: [] },
  });
}

export const FIXTURE_MLB = fileURLToPath(new URL('../fixtures/replay-mlb', import.meta.url));
