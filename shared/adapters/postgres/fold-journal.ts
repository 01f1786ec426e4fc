import type { OrderState } from '../../domain/execution/order.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import { cost } from '../../domain/money/money.ts';
import { legPrice } from '../../domain/positions/fold-position.ts';
import type { Row } from './json-rows.ts';
import type { positionChanges } from './position-changes.ts';
import type { exitAttempts, fills, orders, orderTransitions, positionExits } from './schema.ts';

type JournalOf<K extends JournalEntry['kind']> = Extract<JournalEntry, { kind: K }>;

/** What a batch of journal entries brings to the tables that follow from the journal. */
export type FoldedJournal = {
  readonly transitions: readonly Row<typeof orderTransitions>[];
  readonly orders: readonly Row<typeof orders>[];
  readonly fills: readonly Row<typeof fills>[];
  /** One for each entry: sums must count each entry once, which the database sees to. */
  readonly changes: readonly Row<typeof positionChanges>[];
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
 * Folds journal entries, each id once, into rows that merge with what the tables hold, whatever came first: states by
 * their rank, times and numbers by the earliest and latest. Folding the same again changes nothing, but for positions.
 */
export function foldJournal(entries: readonly JournalEntry[]): FoldedJournal {
  const orderEntries = entries.filter((entry) => entry.kind === 'order');
  const furthest = furthestOf(orderEntries);
  return {
    transitions: orderEntries.map(transitionRow),
    orders: furthest.map(orderRow),
    fills: entries.filter((entry) => entry.kind === 'fill').map(fillRow),
    changes: entries.flatMap(changeOf),
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

/** What one entry does to its position; null of what it says nothing about. */
function changeOf(entry: JournalEntry): readonly Row<typeof positionChanges>[] {
  if (!('positionId' in entry)) return [];
  const { journalId, positionId, leg } = entry;
  const change = {
    ...NO_CHANGE,
    journalId,
    positionId,
    leg,
    market: entry.kind === 'fill' ? entry.fill.market : entry.market,
  };
  switch (entry.kind) {
    case 'fill':
      return [{ ...change, ...fillChange(entry) }];
    case 'settlement':
      return [
        {
          ...change,
          exchangeIndex: entry.exchangeIndex,
          settledCount: entry.quantity,
          settledBasis: entry.basis,
          payout: entry.payout,
          fees: entry.fee,
        },
      ];
    case 'position_opened':
      return [change];
    case 'position_closed':
      return [{ ...change, closedAt: entry.atMs, closeCause: entry.cause }];
  }
}

const NO_CHANGE = {
  boughtCount: 0,
  boughtCost: 0,
  soldCount: 0,
  soldBasis: 0,
  proceeds: 0,
  settledCount: 0,
  settledBasis: 0,
  payout: 0,
  fees: 0,
} as const;

function fillChange(entry: JournalOf<'fill'>): Partial<Row<typeof positionChanges>> {
  const { fill, exchangeIndex } = entry;
  const value = cost(legPrice(entry.leg, fill.price), fill.count);
  const traded = { exchangeIndex, fees: fill.fee };
  return entry.purpose === 'exit'
    ? { ...traded, soldCount: fill.count, soldBasis: entry.basis, proceeds: value }
    : {
        ...traded,
        boughtCount: fill.count,
        boughtCost: value,
        openedAt: fill.exchangeTimeMs,
      };
}
