import { sourcesOf } from '../domain/pricing/fair-value.ts';
import { toCanonical } from '../domain/decisions/canonical-value.ts';
import type { DecisionRecord } from '../domain/decisions/decision-record.ts';
import type { EntryIntent } from '../domain/execution/intent.ts';
import type { Order } from '../domain/execution/order.ts';
import { plannedOrder } from '../domain/execution/transitions.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { compareStamps } from '../domain/market/market-tick.ts';
import type { RiskApproved } from '../domain/risk/gate.ts';
import {
  initialHeadroom,
  reservationFor,
  scopesForReservation,
  type HeadroomKey,
} from '../domain/risk/headroom.ts';
import { scopesOf, worstState } from '../domain/risk/trading-state.ts';
import type { EntrySignal } from '../domain/strategies/decide-entry.ts';
import {
  decideOrder,
  scopesOfMarket,
  type EntryDecision,
  type EntryInputs,
} from '../domain/strategies/decide-order.ts';
import type { HotWrite, Ownership, Row } from '../ports/hot-store.ts';
import { ACCOUNT_KEY, capBase } from './account-state.ts';
import { entryOrderId } from './client-order-id.ts';
import { LEASE_KEY } from './feeder-lease.ts';
import { putOwnership } from './market-state.ts';
import { progressOrder } from './progress-order.ts';
import { recordDecision } from './record-decision.ts';
import { sendOrder } from './send-order.ts';
import { standingCauses } from './trading-causes.ts';
import { entryRules } from './trading-config.ts';
import type { TradingDeps } from './trading-deps.ts';
import { versionsOf } from './versions.ts';

/** Why a signal became no order; codes are from the closed lists of skips and refusals, or name a lost race. */
export type EntryPlacement =
  | { readonly kind: 'placed'; readonly order: Order }
  | { readonly kind: 'refused'; readonly code: string };

const refused = (code: string): EntryPlacement => ({ kind: 'refused', code });

/**
 * Makes an order of a signal, at most one per market and generation: decides it against the room that is stored,
 * records the decision, reserves and writes the intent in one transaction, and only then sends it. A signal delivered
 * again finds its order and never sends a second time.
 */
export async function placeEntry(deps: TradingDeps, signal: EntrySignal): Promise<EntryPlacement> {
  const { market } = signal.tick;
  const row = await deps.store.get('ownership', market.ticker);
  const owned = row?.value ?? freeMarket(market.ticker);
  if (owned.holder !== null) return resume(deps, owned.holder, signal);
  if (owned.lastDecided !== null && compareStamps(signal.tick.stamp, owned.lastDecided) <= 0)
    return refused('already_decided');
  const inputs = await gatherInputs(deps, signal, owned.generation);
  if (inputs === null) return refused('account_not_open');
  const decision = decideOrder(inputs, entryRules(deps.config));
  const recorded = await recordDecision(deps, entryRecord(deps, inputs, decision));
  if (decision.kind === 'refused') return refused(decision.code);
  if (recorded === 'decided_otherwise_before') return refused('already_decided');
  const order = await recordIntent(deps, decision.approval, { row, owned }, inputs);
  if (order === null) return refused('lost_race');
  deps.points.reached('after_intent_recorded');
  return { kind: 'placed', order: await sendOrder(deps, order, sourcesOf(signal.fair)) };
}

/** Delivered again: an order that was planned but never marked as sent may still go while the signal is young. */
async function resume(
  deps: TradingDeps,
  holder: string,
  signal: EntrySignal,
): Promise<EntryPlacement> {
  const row = await deps.store.get('orders', holder);
  if (row === null || row.value.state !== 'planned') return refused('market_held');
  const { intent } = row.value;
  const isOurs = intent.purpose === 'entry' && compareStamps(intent.stamp, signal.tick.stamp) === 0;
  if (!isOurs) return refused('market_held');
  const ageMs = deps.clock.nowMs() - intent.decidedAtMs;
  const { state } = worstState(
    await standingCauses(deps.store),
    scopesOf(intent, sourcesOf(signal.fair)),
  );
  const tooOld = ageMs > deps.config.execution.entryMaxAgeMs;
  if (tooOld || state !== 'open') {
    await progressOrder(deps, holder, { kind: 'never_sent' });
    return refused(tooOld ? 'entry_too_old' : 'trading_refused');
  }
  return { kind: 'placed', order: await sendOrder(deps, row.value, sourcesOf(signal.fair)) };
}

async function gatherInputs(
  deps: TradingDeps,
  signal: EntrySignal,
  generation: number,
): Promise<EntryInputs | null> {
  const { tick } = signal;
  const [account, causes, lease] = await Promise.all([
    deps.store.get('account', ACCOUNT_KEY),
    standingCauses(deps.store),
    deps.store.get('lease', LEASE_KEY),
  ]);
  if (account === null) return null;
  const equity = account.value.capEquity;
  const initial = initialHeadroom(capBase(deps.config, equity));
  const room: { [scope in HeadroomKey]?: number } = {};
  for (const scope of scopesOfMarket(tick.market))
    room[scope] = (await deps.store.headroom(scope)) ?? initial(scope);
  return {
    tick,
    scoredAtMs: signal.decidedAtMs,
    decidedAtMs: deps.clock.nowMs(),
    clientOrderId: entryOrderId(deps.config.namespace, {
      market: tick.market.ticker,
      leg: signal.edge.leg,
      generation,
    }),
    generation,
    equity,
    room,
    causes,
    leaseExpiresAtMs: lease?.value.expiresAtMs ?? null,
  };
}

/**
 * Every decision has its own record, refused ones too. A tick that is decided again finds its record: that one stays,
 * and only the same decision may still become an order.
 */
function entryRecord(
  deps: TradingDeps,
  inputs: EntryInputs,
  decision: EntryDecision,
): DecisionRecord {
  const { epoch, n } = inputs.tick.stamp;
  return {
    decisionId: `entry:${inputs.tick.market.ticker}:${epoch}:${n}`,
    kind: 'entry',
    market: inputs.tick.market.ticker,
    decidedAtMs: inputs.decidedAtMs,
    versions: versionsOf(deps.config),
    inputs: { entry: toCanonical(inputs) },
    outcome: { entry: entryOutcome(decision) },
  };
}

/** What of a decision is recorded; re-deciding from the recorded inputs gives the same again. */
export function entryOutcome(decision: EntryDecision) {
  return toCanonical(
    decision.kind === 'approved'
      ? { kind: decision.kind, intent: decision.approval.value, reasons: decision.reasons }
      : decision,
  );
}

async function recordIntent(
  deps: TradingDeps,
  approval: RiskApproved<EntryIntent>,
  ownership: { readonly row: Row<Ownership> | null; readonly owned: Ownership },
  inputs: EntryInputs,
): Promise<Order | null> {
  const intent = approval.value;
  const nowMs = deps.clock.nowMs();
  const order = plannedOrder(intent, reservationFor(intent), nowMs);
  const initial = initialHeadroom(capBase(deps.config, inputs.equity));
  const commit = await deps.store.transact([
    { kind: 'insert', table: 'orders', key: intent.clientOrderId, value: order },
    putOwnership(ownership.row, {
      ...ownership.owned,
      holder: intent.clientOrderId,
      lastDecided: intent.stamp,
    }),
    { kind: 'lease_beyond', key: LEASE_KEY, atMs: nowMs },
    plannedJournal(intent, nowMs, 'signal'),
    ...scopesForReservation(intent).map(({ key, amount }): HotWrite => ({
      kind: 'reserve',
      scope: key,
      amount,
      initial: initial(key),
    })),
  ]);
  if (commit.kind === 'committed') return order;
  deps.telemetry.count(`intent.conflict.${commit.reason}`, 1);
  return null;
}

/** The journal's first line of an order. */
export function plannedJournal(intent: Order['intent'], atMs: EpochMs, detail: string): HotWrite {
  const journalId = `order:${intent.clientOrderId}:planned`;
  return {
    kind: 'insert',
    table: 'journal',
    key: journalId,
    value: {
      kind: 'order',
      journalId,
      clientOrderId: intent.clientOrderId,
      intent,
      from: null,
      to: 'planned',
      detail,
      atMs,
    },
  };
}

function freeMarket(market: string): Ownership {
  return { market, generation: 0, lastDecided: null, holder: null };
}
