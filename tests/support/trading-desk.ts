import { expect } from 'vitest';
import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryJournalStore } from '../../shared/adapters/memory/memory-journal-store.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryLedgerStore } from '../../shared/adapters/memory/memory-ledger-store.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { NO_FAULTS, type EffectPoint } from '../../shared/application/effect-points.ts';
import { takeLease } from '../../shared/application/feeder-lease.ts';
import { placeEntry, type EntryPlacement } from '../../shared/application/place-entry.ts';
import { resolveOrders } from '../../shared/application/resolve-orders.ts';
import { startAndRecover } from '../../shared/application/start-and-recover.ts';
import { entryRules, type TradingConfig } from '../../shared/application/trading-config.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { writeLedger } from '../../shared/application/write-ledger.ts';
import type { Fill } from '../../shared/domain/execution/fill.ts';
import type { Order } from '../../shared/domain/execution/order.ts';
import { balanceOf, imbalance } from '../../shared/domain/ledger/fold-ledger.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { GameMapping } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money, type Money } from '../../shared/domain/money/money.ts';
import type { LineLeg } from '../../shared/domain/odds/line.ts';
import { STANDARD_LIMITS } from '../../shared/domain/odds/freshness.ts';
import type { OrderRequest } from '../../shared/ports/exchange.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import { initialHeadroom, type HeadroomKey } from '../../shared/domain/risk/headroom.ts';
import { decideEntry, type EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import { Crash, CrashPlan } from '../../shared/simulator/faults/crash-plan.ts';
import { ScriptedExchange } from './scripted-exchange.ts';
import { aBook, aMarket, NOON } from './trade-builders.ts';

export const OPENING_CASH = money(10_000_000_000);
export const KC = aMarket().ticker;

/** A clock that moves when told. */
export class TestClock {
  #nowMs = NOON;

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Ten contracts an order; caps of 30 %, 10 % and 10 % of $10,000; five positions. */
export const TRADING_CONFIG: TradingConfig = {
  account: 'paper',
  namespace: '6f0f3a3e-52d5-5d0a-9a3b-6c6f2f1d7e11',
  strategy: {
    name: 'fair-line',
    version: '1.0',
    minEdgePerContract: money(50_000),
    depthShareMillionths: 1_000_000,
    closeGuardMs: 300_000,
    exits: {
      stopLossMillionths: 150_000,
      stopLossCents: 8,
      profitTargetMillionths: 150_000,
      confirmMs: 3_000,
      collarCents: { critical: 10, medium: 2 },
    },
  },
  pricing: {
    rule: { name: 'pinnacle_only' },
    method: {
      pinnacle: 'shin',
      draftkings: 'power',
      fanduel: 'power',
      betmgm: 'power',
      betrivers: 'power',
      caesars: 'power',
    },
    gameMaxAgeMs: 60_000,
    limits: STANDARD_LIMITS,
    model: 'off',
  },
  sizing: { kind: 'fixed_fraction', millionths: 2_500 },
  caps: {
    totalMillionths: 300_000,
    positionMillionths: 100_000,
    eventMillionths: 100_000,
    maxPositions: 5,
    stagePositionCap: null,
  },
  execution: {
    entryMaxAgeMs: 1_000,
    bookMaxAgeMs: 2_000,
    leaseMarginMs: 2_000,
    unknownQuietMs: 10_000,
    signatureWindowMs: 30_000,
    silentOrderMs: 5_000,
    maxOrderCount: contracts(1_000),
    mismatchConfirmMs: 5_000,
  },
  fuseLimit: contracts(6_000),
  balancePrecision: 'direct',
  fingerprint: 'f'.repeat(64),
};

export type TradingDesk = {
  readonly deps: TradingDeps;
  readonly clock: TestClock;
  readonly store: MemoryHotStore;
  readonly exchange: ScriptedExchange;
  readonly decisions: MemoryDecisionLog;
  readonly telemetry: MemoryTelemetry;
  readonly journal: readonly JournalEntry[];
};

/** The use cases' world before the first start: nothing opened, no lease. */
export function closedDesk(change: Partial<TradingConfig> = {}): TradingDesk {
  const clock = new TestClock();
  const journal: JournalEntry[] = [];
  const store = new MemoryHotStore((entries) => journal.push(...entries));
  const exchange = new ScriptedExchange(clock, OPENING_CASH);
  const decisions = new MemoryDecisionLog();
  const telemetry = new MemoryTelemetry();
  const config = { ...TRADING_CONFIG, ...change };
  const groups = null;
  const deps = { clock, store, exchange, groups, decisions, telemetry, config, points: NO_FAULTS };
  return { deps, clock, store, exchange, decisions, telemetry, journal };
}

/** Started, reconciled, and with a feeder's lease. */
export async function openDesk(change: Partial<TradingConfig> = {}): Promise<TradingDesk> {
  const desk = closedDesk(change);
  expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
  await holdLease(desk);
  return desk;
}

/** The same feeder holds the lease from now on. */
export async function holdLease({ store, clock }: TradingDesk): Promise<void> {
  expect(await takeLease(store, 'feeder-1', clock.nowMs())).not.toBeNull();
}

/** The use cases in a process that dies when it comes to a point for the n-th time. */
export function dyingAt(desk: TradingDesk, point: EffectPoint, occurrence = 1): TradingDeps {
  return { ...desk.deps, points: new CrashPlan([{ point, occurrence }]) };
}

/** Runs something in a process that must die on the way. */
export async function die(run: Promise<unknown>): Promise<void> {
  await expect(run).rejects.toBeInstanceOf(Crash);
}

export type TickChange = {
  readonly n?: number;
  readonly market?: Parameters<typeof aMarket>[0];
  /** Best prices in 1e-4 dollars; null leaves a side empty. */
  readonly bid?: number | null;
  readonly ask?: number | null;
  readonly sync?: 'synced' | 'gapped';
  readonly bookAgeMs?: number;
  readonly homeOdds?: number;
  readonly awayOdds?: number;
};

/** A tick of now: 50 bid, 52 asked, and a line by which YES is worth about 62 cents. */
export function aTick({ clock }: TradingDesk, change: TickChange = {}): MarketTick {
  const { n = 1, bid = 5_000, ask = 5_200, bookAgeMs = 0 } = change;
  const market = aMarket(change.market);
  const nowMs = clock.nowMs();
  const gameId = `game of ${market.eventTicker}`;
  const mapping: GameMapping = {
    market: market.ticker,
    gameId,
    league: 'nfl',
    yesSide: 'home',
    startTimeMs: NOON + 7_200_000,
    evidence: ['made for tests'],
  };
  const leg = (side: 'home' | 'away', decimalOdds: number): LineLeg => ({
    feed: 'boltodds',
    source: 'pinnacle',
    gameId,
    side,
    quote: { kind: 'quoted', decimalOdds, raw: String(decimalOdds) },
    sequence: n,
    sourceTimeMs: nowMs,
    receivedMs: nowMs,
  });
  return {
    stamp: { epoch: 1, n },
    market,
    mapping,
    book: {
      sync: change.sync ?? 'synced',
      view: aBook(bid, ask),
      exchangeTimeMs: nowMs - bookAgeMs,
    },
    legs: [leg('home', change.homeOdds ?? 1.57), leg('away', change.awayOdds ?? 2.6)],
    forecast: null,
    game: null,
    feederTimeMs: nowMs,
  };
}

/** The signal that a tick gives now; a tick without one fails the test. */
export function aSignal(desk: TradingDesk, change: TickChange = {}): EntrySignal {
  const decision = decideEntry({
    tick: aTick(desk, change),
    nowMs: desk.clock.nowMs(),
    ...entryRules(desk.deps.config),
  });
  if (decision.kind !== 'signal') throw new Error(`the tick gives no signal: ${decision.reason}`);
  return decision;
}

/** Places an entry and expects that it was placed. */
export async function place(desk: TradingDesk, change: TickChange = {}): Promise<Order> {
  return placed(await placeEntry(desk.deps, aSignal(desk, change)));
}

export function placed(placement: EntryPlacement): Order {
  if (placement.kind !== 'placed') throw new Error(`the entry was refused: ${placement.code}`);
  return placement.order;
}

/** The only order of a desk, as stored. */
export function onlyOrder(desk: TradingDesk): Order {
  const [order, ...others] = desk.store.peekAll('orders');
  expect(others).toEqual([]);
  return order!;
}

export function orderOf(desk: TradingDesk, clientOrderId: string): Order {
  return desk.store.peek('orders', clientOrderId)!;
}

export function positionIn(desk: TradingDesk, market = KC): Position {
  return desk.store.peek('positions', market)!;
}

/** All fills that the exchange has ever booked, oldest first. */
export async function fillsOf({ exchange }: TradingDesk): Promise<readonly Fill[]> {
  const fills = await exchange.fills({ sinceMs: 0 });
  if (fills.kind !== 'read') throw new Error(fills.reason);
  return fills.value.toReversed();
}

/**
 * The headroom of every scope is the cap less what orders still hold back and what open positions cost, and the cash is
 * the ledger's less what orders hold back: nothing was leaked or given twice.
 */
export async function expectBalanced(desk: TradingDesk): Promise<void> {
  const ledger = new MemoryLedgerStore();
  await writeLedger({ ledger, journal: new MemoryJournalStore() }, desk.journal);
  const entries = await ledger.entries();
  expect(imbalance(entries)).toBe(0);
  const orders = desk.store.peekAll('orders');
  const open = desk.store.peekAll('positions').filter(({ state }) => state === 'open');
  const equity = desk.store.peek('account', 'account')!.capEquity;
  const cap = initialHeadroom({
    equity,
    caps: desk.deps.config.caps,
    cashByShard: new Map<number, Money>([[0, balanceOf(entries).get('cash:0') ?? money(0)]]),
  });
  for (const [scope, room] of desk.store.headrooms()) {
    const held = (of: { market: string; eventTicker: string }, amounts: Amounts): number =>
      shareOf(scope, of, amounts);
    let expected = cap(scope);
    for (const { intent, reservation } of orders) expected -= held(intent, reservation);
    for (const position of open)
      expected -= held(position, { exposure: position.basis, cash: 0, slots: 1 });
    expect([scope, room]).toEqual([scope, expected]);
  }
}

type Amounts = { readonly exposure: number; readonly cash: number; readonly slots: number };

function shareOf(
  scope: HeadroomKey,
  { market, eventTicker }: { readonly market: string; readonly eventTicker: string },
  { exposure, cash, slots }: Amounts,
): number {
  if (scope === 'slots') return slots;
  if (scope.startsWith('cash:')) return cash;
  const concerns =
    scope === 'account' || scope === `market:${market}` || scope === `event:${eventTicker}`;
  return concerns ? exposure : 0;
}

/** Looks at the exchange again and again, after each of the waits. */
export async function lookAfter(desk: TradingDesk, ...waitsMs: readonly number[]): Promise<void> {
  for (const waitMs of waitsMs) {
    desk.clock.advance(waitMs);
    await resolveOrders(desk.deps);
  }
}

export const exitsSent = (desk: TradingDesk): readonly OrderRequest[] =>
  desk.exchange.submitted.filter(({ reduceOnly }) => reduceOnly);
