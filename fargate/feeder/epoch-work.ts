import { isNearExit } from '../../shared/domain/exits/exit-levels.ts';
import type { ExchangePause } from '../../shared/domain/market/exchange-calendar.ts';
import type { EpochMs, EventTicker } from '../../shared/domain/market/market.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import type { FeedName } from '../../shared/contracts/feeder-frames.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { Row } from '../../shared/ports/hot-store.ts';
import type { LogFields } from '../../shared/ports/telemetry.ts';
import type { CommandTaker } from './command-taker.ts';
import { epochCommands } from './epoch-commands.ts';
import type { EpochCounts } from './epoch-counts.ts';
import { EpochFeeds, type ConnectionChange, type FeedHealth } from './epoch-feeds.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import { EpochWatches } from './epoch-watches.ts';
import type { FeedAges } from './feed-age-watch.ts';
import { marketHealth, type MarketHealth } from './market-health.ts';
import { marketLines, type MarketLine } from './market-lines.ts';
import { MarketList, type MarketListChange } from './market-list.ts';
import { OperatorCommands, type KillSwitchReport } from './operator-commands.ts';
import { quietMarkets } from './quiet-markets.ts';
import { RecordedSession } from './recorded-session.ts';
import { Recovery } from './recovery.ts';
import { rereadFees } from './reread-fees.ts';
import type { FeederCommand } from './session.ts';
import type { SourceHealth } from './source-watch.ts';
import { runEvent, StateChanges } from './state-changes.ts';
import { StopGuard } from './stop-guard.ts';
import { TaskTimers } from './task-timers.ts';

/** What the work of an epoch asks of the process around it. */
export type EpochHost = {
  /** Whether the lease is held, with enough of it left to act. */
  readonly mayAct: () => boolean;
  /** A command asked the process to end in order. */
  readonly drain: () => Promise<void>;
  /** How the process is, in few words and numbers. */
  readonly report: () => LogFields;
};

/**
 * The feeder's work within one epoch: feeds into a session, its commands to queues and bus, and the recovery with
 * which each epoch begins. Once it is over nothing that is still under way has an effect.
 */
export class EpochWork {
  readonly #parts: FeederParts;
  readonly #session: RecordedSession;
  readonly #changes: StateChanges;
  readonly #tasks: TaskTimers;
  readonly #host: EpochHost;
  readonly #recovery: Recovery;
  readonly #stops: StopGuard | null;
  readonly #commands: CommandTaker | null;
  readonly #operator: OperatorCommands;
  readonly #feeds: EpochFeeds;
  readonly #watches: EpochWatches;
  readonly #markets: MarketList;
  readonly #beganMs: EpochMs;
  readonly epoch: number;

  constructor(parts: FeederParts, epoch: number, host: EpochHost) {
    const { trading, timers, telemetry, publisher } = parts;
    this.#parts = parts;
    this.#host = host;
    this.epoch = epoch;
    this.#beganMs = timers.nowMs();
    this.#changes = new StateChanges(epoch);
    const tasks = (this.#tasks = new TaskTimers(parts));
    this.#session = new RecordedSession(parts, { epoch, tasks }, (command) =>
      this.#carryOut(command),
    );
    this.#operator = new OperatorCommands(parts);
    this.#recovery = new Recovery(parts, tasks, epoch);
    this.#stops =
      trading === null ? null : new StopGuard({ trading, tasks, mayAct: () => host.mayAct() });
    this.#commands = epochCommands(parts, {
      tasks,
      operator: this.#operator,
      work: {
        refresh_directory: () => this.#markets.lookNow(),
        resnapshot: ({ markets }) => this.#session.resnapshot(markets),
        drain: () => host.drain(),
        status: () => this.#tellStatus(),
      },
    });
    this.#feeds = new EpochFeeds(parts, tasks, {
      onConnection: (change) => this.#onConnection(change),
      onFrame: (source, frame, receivedMs) => {
        publisher.onRawFrame();
        this.#session.onFrame(source, frame, receivedMs);
      },
      onSubscribed: (subscription, markets) => this.#session.onSubscribed(subscription, markets),
      onMarkets: (subscription, markets) =>
        this.#session.onSubscriptionMarkets(subscription, markets),
      onLost: (subscription, frames) => {
        telemetry.count('feeder.frames_lost', frames);
        this.#session.onLost(subscription, frames);
      },
      onStreamEvent: (event, receivedMs) => {
        this.#session.onStreamEvent(event, receivedMs);
        if (!tasks.isOver) this.#watches.onStreamEvent(event, receivedMs);
      },
      onSourceLost: (source) => {
        this.#session.onSourceLost(source);
        this.#watches.onSourceLost();
      },
      onOdds: (event, receivedMs) => {
        this.#session.onOdds(event, receivedMs);
        if (!tasks.isOver) this.#watches.onOdds(event);
      },
      onGameState: (state, receivedMs) => {
        const change = this.#changes.game(state);
        if (change !== null) this.tell(change);
        this.#session.onGameState(state, receivedMs);
      },
      isOver: (gameId) => this.#session.known.isOver(gameId, this.#now()),
    });
    this.#watches = new EpochWatches(parts, {
      session: this.#session.known,
      tasks,
      feeds: () => this.#feeds.health,
      entries: () => this.#markets.entries,
      resnapshot: (markets) => this.#session.resnapshot(markets),
      onFeesDue: (eventTicker) => this.#onFeesTold(eventTicker),
      reconnect: (why) => this.#reconnect(why),
      tell: (message) => publisher.orderMessage(message),
      tellHistory: (event) => this.tell(event),
      epoch,
    });
    this.#markets = new MarketList(parts, tasks, {
      onFirst: (entries) => {
        for (const entry of entries) this.#follow(entry);
        this.#feeds.open(this.#markets.tickers);
      },
      onChanged: (change) => this.#onChanged(change),
      // Where something of ours is, a market is followed on, whatever the list says.
      droppable: (tickers) => quietMarkets(parts.store, tickers),
      onRead: (markets, askedAtMs) => this.#session.onMarketsRead(markets, askedAtMs),
    });
  }

  /** Reads the directory and opens the feeds; recovers meanwhile. Resolves when the feeds are opened or it is over. */
  async begin(): Promise<void> {
    this.#session.onEpoch(this.epoch);
    const told = runEvent(this.#parts, this.epoch);
    if (told !== null) this.tell(told);
    this.#recovery.begin();
    this.#watches.begin();
    this.#commands?.begin();
    await this.#tasks.guard('directory', () => this.#markets.open());
  }

  /** Whether the lease may be renewed: the exchange's stream is up, or has not yet had the time to come up. */
  get isHealthy(): boolean {
    const { timers, limits } = this.#parts;
    if (this.#feeds.isExchangeConnected) return true;
    return this.#feeds.connections === 0 && timers.nowMs() - this.#beganMs < limits.connectGraceMs;
  }

  get isRecovered(): boolean {
    return this.#recovery.isDone;
  }

  get feeds(): Readonly<Partial<Record<FeedName, FeedHealth>>> {
    return this.#feeds.health;
  }

  get sources(): readonly SourceHealth[] {
    return this.#feeds.sources;
  }

  get ages(): FeedAges {
    return this.#watches.ages;
  }

  get pauses(): readonly ExchangePause[] {
    return this.#watches.pauses;
  }

  get killSwitch(): KillSwitchReport | null {
    return this.#operator.last;
  }

  markets(): readonly MarketHealth[] {
    return marketHealth(this.#session.known.freshness(), this.#markets.entries, this.#now());
  }

  /** What each followed market would be priced at now, and why not. */
  lines(): readonly MarketLine[] {
    const { pricing } = this.#parts;
    return pricing === null
      ? []
      : marketLines(this.#session.known.inputs(this.#now()), pricing, this.#now());
  }

  get counts(): EpochCounts {
    return { ...this.#feeds.counts, stops: this.#stops?.sent ?? 0 };
  }

  /** The positions as the stores say now; the markets of the open ones are held. */
  learnPositions(positions: readonly Row<Position>[]): void {
    if (this.#tasks.isOver) return;
    this.#stops?.learn(positions);
    const open = positions.filter(({ value }) => value.state === 'open');
    const markets = open.map(({ key }) => key);
    const exits = this.#parts.trading?.config.strategy.exits;
    const near = open.flatMap(({ key, value }) =>
      exits !== undefined && isNearExit(value, exits) ? [key] : [],
    );
    this.#session.setHeld(markets, near);
    this.#session.onTimer();
  }

  tell(event: HistoryEvent): void {
    this.#parts.publisher.event(event);
  }

  /** The recording cannot go on; trading does. */
  onRecordingStopped(reason: string): void {
    this.tell(this.#changes.feed('recording', 'disconnected', reason, this.#now()));
  }

  /** Nothing more is taken or said. Resolves when the feeds deliver nothing more and no stop is under way. */
  async end(): Promise<void> {
    this.#tasks.end();
    this.#commands?.end();
    await Promise.all([this.#feeds.close(), this.#stops?.settled()]);
  }

  #now(): EpochMs {
    return this.#parts.timers.nowMs();
  }

  /** By command. */
  #tellStatus(): void {
    const report = this.#host.report();
    this.#parts.telemetry.log('info', 'status', report);
    this.tell(this.#changes.feed('feeder', 'connected', JSON.stringify(report), this.#now()));
  }

  /** Markets that came, changed or went: the stream's are changed on the connection that is open. */
  #onChanged({ fresh, remapped, gone }: MarketListChange): void {
    for (const entry of fresh) this.#follow(entry);
    for (const entry of remapped) this.#follow(entry);
    if (gone.length > 0) {
      this.#session.unfollow(gone);
      this.#changes.forget(gone);
    }
    if (fresh.length + gone.length > 0) this.#feeds.setMarkets(this.#markets.tickers);
  }

  /** The connection is given up for a new one. */
  async #reconnect(why: string): Promise<void> {
    if (!this.#feeds.isExchangeConnected) return;
    if (await this.#feeds.closeStream(why)) this.#feeds.reopenStream(this.#markets.tickers);
  }

  /**
   * Fees of an event change: what they are now is read again, and until then no new risk is taken in it (Kalshi: Market
   * and Event Lifecycle).
   */
  #onFeesTold(eventTicker: EventTicker): void {
    this.#tasks.after(0, 'fees are read again', () =>
      rereadFees(this.#parts, this.#tasks, eventTicker, () => this.#markets.lookNow()),
    );
  }

  #follow(entry: DirectoryEntry): void {
    const { market, mapping } = entry;
    this.#markets.follow(entry);
    this.#session.follow(entry);
    this.tell(this.#changes.listed(market, mapping, this.#now()));
  }

  #onConnection({ feed, change, why, isNews }: ConnectionChange): void {
    if (feed === 'kalshi') this.#session.onConnection(change);
    if (isNews) {
      this.#parts.telemetry.log(change === 'connected' ? 'info' : 'warn', `feed_${change}`, {
        feed,
        why,
      });
      this.tell(this.#changes.feed(feed, change, why, this.#now()));
    }
    if (feed !== 'kalshi' || change !== 'connected') return;
    this.#watches.onConnected();
    this.#markets.refresh();
  }

  #carryOut(command: FeederCommand): void {
    const { publisher, onCommand } = this.#parts;
    onCommand(command);
    switch (command.kind) {
      case 'publish_tick': {
        const change = this.#changes.ofTick(command.tick);
        if (change !== null) this.tell(change);
        if (command.held) this.#stops?.onTick(command.tick);
        publisher.tick(command.tick, command.held);
        break;
      }
      case 'publish_order_message':
        publisher.orderMessage(command.message);
        break;
      case 'publish_lifecycle':
        this.tell(this.#changes.lifecycle(command.event, this.#now()));
        this.#watches.onLifecycle(command.event);
        break;
      case 'fees_told':
        this.#onFeesTold(command.eventTicker);
        break;
      case 'group_told':
        this.#watches.onGroup(command.message);
        break;
      case 'position_told':
        break;
      case 'refresh_markets':
        this.#markets.refresh();
        break;
      case 'request_snapshots':
        this.#feeds.requestSnapshots(command.subscription, command.markets);
        break;
    }
  }
}
