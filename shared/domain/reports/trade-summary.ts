import type { Leg } from '../edge/edge.ts';
import type { ExitRule } from '../exits/exit-rules.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import type { EpochMs, MarketTicker } from '../market/market.ts';
import {
  addContracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../money/contracts.ts';
import { addMoney, cost, NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import { legPrice } from '../positions/fold-position.ts';
import type { EquityPoint } from './equity-curve.ts';
import {
  dailyReturns,
  maxDrawdown,
  sharpeRatio,
  sortinoRatio,
  type Drawdown,
} from './performance.ts';

/** What ended a position. `unattributed` is a sale whose order the journal does not have. */
export type ExitCause = ExitRule | 'settlement' | 'unattributed';

/** One position from its first purchase to its last sale or settlement. */
export type RoundTrip = {
  readonly positionId: string;
  readonly market: MarketTicker;
  readonly leg: Leg;
  readonly strategy: string | null;
  readonly openedAtMs: EpochMs;
  readonly boughtCount: Contracts;
  readonly boughtCost: Money;
  /** What its sales and its settlement brought, before fees. */
  readonly proceeds: Money;
  readonly fees: Money;
  /** Proceeds less the basis they took out, before fees. */
  readonly realised: Money;
  readonly held: Contracts;
  /** What closed it and when; null while something is held. */
  readonly closed: { readonly cause: ExitCause; readonly atMs: EpochMs } | null;
};

/** Realised result less all fees of the position. */
export function netOf(trip: RoundTrip): Money {
  return subtractMoney(trip.realised, trip.fees);
}

/**
 * The round trips in a journal, in order of their first purchase. Sales are attributed by the order under which they
 * filled, a position closed by several rules to the one that took the last of it.
 */
export function roundTrips(journal: readonly JournalEntry[]): readonly RoundTrip[] {
  const orders = new Map<string, Extract<JournalEntry, { kind: 'order' }>['intent']>();
  const trips = new Map<string, RoundTrip>();
  for (const entry of journal) {
    if (entry.kind === 'order') orders.set(entry.clientOrderId, entry.intent);
  }
  for (const entry of journal) {
    if (entry.kind === 'settlement') {
      const trip = trips.get(entry.positionId);
      if (trip !== undefined) trips.set(entry.positionId, settled(trip, entry));
    } else if (entry.kind === 'fill') {
      const intent = orders.get(entry.clientOrderId);
      const trip = trips.get(entry.positionId) ?? opened(entry, intent?.strategy.name ?? null);
      const rule = intent?.purpose === 'exit' ? intent.rule : 'unattributed';
      trips.set(
        entry.positionId,
        entry.purpose === 'entry' ? bought(trip, entry) : sold(trip, entry, rule),
      );
    }
  }
  return [...trips.values()];
}

type FillEntry = Extract<JournalEntry, { kind: 'fill' }>;

function opened(entry: FillEntry, strategy: string | null): RoundTrip {
  return {
    positionId: entry.positionId,
    market: entry.fill.market,
    leg: entry.leg,
    strategy,
    openedAtMs: entry.atMs,
    boughtCount: NO_CONTRACTS,
    boughtCost: NO_MONEY,
    proceeds: NO_MONEY,
    fees: NO_MONEY,
    realised: NO_MONEY,
    held: NO_CONTRACTS,
    closed: null,
  };
}

function bought(trip: RoundTrip, { fill, leg }: FillEntry): RoundTrip {
  return {
    ...trip,
    boughtCount: addContracts(trip.boughtCount, fill.count),
    boughtCost: addMoney(trip.boughtCost, cost(legPrice(leg, fill.price), fill.count)),
    fees: addMoney(trip.fees, fill.fee),
    held: addContracts(trip.held, fill.count),
    closed: null,
  };
}

function sold(trip: RoundTrip, entry: FillEntry, cause: ExitCause): RoundTrip {
  const { fill, leg, basis, atMs } = entry;
  const proceeds = cost(legPrice(leg, fill.price), fill.count);
  const held = subtractContracts(trip.held, fill.count);
  return {
    ...trip,
    proceeds: addMoney(trip.proceeds, proceeds),
    fees: addMoney(trip.fees, fill.fee),
    realised: addMoney(trip.realised, subtractMoney(proceeds, basis)),
    held,
    closed: held === NO_CONTRACTS ? { cause, atMs } : null,
  };
}

function settled(
  trip: RoundTrip,
  { payout, basis, fee, atMs }: Extract<JournalEntry, { kind: 'settlement' }>,
): RoundTrip {
  return {
    ...trip,
    proceeds: addMoney(trip.proceeds, payout),
    fees: addMoney(trip.fees, fee),
    realised: addMoney(trip.realised, subtractMoney(payout, basis)),
    held: NO_CONTRACTS,
    closed: { cause: 'settlement', atMs },
  };
}

export type TradeSummary = {
  readonly trips: readonly RoundTrip[];
  readonly opened: number;
  readonly closed: number;
  /** Closed trips that made, or lost, money after fees; the rest came out even. */
  readonly won: number;
  readonly lost: number;
  readonly exitsByCause: { readonly [cause in ExitCause]: number };
  readonly fees: Money;
  readonly realised: Money;
  /** Realised less fees, over all trips. */
  readonly net: Money;
  readonly drawdown: Drawdown | null;
  /** Annualised from daily returns; null when there are too few days or nothing to divide by. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
};

/** What a journal came to, and how smoothly, with the curve folded from the same journal. */
export function tradeSummary({
  journal,
  curve,
}: {
  readonly journal: readonly JournalEntry[];
  readonly curve: readonly EquityPoint[];
}): TradeSummary {
  const trips = roundTrips(journal);
  const closed = trips.filter((trip) => trip.closed !== null);
  const exitsByCause = { stop_loss: 0, profit_target: 0, settlement: 0, unattributed: 0 };
  for (const trip of closed) if (trip.closed !== null) exitsByCause[trip.closed.cause] += 1;
  const returns = dailyReturns(curve);
  return {
    trips,
    opened: trips.length,
    closed: closed.length,
    won: closed.filter((trip) => netOf(trip) > 0).length,
    lost: closed.filter((trip) => netOf(trip) < 0).length,
    exitsByCause,
    fees: addMoney(...trips.map(({ fees }) => fees)),
    realised: addMoney(...trips.map(({ realised }) => realised)),
    net: addMoney(...trips.map(netOf)),
    drawdown: maxDrawdown(curve),
    sharpe: sharpeRatio(returns),
    sortino: sortinoRatio(returns),
  };
}
