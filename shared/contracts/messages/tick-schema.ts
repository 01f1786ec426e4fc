import * as z from 'zod';
import type { Level } from '../../domain/market/book-view.ts';
import type { FeeSchedule, MakerFeeType } from '../../domain/market/fee-schedule.ts';
import type { GamePhase, GameState } from '../../domain/market/game-state.ts';
import type {
  GameMapping,
  Market,
  MarketResult,
  MarketStatus,
} from '../../domain/market/market.ts';
import type { BookSync, MarketTick, TickStamp } from '../../domain/market/market-tick.ts';
import type { ModelForecast } from '../../domain/models/forecast.ts';
import type { LineLeg } from '../../domain/odds/line.ts';
import type { FairValue, PricingMethod } from '../../domain/pricing/fair-value.ts';
import {
  contracts,
  epochMs,
  float,
  gameSide,
  name,
  price,
  probability,
  text,
  whole,
  word,
} from './leaves.ts';

export const stampSchema: z.ZodType<TickStamp> = z.strictObject({ epoch: whole, n: whole });

export const resultSchema: z.ZodType<MarketResult> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('yes') }),
  z.strictObject({ kind: z.literal('no') }),
  z.strictObject({ kind: z.literal('scalar'), settlementValue: price }),
]);

const fees: z.ZodType<FeeSchedule> = z.strictObject({
  makerFeeType: word<MakerFeeType>({
    quadratic: true,
    quadratic_with_maker_fees: true,
    quadratic_with_combo_maker_fees: true,
  }),
  multiplierMillionths: whole,
});

export const marketSchema: z.ZodType<Market> = z.strictObject({
  ticker: name,
  eventTicker: name,
  seriesTicker: name,
  exchangeIndex: whole,
  title: text,
  status: word<MarketStatus>({
    initialized: true,
    active: true,
    inactive: true,
    closed: true,
    determined: true,
    disputed: true,
    amended: true,
    finalized: true,
  }),
  openTimeMs: epochMs,
  closeTimeMs: epochMs,
  expectedExpirationMs: epochMs.nullable(),
  settlementTimerMs: whole,
  priceRanges: z.array(z.strictObject({ start: price, end: price, step: z.int().min(1) })),
  fees,
});

export const mappingSchema: z.ZodType<GameMapping> = z.strictObject({
  market: name,
  gameId: name,
  yesSide: gameSide,
  startTimeMs: epochMs,
  evidence: z.array(text),
});

export const gameStateSchema: z.ZodType<GameState> = z.strictObject({
  gameId: name,
  phase: word<GamePhase>({ pregame: true, live: true, final: true }),
  startTimeMs: epochMs,
  homeScore: float,
  awayScore: float,
  period: float,
  clockSeconds: float,
  sourceTimeMs: epochMs,
  receivedMs: epochMs,
});

const model = z.strictObject({ name, version: name });

export const fairSchema: z.ZodType<FairValue> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('line'),
    probability,
    uncertainty: float,
    sources: z.array(name),
    method: word<PricingMethod>({ proportional: true, power: true, shin: true }),
    margin: float,
    asOfMs: epochMs,
  }),
  z.strictObject({
    kind: z.literal('model'),
    probability,
    uncertainty: float,
    model,
    asOfMs: epochMs,
  }),
]);

const forecast: z.ZodType<ModelForecast> = z.strictObject({
  model,
  gameId: name,
  homeProbability: probability,
  uncertainty: float,
  asOfMs: epochMs,
});

const lineLeg: z.ZodType<LineLeg> = z.strictObject({
  source: name,
  gameId: name,
  side: gameSide,
  quote: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('quoted'), decimalOdds: float, raw: text }),
    z.strictObject({ kind: z.literal('suspended') }),
  ]),
  sequence: whole,
  sourceTimeMs: epochMs,
  receivedMs: epochMs,
});

const level: z.ZodType<Level> = z.strictObject({ price, count: contracts });

export const tickSchema: z.ZodType<MarketTick> = z.strictObject({
  stamp: stampSchema,
  market: marketSchema,
  mapping: mappingSchema.nullable(),
  book: z.strictObject({
    sync: word<BookSync>({ synced: true, gapped: true }),
    view: z.strictObject({ bids: z.array(level), asks: z.array(level) }),
    exchangeTimeMs: epochMs,
  }),
  legs: z.array(lineLeg),
  forecast: forecast.nullable(),
  game: gameStateSchema.nullable(),
  feederTimeMs: epochMs,
});
