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
import type { DevigMethod, DevigRefusal } from '../../domain/odds/devig.ts';
import type { LineLeg, LineSource, OddsFeedName } from '../../domain/odds/line.ts';
import type {
  FairLine,
  LineRefusal,
  LineRefusalCode,
  MarginRefusal,
} from '../../domain/pricing/fair-line.ts';
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

export const leagueSchema = word<League>({
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
});

export const mappingSchema: z.ZodType<GameMapping> = z.strictObject({
  market: name,
  gameId: name,
  league: leagueSchema,
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

const devigMethod = word<DevigMethod>({
  proportional: true,
  additive: true,
  power: true,
  shin: true,
  'odds-ratio': true,
  probit: true,
  'balanced-book': true,
  goto: true,
  jsd: true,
});

const bookFields = {
  source: lineSource,
  feed: oddsFeed,
  method: devigMethod,
  margin: float,
  z: float.nullable(),
  weight: float,
  legs: z.array(z.strictObject({ side: gameOutcome, decimalOdds: float, sourceTimeMs: epochMs })),
};

const fairBook: z.ZodType<FairBook> = z.strictObject({ ...bookFields, probability });

const rule = word<ArbitrationRuleName>({
  pinnacle_only: true,
  pinnacle_then_draftkings: true,
  weighted_blend: true,
});

export const fairSchema: z.ZodType<FairValue> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('line'),
    probability,
    uncertainty: float,
    rule,
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

const lineRefusalCode = word<LineRefusalCode>({
  line_missing: true,
  line_waiting: true,
  line_expired: true,
  line_stale_leg: true,
  line_suspended: true,
  line_not_in_play: true,
  line_too_few_books: true,
});

const refusedOdds = { kind: z.literal('refused'), method: devigMethod };

const devigRefusal: z.ZodType<DevigRefusal | MarginRefusal> = z.discriminatedUnion('code', [
  z.strictObject({ ...refusedOdds, code: z.literal('too_few_outcomes'), outcomes: whole }),
  z.strictObject({
    ...refusedOdds,
    code: z.literal('odds_not_above_one'),
    index: whole,
    decimalOdds: float,
  }),
  z.strictObject({ ...refusedOdds, code: z.literal('negative_margin'), margin: float }),
  z.strictObject({ ...refusedOdds, code: z.literal('margin_too_large'), margin: float }),
  z.strictObject({ ...refusedOdds, code: z.literal('not_solved'), margin: float }),
  z.strictObject({
    ...refusedOdds,
    code: z.literal('probability_outside_unit'),
    margin: float,
    index: whole,
  }),
]);

const lineRefusal = z.discriminatedUnion('code', [
  z.strictObject({
    kind: z.literal('refused'),
    code: lineRefusalCode,
    reasons: z.array(sourceReason),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    code: z.literal('devig_refused'),
    source: lineSource,
    refusal: devigRefusal,
  }),
]);

export const lineSchema: z.ZodType<FairLine | LineRefusal> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('line'),
    rule,
    outcomes: z.array(gameOutcome),
    probabilities: z.array(probability),
    uncertainties: z.array(float),
    books: z.array(z.strictObject({ ...bookFields, probabilities: z.array(probability) })),
    passedOver: z.array(sourceReason),
    asOfMs: epochMs,
  }),
  lineRefusal,
]);

const forecast: z.ZodType<ModelForecast> = z.strictObject({
  model,
  gameId: name,
  homeProbability: probability,
  uncertainty: float,
  asOfMs: epochMs,
});

export const legSchema: z.ZodType<LineLeg> = z.strictObject({
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
  legs: z.array(legSchema),
  forecast: forecast.nullable(),
  game: gameStateSchema.nullable(),
  feederTimeMs: epochMs,
});
