import { BookAudit } from '../../shared/application/audit-books.ts';
import { fuseTriggered, lookAtFuses } from '../../shared/application/strategy-fuses.ts';
import { standingCauses } from '../../shared/application/trading-causes.ts';
import { ATTESTED_CATEGORIES, watchKey } from '../../shared/application/watch-keys.ts';
import type { OrderMessage } from '../../shared/application/apply-order-update.ts';
import { phaseOf, type ExchangePause } from '../../shared/domain/market/exchange-calendar.ts';
import type { EpochMs, EventTicker, MarketTicker } from '../../shared/domain/market/market.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { FeedHealth } from './epoch-feeds.ts';
import { FeeCalendar } from './fee-calendar.ts';
import { FeedAgeWatch, type FeedAges } from './feed-age-watch.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import { LineDesk } from './line-desk.ts';
import { OwnMessages } from './own-messages.ts';
import { PauseWatch } from './pause-watch.ts';
import type { FeederSession, GroupMessage, LifecycleMessage, MarketFreshness } from './session.ts';
import type { TaskTimers } from './task-timers.ts';

/** What the watches ask of the epoch that they watch. */
export type WatchedEpoch = {
  readonly epoch: number;
  readonly session: Pick<FeederSession, 'bookOf' | 'freshness' | 'game' | 'games'>;
  readonly tasks: TaskTimers;
  readonly feeds: () => Readonly<Partial<Record<string, FeedHealth>>>;
  readonly entries: () => Iterable<DirectoryEntry>;
  readonly resnapshot: (markets: readonly MarketTicker[]) => void;
  readonly onFeesDue: (eventTicker: EventTicker) => void;
  readonly reconnect: (why: string) => Promise<void>;
  /** A message about our own orders, as if the stream had brought it. */
  readonly tell: (message: OrderMessage) => void;
  readonly tellHistory: (event: HistoryEvent) => void;
};

const CONNECTION_LOOK_MS = 1_000;

/** Everything that is held against the exchange's own word within one epoch, each on its own period. */
export class EpochWatches {
  readonly #parts: FeederParts;
  readonly #epoch: WatchedEpoch;
  readonly #ages: FeedAgeWatch;
  readonly #pauses: PauseWatch | null;
  readonly #own: OwnMessages | null;
  readonly #audit: BookAudit | null;
  readonly #connections: ConnectionWatch;
  readonly #lines: LineDesk | null;

  constructor(parts: FeederParts, epoch: WatchedEpoch) {
    this.#parts = parts;
    this.#epoch = epoch;
    const { checks, limits, store, telemetry, timers, trading } = parts;
    const { tasks, resnapshot, reconnect, session, tell } = epoch;
    const { calendar, account, books, clockOffset, healAfterMs } = checks;
    const common = { store, telemetry, timers, clock: timers, tasks, healAfterMs };
    this.#connections = new ConnectionWatch(telemetry);
    this.#lines =
      parts.pricing === null ? null : new LineDesk({ ...epoch, timers, telemetry }, parts.pricing);
    this.#ages = new FeedAgeWatch({ ...common, clockOffset, reconnect });
    this.#pauses =
      calendar === null || trading === null
        ? null
        : new PauseWatch({
            trading,
            calendar,
            tasks,
            healAfterMs,
            intervalMs: limits.statusIntervalMs,
            resnapshot: () => resnapshot(this.#openMarkets()),
            booksAreSound: () => this.#booksAreSound(),
          });
    this.#own =
      account === null || trading === null
        ? null
        : new OwnMessages({
            trading,
            tasks,
            reader: account,
            intervalMs: limits.ownMessagesIntervalMs,
            tell,
          });
    this.#audit =
      books === null
        ? null
        : new BookAudit({
            ...common,
            catalogue: books,
            markets: () => this.#openMarkets(),
            bookOf: (market) => session.bookOf(market),
            resnapshot,
          });
  }

  get ages(): FeedAges {
    return this.#ages.ages;
  }

  /** Pauses of the exchange as last seen. */
  get pauses(): readonly ExchangePause[] {
    return this.#pauses?.last?.pauses ?? [];
  }

  begin(): void {
    const { limits, timers } = this.#parts;
    const { tasks, feeds } = this.#epoch;
    this.#ages.begin();
    this.#lines?.begin();
    this.#pauses?.begin();
    this.#own?.begin();
    tasks.every(CONNECTION_LOOK_MS, 'connections are looked at', () => {
      this.#connections.look(feeds(), timers.nowMs());
      return Promise.resolve();
    });
    const audit = this.#audit;
    if (audit !== null)
      tasks.every(limits.bookAuditIntervalMs, 'books are audited', async () => {
        if (feeds()['kalshi']?.connected === true) await audit.look();
      });
    const { key, fees } = this.#parts.checks;
    tasks.after(0, 'fees that were to be read are', () => this.#takeOverFees());
    if (fees !== null)
      new FeeCalendar({
        catalogue: fees,
        tasks,
        nowMs: () => timers.nowMs(),
        intervalMs: limits.feeIntervalMs,
        entries: () => this.#epoch.entries(),
        onDue: (eventTicker) => this.#epoch.onFeesDue(eventTicker),
      }).begin();
    if (key !== null) {
      const look = (): Promise<unknown> => this.#watchKey(key);
      tasks.after(0, 'the key is looked at', async () => void (await look()));
      tasks.every(limits.keyIntervalMs, 'the key is looked at', async () => void (await look()));
    }
  }

  onConnected(): void {
    this.#ages.onConnected();
    this.#own?.lookSoon();
  }

  onStreamEvent(event: MarketDataEvent, receivedMs: EpochMs): void {
    this.#ages.onEvent(event, receivedMs);
    if (event.kind === 'fill' || event.kind === 'order_update') this.#own?.onMessage(event);
    if (event.kind === 'position_told') this.#own?.onPosition(event.position);
  }

  /** Odds came: the lines of their games may be others. */
  onOdds(event: OddsEvent): void {
    this.#lines?.onOdds(event);
  }

  /** A source was lost: lines that rested on it are no lines any more. */
  onSourceLost(): void {
    this.#lines?.look();
  }

  /** A fuse of ours that the exchange says was triggered stops its shard. One in unknown words is read. */
  onGroup({ event, orderGroupId, exchangeTimeMs }: GroupMessage): void {
    const { store, telemetry, trading } = this.#parts;
    const { tasks } = this.#epoch;
    if (event === 'triggered')
      tasks.after(0, 'a fuse is triggered', async () => {
        await fuseTriggered({ store, telemetry }, { orderGroupId, exchangeTimeMs });
      });
    else if (event === 'unrecognised' && trading !== null && trading.groups !== null) {
      const deps = { ...trading, groups: trading.groups };
      tasks.after(0, 'fuses are looked at', async () => void (await lookAtFuses(deps)));
    }
  }

  /** Orders that rested may have gone without a word each. */
  onLifecycle({ event }: LifecycleMessage): void {
    if (event === 'activated' || event === 'deactivated') this.#own?.lookSoon();
  }

  /** A process that died before it had read other fees has left its refusal of their event. */
  async #takeOverFees(): Promise<void> {
    for (const { code, scope } of await standingCauses(this.#parts.store))
      if (code === 'fee_drift' && scope.kind === 'event') this.#epoch.onFeesDue(scope.eventTicker);
  }

  #watchKey(key: NonNullable<FeederParts['checks']['key']>): Promise<unknown> {
    const { store, telemetry, timers } = this.#parts;
    return watchKey({
      account: key.of,
      keyId: key.id,
      affected: () => this.#attestedEvents(),
      store,
      clock: timers,
      telemetry,
    });
  }

  *#attestedEvents(): Iterable<EventTicker> {
    for (const { market, category } of this.#epoch.entries())
      if (category === undefined || category === null || ATTESTED_CATEGORIES.includes(category))
        yield market.eventTicker;
  }

  #openBooks(): readonly MarketFreshness[] {
    const nowMs = this.#parts.timers.nowMs();
    return this.#epoch.session
      .freshness()
      .filter(({ market }) => phaseOf(market, nowMs) === 'open');
  }

  #openMarkets(): readonly MarketTicker[] {
    return this.#openBooks().map(({ market }) => market.ticker);
  }

  #booksAreSound(): boolean {
    if (this.#epoch.feeds()['kalshi']?.connected !== true) return false;
    return this.#openBooks().every(({ sync }) => sync === 'synced');
  }
}
