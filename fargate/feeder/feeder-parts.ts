import type { MapReport } from '../../shared/application/map-catalogue.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { EpochMs, GameMapping, Market } from '../../shared/domain/market/market.ts';
import type { ClockOffset } from '../../shared/domain/feeds/clock-offset.ts';
import type { CommandSource } from '../../shared/ports/command-source.ts';
import type { Exchange, Read } from '../../shared/ports/exchange.ts';
import type { ExchangeAccount } from '../../shared/ports/exchange-account.ts';
import type { ExchangeCalendar } from '../../shared/ports/exchange-calendar.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import type { MarketCatalogue } from '../../shared/ports/market-catalogue.ts';
import type { QuotingExchange } from '../../shared/ports/quoting.ts';
import type { Recorder } from '../../shared/ports/recorder.ts';
import type { MarketStream, OddsStream, Scoreboard } from '../../shared/ports/streams.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { PricingConfig } from '../../shared/domain/pricing/price-market.ts';
import type { LineSource, OddsFeedName } from '../../shared/domain/odds/line.ts';
import type { ScoreSource } from '../../shared/domain/market/game-state.ts';
import type { SourceTold } from './source-watch.ts';
import type { FeederPublisher } from './publish.ts';
import type { FeederCommand, FeederSession } from './session.ts';

/** A market to follow, and which side of which game its YES is; unmapped ones are followed without odds. */
export type DirectoryEntry = {
  readonly market: Market;
  readonly mapping: GameMapping | null;
  /** The exchange's category of its series; null or left out where it is not known. */
  readonly category?: string | null;
  /** Somebody is to look into it before it is trusted. */
  readonly researchGap?: boolean;
};

/** A recorder that can end: `close` writes what is pending, `onStopped` is told when it cannot go on. */
export type FeederRecorder = Recorder & {
  onStopped(tell: (reason: string) => void): void;
  close(): Promise<void>;
};

export type FeederLimits = {
  /** Between two looks at orders that are not over. */
  readonly lookupIntervalMs: number;
  /** The lease is renewed for so long although the exchange's stream has not come up yet. */
  readonly connectGraceMs: number;
  /** Between two looks at the exchange's status; its schedule is read less often. */
  readonly statusIntervalMs: number;
  /** Between two looks for messages about our own orders that the stream did not bring. */
  readonly ownMessagesIntervalMs: number;
  /** Between two comparisons of sampled books with the exchange's own. */
  readonly bookAuditIntervalMs: number;
  /** Between two looks at the key that the process signs with. */
  readonly keyIntervalMs: number;
  /** Between two readings of the fee changes that are announced. */
  readonly feeIntervalMs: number;
  /** At most between two readings of the directory, for markets that are listed later; null for never. */
  readonly directoryIntervalMs: number | null;
  /** A drain gives up what has not been sent by then. */
  readonly drainMs: number;
  /** Nothing that repeats itself is begun after it, so that a clock can run out; null for a process that runs on. */
  readonly untilMs: EpochMs | null;
};

export const FEEDER_LIMITS: FeederLimits = {
  lookupIntervalMs: 2_000,
  connectGraceMs: 20_000,
  statusIntervalMs: 5_000,
  ownMessagesIntervalMs: 30_000,
  bookAuditIntervalMs: 2_500,
  keyIntervalMs: 3_600_000,
  feeIntervalMs: 600_000,
  directoryIntervalMs: 300_000,
  drainMs: 20_000,
  untilMs: null,
};

/** What is published with each new epoch, beside the configuration: whose process, of what. */
export type FeederRun = {
  readonly stage: string;
  readonly commit: string | null;
  readonly branch: string | null;
};

/** What else the exchange is asked; null is not asked. Account checks need somebody who trades. */
export type FeederChecks = {
  /** When the exchange trades. */
  readonly calendar: ExchangeCalendar | null;
  /** What the account shows of itself, for what its stream may have lost. */
  readonly account: Pick<Exchange, 'asOfMs' | 'fills' | 'orders'> | null;
  /** Books by request. */
  readonly books: Pick<MarketCatalogue, 'books'> | null;
  /** Fee changes that are announced. */
  readonly fees: Pick<MarketCatalogue, 'feeChanges'> | null;
  readonly key: { readonly id: string; readonly of: Pick<ExchangeAccount, 'keys'> } | null;
  /** Where the exchange's clock stands; null where both clocks are one. */
  readonly clockOffset: ((nowMs: EpochMs) => ClockOffset | null) | null;
  /** From the end of a cause that heals by itself until new risk is taken again. */
  readonly healAfterMs: number;
};

export const NO_CHECKS: FeederChecks = {
  calendar: null,
  account: null,
  books: null,
  fees: null,
  key: null,
  clockOffset: null,
  healAfterMs: 5_000,
};

/**
 * Reads of what rarely changes since the process began: answered from memory, by a request under way, by one of their
 * own.
 */
export type ReadCounts = { readonly hit: number; readonly shared: number; readonly miss: number };

/** How markets are priced, and the sportsbooks that feeds are asked for. */
export type FeederPricing = PricingConfig & { readonly books: readonly LineSource[] };

export type FeederParts = {
  readonly timers: Timers;
  /** Feeds are opened once; each epoch, and each new list of markets, takes a new one. */
  readonly newStream: () => MarketStream;
  /** Each feed once; a stream is told to whom to tell of coverage and quota. */
  readonly oddsFeeds: readonly {
    readonly feed: OddsFeedName;
    readonly newStream: (told: SourceTold) => OddsStream;
  }[];
  /** Each source of scores once. */
  readonly scoreboards: readonly {
    readonly source: ScoreSource;
    readonly newScoreboard: () => Scoreboard;
  }[];
  /** How lines are made, to be watched and told; null where nobody prices. */
  readonly pricing: FeederPricing | null;
  /** `afresh`: nothing that is kept for a while, such as fees, is taken for what is now. */
  readonly directory: (how?: {
    readonly afresh: boolean;
  }) => Promise<Read<readonly DirectoryEntry[]>>;
  /** What the directory last mapped, for people; left out where somebody else maps. */
  readonly map?: () => MapReport;
  /** How the exchange's rarely changing answers were had; left out where nothing is kept of them. */
  readonly cachedReads?: () => ReadCounts;
  /** The exchange's REST side, for what a stream may have lost. */
  readonly reader: Pick<Exchange, 'markets'>;
  /** What recovery, the resolver and stops reach the world through; null where somebody else does all three. */
  readonly trading: TradingDeps | null;
  /** What the kill switch works with; null where nobody trades. */
  readonly quoting: Pick<QuotingExchange, 'cancelAll' | 'resting'> | null;
  /** What is held against what the stream and our books say. */
  readonly checks: FeederChecks;
  /** Null where nobody commands. */
  readonly commands: CommandSource | null;
  readonly store: HotStore;
  readonly publisher: FeederPublisher;
  readonly recorder: FeederRecorder | null;
  readonly telemetry: Telemetry;
  /** Names this process in the lease; no two processes share one. */
  readonly holder: string;
  readonly run: FeederRun;
  readonly limits: FeederLimits;
  /** A word of a game that is older than `gameMaxAgeMs` gives way to a fresh one of another source. */
  readonly newSession: (epoch: number, gameMaxAgeMs: number) => FeederSession;
  /** Told of each command of the session before it is carried out. */
  readonly onCommand: (command: FeederCommand) => void;
  /** A task failed: a store or the exchange could not be reached, or there is a bug. It is tried again. */
  readonly onFailure: (task: string, error: unknown) => void;
};
