import type { Leg } from '../domain/edge/edge.ts';
import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { GameState } from '../domain/market/game-state.ts';
import type { League } from '../domain/market/leagues.ts';
import type {
  EpochMs,
  GameId,
  GameMapping,
  Market,
  MarketTicker,
} from '../domain/market/market.ts';
import type { TickStamp } from '../domain/market/market-tick.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Money } from '../domain/money/money.ts';
import type { Price } from '../domain/money/price.ts';
import type { OddsPhase } from '../domain/odds/freshness.ts';
import type { FairLine, LineRefusal } from '../domain/pricing/fair-line.ts';
import type { FairValue } from '../domain/pricing/fair-value.ts';
import type { MarketDataEvent } from './market-data.ts';

/** What one batch of ticks showed of one market: its newest tick. */
export type ScoredMarket = {
  readonly market: MarketTicker;
  readonly ticks: number;
  readonly edges: number;
  readonly bid: Price | null;
  readonly ask: Price | null;
  /** Null when the market could not be priced. */
  readonly fair: FairValue | null;
  readonly feederTimeMs: EpochMs;
};

type HistoryBody =
  /** One batch of scored ticks: counts, reasons of skips, the newest look at each market. */
  | {
      readonly kind: 'scored';
      readonly ticks: number;
      readonly skips: Readonly<Record<string, number>>;
      readonly markets: readonly ScoredMarket[];
    }
  /** A tick that was worth an order. */
  | {
      readonly kind: 'edge';
      readonly market: MarketTicker;
      readonly stamp: TickStamp;
      readonly leg: Leg;
      readonly limitPrice: Price;
      readonly count: Contracts;
      /** Expected profit per contract after fees at the worst level taken. */
      readonly perContract: Money;
      readonly fair: FairValue;
      readonly strategy: string;
    }
  /** A signal that became no order. */
  | { readonly kind: 'entry_refused'; readonly market: MarketTicker; readonly code: string }
  /** The marks of open positions, sampled for the equity curve. */
  | {
      readonly kind: 'marks';
      readonly marks: readonly { readonly positionId: string; readonly legPrice: Price }[];
    }
  /** What a market is, whenever that changes. */
  | { readonly kind: 'market'; readonly market: Market; readonly mapping: GameMapping | null }
  /** What the exchange's stream said of a market's life. */
  | {
      readonly kind: 'lifecycle';
      readonly message: Extract<MarketDataEvent, { kind: 'lifecycle' }>;
    }
  | { readonly kind: 'game_state'; readonly state: GameState }
  /** The fair line of a game, or why there is none, whenever that is another than the one told before, and again while it stands. */
  | {
      readonly kind: 'line';
      readonly gameId: GameId;
      readonly league: League;
      readonly startTimeMs: EpochMs;
      readonly phase: OddsPhase;
      readonly line: FairLine | LineRefusal;
    }
  /** A feed that came or went. */
  | {
      readonly kind: 'feed';
      readonly feed: string;
      readonly change: 'connected' | 'disconnected';
      readonly detail: string;
    }
  /** A process began: what it runs, and with what. */
  | {
      readonly kind: 'run';
      readonly runId: string;
      readonly process: string;
      readonly epoch: number;
      readonly stage: string;
      readonly configFingerprint: string;
      readonly strategy: string;
      readonly commit: string | null;
      readonly branch: string | null;
    };

/** Something worth keeping for analysis. `eventId` is the same however often it is delivered. */
export type HistoryEvent = HistoryBody & { readonly eventId: string; readonly atMs: EpochMs };

/** State changes for whoever listens; never part of the order path. */
export interface EventBus {
  publish(events: readonly HistoryEvent[]): Promise<void>;
}

/** What is kept for analysis and reports. Appending an event whose id is already there changes nothing. */
export interface HistoryStore {
  append(events: readonly HistoryEvent[]): Promise<void>;
  /** What reports fold over (scored, edge, entry_refused, marks, market, lifecycle), by time, then id. */
  events(): Promise<readonly HistoryEvent[]>;
}

/** The journal as kept for good. Appending an entry whose id is already there changes nothing. */
export interface JournalStore {
  append(entries: readonly JournalEntry[]): Promise<void>;
  /** By time, then in the order in which they were appended. */
  entries(): Promise<readonly JournalEntry[]>;
}
