import { fillKey } from '../domain/execution/fill.ts';
import { isOver } from '../domain/execution/transitions.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { money, type Money } from '../domain/money/money.ts';
import type { ListedPosition } from '../ports/exchange.ts';
import type { AccountState, Row, Suspicion } from '../ports/hot-store.ts';
import { ACCOUNT_KEY } from './account-state.ts';
import { moveCaps } from './move-caps.ts';
import { progressOrder } from './progress-order.ts';
import { oldestFirst, resolveOrders } from './resolve-orders.ts';
import { settleMarket } from './settle-market.ts';
import { clearCause, raiseCause } from './trading-causes.ts';
import type { TradingDeps } from './trading-deps.ts';

/** Fills are read again from this long before the watermark: reads lag behind writes. */
const REREAD_MS = 120_000;

export type Reconciled =
  /** Everything agrees, or disagreed and was repaired. */
  | { readonly kind: 'agreed'; readonly repairedFills: number; readonly settled: number }
  /** Something is in flight, the exchange's reads are behind, or a read failed: no verdict. */
  | { readonly kind: 'undecided'; readonly reason: string }
  | { readonly kind: 'mismatch'; readonly what: string };

/**
 * Holds our books against the exchange's: resolves orders, books fills and settlements that no stream showed, compares
 * positions and cash, and moves the caps to the new equity. A disagreement counts only when the exchange's as-of time
 * is later than our newest event, nothing is in flight, and two looks agree; then it stops the market or the account.
 */
export async function reconcile(deps: TradingDeps): Promise<Reconciled> {
  const account = await deps.store.get('account', ACCOUNT_KEY);
  if (account === null) return { kind: 'undecided', reason: 'the account was never opened' };
  await resolveOrders(deps);
  const repairedFills = await bookMissedFills(deps, account.value);
  if (repairedFills === null) return { kind: 'undecided', reason: 'fills could not be read' };
  const settled = await bookSettlements(deps, account.value);
  if (settled === null) return { kind: 'undecided', reason: 'settlements could not be read' };
  const verdict = await compare(deps);
  if (verdict.kind !== 'agreed') return verdict;
  await moveWatermark(deps, account, verdict.asOfMs, verdict.equity);
  return { kind: 'agreed', repairedFills, settled };
}

async function bookMissedFills(deps: TradingDeps, account: AccountState): Promise<number | null> {
  const sinceMs = account.fillsSinceMs - REREAD_MS;
  const [fills, listed] = await Promise.all([
    deps.exchange.fills({ sinceMs }),
    deps.exchange.orders({ sinceMs }),
  ]);
  if (fills.kind !== 'read' || listed.kind !== 'read') return null;
  const clientIds = new Map(
    listed.value.map((order) => [order.exchangeOrderId, order.clientOrderId]),
  );
  let repaired = 0;
  for (const fill of oldestFirst(fills.value)) {
    if ((await deps.store.get('fills', fillKey(fill))) !== null) continue;
    const clientOrderId = clientIds.get(fill.exchangeOrderId);
    const progress =
      clientOrderId === undefined
        ? null
        : await progressOrder(deps, clientOrderId, { kind: 'fill', fill });
    if (progress?.kind === 'progressed') repaired += 1;
    if (progress === null || progress.kind === 'no_such_order')
      deps.telemetry.log('critical', 'stranger_fill', { exchangeOrderId: fill.exchangeOrderId });
  }
  return repaired;
}

async function bookSettlements(deps: TradingDeps, account: AccountState): Promise<number | null> {
  const listed = await deps.exchange.settlements({ sinceMs: account.fillsSinceMs - REREAD_MS });
  if (listed.kind !== 'read') return null;
  let settled = 0;
  for (const settlement of listed.value) {
    if ((await settleMarket(deps, settlement)) === 'settled') settled += 1;
  }
  return settled;
}

type Comparison =
  | { readonly kind: 'agreed'; readonly asOfMs: EpochMs; readonly equity: Money }
  | Extract<Reconciled, { kind: 'undecided' | 'mismatch' }>;

async function compare(deps: TradingDeps): Promise<Comparison> {
  const beganMs = deps.clock.nowMs();
  const ours = await ourBooks(deps);
  const [asOf, positions, balances] = await Promise.all([
    deps.exchange.asOfMs(),
    deps.exchange.positions(),
    deps.exchange.balances(),
  ]);
  if (asOf.kind !== 'read' || positions.kind !== 'read' || balances.kind !== 'read')
    return { kind: 'undecided', reason: 'positions or balances could not be read' };
  if (ours.inFlight > 0) return { kind: 'undecided', reason: `${ours.inFlight} orders in flight` };
  if (asOf.value <= ours.newestEventMs)
    return { kind: 'undecided', reason: "the exchange's reads are behind our newest event" };
  const differences = [
    ...positionDifferences(ours.positions, positions.value),
    ...(await cashDifferences(deps, balances.value)),
  ];
  // What moved while we looked makes differences of its own.
  const after = await ourBooks(deps);
  if (
    after.inFlight > 0 ||
    after.orders !== ours.orders ||
    after.newestEventMs !== ours.newestEventMs ||
    after.holdings !== ours.holdings
  )
    return { kind: 'undecided', reason: 'something moved during the look' };
  const confirmed = await confirm(deps, differences, beganMs);
  if (confirmed !== null) return { kind: 'mismatch', what: confirmed };
  if (differences.length > 0) return { kind: 'undecided', reason: 'a difference was seen once' };
  let equity = ours.marked;
  for (const balance of balances.value) equity += balance.available;
  return { kind: 'agreed', asOfMs: asOf.value, equity: money(equity) };
}

async function ourBooks(deps: TradingDeps) {
  const [orders, positions] = await Promise.all([
    deps.store.list('orders'),
    deps.store.list('positions'),
  ]);
  let newestEventMs = 0;
  let inFlight = 0;
  for (const { value: order } of orders) {
    newestEventMs = Math.max(newestEventMs, order.updatedAtMs);
    // An abandoned entry that still holds its reservation is one of them: our cash is then less than the exchange's.
    if (!isOver(order)) inFlight += 1;
  }
  const open = positions.map((row) => row.value).filter((position) => position.state === 'open');
  let marked = 0;
  for (const position of open) {
    marked += position.mark === null ? position.basis : position.mark.legPrice * position.quantity;
  }
  // A settlement moves cash and touches no order.
  const holdings = open.map(({ positionId, quantity }) => `${positionId}:${quantity}`).join();
  return { orders: orders.length, newestEventMs, inFlight, positions: open, holdings, marked };
}

/** A disagreement with the exchange. `what` says only how far apart we are, so that trading on does not renew it. */
type Difference = {
  readonly key: string;
  readonly what: string;
  readonly of:
    | { readonly kind: 'position'; readonly market: string }
    | { readonly kind: 'cash'; readonly exchangeIndex: number; readonly residual: Money };
};

const POSITION_PREFIX = 'position|';
const CASH_PREFIX = 'cash|';

/** Others keep suspicions of their own in the same table. */
function isDifferenceKey(key: string): boolean {
  return key.startsWith(POSITION_PREFIX) || key.startsWith(CASH_PREFIX);
}

function positionDifferences(
  ours: readonly { market: string; leg: string; quantity: number }[],
  theirs: readonly ListedPosition[],
): readonly Difference[] {
  const markets = new Set([...ours, ...theirs].map((position) => position.market));
  return [...markets].toSorted().flatMap((market) => {
    const our = positionText(ours.find((position) => position.market === market));
    const their = positionText(theirs.find((position) => position.market === market));
    return our === their
      ? []
      : [
          {
            key: POSITION_PREFIX + market,
            what: `${market}: we hold ${our}, the exchange says ${their}`,
            of: { kind: 'position', market },
          },
        ];
  });
}

function positionText(position: { leg: string; quantity: number } | undefined): string {
  return position === undefined || position.quantity === 0
    ? 'nothing'
    : `${position.quantity / 100} ${position.leg}`;
}

async function cashDifferences(
  deps: TradingDeps,
  balances: readonly { exchangeIndex: number; available: Money }[],
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const { exchangeIndex, available } of balances) {
    const ours = (await deps.store.headroom(`cash:${exchangeIndex}`)) ?? 0;
    if (ours === available) continue;
    const residual = money(available - ours);
    differences.push({
      key: `${CASH_PREFIX}${exchangeIndex}`,
      what: `cash on shard ${exchangeIndex}: the exchange has ${residual} micro-dollars beside our books`,
      of: { kind: 'cash', exchangeIndex, residual },
    });
  }
  return differences;
}

/**
 * The first difference that was already there at an earlier look, which was over for long enough when this one began:
 * two that ran side by side are one. What is gone again is forgotten.
 */
async function confirm(
  deps: TradingDeps,
  differences: readonly Difference[],
  beganMs: EpochMs,
): Promise<string | null> {
  const firstSeenMs = deps.clock.nowMs();
  const current = new Map(differences.map((difference) => [difference.key, difference]));
  let confirmed: string | null = null;
  for (const row of await deps.store.list('suspicions')) {
    if (!isDifferenceKey(row.key)) continue;
    const difference = current.get(row.key);
    current.delete(row.key);
    if (difference === undefined) {
      await deps.store.transact([
        { kind: 'remove', table: 'suspicions', key: row.key, version: row.version },
      ]);
    } else if (difference.what !== row.value.what) {
      // Replaced, and not made anew: whoever acts on what was seen before finds another version.
      const value: Suspicion = { what: difference.what, firstSeenMs };
      await deps.store.transact([{ kind: 'replace', table: 'suspicions', ...row, value }]);
    } else if (beganMs - row.value.firstSeenMs >= deps.config.execution.mismatchConfirmMs) {
      confirmed ??= difference.what;
      deps.telemetry.log('critical', 'mismatch', { what: difference.what });
      await actOn(deps, difference, row);
    }
  }
  for (const [key, { what }] of current) {
    await deps.store.transact([
      { kind: 'insert', table: 'suspicions', key, value: { what, firstSeenMs } },
    ]);
  }
  return confirmed;
}

/**
 * A position that does not agree stops its market until a person has looked. Cash that does not agree is booked to
 * suspense, so that the books are right again; money that is missing also stops the account.
 */
async function actOn(
  deps: TradingDeps,
  { of, what }: Difference,
  suspicion: Row<Suspicion>,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  if (of.kind === 'cash') {
    const journalId = `residual:${of.exchangeIndex}:${suspicion.value.firstSeenMs}`;
    await deps.store.transact([
      {
        kind: 'insert',
        table: 'journal',
        key: journalId,
        value: {
          kind: 'residual',
          journalId,
          exchangeIndex: of.exchangeIndex,
          amount: of.residual,
          reason: what,
          atMs: nowMs,
        },
      },
      { kind: 'release', scope: `cash:${of.exchangeIndex}`, amount: of.residual, initial: 0 },
      { kind: 'remove', table: 'suspicions', key: suspicion.key, version: suspicion.version },
    ]);
    if (of.residual > 0) return;
  }
  await raiseCause(deps.store, {
    code: 'mismatch',
    scope: of.kind === 'cash' ? { kind: 'account' } : { kind: 'market', market: of.market },
    state: 'reduce',
    sinceMs: nowMs,
    detail: what,
  });
}

/** Moves the watermark to the exchange's as-of time, and every cap to the new equity with its headroom. */
async function moveWatermark(
  deps: TradingDeps,
  row: Row<AccountState>,
  asOfMs: EpochMs,
  equity: Money,
): Promise<void> {
  const committed = await deps.store.transact([
    {
      kind: 'replace',
      table: 'account',
      key: ACCOUNT_KEY,
      value: { fillsSinceMs: asOfMs, capEquity: equity },
      version: row.version,
    },
  ]);
  if (committed.kind === 'committed') await moveCaps(deps);
}

/** Lifts the refusal of a start once the books agree. */
export async function openTrading(deps: TradingDeps): Promise<void> {
  await clearCause(deps.store, { code: 'unreconciled_start', scope: { kind: 'account' } });
}
