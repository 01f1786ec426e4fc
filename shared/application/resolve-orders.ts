import { fillKey, type Fill } from '../domain/execution/fill.ts';
import { bookSideOf } from '../domain/execution/intent.ts';
import type { Order } from '../domain/execution/order.ts';
import { isLive, isSettled, isTerminal } from '../domain/execution/transitions.ts';
import type { EpochMs } from '../domain/market/market.ts';
import type { ListedOrder } from '../ports/exchange.ts';
import { progressOrder } from './progress-order.ts';
import { unknownCause } from './step-draft.ts';
import { clearCause, raiseCause } from './trading-causes.ts';
import type { TradingDeps } from './trading-deps.ts';

/** Orders are listed from this long before they were decided: our clock and the exchange's may differ. */
const LOOKUP_MARGIN_MS = 60_000;

/**
 * Asks the exchange about every order that is not over: unknown ones at once, live ones that have been silent, and
 * terminal ones whose fills are not all booked. Never sends. An order counts as absent only when the exchange's own
 * as-of time is later than the outcome became unknown.
 */
export async function resolveOrders(
  deps: TradingDeps,
  options: { readonly all: boolean } = { all: false },
): Promise<number> {
  const nowMs = deps.clock.nowMs();
  const rows = await deps.store.openOrders();
  const open = rows
    .map((row) => row.value)
    .filter((order) => needsLook(order, nowMs, deps.config.execution.silentOrderMs, options.all));
  for (const order of open) {
    // One cause stands for all unknown orders of a market: it may have gone with another one.
    if (order.state === 'unknown') await raiseCause(deps.store, unknownCause(order, nowMs));
    await resolveOrder(deps, order);
  }
  await releaseGivenUpExits(deps);
  return open.length;
}

function needsLook(order: Order, nowMs: EpochMs, silentMs: number, all: boolean): boolean {
  if (order.state === 'rejected' || order.state === 'expired') return false;
  if (order.state === 'planned') return all || nowMs - order.updatedAtMs >= silentMs;
  if (order.state === 'unknown') return true;
  if (order.state === 'abandoned') return order.reservation.cash > 0 || order.reservation.slots > 0;
  if (isTerminal(order.state)) return !isSettled(order);
  return all || nowMs - order.updatedAtMs >= silentMs;
}

async function resolveOrder(deps: TradingDeps, order: Order): Promise<void> {
  const { intent } = order;
  const id = intent.clientOrderId;
  if (order.state === 'planned') {
    await progressOrder(deps, id, { kind: 'never_sent' });
    return;
  }
  const asOf = await deps.exchange.asOfMs();
  const sinceMs = intent.decidedAtMs - LOOKUP_MARGIN_MS;
  const listed = await deps.exchange.orders({ market: intent.market, sinceMs });
  if (asOf.kind !== 'read' || listed.kind !== 'read') return;
  const found = listed.value.find((candidate) => candidate.clientOrderId === id);
  if (found === undefined) {
    await resolveAbsent(deps, order, asOf.value);
    return;
  }
  const mismatch = differs(order, found);
  if (mismatch !== null) {
    const raised = await raiseCause(deps.store, {
      code: 'mismatch',
      scope: { kind: 'market', market: intent.market },
      state: 'reduce',
      sinceMs: deps.clock.nowMs(),
      detail: `${id}: the order found has another ${mismatch}`,
    });
    if (raised) deps.telemetry.log('critical', 'order_mismatch', { order: id, what: mismatch });
    return;
  }
  await progressOrder(deps, id, {
    kind: 'view',
    view: {
      exchangeOrderId: found.exchangeOrderId,
      status: found.status,
      filled: found.filled,
      atMs: deps.clock.nowMs(),
    },
  });
  await fetchFills(deps, id, found.exchangeOrderId, intent.market, sinceMs);
}

async function resolveAbsent(deps: TradingDeps, order: Order, asOfMs: EpochMs): Promise<void> {
  const id = order.intent.clientOrderId;
  if (order.state === 'abandoned') {
    if (!isLookAfterWindow(deps, order, asOfMs)) return;
    await progressOrder(deps, id, { kind: 'signature_window_over' });
    return;
  }
  if (order.state === 'sent' && isLive(order.state)) {
    // Whoever sent it died before its answer was noted: from here on the outcome is unknown.
    await progressOrder(deps, id, {
      kind: 'outcome',
      outcome: { kind: 'unknown', cause: 'timeout' },
    });
    return;
  }
  if (order.unknown !== null && asOfMs > order.unknown.sinceMs)
    await progressOrder(deps, id, { kind: 'absent_look' });
}

/** A look proves that nothing will come only when it saw what the exchange knew after the signature window was over. */
function isLookAfterWindow(deps: TradingDeps, order: Order, asOfMs: EpochMs): boolean {
  const { signatureWindowMs } = deps.config.execution;
  return order.unknown !== null && asOfMs >= order.unknown.sinceMs + signatureWindowMs;
}

/**
 * An exit that was given up may still arrive and sell: until its signature window is over and a look after it found
 * nothing, its market takes no new position.
 */
async function releaseGivenUpExits(deps: TradingDeps): Promise<void> {
  const standing = (await deps.store.list('causes')).filter(
    ({ value }) => value.code === 'unknown_outcome',
  );
  for (const { value: cause } of standing) {
    const { scope } = cause;
    if (scope.kind !== 'market') continue;
    const asOf = await deps.exchange.asOfMs();
    if (asOf.kind !== 'read') continue;
    const orders = (await deps.store.list('orders')).map((row) => row.value);
    const mayCome = orders.some(
      (order) =>
        order.intent.market === scope.market &&
        (order.state === 'unknown' ||
          (order.state === 'abandoned' && !isLookAfterWindow(deps, order, asOf.value))),
    );
    if (!mayCome) await clearCause(deps.store, cause);
  }
}

/** Books every fill of one order that the exchange shows; those booked before change nothing. */
export async function fetchFills(
  deps: TradingDeps,
  clientOrderId: string,
  exchangeOrderId: string,
  market: string,
  sinceMs: EpochMs,
): Promise<void> {
  const fills = await deps.exchange.fills({ market, sinceMs });
  if (fills.kind !== 'read') return;
  for (const fill of oldestFirst(fills.value)) {
    if (fill.exchangeOrderId !== exchangeOrderId) continue;
    if ((await deps.store.get('fills', fillKey(fill))) !== null) continue;
    await progressOrder(deps, clientOrderId, { kind: 'fill', fill });
    deps.points.reached('after_fill_booked');
  }
}

/** In the order in which they happened, whichever way the exchange lists them. */
export function oldestFirst(fills: readonly Fill[]): readonly Fill[] {
  return fills.toSorted((a, b) =>
    a.exchangeTimeMs === b.exchangeTimeMs
      ? a.tradeId < b.tradeId
        ? -1
        : 1
      : a.exchangeTimeMs - b.exchangeTimeMs,
  );
}

function differs(order: Order, listed: ListedOrder): string | null {
  if (listed.market !== order.intent.market) return 'market';
  if (listed.bookSide !== bookSideOf(order.intent)) return 'side';
  if (listed.limitPrice !== order.intent.limitPrice) return 'price';
  // The exchange cuts a reduce-only order to the position that it finds (Kalshi: Create Order, `reduce_only`).
  const isCut = order.intent.purpose === 'exit' && listed.initialCount < order.intent.count;
  return isCut || listed.initialCount === order.intent.count ? null : 'count';
}
