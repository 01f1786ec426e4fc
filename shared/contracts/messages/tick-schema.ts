import * as z from 'zod';
import type { Level } from '../../domain/market/book-view.ts';
import type { FeeSchedule, MakerFeeType } from '../../domain/market/fee-schedule.ts';
import type { GamePhase, GameState, ScoreSource } from '../../domain/market/game-state.ts';
import type { League } from '../../domain/market/leagues.ts';
import type {
  GameMapping,
  Market,
  MarketResult,
  MarketStatus,
} from '../../domain/market/market.ts';
import type { BookSync, MarketTick, TickStamp } from '../../domain/market/market-tick.ts';
import type { ModelForecast } from '../../domain/models/forecast.ts';
import type { ArbitrationRuleName, SourceReason } from '../../domain/odds/arbitration.ts';
import type { NoLine } from '../../domain/odds/assembly.ts';
import type { DevigMethod } from '../../domain/odds/devig.ts';
import type { LineLeg, LineSource, OddsFeedName } from '../../domain/odds/line.ts';
import type { FairBook, FairValue } from '../../domain/pricing/fair-value.ts';
import {
  contracts,
  epochMs,
  float,
  gameOutcome,
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
  league: word<League>({
    nfl: true,
    ncaaf: true,
    nba: true,
    nhl: true,
    mlb: true,
    ncaab: true,
    wncaab: true,
    epl: true,
    'ligue-1': true,
    atp: true,
    wta: true,
    ufc: true,
  }),
  yesSide: gameOutcome,
  startTimeMs: epochMs,
  evidence: z.array(text),
});

export const gameStateSchema: z.ZodType<GameState> = z.strictObject({
  source: word<ScoreSource>({ espn: true, boltodds: true, balldontlie: true }),
  gameId: name,
  phase: word<GamePhase>({ pregame: true, live: true, stopped: true, off: true, final: true }),
  startTimeMs: epochMs,
  homeScore: float.nullable(),
  awayScore: float.nullable(),
  period: float.nullable(),
  clockSeconds: float.nullable(),
  sourceTimeMs: epochMs,
  receivedMs: epochMs,
});

const model = z.strictObject({ name, version: name });

const oddsFeed = word<OddsFeedName>({ boltodds: true, odds_api: true });

const lineSource = word<LineSource>({
  pinnacle: true,
  draftkings: true,
  fanduel: true,
  betmgm: true,
  betrivers: true,
  caesars: true,
});

const noLine: z.ZodType<NoLine> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('missing') }),
  z.strictObject({ kind: z.literal('waiting'), missing: z.array(gameOutcome), ageMs: float }),
  z.strictObject({ kind: z.literal('expired'), ageMs: float }),
  z.strictObject({ kind: z.literal('stale_leg'), side: gameOutcome, ageMs: float }),
  z.strictObject({ kind: z.literal('suspended'), ageMs: float }),
  z.strictObject({ kind: z.literal('not_in_play') }),
]);

const sourceReason: z.ZodType<SourceReason> = z.strictObject({ source: lineSource, why: noLine });

const fairBook: z.ZodType<FairBook> = z.strictObject({
  source: lineSource,
  feed: oddsFeed,
  method: word<DevigMethod>({
    proportional: true,
    additive: true,
    power: true,
    shin: true,
    'odds-ratio': true,
    probit: true,
    'balanced-book': true,
    goto: true,
    jsd: true,
  }),
  margin: float,
  z: float.nullable(),
  weight: float,
  probability,
  legs: z.array(z.strictObject({ side: gameOutcome, decimalOdds: float, sourceTimeMs: epochMs })),
});

export const fairSchema: z.ZodType<FairValue> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('line'),
    probability,
    uncertainty: float,
    rule: word<ArbitrationRuleName>({
      pinnacle_only: true,
      pinnacle_then_draftkings: true,
      weighted_blend: true,
    }),
    books: z.array(fairBook),
    passedOver: z.array(sourceReason),
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
  feed: oddsFeed,
  source: name,
  gameId: name,
  side: gameOutcome,
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
