import type { ScoreResult } from '../score-edges.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { EpochMs, MarketResult, MarketTicker } from '../../domain/market/market.ts';
import type { MarketTick } from '../../domain/market/market-tick.ts';
import { addMoney, cost, NO_MONEY, subtractMoney, type Money } from '../../domain/money/money.ts';
import { ONE_DOLLAR, type Price } from '../../domain/money/price.ts';
import type { Probability } from '../../domain/money/probability.ts';
import { legPrice } from '../../domain/positions/fold-position.ts';
import type { Position } from '../../domain/positions/position.ts';
import type { FairValue } from '../../domain/pricing/fair-value.ts';
import type { MarkSample } from '../../domain/reports/equity-curve.ts';

/** One market as the run has seen it. */
export type MarketStats = {
  readonly ticker: MarketTicker;
  readonly title: string;
  readonly startTimeMs: EpochMs | null;
  ticks: number;
  edges: number;
  bid: Price | null;
  ask: Price | null;
  fair: Probability | null;
  /** The last fair value and mid price before the game, both of one moment. */
  beforeStart: {
    readonly fair: FairValue;
    readonly market: Probability;
    readonly atMs: EpochMs;
  } | null;
  result: MarketResult | null;
  /** Of everything sold or settled in the market so far, less all of its fees. */
  realised: Money;
};

/** What a run counts while it goes. Filled by the handlers around the use cases, read by progress and report. */
export class RunStats {
  readonly markets = new Map<MarketTicker, MarketStats>();
  readonly skips = new Map<string, number>();
  readonly journal: JournalEntry[] = [];
  readonly marks: MarkSample[] = [];
  ticks = 0;
  signals = 0;

  addMarket(market: Pick<MarketStats, 'ticker' | 'title' | 'startTimeMs'>): void {
    this.markets.set(market.ticker, {
      ...market,
      ticks: 0,
      edges: 0,
      bid: null,
      ask: null,
      fair: null,
      beforeStart: null,
      result: null,
      realised: NO_MONEY,
    });
  }

  /** Takes in what the journal tells, each entry once. */
  onJournal(entries: readonly JournalEntry[]): void {
    this.journal.push(...entries);
    for (const entry of entries) {
      const booked = realisedBy(entry);
      const stats = booked === null ? undefined : this.markets.get(booked.market);
      if (booked !== null && stats !== undefined)
        stats.realised = addMoney(stats.realised, booked.amount);
    }
  }

  onTick(tick: MarketTick): void {
    this.ticks += 1;
    const stats = this.markets.get(tick.market.ticker);
    if (stats === undefined) return;
    stats.ticks += 1;
    stats.bid = tick.book.view.bids[0]?.price ?? null;
    stats.ask = tick.book.view.asks[0]?.price ?? null;
  }

  onFair(tick: MarketTick, fair: FairValue): void {
    const stats = this.markets.get(tick.market.ticker);
    if (stats === undefined) return;
    stats.fair = fair.probability;
    if (stats.startTimeMs === null || tick.feederTimeMs >= stats.startTimeMs) return;
    const [bid, ask] = [tick.book.view.bids[0]?.price, tick.book.view.asks[0]?.price];
    const isLater = stats.beforeStart === null || tick.feederTimeMs >= stats.beforeStart.atMs;
    if (bid === undefined || ask === undefined || !isLater) return;
    const market = ((bid + ask) / (2 * ONE_DOLLAR)) as Probability;
    stats.beforeStart = { fair, market, atMs: tick.feederTimeMs };
  }

  onResult(ticker: MarketTicker, result: MarketResult): void {
    const stats = this.markets.get(ticker);
    if (stats !== undefined) stats.result = result;
  }

  onScored(result: ScoreResult): void {
    this.signals += result.signals.length;
    for (const { tick } of result.signals) {
      const stats = this.markets.get(tick.market.ticker);
      if (stats !== undefined) stats.edges += 1;
    }
    for (const [reason, count] of result.skips) this.skip(reason, count);
  }

  skip(reason: string, count = 1): void {
    this.skips.set(reason, (this.skips.get(reason) ?? 0) + count);
  }

  /** Samples the marks of open positions for the equity curve. */
  sampleMarks(positions: readonly Position[], atMs: EpochMs): void {
    for (const { positionId, mark, state } of positions) {
      if (state === 'open' && mark !== null)
        this.marks.push({ positionId, legPrice: mark.legPrice, atMs });
    }
  }
}

/** What one journal entry adds to the result of its market; null when it moves no money there. */
function realisedBy(
  entry: JournalEntry,
): { readonly market: MarketTicker; readonly amount: Money } | null {
  switch (entry.kind) {
    case 'fill': {
      const { fill, basis, leg } = entry;
      const gained =
        entry.purpose === 'exit'
          ? subtractMoney(cost(legPrice(leg, fill.price), fill.count), basis)
          : NO_MONEY;
      return { market: fill.market, amount: subtractMoney(gained, fill.fee) };
    }
    case 'settlement': {
      const { market, payout, basis, fee } = entry;
      return { market, amount: subtractMoney(subtractMoney(payout, basis), fee) };
    }
    case 'opening':
    case 'order':
    case 'position_opened':
    case 'position_closed':
    case 'residual':
      return null;
  }
}
