import { Breaker } from '../../domain/feeds/breaker.ts';
import type { GameListing } from '../../domain/market/game-listing.ts';
import type { GameState } from '../../domain/market/game-state.ts';
import { sportOf, type League } from '../../domain/market/leagues.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Read } from '../../ports/exchange.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { Scoreboard, ScoreboardHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { redactor } from '../http/redact.ts';
import type { Backoff, ReconnectingSocket } from '../websocket/reconnecting-socket.ts';
import type { BoltCatalogue } from './bolt-catalogue.ts';
import { oddities, scoredGame } from './scored-game.ts';
import { boltSocket } from './bolt-socket.ts';
import { PushedSource } from './pushed-source.ts';
import type { BoltListedGame } from './wire/catalogue.ts';
import { denialOf } from './wire/denial.ts';
import { listingsOf } from './wire/listings.ts';
import { decodeLivescore, type BoltScore } from './wire/livescores.ts';
import { messagesOf } from './wire/split-frame.ts';
import { encodeSubscribe, isAcknowledgement } from './wire/subscribe.ts';

export type BoltLivescoresOptions = {
  /** Up to `/api/livescores`, without the key: the plain socket does not carry scores. */
  readonly wsUrl: string;
  /** Goes into the address, and so never into a message of ours. */
  readonly token: string;
  readonly leagues: readonly League[];
  /** The games whose starts another scoreboard confirms: a score is of one of these, or of none. */
  readonly games: () => readonly GameListing[];
  readonly catalogue: BoltCatalogue;
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maxFrameBytes: number;
  /** Shared with all that asks this source. */
  readonly breaker?: Breaker;
  readonly silentAfterMs?: number;
  readonly backoff?: Backoff;
  readonly connectTimeoutMs?: number;
  /** From the connection until the feed's acknowledgement. */
  readonly ackTimeoutMs?: number;
  /** Between two looks at the feed's list of games. */
  readonly listedMs?: number;
  /** Told of each period word that is not known. */
  readonly onUnknownPeriod?: (word: string) => void;
};

const SILENT_AFTER_MS = 60_000;
const ACK_TIMEOUT_MS = 10_000;
const LISTED_MS = 600_000;
const BREAKER = { failures: 5, openMs: 60_000 } as const;

/**
 * The live scores of BoltOdds, pushed: a second source of soccer's states. A score that goes down is told as a finding
 * and not as a state until the feed says it again.
 */
export class BoltLivescores implements Scoreboard {
  readonly #options: BoltLivescoresOptions;
  readonly #withoutKey: (text: string) => string;
  readonly #breaker: Breaker;
  readonly #states = new Map<GameId, GameState>();
  readonly #lowered = new Set<GameId>();
  #listed: readonly BoltListedGame[] = [];
  #handlers: ScoreboardHandlers | null = null;
  #source: PushedSource | null = null;
  #socket: ReconnectingSocket | null = null;
  #isAcknowledged = false;
  #isProved = false;
  #ackTimer: TimerHandle | null = null;
  #listTimer: TimerHandle | null = null;
  #listing: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();

  constructor(options: BoltLivescoresOptions) {
    this.#options = options;
    this.#withoutKey = redactor([options.token]);
    this.#breaker = options.breaker ?? new Breaker(BREAKER);
  }

  open(handlers: ScoreboardHandlers): void {
    invariant(this.#socket === null, 'a scoreboard is opened once');
    this.#handlers = handlers;
    const source = new PushedSource({ handlers, breaker: this.#breaker, name: 'the live scores' });
    this.#source = source;
    const silentAfterMs = this.#options.silentAfterMs ?? SILENT_AFTER_MS;
    this.#socket = boltSocket(
      this.#options,
      { source, silentAfterMs },
      {
        onOpen: () => this.#onOpen(),
        onText: (text, receivedMs) => this.#onText(text, receivedMs),
        onClosed: (reason, status) => this.#onClosed(this.#withoutKey(reason), status),
        onRefused: (refusal) => this.#refuse(refusal),
      },
    );
    this.#socket.open();
    this.#listing = this.#list();
  }

  /** The feed's own list of games, of which no start is confirmed. */
  async listings(): Promise<Read<readonly GameListing[]>> {
    const { catalogue, leagues, timers } = this.#options;
    const read = await catalogue.games();
    if (read.kind === 'unavailable') return { kind: 'unavailable', reason: read.reason };
    return { kind: 'read', value: listingsOf(read.value.games, leagues, timers.nowMs()) };
  }

  async close(): Promise<void> {
    this.#handlers = null;
    this.#forget();
    if (this.#listTimer !== null) this.#options.timers.cancel(this.#listTimer);
    this.#ending.abort();
    await Promise.all([this.#socket?.close(), this.#listing]);
  }

  async #list(): Promise<void> {
    const read = await this.#options.catalogue.games(this.#ending.signal);
    if (this.#handlers === null) return;
    if (read.kind === 'read') this.#listed = read.value.games;
    else this.#refuse({ kind: 'refused', code: 'feed_error', detail: read.reason });
    const listedMs = this.#options.listedMs ?? LISTED_MS;
    this.#listTimer = this.#options.timers.after(listedMs, 'live scores: games', () => {
      this.#listing = this.#list();
    });
  }

  #onOpen(): void {
    this.#forget();
    const ackTimeoutMs = this.#options.ackTimeoutMs ?? ACK_TIMEOUT_MS;
    this.#ackTimer = this.#options.timers.after(ackTimeoutMs, 'live scores: ack', () =>
      this.#socket?.reconnect(`no acknowledgement within ${ackTimeoutMs} ms`),
    );
  }

  #onClosed(reason: string, status: number | null): void {
    const isProved = this.#isProved;
    this.#forget();
    const nowMs = this.#options.timers.nowMs();
    this.#refuse({ kind: 'refused', code: 'feed_error', detail: reason });
    this.#source?.onClosed({ reason, status, isProved, nowMs });
  }

  #onText(said: string, receivedMs: EpochMs): void {
    // Before it is read: whatever is told of it then cannot hold the key.
    const text = this.#withoutKey(said);
    if (!this.#isAcknowledged && isAcknowledgement(text)) {
      this.#isAcknowledged = true;
      this.#cancelAck();
      this.#source?.onAnswer();
      this.#socket?.send(encodeSubscribe({}));
    }
    for (const message of messagesOf(text)) this.#onMessage(message, receivedMs);
  }

  #onMessage(message: string, receivedMs: EpochMs): void {
    const read = decodeLivescore(message, this.#options.maxFrameBytes);
    switch (read.kind) {
      case 'alive':
        return;
      case 'unknown_period':
        this.#onData();
        this.#options.onUnknownPeriod?.(read.word);
        return;
      case 'refused':
        this.#onRefusal(read);
        return;
      case 'score':
        this.#onData();
        this.#onScore(read, receivedMs);
    }
  }

  #onRefusal(refusal: FrameRefusal): void {
    this.#refuse(refusal);
    const denial = refusal.code === 'feed_error' ? denialOf(refusal.detail) : null;
    if (denial === null) return;
    const nowMs = this.#options.timers.nowMs();
    this.#source?.onDenied(denial, refusal.detail, nowMs);
    this.#socket?.reconnect('the feed denied its data');
  }

  #onScore(score: BoltScore, receivedMs: EpochMs): void {
    const listing = scoredGame(score, this.#listed, this.#options.games());
    if (listing === null || !this.#options.leagues.includes(listing.league)) return;
    const state: GameState = {
      source: 'boltodds',
      gameId: listing.gameId,
      phase: score.phase,
      startTimeMs: listing.startTimeMs,
      homeScore: score.homeScore,
      awayScore: score.awayScore,
      period: score.period,
      clockSeconds: sportOf(listing.league) === 'soccer' ? score.clockSeconds : null,
      sourceTimeMs: score.sourceTimeMs ?? receivedMs,
      receivedMs,
    };
    const before = this.#states.get(listing.gameId);
    const findings = before === undefined ? [] : oddities(before, state);
    for (const finding of findings)
      this.#handlers?.onFinding({ league: listing.league, gameId: listing.gameId, finding });
    const isLowered = findings.some(({ code }) => code === 'score_went_down');
    if (isLowered && !this.#lowered.has(listing.gameId)) {
      this.#lowered.add(listing.gameId);
      return;
    }
    this.#lowered.delete(listing.gameId);
    this.#states.set(listing.gameId, state);
    this.#handlers?.onState(state);
  }

  /** What a connection says before its acknowledgement, or after it was left, proves nothing. */
  #onData(): void {
    if (this.#isProved || !this.#isAcknowledged) return;
    this.#isProved = true;
    this.#socket?.proved();
    this.#source?.onData();
  }

  #refuse({ kind, code, detail }: FrameRefusal): void {
    this.#handlers?.onRefused({ kind, code, detail });
  }

  #forget(): void {
    this.#isAcknowledged = false;
    this.#isProved = false;
    this.#cancelAck();
  }

  #cancelAck(): void {
    if (this.#ackTimer !== null) this.#options.timers.cancel(this.#ackTimer);
    this.#ackTimer = null;
  }
}
