import * as fc from 'fast-check';
import type { Edge } from '../../shared/domain/edge/edge.ts';
import type { Fill } from '../../shared/domain/execution/fill.ts';
import type { OrderIntent } from '../../shared/domain/execution/intent.ts';
import type { OrderState } from '../../shared/domain/execution/order.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import { SCORE_SOURCES, type GameState } from '../../shared/domain/market/game-state.ts';
import { LEAGUES } from '../../shared/domain/market/leagues.ts';
import type { GameMapping, Market, MarketStatus } from '../../shared/domain/market/market.ts';
import type { MarketTick, TickStamp } from '../../shared/domain/market/market-tick.ts';
import type { ModelForecast } from '../../shared/domain/models/forecast.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { probability } from '../../shared/domain/money/probability.ts';
import { ARBITRATION_RULES, type SourceReason } from '../../shared/domain/odds/arbitration.ts';
import { DEVIG_METHODS, type DevigRefusal } from '../../shared/domain/odds/devig.ts';
import { LINE_SOURCES, ODDS_FEEDS, type LineLeg } from '../../shared/domain/odds/line.ts';
import type {
  FairLine,
  LineRefusal,
  MarginRefusal,
} from '../../shared/domain/pricing/fair-line.ts';
import type { FairBook, FairValue } from '../../shared/domain/pricing/fair-value.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import type { HistoryEvent, ScoredMarket } from '../../shared/ports/history.ts';
import type { LifecycleEvent, MarketDataEvent } from '../../shared/ports/market-data.ts';
import { someResult } from './wire-arbitraries.ts';

/** Every value that a queue of ours may have to carry, whole ranges of it: for tests of the codecs. */

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const small = fc.nat({ max: 1_000_000 });
const time = fc.nat({ max: 8.64e15 });
/** Any text, lone surrogates and characters that a queue refuses among them. */
const text = fc.string({ unit: 'binary', maxLength: 12 });
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const aPrice = fc.integer({ min: 0, max: 10_000 }).map(price);
const aCount = count.map(contracts);
const anAmount = fc.maxSafeInteger().map(money);
const aProbability = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((value) => probability(value === 0 ? 0 : value));
/** Finite doubles of every size; JSON has one zero. */
const float = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (value === 0 ? 0 : value));
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);

const aLeg = fc.constantFrom('yes' as const, 'no' as const);
const aSide = fc.constantFrom('bid' as const, 'ask' as const);
const anOutcome = fc.constantFrom('home' as const, 'away' as const, 'draw' as const);
const aResult = someResult(aPrice);
const aStamp: fc.Arbitrary<TickStamp> = fc.record({ epoch: small, n: count });
const aModel = fc.record({ name, version: name });

const aMarket: fc.Arbitrary<Market> = fc.record({
  ticker: name,
  eventTicker: name,
  seriesTicker: name,
  exchangeIndex: small,
  title: text,
  status: fc.constantFrom<MarketStatus[]>(
    'initialized',
    'active',
    'inactive',
    'closed',
    'determined',
    'disputed',
    'amended',
    'finalized',
  ),
  openTimeMs: time,
  closeTimeMs: time,
  expectedExpirationMs: orNull(time),
  settlementTimerMs: small,
  priceRanges: fc.array(
    fc.record({ start: aPrice, end: aPrice, step: fc.integer({ min: 1, max: 10_000 }) }),
    { maxLength: 3 },
  ),
  fees: fc.record({
    makerFeeType: fc.constantFrom(
      'quadratic' as const,
      'quadratic_with_maker_fees' as const,
      'quadratic_with_combo_maker_fees' as const,
    ),
    multiplierMillionths: small,
  }),
});

const aMapping: fc.Arbitrary<GameMapping> = fc.record({
  market: name,
  gameId: name,
  league: fc.constantFrom(...LEAGUES),
  yesSide: anOutcome,
  startTimeMs: time,
  evidence: fc.array(text, { maxLength: 2 }),
});

const aGame: fc.Arbitrary<GameState> = fc.record({
  source: fc.constantFrom(...SCORE_SOURCES),
  gameId: name,
  phase: fc.constantFrom(
    'pregame' as const,
    'live' as const,
    'stopped' as const,
    'off' as const,
    'final' as const,
  ),
  startTimeMs: time,
  homeScore: fc.option(small),
  awayScore: fc.option(small),
  period: fc.option(small),
  clockSeconds: fc.option(float),
  sourceTimeMs: time,
  receivedMs: time,
});

const refusedOdds = {
  kind: fc.constant('refused' as const),
  method: fc.constantFrom(...DEVIG_METHODS),
};

const bookFields = {
  source: fc.constantFrom(...LINE_SOURCES),
  feed: fc.constantFrom(...ODDS_FEEDS),
  method: fc.constantFrom(...DEVIG_METHODS),
  margin: float,
  z: fc.option(float),
  weight: float,
  legs: fc.array(fc.record({ side: anOutcome, decimalOdds: float, sourceTimeMs: time }), {
    maxLength: 3,
  }),
};

const aFairBook: fc.Arbitrary<FairBook> = fc.record({ ...bookFields, probability: aProbability });

const aSourceReason: fc.Arbitrary<SourceReason> = fc.record({
  source: fc.constantFrom(...LINE_SOURCES),
  why: fc.oneof(
    fc.record({ kind: fc.constant('missing' as const) }),
    fc.record({
      kind: fc.constant('waiting' as const),
      missing: fc.array(anOutcome, { maxLength: 2 }),
      ageMs: float,
    }),
    fc.record({ kind: fc.constant('expired' as const), ageMs: float }),
    fc.record({ kind: fc.constant('stale_leg' as const), side: anOutcome, ageMs: float }),
    fc.record({ kind: fc.constant('suspended' as const), ageMs: float }),
    fc.record({ kind: fc.constant('not_in_play' as const) }),
  ),
});

const aFair: fc.Arbitrary<FairValue> = fc.oneof(
  fc.record({
    kind: fc.constant('line' as const),
    probability: aProbability,
    uncertainty: float,
    rule: fc.constantFrom(...ARBITRATION_RULES),
    books: fc.array(aFairBook, { maxLength: 2 }),
    passedOver: fc.array(aSourceReason, { maxLength: 2 }),
    asOfMs: time,
  }),
  fc.record({
    kind: fc.constant('model' as const),
    probability: aProbability,
    uncertainty: float,
    model: aModel,
    asOfMs: time,
  }),
);

const aDevigRefusal: fc.Arbitrary<DevigRefusal | MarginRefusal> = fc.oneof(
  fc.record({ ...refusedOdds, code: fc.constant('too_few_outcomes' as const), outcomes: small }),
  fc.record({
    ...refusedOdds,
    code: fc.constant('odds_not_above_one' as const),
    index: small,
    decimalOdds: float,
  }),
  fc.record({ ...refusedOdds, code: fc.constant('negative_margin' as const), margin: float }),
  fc.record({ ...refusedOdds, code: fc.constant('margin_too_large' as const), margin: float }),
  fc.record({ ...refusedOdds, code: fc.constant('not_solved' as const), margin: float }),
  fc.record({
    ...refusedOdds,
    code: fc.constant('probability_outside_unit' as const),
    margin: float,
    index: small,
  }),
);

const aLine: fc.Arbitrary<FairLine | LineRefusal> = fc.oneof(
  fc.record({
    kind: fc.constant('line' as const),
    rule: fc.constantFrom(...ARBITRATION_RULES),
    outcomes: fc.array(anOutcome, { maxLength: 3 }),
    probabilities: fc.array(aProbability, { maxLength: 3 }),
    uncertainties: fc.array(float, { maxLength: 3 }),
    books: fc.array(
      fc.record({ ...bookFields, probabilities: fc.array(aProbability, { maxLength: 3 }) }),
      { maxLength: 2 },
    ),
    passedOver: fc.array(aSourceReason, { maxLength: 2 }),
    asOfMs: time,
  }),
  fc.record({
    kind: fc.constant('refused' as const),
    code: fc.constantFrom(
      'line_missing' as const,
      'line_waiting' as const,
      'line_expired' as const,
      'line_stale_leg' as const,
      'line_suspended' as const,
      'line_not_in_play' as const,
      'line_too_few_books' as const,
    ),
    reasons: fc.array(aSourceReason, { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('refused' as const),
    code: fc.constant('devig_refused' as const),
    source: fc.constantFrom(...LINE_SOURCES),
    refusal: aDevigRefusal,
  }),
);

const aForecast: fc.Arbitrary<ModelForecast> = fc.record({
  model: aModel,
  gameId: name,
  homeProbability: aProbability,
  uncertainty: float,
  asOfMs: time,
});

const aLineLeg: fc.Arbitrary<LineLeg> = fc.record({
  feed: fc.constantFrom(...ODDS_FEEDS),
  source: name,
  gameId: name,
  side: anOutcome,
  quote: fc.oneof(
    fc.record({ kind: fc.constant('quoted' as const), decimalOdds: float, raw: text }),
    fc.record({ kind: fc.constant('suspended' as const) }),
  ),
  sequence: count,
  sourceTimeMs: time,
  receivedMs: time,
});

const someLevels = fc.array(fc.record({ price: aPrice, count: aCount }), { maxLength: 4 });

export const someTick: fc.Arbitrary<MarketTick> = fc.record({
  stamp: aStamp,
  market: aMarket,
  mapping: orNull(aMapping),
  book: fc.record({
    sync: fc.constantFrom('synced' as const, 'gapped' as const),
    view: fc.record({ bids: someLevels, asks: someLevels }),
    exchangeTimeMs: time,
  }),
  legs: fc.array(aLineLeg, { maxLength: 4 }),
  forecast: orNull(aForecast),
  game: orNull(aGame),
  feederTimeMs: time,
});

const anEdge: fc.Arbitrary<Edge> = fc.record({
  leg: aLeg,
  limitPrice: aPrice,
  count: aCount,
  cost: anAmount,
  fees: anAmount,
  worstPerContract: anAmount,
  expected: anAmount,
});

export const someSignal: fc.Arbitrary<EntrySignal> = fc.record({
  kind: fc.constant('signal' as const),
  tick: someTick,
  fair: aFair,
  edge: anEdge,
  decidedAtMs: time,
});

const aFill: fc.Arbitrary<Fill> = fc.record({
  tradeId: name,
  exchangeOrderId: name,
  market: name,
  bookSide: aSide,
  price: aPrice,
  count: aCount,
  fee: anAmount,
  role: fc.constantFrom('taker' as const, 'maker' as const),
  exchangeTimeMs: time,
});

export const someOrderMessage: fc.Arbitrary<
  Extract<MarketDataEvent, { kind: 'fill' | 'order_update' }>
> = fc.oneof(
  fc.record({ kind: fc.constant('fill' as const), fill: aFill, clientOrderId: orNull(name) }),
  fc.record({
    kind: fc.constant('order_update' as const),
    update: fc.record({
      exchangeOrderId: name,
      clientOrderId: orNull(name),
      market: name,
      bookSide: aSide,
      limitPrice: aPrice,
      status: fc.constantFrom(
        'resting' as const,
        'cancelled' as const,
        'executed' as const,
        'unrecognised' as const,
      ),
      initialCount: aCount,
      filled: aCount,
      exchangeTimeMs: time,
    }),
  }),
);

const intentBase = {
  clientOrderId: name,
  decisionId: name,
  market: name,
  eventTicker: name,
  seriesTicker: name,
  exchangeIndex: small,
  strategy: aModel,
  leg: aLeg,
  limitPrice: aPrice,
  count: aCount,
  estimatedFees: anAmount,
  decidedAtMs: time,
};

const anIntent: fc.Arbitrary<OrderIntent> = fc.oneof(
  fc.record({
    ...intentBase,
    purpose: fc.constant('entry' as const),
    stamp: aStamp,
    generation: small,
  }),
  fc.record({
    ...intentBase,
    purpose: fc.constant('exit' as const),
    positionId: name,
    exitGeneration: small,
    attempt: small,
    rule: fc.constantFrom('stop_loss' as const, 'profit_target' as const),
    priority: fc.constantFrom('critical' as const, 'medium' as const),
  }),
);

const aState = fc.constantFrom<OrderState[]>(
  'planned',
  'sent',
  'unknown',
  'resting',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'abandoned',
);

const entry = { journalId: name, atMs: time };
const ofPosition = { ...entry, positionId: name, market: name, leg: aLeg, cause: text };

/** One arbitrary for each kind: a kind that is added must be made here as well. */
const JOURNAL: {
  readonly [K in JournalEntry['kind']]: fc.Arbitrary<JournalEntry>;
} = {
  opening: fc.record({
    ...entry,
    kind: fc.constant('opening' as const),
    exchangeIndex: small,
    cash: anAmount,
  }),
  order: fc.record({
    ...entry,
    kind: fc.constant('order' as const),
    clientOrderId: name,
    intent: anIntent,
    from: orNull(aState),
    to: aState,
    detail: text,
  }),
  fill: fc.record({
    ...entry,
    kind: fc.constant('fill' as const),
    fill: aFill,
    clientOrderId: name,
    positionId: name,
    exchangeIndex: small,
    leg: aLeg,
    purpose: fc.constantFrom('entry' as const, 'exit' as const),
    basis: anAmount,
  }),
  settlement: fc.record({
    ...entry,
    kind: fc.constant('settlement' as const),
    market: name,
    positionId: name,
    exchangeIndex: small,
    leg: aLeg,
    result: aResult,
    quantity: aCount,
    basis: anAmount,
    payout: anAmount,
    fee: anAmount,
  }),
  position_opened: fc.record({ ...ofPosition, kind: fc.constant('position_opened' as const) }),
  position_closed: fc.record({ ...ofPosition, kind: fc.constant('position_closed' as const) }),
  residual: fc.record({
    ...entry,
    kind: fc.constant('residual' as const),
    exchangeIndex: small,
    amount: anAmount,
    reason: text,
  }),
};

export const someJournalEntry: fc.Arbitrary<JournalEntry> = fc.oneof(...Object.values(JOURNAL));

const event = { eventId: name, atMs: time };

const aLook: fc.Arbitrary<ScoredMarket> = fc.record({
  market: name,
  ticks: small,
  edges: small,
  bid: orNull(aPrice),
  ask: orNull(aPrice),
  fair: orNull(aFair),
  feederTimeMs: time,
});

export const someLifecycle: fc.Arbitrary<Extract<HistoryEvent, { kind: 'lifecycle' }>> = fc.record({
  ...event,
  kind: fc.constant('lifecycle' as const),
  message: fc.record({
    kind: fc.constant('lifecycle' as const),
    sequence: orNull(fc.record({ subscription: small, sequence: small })),
    market: name,
    event: fc.constantFrom<LifecycleEvent[]>(
      'created',
      'activated',
      'deactivated',
      'close_date_updated',
      'determined',
      'settled',
      'price_level_structure_updated',
      'metadata_updated',
    ),
    result: orNull(aResult),
    closeTimeMs: orNull(time),
    exchangeTimeMs: orNull(time),
  }),
});

/** One arbitrary for each kind: a kind that is added must be made here as well. */
const HISTORY: { readonly [K in HistoryEvent['kind']]: fc.Arbitrary<HistoryEvent> } = {
  scored: fc.record({
    ...event,
    kind: fc.constant('scored' as const),
    ticks: small,
    skips: fc.dictionary(
      name.filter((key) => key !== '__proto__'),
      small,
      { maxKeys: 3, noNullPrototype: true },
    ),
    markets: fc.array(aLook, { maxLength: 3 }),
  }),
  edge: fc.record({
    ...event,
    kind: fc.constant('edge' as const),
    market: name,
    stamp: aStamp,
    leg: aLeg,
    limitPrice: aPrice,
    count: aCount,
    perContract: anAmount,
    fair: aFair,
    strategy: name,
  }),
  entry_refused: fc.record({
    ...event,
    kind: fc.constant('entry_refused' as const),
    market: name,
    code: name,
  }),
  marks: fc.record({
    ...event,
    kind: fc.constant('marks' as const),
    marks: fc.array(fc.record({ positionId: name, legPrice: aPrice }), { maxLength: 3 }),
  }),
  market: fc.record({
    ...event,
    kind: fc.constant('market' as const),
    market: aMarket,
    mapping: orNull(aMapping),
  }),
  lifecycle: someLifecycle,
  game_state: fc.record({ ...event, kind: fc.constant('game_state' as const), state: aGame }),
  line: fc.record({
    ...event,
    kind: fc.constant('line' as const),
    gameId: name,
    league: fc.constantFrom(...LEAGUES),
    startTimeMs: time,
    phase: fc.constantFrom('pregame' as const, 'live' as const),
    line: aLine,
  }),
  feed: fc.record({
    ...event,
    kind: fc.constant('feed' as const),
    feed: name,
    change: fc.constantFrom('connected' as const, 'disconnected' as const),
    detail: text,
  }),
  run: fc.record({
    ...event,
    kind: fc.constant('run' as const),
    runId: name,
    process: name,
    epoch: small,
    stage: name,
    configFingerprint: name,
    strategy: name,
    commit: orNull(name),
    branch: orNull(name),
  }),
};

export const someHistoryEvent: fc.Arbitrary<HistoryEvent> = fc.oneof(...Object.values(HISTORY));
