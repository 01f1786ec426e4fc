import type { FeederLine, FrameSource } from '../../shared/contracts/feeder-frames.ts';
import { isNearExit } from '../../shared/domain/exits/exit-levels.ts';
import type { ExchangePause } from '../../shared/domain/market/exchange-calendar.ts';
import type { EpochMs, EventTicker, MarketTicker } from '../../shared/domain/market/market.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { Row } from '../../shared/ports/hot-store.ts';
import type { LogFields } from '../../shared/ports/telemetry.ts';
import { CommandTaker, type CommandResult } from './command-taker.ts';
import {
  EpochFeeds,
  type ConnectionChange,
  type FeedHealth,
  type FeedName,
} from './epoch-feeds.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import { EpochWatches } from './epoch-watches.ts';
import type { FeedAges } from './feed-age-watch.ts';
import { marketHealth, type MarketHealth } from './market-health.ts';
import { MarketList, type MarketListChange } from './market-list.ts';
import { OperatorCommands, type KillSwitchReport } from './operator-commands.ts';
import { Recovery } from './recovery.ts';
import { rereadFees } from './reread-fees.ts';
import type { FeederCommand, FeederSession } from './session.ts';
import { runEvent, StateChanges } from './state-changes.ts';
import { StopGuard } from './stop-guard.ts';
import { TaskTimers } from './task-timers.ts';

/** How soon what conflation held back is looked at again. */
const FLUSH_MS = 100;
export type EpochCounts = {
  readonly frames: number;
  readonly refused: number;
  /** Connections to the exchange after the first one. */
  readonly reconnects: number;
  /** CRITICAL exits that the feeder sent itself. */
  readonly stops: number;
};

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
  readonly #session: FeederSession;
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
  #held = '';
  #flushPlanned = false;
  readonly epoch: number;

  constructor(parts: FeederParts, epoch: number, host: EpochHost) {
    const { trading, commands, timers, telemetry, publisher } = parts;
    this.#parts = parts;
    this.#host = host;
    this.epoch = epoch;
    this.#beganMs = timers.nowMs();
    this.#session = parts.newSession(epoch);
    this.#changes = new StateChanges(epoch);
    this.#tasks = new TaskTimers(parts);
    const tasks = this.#tasks;
    this.#operator = new OperatorCommands(parts);
    this.#recovery = new Recovery(parts, tasks, epoch);
    this.#stops =
      trading === null ? null : new StopGuard({ trading, tasks, mayAct: () => host.mayAct() });
    this.#commands =
      commands === null
        ? null
        : new CommandTaker({
            source: commands,
            timers,
            tasks,
            telemetry,
            beganMs: this.#beganMs,
            actions: {
              refresh_directory: done(() => this.#markets.lookNow()),
              resnapshot: done(({ markets }) => this.#resnapshot(markets)),
              drain: done(() => host.drain()),
              status: done(() => this.#tellStatus()),
              cancel_everything: (_, sentMs) => this.#operator.cancelEverything(sentMs),
              resume: (_, sentMs) => this.#operator.resume(sentMs),
              reset_fuse: (command, sentMs) => this.#operator.resetFuse(command, sentMs),
            },
          });
    this.#feeds = new EpochFeeds(parts, tasks, {
      onConnection: (change) => this.#onConnection(change),
      onFrame: (source, frame, receivedMs) => {
        publisher.onRawFrame();
        this.#record(source, frame, receivedMs);
      },
      onSubscribed: (subscription, markets) => {
        this.#line({ kind: 'subscribed', subscription, markets });
        this.#session.onSubscribed(subscription, markets);
      },
      onMarkets: (subscription, markets) => {
        this.#line({ kind: 'subscription_markets', subscription, markets });
        this.#session.onSubscriptionMarkets(subscription, markets, this.#now());
      },
      onLost: (subscription, frames) => {
        telemetry.count('feeder.frames_lost', frames);
        this.#line({ kind: 'lost', subscription, frames });
        this.#session.onLost(subscription, this.#now());
      },
      onStreamEvent: (event, receivedMs) => {
        this.#execute(() => this.#session.onStreamEvent(event, receivedMs));
        if (!tasks.isOver) this.#watches.onStreamEvent(event, receivedMs);
      },
      onOdds: (event, receivedMs) => this.#execute(() => this.#session.onOdds(event, receivedMs)),
      onGameState: (state, receivedMs) => {
        const change = this.#changes.game(state);
        if (change !== null) this.tell(change);
        this.#execute(() => this.#session.onGameState(state, receivedMs));
      },
    });
    this.#watches = new EpochWatches(parts, {
      session: this.#session,
      tasks,
      feeds: () => this.#feeds.health,
      entries: () => this.#markets.entries,
      resnapshot: (markets) => this.#resnapshot(markets),
      onFeesDue: (eventTicker) => this.#onFeesTold(eventTicker),
      reconnect: (why) => this.#reconnect(why),
      tell: (message) => publisher.orderMessage(message),
    });
    this.#markets = new MarketList(parts, tasks, {
      onFirst: (entries) => {
        for (const entry of entries) this.#follow(entry);
        this.#feeds.open(this.#markets.tickers);
      },
      onChanged: (change) => this.#onChanged(change),
      droppable: (tickers) => this.#droppable(tickers),
      onRead: (markets, askedAtMs) => {
        const nowMs = this.#now();
        this.#line({ kind: 'markets_read', askedAtMs, markets }, nowMs);
        this.#execute(() => this.#session.onMarkets(markets, askedAtMs, nowMs));
      },
    });
  }

  /** Reads the directory and opens the feeds; recovers meanwhile. Resolves when the feeds are opened or it is over. */
  async begin(): Promise<void> {
    this.#line({ kind: 'epoch', epoch: this.epoch });
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
    if (this.#feeds.health.kalshi.connected) return true;
    return this.#feeds.connections === 0 && timers.nowMs() - this.#beganMs < limits.connectGraceMs;
  }

  get isRecovered(): boolean {
    return this.#recovery.isDone;
  }

  get feeds(): Readonly<Record<FeedName, FeedHealth>> {
    return this.#feeds.health;
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
    return marketHealth(this.#session.freshness(), this.#markets.entries, this.#now());
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
    const near = open.filter(({ value }) => this.#isNearExit(value)).map(({ key }) => key);
    const text = JSON.stringify({ markets, near });
    if (text !== this.#held) {
      this.#held = text;
      this.#line({ kind: 'held', markets, near });
      this.#session.setHeld(markets, near);
    }
    this.#onTimer();
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

  #isNearExit(position: Position): boolean {
    const { trading } = this.#parts;
    return trading !== null && isNearExit(position, trading.config.strategy.exits);
  }

  #now(): EpochMs {
    return this.#parts.timers.nowMs();
  }

  /** By command. Books of markets that are not followed are nobody's. */
  #resnapshot(markets: readonly MarketTicker[]): void {
    const nowMs = this.#now();
    this.#line({ kind: 'resnapshot', markets }, nowMs);
    this.#execute(() => this.#session.resnapshot(markets, nowMs));
  }

  /** By command. */
  #tellStatus(): void {
    const report = this.#host.report();
    this.#parts.telemetry.log('info', 'status', report);
    this.tell(this.#changes.feed('feeder', 'connected', JSON.stringify(report), this.#now()));
  }

  /** Markets that came, changed or went: the stream's are changed on the connection that is open. */
  #onChanged({ fresh, mapped, gone }: MarketListChange): void {
    const nowMs = this.#now();
    for (const entry of fresh) this.#follow(entry);
    for (const entry of mapped) this.#follow(entry);
    if (gone.length > 0) {
      this.#line({ kind: 'unfollowed', markets: gone }, nowMs);
      this.#session.removeMarkets(gone);
    }
    if (fresh.length + gone.length > 0) this.#feeds.setMarkets(this.#markets.tickers);
  }

  /** Markets with a position or an order that is not over are followed on, whatever the list says. */
  async #droppable(tickers: readonly MarketTicker[]): Promise<readonly MarketTicker[]> {
    const { store } = this.#parts;
    const [orders, positions] = await Promise.all([store.openOrders(), store.list('positions')]);
    const busy = new Set([
      ...orders.map(({ value }) => value.intent.market),
      ...positions.flatMap(({ key, value }) => (value.state === 'open' ? [key] : [])),
    ]);
    return tickers.filter((ticker) => !busy.has(ticker));
  }

  /** The connection is given up for a new one. */
  async #reconnect(why: string): Promise<void> {
    if (!this.#feeds.health.kalshi.connected) return;
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
    this.#line({ kind: 'market', market, mapping });
    this.#session.addMarket(market, mapping);
    this.tell(this.#changes.listed(market, mapping, this.#now()));
  }

  #onConnection({ feed, change, why, isNews }: ConnectionChange): void {
    if (feed === 'kalshi') {
      this.#line({ kind: 'connection', change });
      this.#session.onDisconnect();
    }
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

  #execute(decide: () => readonly FeederCommand[]): void {
    if (this.#tasks.isOver) return;
    for (const command of decide()) this.#carryOut(command);
    this.#planFlush();
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

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#parts.timers.after(FLUSH_MS, 'feeder flushes', () => {
      this.#flushPlanned = false;
      if (!this.#tasks.isOver) this.#onTimer();
    });
  }

  #onTimer(): void {
    const nowMs = this.#now();
    const commands = this.#session.onTimer(nowMs);
    if (commands.length === 0) return;
    this.#line({ kind: 'timer' }, nowMs);
    this.#execute(() => commands);
  }

  /** `atMs` is the time that the session is given with it: a recording plays again to the same bytes. */
  #line(line: FeederLine, atMs: EpochMs = this.#now()): void {
    this.#record('feeder', JSON.stringify(line), atMs);
  }

  #record(source: FrameSource, payload: string, receivedMs: EpochMs): void {
    this.#parts.recorder?.record({ source, payload, receivedMs });
  }
}

/** An action that is done when it ends. */
function done<Command>(
  act: (command: Command) => unknown,
): (command: Command) => Promise<CommandResult> {
  return async (command) => {
    await act(command);
    return 'done';
  };
}
