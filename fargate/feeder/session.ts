import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, GameMapping, Market } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { ModelForecast } from '../../shared/domain/models/forecast.ts';
import type { MarketDataEvent, StreamSequence } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { Conflator } from './conflate.ts';
import { Join, type JoinedMarket } from './join.ts';

/** What the feeder does after an event; the runtime around it has the sockets and the queues. */
export type FeederCommand =
  | { readonly kind: 'publish_tick'; readonly tick: MarketTick; readonly held: boolean }
  | { readonly kind: 'publish_order_message'; readonly message: OrderMessage }
  | { readonly kind: 'publish_lifecycle'; readonly event: LifecycleMessage }
  /** News of markets were lost: what they are is to be read again. */
  | { readonly kind: 'refresh_markets' }
  /** The books of a subscription are suspect until their snapshots arrive. */
  | {
      readonly kind: 'request_snapshots';
      readonly subscription: number;
      readonly markets: readonly string[];
    };

export type OrderMessage = Extract<MarketDataEvent, { kind: 'fill' | 'order_update' }>;
export type LifecycleMessage = Extract<MarketDataEvent, { kind: 'lifecycle' }>;

/** A held market is looked at at least this often, also without a change. */
export const HELD_INTERVAL_MS = 30_000;
/** And one whose position is near an exit at least this often. */
export const NEAR_INTERVAL_MS = 5_000;

/** A suspect book whose snapshot has not come by then is asked for again. */
export const RESYNC_RETRY_MS = 5_000;

/** No read of the exchange is further behind its stream than this. */
const READ_LAG_MS = 5_000;

/** Books of which nothing was heard for so long are asked about, so that quiet ones stay known to be true. */
export const PROBE_AFTER_MS = 500;
/** An answer that took longer says that the stream lags, and confirms nothing. */
export const PROBE_ANSWER_MS = 1_000;
/** From any other question until a probe, and from a probe that was not answered until the next. */
const PROBE_PAUSE_MS = 10_000;
/** Levels by which an answer is held against the book that we had. */
const COMPARED_DEPTH = 1_000;

/** What a frame's number says: used before, the next one, or one after a hole. */
type Verdict = 'seen' | 'next' | 'gap';

type Subscription = {
  lastSequence: number;
  requestedMs: EpochMs;
  readonly markets: Set<string>;
  /** Up to when its synced books are known to be complete. */
  exchangeTimeMs: EpochMs;
  /** How far behind its own time the newest timed frame came; clocks included. */
  lagMs: number;
  /** The snapshot that was asked for only to hear that nothing has changed. */
  probe: { readonly market: string; readonly askedMs: EpochMs } | null;
  /** Counts probes, so that each market has its turn. */
  probes: number;
};

/**
 * The feeder between its sockets: one event in, commands out; no clock, no socket, no queue. A gap in a subscription's
 * numbers makes all of its books suspect until new snapshots come.
 */
export class FeederSession {
  readonly #epoch: number;
  readonly #join = new Join();
  readonly #conflator = new Conflator();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #held = new Set<string>();
  readonly #near = new Set<string>();
  readonly #stamps = new Map<string, number>();
  #gaps = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  get gaps(): number {
    return this.#gaps;
  }

  addMarket(market: Market, mapping: GameMapping | null): void {
    this.#join.addMarket(market, mapping);
  }

  putForecast(forecast: ModelForecast): void {
    this.#join.putForecast(forecast);
  }

  /** A new connection: nothing of the old one's numbers means anything, and its books are suspect. */
  onDisconnect(): void {
    this.#subscriptions.clear();
    for (const ticker of this.#join.tickers()) this.#join.market(ticker)?.book.markGapped();
  }

  /** The markets in which there is a position, and those of them that are near an exit; learned from the stores. */
  setHeld(markets: Iterable<string>, near: Iterable<string> = []): void {
    this.#held.clear();
    for (const market of markets) this.#held.add(market);
    this.#near.clear();
    for (const market of near) this.#near.add(market);
  }

  /** Somebody distrusts the books of these markets: they are suspect until their snapshots come. */
  resnapshot(markets: readonly string[], nowMs: EpochMs): readonly FeederCommand[] {
    return [...this.#subscriptions].flatMap(([id, subscription]) => {
      const distrusted = markets.filter((market) => subscription.markets.has(market));
      for (const market of distrusted) this.#join.market(market)?.book.markGapped();
      return this.#requestSnapshots(id, distrusted, nowMs);
    });
  }

  /** The exchange has acknowledged a subscription; its numbers start at one. */
  onSubscribed(subscription: number, markets: readonly string[]): void {
    this.#subscriptions.set(subscription, newSubscription(0, markets));
  }

  onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    switch (event.kind) {
      case 'fill':
      case 'order_update':
        return [{ kind: 'publish_order_message', message: event }];
      case 'lifecycle':
        return this.#numbered(event.sequence, null, nowMs, () => this.#onLifecycle(event, nowMs));
      case 'public_trade':
        return this.#numbered(event.sequence, event.exchangeTimeMs, nowMs, () => []);
      case 'stream_error':
        return this.#numbered(event.sequence, null, nowMs, () => []);
      case 'control':
        return this.#numbered(event.sequence, null, nowMs, () => []);
      case 'book_snapshot':
        return this.#onSnapshot(event, nowMs);
      case 'book_delta':
        return this.#onDelta(event, nowMs);
    }
  }

  /**
   * Markets as they were read from the exchange, asked for at a time. Reads lag: what the stream has said of a market
   * since shortly before the question is newer than the answer.
   */
  onMarkets(
    markets: readonly Market[],
    askedAtMs: EpochMs,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    return markets.flatMap((read) => {
      const joined = this.#join.market(read.ticker);
      if (joined === undefined || joined.lifecycleMs >= askedAtMs - READ_LAG_MS) return [];
      const { status, closeTimeMs, expectedExpirationMs, priceRanges } = read;
      const before = joined.market;
      if (status === before.status && closeTimeMs === before.closeTimeMs) return [];
      joined.market = { ...before, status, closeTimeMs, expectedExpirationMs, priceRanges };
      return this.#changed(read.ticker, 'at_once', nowMs);
    });
  }

  onOdds(event: OddsEvent, nowMs: EpochMs): readonly FeederCommand[] {
    const commands: FeederCommand[] = [];
    for (const gameId of this.#join.putOdds(event)) {
      for (const market of this.#join.marketsOf(gameId))
        commands.push(...this.#changed(market, 'at_once', nowMs));
    }
    return commands;
  }

  onGameState(state: GameState, nowMs: EpochMs): readonly FeederCommand[] {
    if (!this.#join.putGameState(state)) return [];
    return this.#join
      .marketsOf(state.gameId)
      .flatMap((market) => this.#changed(market, 'at_once', nowMs));
  }

  /** Publishes what conflation held back and what must be looked at although nothing changed. */
  onTimer(nowMs: EpochMs): readonly FeederCommand[] {
    const due = new Set(this.#conflator.due(nowMs));
    for (const market of this.#held) {
      const intervalMs = this.#near.has(market) ? NEAR_INTERVAL_MS : HELD_INTERVAL_MS;
      if (nowMs - this.#conflator.lastPublishedMs(market) < intervalMs) continue;
      this.#conflator.publish(market, nowMs);
      due.add(market);
    }
    const commands: FeederCommand[] = [];
    for (const market of due) commands.push(...this.#publish(market, nowMs));
    for (const [id, subscription] of this.#subscriptions) {
      commands.push(...this.#probe(id, subscription, nowMs));
      if (nowMs - subscription.requestedMs < RESYNC_RETRY_MS) continue;
      const suspect = [...subscription.markets].filter(
        (market) => this.#join.market(market)?.book.sync === 'gapped',
      );
      commands.push(...this.#requestSnapshots(id, suspect, nowMs));
    }
    return commands;
  }

  #onSnapshot(
    event: Extract<MarketDataEvent, { kind: 'book_snapshot' }>,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    const { market, exchangeTimeMs } = event.snapshot;
    if (event.sequence !== null) this.#subscription(event.sequence).markets.add(market);
    return this.#numbered(event.sequence, exchangeTimeMs, nowMs, () => {
      const joined = this.#join.market(market);
      if (joined === undefined) return [];
      const askedMs = this.#answered(event.sequence, market, nowMs);
      const before = joined.book.sync === 'synced' ? viewText(joined) : null;
      joined.book.applySnapshot(event.snapshot);
      const timeMs = exchangeTimeMs ?? askedMs ?? nowMs;
      joined.bookTimeMs = before === null ? timeMs : Math.max(joined.bookTimeMs, timeMs);
      if (askedMs !== null && before === viewText(joined)) return [];
      return this.#changed(market, 'at_once', nowMs);
    });
  }

  #onDelta(
    event: Extract<MarketDataEvent, { kind: 'book_delta' }>,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    const { delta, sequence } = event;
    return this.#numbered(sequence, delta.exchangeTimeMs, nowMs, () => {
      const joined = this.#join.market(delta.market);
      if (joined === undefined || joined.book.sync === 'gapped') return [];
      const best = bestOf(joined);
      if (joined.book.applyDelta(delta) !== 'applied') {
        this.#gaps += 1;
        joined.book.markGapped();
        return sequence === null
          ? []
          : this.#requestSnapshots(sequence.subscription, [delta.market], nowMs);
      }
      return this.#changed(delta.market, bestOf(joined) === best ? 'depth' : 'at_once', nowMs);
    });
  }

  #onLifecycle(event: LifecycleMessage, nowMs: EpochMs): readonly FeederCommand[] {
    const joined = this.#join.market(event.market);
    if (joined === undefined) return [];
    joined.market = afterLifecycle(joined.market, event);
    joined.lifecycleMs = nowMs;
    return [{ kind: 'publish_lifecycle', event }, ...this.#changed(event.market, 'at_once', nowMs)];
  }

  /** Uses a numbered frame once: a number seen before is dropped, a hole makes the subscription's books suspect. */
  #numbered(
    sequence: StreamSequence,
    exchangeTimeMs: EpochMs | null,
    nowMs: EpochMs,
    use: () => readonly FeederCommand[],
  ): readonly FeederCommand[] {
    if (sequence === null) return use();
    const subscription = this.#subscription(sequence);
    const verdict = follow(subscription, sequence.sequence);
    if (verdict === 'seen') return [];
    const commands: FeederCommand[] = [];
    if (verdict === 'gap') {
      this.#gaps += 1;
      // A subscription without books tells what happens to markets: status and close time may have changed unheard.
      if (subscription.markets.size === 0) commands.push({ kind: 'refresh_markets' });
      for (const market of subscription.markets) this.#join.market(market)?.book.markGapped();
      commands.push(
        ...this.#requestSnapshots(sequence.subscription, [...subscription.markets], nowMs),
      );
    }
    if (exchangeTimeMs !== null) {
      subscription.lagMs = nowMs - exchangeTimeMs;
      this.#confirmBooks(subscription, exchangeTimeMs);
    }
    commands.push(...use());
    return commands;
  }

  /** An unbroken sequence up to a time says that each synced book of the subscription is complete up to it. */
  #confirmBooks(subscription: Subscription, exchangeTimeMs: EpochMs): void {
    if (exchangeTimeMs <= subscription.exchangeTimeMs) return;
    subscription.exchangeTimeMs = exchangeTimeMs;
    for (const market of subscription.markets) {
      const joined = this.#join.market(market);
      if (joined?.book.sync === 'synced')
        joined.bookTimeMs = Math.max(joined.bookTimeMs, exchangeTimeMs);
    }
  }

  /**
   * Asks for one snapshot of a subscription that has been quiet. Its heartbeats carry no time and no number, but the
   * answer stands in the subscription's own sequence (docs.kalshi.com, "Orderbook Updates", get_snapshot): when the
   * sequence is unbroken up to it, whatever the exchange had said before it was asked has been heard.
   */
  #probe(id: number, subscription: Subscription, nowMs: EpochMs): readonly FeederCommand[] {
    const { markets, probe, requestedMs, exchangeTimeMs } = subscription;
    if (nowMs - exchangeTimeMs < PROBE_AFTER_MS || nowMs - requestedMs < PROBE_PAUSE_MS) return [];
    if (probe !== null && nowMs - probe.askedMs < PROBE_PAUSE_MS) return [];
    const synced = [...markets].filter((one) => this.#join.market(one)?.book.sync === 'synced');
    const market = synced[subscription.probes % Math.max(1, synced.length)];
    if (market === undefined) return [];
    subscription.probes += 1;
    subscription.probe = { market, askedMs: nowMs };
    return [{ kind: 'request_snapshots', subscription: id, markets: [market] }];
  }

  /**
   * The time at which the probe was asked that a snapshot answers, by our clock; null when it answers none. A prompt
   * answer on a stream that does not lag confirms every synced book of the subscription up to that time, which is
   * before the exchange could have answered.
   */
  #answered(sequence: StreamSequence, market: string, nowMs: EpochMs): EpochMs | null {
    if (sequence === null) return null;
    const subscription = this.#subscription(sequence);
    const { probe } = subscription;
    if (probe === null || probe.market !== market) return null;
    subscription.probe = null;
    if (nowMs - probe.askedMs <= PROBE_ANSWER_MS && subscription.lagMs <= PROBE_ANSWER_MS)
      this.#confirmBooks(subscription, probe.askedMs);
    return probe.askedMs;
  }

  #requestSnapshots(
    subscription: number,
    markets: readonly string[],
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    if (markets.length === 0) return [];
    const known = this.#subscriptions.get(subscription);
    if (known !== undefined) {
      known.requestedMs = nowMs;
      // Which question a snapshot answers is not known any more.
      known.probe = null;
    }
    return [{ kind: 'request_snapshots', subscription, markets }];
  }

  #subscription(sequence: NonNullable<StreamSequence>): Subscription {
    let subscription = this.#subscriptions.get(sequence.subscription);
    if (subscription === undefined) {
      subscription = newSubscription(sequence.sequence - 1, []);
      this.#subscriptions.set(sequence.subscription, subscription);
    }
    return subscription;
  }

  #changed(market: string, urgency: 'at_once' | 'depth', nowMs: EpochMs): readonly FeederCommand[] {
    return this.#conflator.changed(market, urgency, nowMs) ? this.#publish(market, nowMs) : [];
  }

  #publish(market: string, nowMs: EpochMs): readonly FeederCommand[] {
    const joined = this.#join.market(market);
    if (joined === undefined) return [];
    const n = (this.#stamps.get(market) ?? 0) + 1;
    this.#stamps.set(market, n);
    const tick = this.#join.tick(joined, { epoch: this.#epoch, n }, nowMs);
    return [{ kind: 'publish_tick', tick, held: this.#held.has(market) }];
  }
}

function newSubscription(lastSequence: number, markets: readonly string[]): Subscription {
  return {
    lastSequence,
    requestedMs: -Infinity,
    markets: new Set(markets),
    exchangeTimeMs: 0,
    lagMs: 0,
    probe: null,
    probes: 0,
  };
}

function viewText(joined: JoinedMarket): string {
  return JSON.stringify(joined.book.view(COMPARED_DEPTH));
}

function follow(subscription: Subscription, sequence: number): Verdict {
  if (sequence <= subscription.lastSequence) return 'seen';
  const verdict = sequence === subscription.lastSequence + 1 ? 'next' : 'gap';
  subscription.lastSequence = sequence;
  return verdict;
}

function bestOf(joined: JoinedMarket): string {
  return `${joined.book.bestBid()?.price}|${joined.book.bestAsk()?.price}`;
}

function afterLifecycle(market: Market, event: LifecycleMessage): Market {
  switch (event.event) {
    case 'activated':
      return { ...market, status: 'active' };
    case 'deactivated':
      return { ...market, status: 'inactive' };
    case 'close_date_updated':
      return event.closeTimeMs === null ? market : { ...market, closeTimeMs: event.closeTimeMs };
    case 'determined':
      return { ...market, status: 'determined' };
    case 'settled':
      return { ...market, status: 'finalized' };
    case 'created':
    case 'price_level_structure_updated':
    case 'metadata_updated':
      return market;
  }
}
