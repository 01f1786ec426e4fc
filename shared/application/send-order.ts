import type { Order } from '../domain/execution/order.ts';
import { bookSideOf, type EntryIntent } from '../domain/execution/intent.ts';
import type { SubmitOutcome } from '../domain/execution/outcome.ts';
import { invariant } from '../domain/money/invariant.ts';
import { ORDER_ALREADY_EXISTS } from '../ports/exchange.ts';
import { scopesOf, worstState } from '../domain/risk/trading-state.ts';
import { LEASE_KEY } from './feeder-lease.ts';
import { progressOrder } from './progress-order.ts';
import { armFuse, knownFuse, onRefusedOrder, type FusePlace } from './strategy-fuses.ts';
import { standingCauses } from './trading-causes.ts';
import type { TradingDeps } from './trading-deps.ts';

/**
 * Sends a planned order once. The note that it is being sent is stored before the first byte leaves; whoever finds
 * that note later never sends again but asks the exchange.
 */
export async function sendOrder(
  deps: TradingDeps,
  order: Order,
  sources: readonly string[] = [],
): Promise<Order> {
  const id = order.intent.clientOrderId;
  const clearance = await clear(deps, order, sources);
  if (clearance === null) {
    const kept = await progressOrder(deps, id, { kind: 'never_sent' });
    return kept.kind === 'no_such_order' ? order : kept.order;
  }
  const marked = await progressOrder(deps, id, { kind: 'sent' });
  if (marked.kind !== 'progressed') return marked.kind === 'nothing_new' ? marked.order : order;
  deps.points.reached('after_marked_sent');
  if (isTooOld(deps, order)) {
    const kept = await progressOrder(deps, id, { kind: 'kept_back' });
    return kept.kind === 'no_such_order' ? order : kept.order;
  }
  const { intent } = order;
  const submitted = await deps.exchange.submit({
    clientOrderId: id,
    market: intent.market,
    exchangeIndex: intent.exchangeIndex,
    bookSide: bookSideOf(intent),
    limitPrice: intent.limitPrice,
    count: intent.count,
    reduceOnly: intent.purpose === 'exit',
    // An exit must not stop at a quote of ours; an entry that would meet one is not worth having.
    selfTrade: intent.purpose === 'exit' ? 'cancel_resting' : 'cancel_taker',
    orderGroupId: clearance.orderGroupId,
  });
  const outcome = whatIsProved(submitted);
  deps.points.reached('after_send_before_record');
  report(deps, outcome);
  const noted = await progressOrder(deps, id, { kind: 'outcome', outcome });
  deps.points.reached('after_outcome_recorded');
  invariant(noted.kind !== 'no_such_order', 'an order that was sent is stored');
  await lookAtFuse(deps, intent, { orderGroupId: clearance.orderGroupId, outcome });
  return noted.order;
}

/** What an order goes with. An exit carries no fuse: a blown one must not hold it back. */
type Clearance = { readonly orderGroupId: string | null };

/** The last look before an order is marked as sent; null when it must not go. An entry never goes without its fuse. */
async function clear(
  deps: TradingDeps,
  { intent }: Order,
  sources: readonly string[],
): Promise<Clearance | null> {
  if (intent.purpose === 'exit') return { orderGroupId: null };
  const { groups } = deps;
  const place = fusePlaceOf(intent);
  const [may, known] = await Promise.all([
    mayStillEnter(deps, intent, sources),
    groups === null ? null : knownFuse(deps, place),
  ]);
  if (!may) return null;
  if (groups === null || known !== null) return { orderGroupId: known };
  const made = await armFuse({ ...deps, groups }, place);
  // To make one takes a while: what was looked at is looked at again.
  return made.kind === 'armed' && (await mayStillEnter(deps, intent, sources))
    ? { orderGroupId: made.orderGroupId }
    : null;
}

function fusePlaceOf({ strategy, exchangeIndex }: Order['intent']): FusePlace {
  return { strategy: strategy.name, exchangeIndex };
}

/** A refusal may come from a fuse that is blown. */
async function lookAtFuse(
  deps: TradingDeps,
  intent: Order['intent'],
  { orderGroupId, outcome }: Clearance & { readonly outcome: SubmitOutcome },
): Promise<void> {
  const { groups } = deps;
  if (groups === null || orderGroupId === null || outcome.kind !== 'rejected') return;
  const refused = { ...fusePlaceOf(intent), orderGroupId, code: outcome.code };
  await onRefusedOrder({ ...deps, groups }, refused);
}

/** No read and no wait lies between this and the first byte. */
function isTooOld(deps: TradingDeps, { intent }: Order): boolean {
  const { entryMaxAgeMs } = deps.config.execution;
  return intent.purpose === 'entry' && deps.clock.nowMs() - intent.decidedAtMs > entryMaxAgeMs;
}

/** The last look before the first byte: a process may have slept since its gate was passed. */
async function mayStillEnter(
  deps: TradingDeps,
  intent: EntryIntent,
  sources: readonly string[],
): Promise<boolean> {
  const { entryMaxAgeMs, leaseMarginMs } = deps.config.execution;
  const [causes, lease] = await Promise.all([
    standingCauses(deps.store),
    deps.store.get('lease', LEASE_KEY),
  ]);
  const nowMs = deps.clock.nowMs();
  return (
    nowMs - intent.decidedAtMs <= entryMaxAgeMs &&
    (lease?.value.expiresAtMs ?? 0) > nowMs + leaseMarginMs &&
    worstState(causes, scopesOf(intent, sources)).state === 'open'
  );
}

/** An id that is taken already is no refusal of the order: it has to be looked up like any lost answer. */
function whatIsProved(outcome: SubmitOutcome): SubmitOutcome {
  return outcome.kind === 'rejected' && outcome.code === ORDER_ALREADY_EXISTS
    ? { kind: 'unknown', cause: 'already_exists' }
    : outcome;
}

function report(deps: TradingDeps, outcome: SubmitOutcome): void {
  deps.telemetry.count(`submit.${outcome.kind}`, 1);
  switch (outcome.kind) {
    case 'accepted':
      return;
    case 'rejected':
      deps.telemetry.log('warn', 'order_rejected', {
        code: outcome.code,
        message: outcome.message,
      });
      return;
    case 'unknown':
      deps.telemetry.log('error', 'order_outcome_unknown', { cause: outcome.cause });
      return;
  }
}
