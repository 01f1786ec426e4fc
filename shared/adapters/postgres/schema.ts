import { sql } from 'drizzle-orm';
import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import type { Leg } from '../../domain/edge/edge.ts';
import type { BookSide, OrderIntent } from '../../domain/execution/intent.ts';
import type { OrderState } from '../../domain/execution/order.ts';
import type { ExitPriority, ExitRule } from '../../domain/exits/exit-rules.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { LedgerAccount, LedgerEntry } from '../../domain/ledger/posting.ts';
import type { FeeRole, MakerFeeType } from '../../domain/market/fee-schedule.ts';
import type { GamePhase, ScoreSource } from '../../domain/market/game-state.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { GameOutcome, MarketStatus } from '../../domain/market/market.ts';
import type { ArbitrationRuleName, SourceReason } from '../../domain/odds/arbitration.ts';
import type { DevigRefusal } from '../../domain/odds/devig.ts';
import type { OddsPhase } from '../../domain/odds/freshness.ts';
import type { LineSource } from '../../domain/odds/line.ts';
import type { FairLine, LineRefusal, MarginRefusal } from '../../domain/pricing/fair-line.ts';
import type { FairValue } from '../../domain/pricing/fair-value.ts';
import type { LineSaid } from '../../domain/pricing/line-version.ts';
import type { HistoryEvent } from '../../ports/history.ts';
import { instant, integer53 } from './columns.ts';

/**
 * The tables as the migrations make them, with what their words may be. A test holds the two equal; units and meaning
 * of each column are its comment in the database.
 */

type FeedChange = Extract<HistoryEvent, { kind: 'feed' }>['change'];
/** What was told of a market or a game. */
export type StateEvent = Extract<HistoryEvent, { kind: 'market' | 'lifecycle' | 'game_state' }>;
/** An event as its row keeps it: id and time are columns of their own. */
export type StateBody = StateEvent extends infer Event
  ? Event extends StateEvent
    ? Omit<Event, 'eventId' | 'atMs'>
    : never
  : never;

/** Why these books spoke, or none: who had nothing and why, or the odds that a method refused. */
export type LineReason =
  | { readonly passedOver: readonly SourceReason[] }
  | { readonly reasons: readonly SourceReason[] }
  | { readonly source: LineSource; readonly refusal: DevigRefusal | MarginRefusal };

export const ledgerEntries = pgTable('ledger_entries', {
  entryId: text('entry_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  bookedAt: instant('booked_at').notNull(),
  sourceKind: text('source_kind').$type<LedgerEntry['source']['kind']>().notNull(),
  fillKey: text('fill_key'),
  clientOrderId: text('client_order_id'),
  market: text(),
  reason: text(),
});

export const postings = pgTable(
  'postings',
  {
    entryId: text('entry_id').notNull(),
    ordinal: integer().notNull(),
    account: text().$type<LedgerAccount>().notNull(),
    amount: integer53('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.entryId, table.ordinal] })],
);

export const journal = pgTable('journal', {
  journalId: text('journal_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  kind: text().$type<JournalEntry['kind']>().notNull(),
  at: instant().notNull(),
  entry: jsonb().$type<JournalEntry>().notNull(),
});

export const orderTransitions = pgTable('order_transitions', {
  journalId: text('journal_id').primaryKey(),
  clientOrderId: text('client_order_id').notNull(),
  fromState: text('from_state').$type<OrderState>(),
  toState: text('to_state').$type<OrderState>().notNull(),
  detail: text().notNull(),
  at: instant().notNull(),
});

export const orders = pgTable('orders', {
  clientOrderId: text('client_order_id').primaryKey(),
  purpose: text().$type<OrderIntent['purpose']>().notNull(),
  state: text().$type<OrderState>().notNull(),
  stateRank: integer('state_rank').notNull(),
  detail: text().notNull(),
  updatedAt: instant('updated_at').notNull(),
  journalId: text('journal_id').notNull(),
  decisionId: text('decision_id').notNull(),
  decidedAt: instant('decided_at').notNull(),
  positionId: text('position_id').notNull(),
  market: text().notNull(),
  eventTicker: text('event_ticker').notNull(),
  seriesTicker: text('series_ticker').notNull(),
  exchangeIndex: integer('exchange_index').notNull(),
  strategyName: text('strategy_name').notNull(),
  strategyVersion: text('strategy_version').notNull(),
  leg: text().$type<Leg>().notNull(),
  limitPrice: integer('limit_price').notNull(),
  count: integer53('count').notNull(),
  estimatedFees: integer53('estimated_fees').notNull(),
  generation: integer53('generation').notNull(),
  stampEpoch: integer53('stamp_epoch'),
  stampN: integer53('stamp_n'),
});

export const fills = pgTable(
  'fills',
  {
    tradeId: text('trade_id').notNull(),
    exchangeOrderId: text('exchange_order_id').notNull(),
    journalId: text('journal_id').notNull(),
    clientOrderId: text('client_order_id').notNull(),
    positionId: text('position_id').notNull(),
    market: text().notNull(),
    exchangeIndex: integer('exchange_index').notNull(),
    purpose: text().$type<OrderIntent['purpose']>().notNull(),
    leg: text().$type<Leg>().notNull(),
    bookSide: text('book_side').$type<BookSide>().notNull(),
    price: integer().notNull(),
    count: integer53('count').notNull(),
    fee: integer53('fee').notNull(),
    basis: integer53('basis').notNull(),
    role: text().$type<FeeRole>().notNull(),
    exchangeTime: instant('exchange_time').notNull(),
    bookedAt: instant('booked_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tradeId, table.exchangeOrderId] })],
);

export const positions = pgTable('positions', {
  positionId: text('position_id').primaryKey(),
  market: text().notNull(),
  leg: text().$type<Leg>().notNull(),
  exchangeIndex: integer('exchange_index'),
  boughtCount: integer53('bought_count').notNull(),
  boughtCost: integer53('bought_cost').notNull(),
  soldCount: integer53('sold_count').notNull(),
  soldBasis: integer53('sold_basis').notNull(),
  proceeds: integer53('proceeds').notNull(),
  settledCount: integer53('settled_count').notNull(),
  settledBasis: integer53('settled_basis').notNull(),
  payout: integer53('payout').notNull(),
  fees: integer53('fees').notNull(),
  openedAt: instant('opened_at'),
  closedAt: instant('closed_at'),
  closeCause: text('close_cause'),
  quantity: integer53('quantity').generatedAlwaysAs(sql`bought_count - sold_count - settled_count`),
  basis: integer53('basis').generatedAlwaysAs(sql`bought_cost - sold_basis - settled_basis`),
  realised: integer53('realised').generatedAlwaysAs(
    sql`proceeds + payout - sold_basis - settled_basis`,
  ),
  state: text().generatedAlwaysAs(
    sql`case when bought_count > 0 and bought_count = sold_count + settled_count then 'closed' else 'open' end`,
  ),
});

export const positionExits = pgTable(
  'position_exits',
  {
    positionId: text('position_id').notNull(),
    generation: integer53('generation').notNull(),
    market: text().notNull(),
    leg: text().$type<Leg>().notNull(),
    rule: text().$type<ExitRule>().notNull(),
    priority: text().$type<ExitPriority>().notNull(),
    decidedAt: instant('decided_at').notNull(),
    lastDecidedAt: instant('last_decided_at').notNull(),
    lastAttempt: integer53('last_attempt').notNull(),
  },
  (table) => [primaryKey({ columns: [table.positionId, table.generation] })],
);

export const exitAttempts = pgTable('exit_attempts', {
  clientOrderId: text('client_order_id').primaryKey(),
  positionId: text('position_id').notNull(),
  generation: integer53('generation').notNull(),
  attempt: integer53('attempt').notNull(),
  decidedAt: instant('decided_at').notNull(),
  limitPrice: integer('limit_price').notNull(),
  count: integer53('count').notNull(),
  outcome: text().$type<OrderState>().notNull(),
  outcomeRank: integer('outcome_rank').notNull(),
  detail: text().notNull(),
  outcomeAt: instant('outcome_at').notNull(),
  journalId: text('journal_id').notNull(),
});

export const scoredBatches = pgTable('scored_batches', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  ticks: integer53('ticks').notNull(),
  skips: jsonb().$type<Readonly<Record<string, number>>>().notNull(),
});

export const scoredMarkets = pgTable(
  'scored_markets',
  {
    eventId: text('event_id').notNull(),
    ordinal: integer().notNull(),
    seq: integer53('seq').generatedAlwaysAsIdentity(),
    market: text().notNull(),
    ticks: integer53('ticks').notNull(),
    edges: integer53('edges').notNull(),
    bid: integer(),
    ask: integer(),
    fair: jsonb().$type<FairValue>(),
    fairProbability: doublePrecision('fair_probability').generatedAlwaysAs(
      sql`cast(fair ->> 'probability' as double precision)`,
    ),
    feederTime: instant('feeder_time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.ordinal] })],
);

export const edges = pgTable('edges', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  market: text().notNull(),
  stampEpoch: integer53('stamp_epoch').notNull(),
  stampN: integer53('stamp_n').notNull(),
  leg: text().$type<Leg>().notNull(),
  limitPrice: integer('limit_price').notNull(),
  count: integer53('count').notNull(),
  perContract: integer53('per_contract').notNull(),
  fair: jsonb().$type<FairValue>().notNull(),
  fairProbability: doublePrecision('fair_probability').generatedAlwaysAs(
    sql`cast(fair ->> 'probability' as double precision)`,
  ),
  strategy: text().notNull(),
});

export const lines = pgTable('lines', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  gameId: text('game_id').notNull(),
  league: text().$type<League>().notNull(),
  startTime: instant('start_time').notNull(),
  phase: text().$type<OddsPhase>().notNull(),
  code: text().$type<LineRefusal['code']>(),
  rule: text().$type<ArbitrationRuleName>(),
  homeProbability: doublePrecision('home_probability'),
  drawProbability: doublePrecision('draw_probability'),
  awayProbability: doublePrecision('away_probability'),
  homeUncertainty: doublePrecision('home_uncertainty'),
  drawUncertainty: doublePrecision('draw_uncertainty'),
  awayUncertainty: doublePrecision('away_uncertainty'),
  books: jsonb().$type<FairLine['books']>().notNull(),
  reason: jsonb().$type<LineReason>().notNull(),
  asOf: instant('as_of'),
  said: jsonb().$type<LineSaid>().notNull(),
});

export const lineVersions = pgTable(
  'line_versions',
  {
    gameId: text('game_id').notNull(),
    validFrom: instant('valid_from').notNull(),
    validTo: instant('valid_to'),
    isCurrent: boolean('is_current').generatedAlwaysAs(sql`valid_to is null`),
    attributes: jsonb().$type<LineSaid>().notNull(),
    code: text().$type<LineRefusal['code']>(),
    rule: text().$type<ArbitrationRuleName>(),
    homeProbability: doublePrecision('home_probability'),
    drawProbability: doublePrecision('draw_probability'),
    awayProbability: doublePrecision('away_probability'),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.validFrom] })],
);

export const entryRefusals = pgTable('entry_refusals', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  market: text().notNull(),
  code: text().notNull(),
});

export const markSamples = pgTable('mark_samples', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
});

export const marks = pgTable(
  'marks',
  {
    eventId: text('event_id').notNull(),
    ordinal: integer().notNull(),
    seq: integer53('seq').generatedAlwaysAsIdentity(),
    at: instant().notNull(),
    positionId: text('position_id').notNull(),
    legPrice: integer('leg_price').notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.ordinal] })],
);

export const feeds = pgTable('feeds', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  feed: text().notNull(),
  change: text().$type<FeedChange>().notNull(),
  detail: text().notNull(),
});

export const runs = pgTable('runs', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  runId: text('run_id').notNull(),
  process: text().notNull(),
  epoch: integer53('epoch').notNull(),
  stage: text().notNull(),
  configFingerprint: text('config_fingerprint').notNull(),
  strategy: text().notNull(),
  commit: text(),
  branch: text(),
});

export const stateEvents = pgTable('state_events', {
  eventId: text('event_id').primaryKey(),
  seq: integer53('seq').generatedAlwaysAsIdentity(),
  at: instant().notNull(),
  kind: text().$type<StateEvent['kind']>().notNull(),
  subject: text().notNull(),
  body: jsonb().$type<StateBody>().notNull(),
});

export const markets = pgTable(
  'markets',
  {
    ticker: text().notNull(),
    validFrom: instant('valid_from').notNull(),
    validTo: instant('valid_to'),
    isCurrent: boolean('is_current').generatedAlwaysAs(sql`valid_to is null`),
    attributes: jsonb().$type<object>().notNull(),
    eventTicker: text('event_ticker').notNull(),
    seriesTicker: text('series_ticker').notNull(),
    exchangeIndex: integer('exchange_index').notNull(),
    title: text().notNull(),
    status: text().$type<MarketStatus>().notNull(),
    openTime: instant('open_time').notNull(),
    closeTime: instant('close_time').notNull(),
    expectedExpiration: instant('expected_expiration'),
    settlementTimerMs: integer53('settlement_timer_ms').notNull(),
    makerFeeType: text('maker_fee_type').$type<MakerFeeType>().notNull(),
    feeMultiplierMillionths: integer53('fee_multiplier_millionths').notNull(),
    gameId: text('game_id'),
    yesSide: text('yes_side').$type<GameOutcome>(),
    startTime: instant('start_time'),
  },
  (table) => [primaryKey({ columns: [table.ticker, table.validFrom] })],
);

export const gameStates = pgTable(
  'game_states',
  {
    gameId: text('game_id').notNull(),
    validFrom: instant('valid_from').notNull(),
    validTo: instant('valid_to'),
    isCurrent: boolean('is_current').generatedAlwaysAs(sql`valid_to is null`),
    attributes: jsonb().$type<object>().notNull(),
    phase: text().$type<GamePhase>().notNull(),
    startTime: instant('start_time').notNull(),
    homeScore: doublePrecision('home_score'),
    awayScore: doublePrecision('away_score'),
    period: doublePrecision(),
    clockSeconds: doublePrecision('clock_seconds'),
    source: text().$type<ScoreSource>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.source, table.validFrom] })],
);
