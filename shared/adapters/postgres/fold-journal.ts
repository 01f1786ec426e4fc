import type { OrderState } from '../../domain/execution/order.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { cost } from '../../domain/money/money.ts';
import { legPrice } from '../../domain/positions/fold-position.ts';
import type { Row } from './json-rows.ts';
import type {
  exitAttempts,
  fills,
  orders,
  orderTransitions,
  positionExits,
  positions,
} from './schema.ts';

type JournalOf<K extends JournalEntry['kind']> = Extract<JournalEntry, { kind: K }>;

/** What a batch of journal entries adds to the tables that follow from the journal; one row a key. */
export type FoldedJournal = {
  readonly transitions: readonly Row<typeof orderTransitions>[];
  readonly orders: readonly Row<typeof orders>[];
  readonly fills: readonly Row<typeof fills>[];
  readonly positions: readonly PositionRow[];
  readonly exits: readonly Row<typeof positionExits>[];
  readonly attempts: readonly Row<typeof exitAttempts>[];
};

/**
 * Place of each state on the way forward: an order passes through them in this order, whichever of them it skips, so
 * that the furthest one told is where it is, in whatever order its transitions arrive.
 */
const RANK: Readonly<Record<OrderState, number>> = {
  planned: 0,
  sent: 1,
  unknown: 2,
  abandoned: 3,
  resting: 4,
  expired: 5,
  cancelled: 5,
  rejected: 5,
  filled: 6,
};

/**
 * Folds journal entries, each of them new, into rows. Rows of two batches merge into those of both together, in either
 * order: states by their rank, sums by adding, times by the earliest and latest.
 */
export function foldJournal(entries: readonly JournalEntry[]): FoldedJournal {
  const orderEntries = entries.filter((entry) => entry.kind === 'order');
  const furthest = furthestOf(orderEntries);
  return {
    transitions: orderEntries.map(transitionRow),
    orders: furthest.map(orderRow),
    fills: entries.filter((entry) => entry.kind === 'fill').map(fillRow),
    positions: positionRows(entries),
    exits: exitRows(orderEntries),
    attempts: furthest.flatMap(attemptRow),
  };
}

/** Of each order the entry that counts: the furthest state; of equals the later one, then the greater id. */
function furthestOf(entries: readonly JournalOf<'order'>[]): readonly JournalOf<'order'>[] {
  const furthest = new Map<string, JournalOf<'order'>>();
  for (const entry of entries) {
    const known = furthest.get(entry.clientOrderId);
    if (known === undefined || isFurther(entry, known)) furthest.set(entry.clientOrderId, entry);
  }
  return [...furthest.values()];
}

function isFurther(a: JournalOf<'order'>, b: JournalOf<'order'>): boolean {
  if (RANK[a.to] !== RANK[b.to]) return RANK[a.to] > RANK[b.to];
  return a.atMs === b.atMs ? a.journalId > b.journalId : a.atMs > b.atMs;
}

function transitionRow(entry: JournalOf<'order'>): Row<typeof orderTransitions> {
  return {
    journalId: entry.journalId,
    clientOrderId: entry.clientOrderId,
    fromState: entry.from,
    toState: entry.to,
    detail: entry.detail,
    at: entry.atMs,
  };
}

function orderRow({ intent, ...entry }: JournalOf<'order'>): Row<typeof orders> {
  return {
    clientOrderId: entry.clientOrderId,
    purpose: intent.purpose,
    state: entry.to,
    stateRank: RANK[entry.to],
    detail: entry.detail,
    updatedAt: entry.atMs,
    journalId: entry.journalId,
    decisionId: intent.decisionId,
    decidedAt: intent.decidedAtMs,
    positionId: intent.purpose === 'entry' ? entry.clientOrderId : intent.positionId,
    market: intent.market,
    eventTicker: intent.eventTicker,
    seriesTicker: intent.seriesTicker,
    exchangeIndex: intent.exchangeIndex,
    strategyName: intent.strategy.name,
    strategyVersion: intent.strategy.version,
    leg: intent.leg,
    limitPrice: intent.limitPrice,
    count: intent.count,
    estimatedFees: intent.estimatedFees,
    generation: intent.purpose === 'entry' ? intent.generation : intent.exitGeneration,
    stampEpoch: intent.purpose === 'entry' ? intent.stamp.epoch : null,
    stampN: intent.purpose === 'entry' ? intent.stamp.n : null,
  };
}

function attemptRow({ intent, ...entry }: JournalOf<'order'>): readonly Row<typeof exitAttempts>[] {
  if (intent.purpose !== 'exit') return [];
  return [
    {
      clientOrderId: entry.clientOrderId,
      positionId: intent.positionId,
      generation: intent.exitGeneration,
      attempt: intent.attempt,
      decidedAt: intent.decidedAtMs,
      limitPrice: intent.limitPrice,
      count: intent.count,
      outcome: entry.to,
      outcomeRank: RANK[entry.to],
      detail: entry.detail,
      outcomeAt: entry.atMs,
      journalId: entry.journalId,
    },
  ];
}

/** A claim is the same in all orders made under it; of several, the earliest and the latest are kept. */
function exitRows(entries: readonly JournalOf<'order'>[]): readonly Row<typeof positionExits>[] {
  const claims = new Map<string, Row<typeof positionExits>>();
  for (const { intent } of entries) {
    if (intent.purpose !== 'exit') continue;
    const { positionId, exitGeneration: generation, decidedAtMs, attempt } = intent;
    const key = JSON.stringify([positionId, generation]);
    const known = claims.get(key);
    claims.set(key, {
      positionId,
      generation,
      market: intent.market,
      leg: intent.leg,
      rule: intent.rule,
      priority: intent.priority,
      decidedAt: Math.min(known?.decidedAt ?? decidedAtMs, decidedAtMs),
      lastDecidedAt: Math.max(known?.lastDecidedAt ?? decidedAtMs, decidedAtMs),
      lastAttempt: Math.max(known?.lastAttempt ?? attempt, attempt),
    });
  }
  return [...claims.values()];
}

function fillRow({ fill, ...entry }: JournalOf<'fill'>): Row<typeof fills> {
  return {
    tradeId: fill.tradeId,
    exchangeOrderId: fill.exchangeOrderId,
    journalId: entry.journalId,
    clientOrderId: entry.clientOrderId,
    positionId: entry.positionId,
    market: fill.market,
    exchangeIndex: entry.exchangeIndex,
    purpose: entry.purpose,
    leg: entry.leg,
    bookSide: fill.bookSide,
    price: fill.price,
    count: fill.count,
    fee: fill.fee,
    basis: entry.basis,
    role: fill.role,
    exchangeTime: fill.exchangeTimeMs,
    bookedAt: entry.atMs,
  };
}

/** A position's share of a batch: sums, and what is null until something tells it. */
type PositionRow = {
  readonly [Key in keyof Row<typeof positions>]-?: Exclude<Row<typeof positions>[Key], undefined>;
};

function positionRows(entries: readonly JournalEntry[]): readonly PositionRow[] {
  const rows = new Map<string, PositionRow>();
  for (const entry of entries) {
    if (!('positionId' in entry)) continue;
    const { positionId } = entry;
    rows.set(positionId, addToPosition(rows.get(positionId) ?? emptyPosition(entry), entry));
  }
  return [...rows.values()];
}

type PositionEntry = JournalOf<'fill' | 'settlement' | 'position_opened' | 'position_closed'>;

function emptyPosition(entry: PositionEntry): PositionRow {
  return {
    positionId: entry.positionId,
    market: entry.kind === 'fill' ? entry.fill.market : entry.market,
    leg: entry.leg,
    exchangeIndex: null,
    boughtCount: 0,
    boughtCost: 0,
    soldCount: 0,
    soldBasis: 0,
    proceeds: 0,
    settledCount: 0,
    settledBasis: 0,
    payout: 0,
    fees: 0,
    openedAt: null,
    closedAt: null,
    closeCause: null,
  };
}

function addToPosition(row: PositionRow, entry: PositionEntry): PositionRow {
  switch (entry.kind) {
    case 'fill':
      return addFill(row, entry);
    case 'settlement':
      return {
        ...row,
        exchangeIndex: entry.exchangeIndex,
        settledCount: row.settledCount + entry.quantity,
        settledBasis: row.settledBasis + entry.basis,
        payout: row.payout + entry.payout,
        fees: row.fees + entry.fee,
      };
    case 'position_opened':
      return row;
    case 'position_closed':
      return isLaterClosing(row, entry)
        ? { ...row, closedAt: entry.atMs, closeCause: entry.cause }
        : row;
  }
}

function addFill(row: PositionRow, entry: JournalOf<'fill'>): PositionRow {
  const { fill, exchangeIndex } = entry;
  const value = cost(legPrice(entry.leg, fill.price), fill.count);
  const common = { ...row, exchangeIndex, fees: row.fees + fill.fee };
  if (entry.purpose === 'exit')
    return {
      ...common,
      soldCount: row.soldCount + fill.count,
      soldBasis: row.soldBasis + entry.basis,
      proceeds: row.proceeds + value,
    };
  return {
    ...common,
    boughtCount: row.boughtCount + fill.count,
    boughtCost: row.boughtCost + value,
    openedAt: Math.min(row.openedAt ?? fill.exchangeTimeMs, fill.exchangeTimeMs),
  };
}

/** Of closings at the same time the greater cause counts, so that their order does not matter. */
function isLaterClosing(
  { closedAt, closeCause }: PositionRow,
  entry: { readonly atMs: EpochMs; readonly cause: string },
): boolean {
  if (closedAt === null || closeCause === null) return true;
  return entry.atMs === closedAt ? entry.cause > closeCause : entry.atMs > closedAt;
}
