import { canonicalJson } from '../domain/decisions/canonical-json.ts';
import { toCanonical } from '../domain/decisions/canonical-value.ts';
import type { DecisionRecord } from '../domain/decisions/decision-record.ts';
import { decideExit, type ExitDecision } from '../domain/exits/decide-exit.ts';
import { claimExit, takeSellable, type SellableTaken } from '../domain/exits/claim-exit.ts';
import type { ExitRules } from '../domain/exits/exit-rules.ts';
import { bookSideOf, type ExitIntent } from '../domain/execution/intent.ts';
import type { Order } from '../domain/execution/order.ts';
import { collarThrough } from '../domain/execution/price-collar.ts';
import { plannedOrder } from '../domain/execution/transitions.ts';
import { estimateTakerFee } from '../domain/market/fees.ts';
import type { EpochMs, Market } from '../domain/market/market.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import { markPosition } from '../domain/positions/mark-position.ts';
import type { Position } from '../domain/positions/position.ts';
import { gate } from '../domain/risk/gate.ts';
import { scopeKey, scopesOf } from '../domain/risk/trading-state.ts';
import { NO_RESERVATION } from '../domain/risk/headroom.ts';
import type { Row } from '../ports/hot-store.ts';
import { exitOrderId } from './client-order-id.ts';
import { putPosition } from './market-state.ts';
import { plannedJournal } from './place-entry.ts';
import { recordDecision } from './record-decision.ts';
import { sendOrder } from './send-order.ts';
import { standingCauses } from './trading-causes.ts';
import type { TradingDeps } from './trading-deps.ts';
import { versionsOf } from './versions.ts';

type ExitTrigger = Extract<ExitDecision, { kind: 'exit' }>;

export type ExitEvaluation =
  | { readonly kind: 'no_position' }
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'exiting'; readonly order: Order }
  | { readonly kind: 'refused'; readonly code: string };

/**
 * Looks at the position of one market with the tick's book: marks it, asks the exit rules, and when one fires claims
 * the exit and sends one reduce-only order. What is already in flight is never sold twice: each sale first takes from
 * `sellable` in the transaction that writes its intent.
 */
export async function evaluateExits(deps: TradingDeps, tick: MarketTick): Promise<ExitEvaluation> {
  const row = await deps.store.get('positions', tick.market.ticker);
  if (row === null || row.value.state === 'closed') return { kind: 'no_position' };
  const nowMs = deps.clock.nowMs();
  const { market, book, stamp } = tick;
  if (isOvertaken(row.value, book)) return { kind: 'held', reason: 'overtaken' };
  const { marked, decision } = decidePositionExit(
    { position: row.value, market, book, stamp, nowMs },
    deps.config.strategy.exits,
    deps.config.execution.bookMaxAgeMs,
  );
  if (decision.kind === 'hold') {
    await keepMark(deps, row, { ...marked, crossing: decision.crossing });
    return { kind: 'held', reason: decision.reason };
  }
  return exit(deps, row, marked, tick, decision);
}

/** A tick that comes late shows a book that was overtaken: neither its mark nor its prices are of now. */
export function isOvertaken({ mark }: Position, book: MarketTick['book']): boolean {
  return book.exchangeTimeMs < (mark?.exchangeTimeMs ?? 0);
}

/**
 * A mark or a crossing is kept when nobody else wrote the position meanwhile; the next tick brings another. The mark's
 * time is kept with it, so that an older book that comes late is known to be older.
 */
async function keepMark(deps: TradingDeps, row: Row<Position>, marked: Position): Promise<void> {
  const { mark, crossing } = row.value;
  const unchanged =
    mark?.legPrice === marked.mark?.legPrice &&
    mark?.kept === marked.mark?.kept &&
    mark?.exchangeTimeMs === marked.mark?.exchangeTimeMs &&
    crossing?.rule === marked.crossing?.rule &&
    crossing?.sinceMs === marked.crossing?.sinceMs;
  if (!unchanged) await deps.store.transact([putPosition(row, marked)]);
}

async function exit(
  deps: TradingDeps,
  row: Row<Position>,
  marked: Position,
  tick: MarketTick,
  decision: ExitTrigger,
): Promise<ExitEvaluation> {
  const nowMs = deps.clock.nowMs();
  if (await isExchangeClosed(deps, row.value)) {
    await keepMark(deps, row, { ...marked, crossing: decision.crossing });
    return { kind: 'held', reason: 'exchange_closed' };
  }
  const claim = claimExit(marked, decision.rule, decision.priority);
  if (claim.kind === 'outranked') return { kind: 'held', reason: `outranked by ${claim.by}` };
  if (await isBackingOff(deps, claim.position)) {
    await keepMark(deps, row, { ...marked, crossing: decision.crossing });
    return { kind: 'held', reason: 'backing_off' };
  }
  const taken = takeSellable(claim.position, decision.count);
  if (taken.kind === 'insufficient') return { kind: 'held', reason: 'nothing_sellable' };
  const intent = exitIntent(deps, taken, tick, decision);
  const verdict = gateExit(deps, intent, tick, nowMs);
  const record = exitRecord(deps, row.value, tick, nowMs, { decision, intent });
  if ((await recordDecision(deps, record)) === 'decided_otherwise_before')
    return { kind: 'refused', code: 'already_decided' };
  if (verdict.kind === 'refused') {
    await keepMark(deps, row, { ...marked, crossing: decision.crossing });
    return { kind: 'refused', code: verdict.code };
  }
  const order = plannedOrder(intent, NO_RESERVATION, nowMs);
  const position = { ...taken.position, crossing: decision.crossing };
  if (!(await claimAndPlan(deps, row, { position, order, rule: decision.rule, book: tick.book })))
    return { kind: 'refused', code: 'lost_race' };
  deps.points.reached('after_exit_claimed');
  return { kind: 'exiting', order: await sendOrder(deps, order) };
}

/** Others who only marked the position between the look and the claim; more would be a storm. */
const MAX_MARKS_BETWEEN = 4;

/**
 * Writes the claim and the order that was decided, unless somebody else has written the position since the look. A mark
 * alone of an older book does not lose the claim: two lines look at the same ticks, and the later one marks behind the
 * first all the time.
 */
async function claimAndPlan(
  deps: TradingDeps,
  read: Row<Position>,
  claim: {
    readonly position: Position;
    readonly order: Order;
    readonly rule: ExitTrigger['rule'];
    readonly book: MarketTick['book'];
  },
): Promise<boolean> {
  const { position, order, rule, book } = claim;
  const { intent, updatedAtMs } = order;
  let row = read;
  for (let tries = 0; tries <= MAX_MARKS_BETWEEN; tries += 1) {
    const commit = await deps.store.transact([
      putPosition(row, position),
      { kind: 'insert', table: 'orders', key: intent.clientOrderId, value: order },
      plannedJournal(intent, updatedAtMs, rule),
    ]);
    if (commit.kind === 'committed') return true;
    const now = await deps.store.get('positions', read.key);
    if (now === null || !isOnlyMarked(read.value, now.value) || isOvertaken(now.value, book))
      return false;
    row = now;
  }
  return false;
}

function isOnlyMarked(before: Position, now: Position): boolean {
  return withoutMark(before) === withoutMark(now);
}

function withoutMark(position: Position): string {
  return canonicalJson(toCanonical({ ...position, mark: null }));
}

/** The exchange takes no order in a pause: one would be refused, and what triggers it is looked at again after it. */
async function isExchangeClosed(deps: TradingDeps, position: Position): Promise<boolean> {
  const own = new Set(scopesOf(position).map(scopeKey));
  const causes = await standingCauses(deps.store);
  return causes.some(({ code, scope }) => code === 'exchange_closed' && own.has(scopeKey(scope)));
}

/** First and longest wait after an exit that the exchange refused; it doubles with each attempt. */
const BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 5_000;

/** An exit that was refused is tried again, but not on every tick: the write budget is everybody's. */
async function isBackingOff(deps: TradingDeps, position: Position): Promise<boolean> {
  const { generation, attempts } = position.exit;
  if (attempts === 0) return false;
  const { positionId } = position;
  const lastId = exitOrderId(deps.config.namespace, { positionId, generation, attempt: attempts });
  const last = await deps.store.get('orders', lastId);
  if (last?.value.state !== 'rejected') return false;
  const waitMs = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(attempts - 1, 10));
  return deps.clock.nowMs() - last.value.updatedAtMs < waitMs;
}

/** An exit passes the same gate as an entry: only an unsound price or count can stop it. */
function gateExit(deps: TradingDeps, intent: ExitIntent, tick: MarketTick, nowMs: number) {
  const { strategy, execution } = deps.config;
  return gate({
    intent,
    market: tick.market,
    sources: [],
    causes: [],
    leaseExpiresAtMs: null,
    nowMs,
    limits: {
      entryMaxAgeMs: execution.entryMaxAgeMs,
      closeGuardMs: strategy.closeGuardMs,
      leaseMarginMs: execution.leaseMarginMs,
      collar: collarThrough({
        bookSide: bookSideOf(intent),
        view: tick.book.view,
        cents: strategy.exits.collarCents[intent.priority],
      }),
    },
    room: () => 0,
  });
}

/** The inputs of an exit decision as recorded: the position before its new mark, and the tick's book. */
export type ExitInputs = {
  readonly position: Position;
  readonly market: Market;
  readonly book: MarketTick['book'];
  readonly stamp: MarketTick['stamp'];
  readonly nowMs: EpochMs;
};

/** Marks a position with a book and asks its rules: the pure part, the same live and in replay. */
export function decidePositionExit(
  inputs: ExitInputs,
  rules: ExitRules,
  bookMaxAgeMs: number,
): { readonly marked: Position; readonly decision: ExitDecision } {
  const { position, market, book, nowMs } = inputs;
  const marked = markPosition({
    position,
    view: book.view,
    sync: book.sync,
    exchangeTimeMs: book.exchangeTimeMs,
    nowMs,
    maxAgeMs: bookMaxAgeMs,
  });
  const decision = decideExit({ position: marked, rules, view: book.view, market, nowMs });
  return { marked, decision };
}

function exitRecord(
  deps: TradingDeps,
  position: Position,
  tick: MarketTick,
  nowMs: EpochMs,
  made: { readonly decision: ExitDecision; readonly intent: ExitIntent },
): DecisionRecord {
  const { market, book, stamp } = tick;
  const inputs: ExitInputs = { position, market, book, stamp, nowMs };
  return {
    decisionId: made.intent.decisionId,
    kind: 'exit',
    market: market.ticker,
    decidedAtMs: nowMs,
    versions: versionsOf(deps.config),
    inputs: { exit: toCanonical(inputs) },
    outcome: { exit: toCanonical(made.decision), intent: toCanonical(made.intent) },
  };
}

function exitIntent(
  deps: TradingDeps,
  taken: Extract<SellableTaken, { kind: 'taken' }>,
  tick: MarketTick,
  decision: ExitTrigger,
): ExitIntent {
  const { position, attempt } = taken;
  const { epoch, n } = tick.stamp;
  const { generation } = position.exit;
  const { positionId } = position;
  const clientOrderId = exitOrderId(deps.config.namespace, { positionId, generation, attempt });
  return {
    purpose: 'exit',
    clientOrderId,
    // An attempt that was refused or lost its race is decided again on another tick, under the same order id.
    decisionId: `exit:${clientOrderId}:${epoch}:${n}`,
    market: position.market,
    eventTicker: position.eventTicker,
    seriesTicker: position.seriesTicker,
    exchangeIndex: position.exchangeIndex,
    strategy: position.strategy,
    leg: position.leg,
    limitPrice: decision.limitPrice,
    count: decision.count,
    estimatedFees: estimateTakerFee({
      price: decision.limitPrice,
      count: decision.count,
      schedule: tick.market.fees,
    }),
    decidedAtMs: deps.clock.nowMs(),
    positionId,
    exitGeneration: generation,
    attempt,
    rule: decision.rule,
    priority: decision.priority,
  };
}
