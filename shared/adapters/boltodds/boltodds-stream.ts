import { Breaker } from '../../domain/feeds/breaker.ts';
import { CoverageWatch, type CoverageReport } from '../../domain/feeds/coverage.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { OddsEvent } from '../../ports/odds-feed.ts';
import type { OddsStream, OddsStreamHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { redactor } from '../http/redact.ts';
import type { Backoff, ReconnectingSocket } from '../websocket/reconnecting-socket.ts';
import type { CatalogueRead } from './bolt-catalogue.ts';
import { FrameSlices } from './frame-slices.ts';
import { SaidOdds } from './said-odds.ts';
import { boltSocket } from './bolt-socket.ts';
import { PushedSource } from './pushed-source.ts';
import type { BoltGames } from './wire/catalogue.ts';
import { denialOf } from './wire/denial.ts';
import { dueOf, listedOf, type ListedInFilters } from './wire/listed-in-filters.ts';
import { decodeFrame, EXCLUDED_BOOKS, type BoltFrameOptions } from './wire/frames.ts';
import { ALL, type BoltRefusal } from './wire/refusal.ts';
import { encodeSubscribe, isAcknowledgement, type BoltFilters } from './wire/subscribe.ts';

export type BoltOddsOptions = {
  /** Without the key. */
  readonly wsUrl: string;
  /** Goes into the address, and so never into a message of ours. */
  readonly token: string;
  readonly filters: BoltFilters;
  /** Our game, or null when it is not mapped or stands with home and away exchanged. */
  readonly gameIdOf: BoltFrameOptions['gameIdOf'];
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The burst after subscribing may be one frame of many megabytes. */
  readonly maxFrameBytes: number;
  readonly silentAfterMs?: number;
  readonly backoff?: Backoff;
  readonly connectTimeoutMs?: number;
  /** From the connection until the feed's acknowledgement. */
  readonly ackTimeoutMs?: number;
  /** Between two subscribes of the same: loss cannot be seen, so the whole state is asked for again and again. */
  readonly resyncMs?: number;
  /** Whether all that is asked for comes. What is misspelt is never refused: it just does not come. */
  readonly coverage?: {
    readonly withinMs: number;
    /** The feed's own list: of what is followed, each game that is ours must come too. Books alone when left out. */
    readonly listed?: (signal: AbortSignal) => Promise<CatalogueRead<BoltGames>>;
    /** Whether a game is over, or off: no book need have it any more. Nobody says so when left out. */
    readonly isOver?: (gameId: GameId) => boolean;
    readonly onReport: (report: CoverageReport) => void;
  };
  /** Shared with all that asks this source. */
  readonly breaker?: Breaker;
};

const SILENT_AFTER_MS = 30_000;
const ACK_TIMEOUT_MS = 10_000;
const RESYNC_MS = 180_000;
const COVERED_WITHIN_MS = 30_000;
const BREAKER = { failures: 5, openMs: 60_000 } as const;
/** What could not be read makes everything since uncertain; the whole state is asked for again, this often at most. */
const RESYNC_EVERY_MS = 30_000;
/** Messages of a burst are used for so long before books and timers have their turn. */
const SLICE_MS = 4;

/**
 * The odds WebSocket of BoltOdds (public docs, "Odds WebSocket"): nothing is asked before the acknowledgement, and the
 * backoff begins anew only after data. There are no numbers, so loss cannot be seen: the whole state is asked for again
 * every few minutes, and after a frame that cannot be used, whose scope is taken back at once. `onDisconnected` makes
 * all void that the connection said.
 */
export class BoltOddsStream implements OddsStream {
  readonly #options: BoltOddsOptions;
  readonly #breaker: Breaker;
  readonly #withoutKey: (text: string) => string;
  readonly #slices: FrameSlices;
  readonly #said: SaidOdds;
  readonly #coverage: CoverageWatch;
  readonly #coveredWithinMs: number;
  #handlers: OddsStreamHandlers | null = null;
  #source: PushedSource | null = null;
  #socket: ReconnectingSocket | null = null;
  #isAcknowledged = false;
  #isProved = false;
  /** The subscribe that is in force has brought an `initial_state`. */
  #isState = false;
  #subscribes = 0;
  /** Of the feed's own list what is followed; null while it is not known. */
  #listed: readonly ListedInFilters[] | null = null;
  #askedMs: EpochMs = Number.NEGATIVE_INFINITY;
  readonly #ending = new AbortController();
  readonly #planned: Record<'ack' | 'resync' | 'covered', TimerHandle | null> = {
    ack: null,
    resync: null,
    covered: null,
  };

  constructor(options: BoltOddsOptions) {
    this.#options = options;
    this.#breaker = options.breaker ?? new Breaker(BREAKER);
    this.#withoutKey = redactor([options.token]);
    this.#coveredWithinMs = options.coverage?.withinMs ?? COVERED_WITHIN_MS;
    this.#coverage = new CoverageWatch(this.#coveredWithinMs);
    this.#said = new SaidOdds({
      gameIdOf: options.gameIdOf,
      onDuplicate: (gameId, inForce, other) =>
        this.#refused('malformed', `${gameId} is listed twice: ${inForce} counts, not ${other}`),
    });
    this.#slices = new FrameSlices({
      use: (message, receivedMs) => this.#onMessage(message, receivedMs),
      onWaiting: (isWaiting) => (isWaiting ? this.#socket?.pause() : this.#socket?.resume()),
      sliceMs: SLICE_MS,
      monotonicMs: () => performance.now(),
    });
  }

  open(handlers: OddsStreamHandlers): void {
    invariant(this.#socket === null, 'a stream is opened once');
    this.#handlers = handlers;
    const source = new PushedSource({ handlers, breaker: this.#breaker, name: 'the odds feed' });
    this.#source = source;
    const silentAfterMs = this.#options.silentAfterMs ?? SILENT_AFTER_MS;
    this.#socket = boltSocket(
      this.#options,
      { source, silentAfterMs },
      {
        onOpen: () => this.#onOpen(handlers),
        onText: (text, receivedMs) => this.#onText(text, receivedMs, handlers),
        onClosed: (reason, status) => this.#onClosed(this.#withoutKey(reason), status, handlers),
        onRefused: (refusal) => this.#onRefused({ ...refusal, scope: ALL }),
      },
    );
    this.#socket.open();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#forget();
    await this.#socket?.close();
  }

  #onOpen(handlers: OddsStreamHandlers): void {
    const ackTimeoutMs = this.#options.ackTimeoutMs ?? ACK_TIMEOUT_MS;
    this.#forget();
    this.#plan('ack', ackTimeoutMs, () =>
      this.#socket?.reconnect(`no acknowledgement within ${ackTimeoutMs} ms`),
    );
    handlers.onConnected();
  }

  #onClosed(reason: string, status: number | null, handlers: OddsStreamHandlers): void {
    // One that had nothing to say has not failed by saying nothing.
    const isProved = this.#isProved || (this.#isAcknowledged && this.#due()?.length === 0);
    this.#forget();
    handlers.onDisconnected(reason);
    this.#source?.onClosed({ reason, status, isProved, nowMs: this.#options.timers.nowMs() });
  }

  #onText(said: string, receivedMs: EpochMs, handlers: OddsStreamHandlers): void {
    // Before it is kept or read: whatever is recorded or told of it then cannot hold the key.
    const text = this.#withoutKey(said);
    handlers.onFrame(text, receivedMs);
    if (!this.#isAcknowledged && isAcknowledgement(text)) this.#onAcknowledged(receivedMs);
    this.#slices.push(text, receivedMs);
  }

  #onMessage(message: string, receivedMs: EpochMs): void {
    const decoded = decodeFrame(message, {
      maxBytes: this.#options.maxFrameBytes,
      receivedMs,
      gameIdOf: (game) => {
        this.#onData();
        return this.#said.gameIdOf(game);
      },
      onInitialState: () => (this.#isState = true),
    });
    for (const event of this.#said.takeDropped()) this.#tell(event, receivedMs);
    for (const event of decoded) {
      if (event.kind === 'refused') this.#onRefused(event);
      else this.#onEvent(event, receivedMs);
    }
  }

  #onEvent(event: OddsEvent, receivedMs: EpochMs): void {
    if (this.#said.note(event, receivedMs)) this.#resync();
    if (event.kind === 'replace') this.#coverage.saw(event.source, event.gameId);
    if (event.kind === 'legs')
      for (const { source, gameId } of event.legs) this.#coverage.saw(source, gameId);
    this.#tell(event, receivedMs);
  }

  /** What could not be used is shown, what it made uncertain is taken back, and the whole state asked for again. */
  #onRefused({ code, detail, scope }: BoltRefusal): void {
    this.#refused(code, detail);
    const nowMs = this.#options.timers.nowMs();
    if (scope !== null) for (const event of this.#said.drop(scope)) this.#tell(event, nowMs);
    if (code !== 'feed_error') {
      this.#resync();
      return;
    }
    const denial = denialOf(detail);
    if (denial === null) return;
    this.#source?.onDenied(denial, detail, nowMs);
    this.#socket?.reconnect('the feed denied its data');
  }

  #onAcknowledged(nowMs: EpochMs): void {
    this.#isAcknowledged = true;
    this.#cancel('ack');
    this.#source?.onAnswer();
    this.#subscribe(nowMs);
  }

  #subscribe(nowMs: EpochMs): void {
    const { filters, resyncMs = RESYNC_MS } = this.#options;
    this.#askedMs = nowMs;
    this.#isState = false;
    this.#subscribes += 1;
    this.#expect();
    this.#coverage.restart(nowMs);
    void this.#readListed();
    this.#socket?.send(encodeSubscribe(filters));
    this.#plan('covered', this.#coveredWithinMs, () => this.#onCovered());
    this.#plan('resync', resyncMs, () => this.#subscribe(this.#options.timers.nowMs()));
  }

  #expect(): void {
    const books = (this.#options.filters.sportsbooks ?? []).map((book) => book.toLowerCase());
    const asked = books.filter((book) => !EXCLUDED_BOOKS.has(book));
    this.#coverage.expect(asked, this.#due(), this.#askedMs);
  }

  /** The followed games that must have odds now; null while it is not known which there are. */
  #due(): readonly GameId[] | null {
    const { coverage, timers } = this.#options;
    const isOver = coverage?.isOver ?? (() => false);
    return this.#listed && dueOf(this.#listed, { nowMs: timers.nowMs(), isOver });
  }

  /** What the feed lists now is asked of the subscribe that is in force. */
  async #readListed(): Promise<void> {
    const { coverage, filters, gameIdOf } = this.#options;
    const askedMs = this.#askedMs;
    const read = await coverage?.listed?.(this.#ending.signal);
    if (read?.kind !== 'read' || askedMs !== this.#askedMs) return;
    this.#listed = listedOf(read.value.games, { filters, gameIdOf });
    this.#expect();
  }

  /** Asks for the whole state again, at once or as soon as it was not asked for lately. */
  #resync(): void {
    if (!this.#isAcknowledged) return;
    const nowMs = this.#options.timers.nowMs();
    const waitMs = this.#askedMs + RESYNC_EVERY_MS - nowMs;
    if (waitMs <= 0) this.#subscribe(nowMs);
    else this.#plan('resync', waitMs, () => this.#subscribe(this.#options.timers.nowMs()));
  }

  /** The time is over in which all that was asked for must have come. */
  #onCovered(): void {
    const { coverage, timers } = this.#options;
    const nowMs = timers.nowMs();
    const isFirst = this.#subscribes === 1;
    // A feed that does not tell the state again has not taken anything back by that.
    if (!isFirst && !this.#isState) return;
    if (!isFirst)
      for (const event of this.#said.dropUnsaidSince(this.#askedMs)) this.#tell(event, nowMs);
    // A game that was to come when it was asked for may be over by now.
    this.#expect();
    if (!this.#isProved) {
      if (this.#due()?.length === 0) this.#source?.onNothingDue();
      else
        this.#source?.onEmpty(
          `nothing came of what was asked for within ${this.#coveredWithinMs} ms`,
        );
    }
    coverage?.onReport(this.#coverage.report(nowMs));
  }

  #onData(): void {
    if (this.#isProved || !this.#isAcknowledged) return;
    this.#isProved = true;
    this.#socket?.proved();
    this.#source?.onData();
  }

  #tell(event: OddsEvent, receivedMs: EpochMs): void {
    this.#handlers?.onEvent(event, receivedMs);
  }

  #refused(code: BoltRefusal['code'], detail: string): void {
    this.#handlers?.onRefused({ kind: 'refused', code, detail });
  }

  #forget(): void {
    this.#isAcknowledged = false;
    this.#isProved = false;
    this.#isState = false;
    this.#subscribes = 0;
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#slices.clear();
    this.#said.clear();
    for (const what of ['ack', 'resync', 'covered'] as const) this.#cancel(what);
  }

  #plan(what: 'ack' | 'resync' | 'covered', afterMs: number, task: () => void): void {
    this.#cancel(what);
    this.#planned[what] = this.#options.timers.after(afterMs, `odds feed: ${what}`, task);
  }

  #cancel(what: 'ack' | 'resync' | 'covered'): void {
    const handle = this.#planned[what];
    if (handle !== null) this.#options.timers.cancel(handle);
    this.#planned[what] = null;
  }
}
