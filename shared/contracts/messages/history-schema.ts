import * as z from 'zod';
import type { OddsPhase } from '../../domain/odds/freshness.ts';
import type { HistoryEvent, ScoredMarket } from '../../ports/history.ts';
import type { LifecycleEvent } from '../../ports/market-data.ts';
import { contracts, epochMs, leg, money, name, price, text, whole, word } from './leaves.ts';
import {
  fairSchema,
  gameStateSchema,
  leagueSchema,
  lineSchema,
  mappingSchema,
  marketSchema,
  resultSchema,
  stampSchema,
} from './tick-schema.ts';

const event = { eventId: name, atMs: epochMs };

const scoredMarket: z.ZodType<ScoredMarket> = z.strictObject({
  market: name,
  ticks: whole,
  edges: whole,
  bid: price.nullable(),
  ask: price.nullable(),
  fair: fairSchema.nullable(),
  feederTimeMs: epochMs,
});

const lifecycle = z.strictObject({
  kind: z.literal('lifecycle'),
  ...event,
  message: z.strictObject({
    kind: z.literal('lifecycle'),
    sequence: z.strictObject({ subscription: z.int(), sequence: z.int() }).nullable(),
    market: name,
    event: word<LifecycleEvent>({
      created: true,
      activated: true,
      deactivated: true,
      close_date_updated: true,
      determined: true,
      settled: true,
      price_level_structure_updated: true,
      metadata_updated: true,
    }),
    result: resultSchema.nullable(),
    closeTimeMs: epochMs.nullable(),
    exchangeTimeMs: epochMs.nullable(),
  }),
});

export type LifecycleHistory = Extract<HistoryEvent, { kind: 'lifecycle' }>;

export const lifecycleSchema: z.ZodType<LifecycleHistory> = lifecycle;

/** A schema for each kind of event: a kind that is added cannot be left out. */
const HISTORY = {
  scored: z.strictObject({
    kind: z.literal('scored'),
    ...event,
    ticks: whole,
    skips: z.record(name, whole),
    markets: z.array(scoredMarket),
  }),
  edge: z.strictObject({
    kind: z.literal('edge'),
    ...event,
    market: name,
    stamp: stampSchema,
    leg,
    limitPrice: price,
    count: contracts,
    perContract: money,
    fair: fairSchema,
    strategy: name,
  }),
  entry_refused: z.strictObject({
    kind: z.literal('entry_refused'),
    ...event,
    market: name,
    code: name,
  }),
  marks: z.strictObject({
    kind: z.literal('marks'),
    ...event,
    marks: z.array(z.strictObject({ positionId: name, legPrice: price })),
  }),
  market: z.strictObject({
    kind: z.literal('market'),
    ...event,
    market: marketSchema,
    mapping: mappingSchema.nullable(),
  }),
  lifecycle,
  game_state: z.strictObject({ kind: z.literal('game_state'), ...event, state: gameStateSchema }),
  line: z.strictObject({
    kind: z.literal('line'),
    ...event,
    gameId: name,
    league: leagueSchema,
    startTimeMs: epochMs,
    phase: word<OddsPhase>({ pregame: true, live: true }),
    line: lineSchema,
  }),
  feed: z.strictObject({
    kind: z.literal('feed'),
    ...event,
    feed: name,
    change: word<'connected' | 'disconnected'>({ connected: true, disconnected: true }),
    detail: text,
  }),
  run: z.strictObject({
    kind: z.literal('run'),
    ...event,
    runId: name,
    process: name,
    epoch: whole,
    stage: name,
    configFingerprint: name,
    strategy: name,
    commit: name.nullable(),
    branch: name.nullable(),
  }),
} satisfies { readonly [K in HistoryEvent['kind']]: z.ZodType<Extract<HistoryEvent, { kind: K }>> };

export const historySchema: z.ZodType<HistoryEvent> = z.discriminatedUnion('kind', [
  HISTORY.scored,
  HISTORY.edge,
  HISTORY.entry_refused,
  HISTORY.marks,
  HISTORY.market,
  HISTORY.lifecycle,
  HISTORY.game_state,
  HISTORY.line,
  HISTORY.feed,
  HISTORY.run,
]);
