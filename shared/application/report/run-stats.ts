import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type {
  EpochMs,
  EventTicker,
  Market,
  MarketResult,
  MarketTicker,
} from '../../domain/market/market.ts';
import { addMoney, cost, NO_MONEY, subtractMoney, type Money } from '../../domain/money/money.ts';
import { ONE_DOLLAR, type Price } from '../../domain/money/price.ts';
import type { Probability } from '../../domain/money/probability.ts';
import { legPrice } from '../../domain/positions/fold-position.ts';
import type { FairValue } from '../../domain/pricing/fair-value.ts';
import type { MarkSample } from '../../domain/reports/equity-curve.ts';
import type { HistoryEvent, ScoredMarket } from '../../ports/history.ts';

/** One market as the run has seen it. */
export type MarketStats = {
  readonly ticker: MarketTicker;
  readonly eventTicker: EventTicker;
  title: string;
  startTimeMs: EpochMs | null;
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

/**
 * What a run came to so far: a fold over its history and its journal, the same while it goes and from the stores
 * afterwards. Each event and each entry is to be told once.
 */
export class RunStats {
  readonly markets = new Map<MarketTicker, MarketStats>();
  readonly skips = new Map<string, number>();
  readonly journal: JournalEntry[] = [];
  readonly marks: MarkSample[] = [];
  ticks = 0;
  signals = 0;

  /** Takes in what the journal tells. */
  onJournal(entries: readonly JournalEntry[]): void {
    this.journal.push(...entries);
    for (const entry of entries) {
      const booked = realisedBy(entry);
      const stats = booked === null ? undefined : this.markets.get(booked.market);
      if (booked !== null && stats !== undefined)
        stats.realised = addMoney(stats.realised, booked.amount);
    }
  }

  /** Takes in one event; kinds that no report shows change nothing. */
  onHistory(event: HistoryEvent): void {
    switch (event.kind) {
      case 'scored':
        this.#onScored(event);
        return;
      case 'edge':
        this.#onEdge(event.market);
        return;
      case 'entry_refused':
        this.#skip(event.code, 1);
        return;
      case 'marks':
        for (const mark of event.marks) this.marks.push({ ...mark, atMs: event.atMs });
        return;
      case 'market':
        this.#onMarket(event.market, event.mapping?.startTimeMs ?? null);
        return;
      case 'lifecycle':
        this.#onLifecycle(event.message);
        return;
      case 'game_state':
      case 'line':
      case 'feed':
      case 'run':
        return;
    }
  }

  #onScored({ ticks, skips, markets }: Extract<HistoryEvent, { kind: 'scored' }>): void {
    this.ticks += ticks;
    for (const [reason, count] of Object.entries(skips)) this.#skip(reason, count);
    for (const look of markets) {
      const stats = this.markets.get(look.market);
      if (stats !== undefined) seeMarket(stats, look);
    }
  }

  #onEdge(market: MarketTicker): void {
    this.signals += 1;
    const stats = this.markets.get(market);
    if (stats !== undefined) stats.edges += 1;
  }

  /** A market that is told again keeps what was counted of it. */
  #onMarket({ ticker, eventTicker, title }: Market, startTimeMs: EpochMs | null): void {
    const known = this.markets.get(ticker);
    if (known !== undefined) {
      known.title = title;
      known.startTimeMs = startTimeMs ?? known.startTimeMs;
      return;
    }
    this.markets.set(ticker, {
      ticker,
      eventTicker,
      title,
      startTimeMs,
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

  #onLifecycle({ market, result }: Extract<HistoryEvent, { kind: 'lifecycle' }>['message']): void {
    const stats = this.markets.get(market);
    if (stats !== undefined && result !== null) stats.result = result;
  }

  #skip(reason: string, count: number): void {
    this.skips.set(reason, (this.skips.get(reason) ?? 0) + count);
  }
}

/** One look at a market: its touch, what it is worth, and, while its game has not begun, both together. */
function seeMarket(
  stats: MarketStats,
  { ticks, bid, ask, fair, feederTimeMs }: ScoredMarket,
): void {
  stats.ticks += ticks;
  stats.bid = bid;
  stats.ask = ask;
  if (fair === null) return;
  stats.fair = fair.probability;
  if (stats.startTimeMs === null || feederTimeMs >= stats.startTimeMs) return;
  const isLater = stats.beforeStart === null || feederTimeMs >= stats.beforeStart.atMs;
  if (bid === null || ask === null || !isLater) return;
  const market = ((bid + ask) / (2 * ONE_DOLLAR)) as Probability;
  stats.beforeStart = { fair, market, atMs: feederTimeMs };
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
