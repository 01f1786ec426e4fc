import { resolveOrders } from '../../shared/application/resolve-orders.ts';
import { startAndRecover } from '../../shared/application/start-and-recover.ts';
import type { FeederLine, FrameSource } from '../../shared/contracts/feeder-frames.ts';
import { isNearExit } from '../../shared/domain/exits/exit-levels.ts';
import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { Row } from '../../shared/ports/hot-store.ts';
import type { FrameRefusal } from '../../shared/ports/market-data.ts';
import type {
  FeedHandlers,
  MarketStream,
  OddsStream,
  Scoreboard,
} from '../../shared/ports/streams.ts';
import type { LogFields } from '../../shared/ports/telemetry.ts';
import { CommandTaker } from './command-taker.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import type { FeederCommand, FeederSession } from './session.ts';
import { StateChanges } from './state-changes.ts';
import { StopGuard } from './stop-guard.ts';
import { TaskTimers } from './task-timers.ts';

/** How soon what conflation held back is looked at again. */
const FLUSH_MS = 100;
const READ_RETRY_MS = 5_000;
const RECOVERY_RETRY_MS = 2_000;
/** From a change of the directory until it is read again; the wait then doubles. */
const FIRST_LOOK_MS = 1_000;

type FeedName = 'kalshi' | 'odds' | 'scoreboard';
export type FeedHealth = { readonly connected: boolean; readonly lastFrameMs: EpochMs | null };

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
  readonly #stops: StopGuard | null;
  readonly #commands: CommandTaker | null;
  #stream: MarketStream;
  readonly #odds: OddsStream;
  readonly #scoreboard: Scoreboard | null;
  readonly #known = new Map<MarketTicker, DirectoryEntry>();
  readonly #feeds: Record<FeedName, { connected: boolean; lastFrameMs: EpochMs | null }> = {
    kalshi: { connected: false, lastFrameMs: null },
    odds: { connected: false, lastFrameMs: null },
    scoreboard: { connected: false, lastFrameMs: null },
  };
  readonly #beganMs: EpochMs;
  #held = '';
  #flushPlanned = false;
  #connections = 0;
  #frames = 0;
  #refused = 0;
  #isRecovered: boolean;
  #feedsOpened = false;
  #look: Promise<boolean> | null = null;
  readonly epoch: number;

  constructor(parts: FeederParts, epoch: number, host: EpochHost) {
    const { trading, commands, timers, telemetry } = parts;
    this.#parts = parts;
    this.#host = host;
    this.epoch = epoch;
    this.#beganMs = timers.nowMs();
    this.#session = parts.newSession(epoch);
    this.#changes = new StateChanges(epoch);
    this.#tasks = new TaskTimers(parts);
    const tasks = this.#tasks;
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
              refresh_directory: () => this.#refreshDirectory(),
              resnapshot: ({ markets }) => this.#resnapshot(markets),
              drain: () => host.drain(),
              status: () => this.#tellStatus(),
            },
          });
    this.#stream = parts.newStream();
    this.#odds = parts.newOdds();
    this.#scoreboard = parts.newScoreboard?.() ?? null;
    this.#isRecovered = trading === null;
  }

  /** Reads the directory and opens the feeds; recovers meanwhile. Resolves when the feeds are opened or it is over. */
  async begin(): Promise<void> {
    this.#line({ kind: 'epoch', epoch: this.epoch });
    this.#tellRun();
    this.#tasks.after(0, 'recovery', () => this.#recover());
    this.#commands?.begin();
    await this.#tasks.guard('directory', () => this.#openFeeds());
  }

  /** Whether the lease may be renewed: the exchange's stream is up, or has not yet had the time to come up. */
  get isHealthy(): boolean {
    const { timers, limits } = this.#parts;
    if (this.#feeds.kalshi.connected) return true;
    return this.#connections === 0 && timers.nowMs() - this.#beganMs < limits.connectGraceMs;
  }

  get isRecovered(): boolean {
    return this.#isRecovered;
  }

  get feeds(): Readonly<Record<FeedName, FeedHealth>> {
    return this.#feeds;
  }

  get counts(): EpochCounts {
    return {
      frames: this.#frames,
      refused: this.#refused,
      reconnects: Math.max(0, this.#connections - 1),
      stops: this.#stops?.sent ?? 0,
    };
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
    await Promise.all([
      this.#stream.close(),
      this.#odds.close(),
      this.#scoreboard?.close(),
      this.#stops?.settled(),
    ]);
  }

  #isNearExit(position: Position): boolean {
    const { trading } = this.#parts;
    return trading !== null && isNearExit(position, trading.config.strategy.exits);
  }

  #now(): EpochMs {
    return this.#parts.timers.nowMs();
  }

  /** Refuses new risk, asks the exchange about everything, and only then opens; then looks at open orders for ever. */
  async #recover(): Promise<void> {
    const { trading, telemetry, limits } = this.#parts;
    if (trading === null) return;
    const recovery = await this.#tasks.guard('recovery', () => startAndRecover(trading));
    if (this.#tasks.isOver) return;
    if (recovery?.kind !== 'open') {
      if (recovery !== null) telemetry.log('warn', 'not_recovered', { reason: recovery.reason });
      this.#tasks.after(RECOVERY_RETRY_MS, 'recovery', () => this.#recover());
      return;
    }
    this.#isRecovered = true;
    telemetry.log('info', 'recovered', { epoch: this.epoch });
    this.#tasks.every(limits.lookupIntervalMs, 'resolver', async () => {
      await resolveOrders(trading);
    });
  }

  async #openFeeds(): Promise<void> {
    const entries = await this.#readDirectory();
    if (entries === null) {
      this.#tasks.after(READ_RETRY_MS, 'feeder reads the directory', () => this.#openFeeds());
      return;
    }
    for (const entry of entries) this.#follow(entry);
    this.#openStream();
    this.#odds.open({
      ...this.#handlers('odds'),
      onEvent: (event, receivedMs) => this.#execute(() => this.#session.onOdds(event, receivedMs)),
    });
    this.#scoreboard?.open({
      onState: (state) => {
        if (this.#tasks.isOver) return;
        const nowMs = this.#now();
        this.#onFrame('scoreboard', JSON.stringify(state), nowMs);
        const change = this.#changes.game(state);
        if (change !== null) this.tell(change);
        this.#execute(() => this.#session.onGameState(state, nowMs));
      },
      onRefused: (refusal) => this.#refuse('scoreboard', refusal),
    });
    this.#feedsOpened = true;
    this.#planLook(FIRST_LOOK_MS);
  }

  async #readDirectory(): Promise<readonly DirectoryEntry[] | null> {
    const read = await this.#tasks.guard('directory', () => this.#parts.directory());
    if (this.#tasks.isOver || read === null) return null;
    if (read.kind === 'read') return read.value;
    this.#parts.telemetry.log('warn', 'directory_unavailable', { reason: read.reason });
    return null;
  }

  /**
   * Looks for other markets soon after the directory has changed, because the exchange's reads may be behind, and then
   * less and less often.
   */
  #planLook(afterMs: number): void {
    const { directoryIntervalMs } = this.#parts.limits;
    if (directoryIntervalMs === null) return;
    const waitMs = Math.min(afterMs, directoryIntervalMs);
    this.#tasks.after(waitMs, 'feeder reads the directory again', async () => {
      const hasNews = await this.#tasks.guard('directory', () => this.#lookForMarkets());
      this.#planLook(hasNews === true ? FIRST_LOOK_MS : 2 * waitMs);
    });
  }

  /** By command; a directory that has not been read yet is about to be. */
  async #refreshDirectory(): Promise<void> {
    if (this.#feedsOpened) await this.#lookForMarkets();
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

  /** One look at a time: who asks meanwhile gets its answer. */
  #lookForMarkets(): Promise<boolean> {
    this.#look ??= this.#lookOnce().finally(() => {
      this.#look = null;
    });
    return this.#look;
  }

  /** Whether markets were listed, or could be mapped, since: the stream is then opened anew with them. */
  async #lookOnce(): Promise<boolean> {
    const entries = (await this.#readDirectory()) ?? [];
    const fresh = entries.filter(({ market, mapping }) => {
      const known = this.#known.get(market.ticker);
      return known === undefined || (known.mapping === null && mapping !== null);
    });
    if (fresh.length === 0 || this.#tasks.isOver) return false;
    this.#parts.telemetry.log('info', 'markets_found', { markets: fresh.length });
    await this.#stream.close();
    if (this.#tasks.isOver) return false;
    if (this.#feeds.kalshi.connected) this.#onConnection('kalshi', 'disconnected', 'new markets');
    for (const entry of fresh) this.#follow(entry);
    this.#stream = this.#parts.newStream();
    this.#openStream();
    return true;
  }

  #follow(entry: DirectoryEntry): void {
    const { market, mapping } = entry;
    this.#known.set(market.ticker, entry);
    this.#line({ kind: 'market', market, mapping });
    this.#session.addMarket(market, mapping);
    this.tell(this.#changes.listed(market, mapping, this.#now()));
  }

  #openStream(): void {
    this.#stream.open([...this.#known.keys()], {
      ...this.#handlers('kalshi'),
      onSubscribed: (subscription, markets) => {
        if (this.#tasks.isOver) return;
        this.#line({ kind: 'subscribed', subscription, markets });
        this.#session.onSubscribed(subscription, markets);
      },
      onEvent: (event, receivedMs) =>
        this.#execute(() => this.#session.onStreamEvent(event, receivedMs)),
    });
  }

  #handlers(feed: 'kalshi' | 'odds'): FeedHandlers {
    return {
      onConnected: () => {
        if (this.#tasks.isOver) return;
        this.#onConnection(feed, 'connected', '');
        if (feed !== 'kalshi') return;
        this.#connections += 1;
        this.#refreshMarkets();
      },
      onDisconnected: (reason) => {
        if (!this.#tasks.isOver) this.#onConnection(feed, 'disconnected', reason);
      },
      onRefused: (refusal) => this.#refuse(feed, refusal),
      onFrame: (frame, receivedMs) => this.#onFrame(feed, frame, receivedMs),
    };
  }

  #onConnection(feed: 'kalshi' | 'odds', change: 'connected' | 'disconnected', why: string): void {
    const state = this.#feeds[feed];
    const isNews = state.connected !== (change === 'connected');
    state.connected = change === 'connected';
    if (feed === 'kalshi') {
      this.#line({ kind: 'connection', change });
      this.#session.onDisconnect();
    }
    if (!isNews) return;
    this.#parts.telemetry.log(change === 'connected' ? 'info' : 'warn', `feed_${change}`, {
      feed,
      why,
    });
    this.tell(this.#changes.feed(feed, change, why, this.#now()));
  }

  #onFrame(source: FeedName, frame: string, receivedMs: EpochMs): void {
    if (this.#tasks.isOver) return;
    this.#frames += 1;
    this.#feeds[source].lastFrameMs = receivedMs;
    this.#parts.publisher.onRawFrame();
    this.#record(source, frame, receivedMs);
  }

  #refuse(feed: FeedName, refusal: FrameRefusal): void {
    if (this.#tasks.isOver) return;
    this.#refused += 1;
    this.#parts.telemetry.count('feeder.frames_refused', 1);
    this.#parts.telemetry.log('warn', 'frame_refused', { feed, code: refusal.code });
  }

  /** Reads what the markets are now, again and again until the exchange shows all of them or the epoch is over. */
  #refreshMarkets(): void {
    this.#tasks.after(0, 'feeder reads markets', async () => {
      const tickers = [...this.#known.keys()];
      const askedAtMs = this.#now();
      const read = await this.#tasks.guard('markets', () =>
        this.#parts.reader.markets({ tickers }),
      );
      if (this.#tasks.isOver) return;
      if (read?.kind === 'read') {
        const found = read.value.map(({ market }) => market);
        const nowMs = this.#now();
        this.#line({ kind: 'markets_read', askedAtMs, markets: found }, nowMs);
        this.#execute(() => this.#session.onMarkets(found, askedAtMs, nowMs));
        if (found.length === tickers.length) return;
      }
      // No answer, or one that lacks markets because the exchange's reads are behind.
      this.#tasks.after(READ_RETRY_MS, 'feeder reads markets again', () => this.#refreshMarkets());
    });
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
        break;
      case 'refresh_markets':
        this.#refreshMarkets();
        break;
      case 'request_snapshots':
        this.#stream.requestSnapshots(command.subscription, command.markets);
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

  #tellRun(): void {
    const { trading, holder, run } = this.#parts;
    if (trading === null) return;
    const { strategy, fingerprint } = trading.config;
    const runId = `${holder}:${this.epoch}`;
    this.tell({
      kind: 'run',
      eventId: `run:${runId}`,
      atMs: this.#now(),
      runId,
      process: 'feeder',
      epoch: this.epoch,
      ...run,
      configFingerprint: fingerprint,
      strategy: `${strategy.name}@${strategy.version}`,
    });
  }

  /** `atMs` is the time that the session is given with it: a recording plays again to the same bytes. */
  #line(line: FeederLine, atMs: EpochMs = this.#now()): void {
    this.#record('feeder', JSON.stringify(line), atMs);
  }

  #record(source: FrameSource, payload: string, receivedMs: EpochMs): void {
    this.#parts.recorder?.record({ source, payload, receivedMs });
  }
}
