import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, GameMapping, Market } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { ModelForecast } from '../../shared/domain/models/forecast.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { Conflator } from './conflate.ts';
import { StreamFollower, type StreamCommand } from './follow-stream.ts';
import { Join, type JoinedMarket } from './join.ts';

/** What the feeder does after an event; the runtime around it has the sockets and the queues. */
export type FeederCommand =
  | { readonly kind: 'publish_tick'; readonly tick: MarketTick; readonly held: boolean }
  | { readonly kind: 'publish_order_message'; readonly message: OrderMessage }
  | { readonly kind: 'publish_lifecycle'; readonly event: LifecycleMessage }
  | StreamCommand;

export type OrderMessage = Extract<MarketDataEvent, { kind: 'fill' | 'order_update' }>;
export type LifecycleMessage = Extract<MarketDataEvent, { kind: 'lifecycle' }>;

/** A held market is looked at at least this often, also without a change. */
export const HELD_INTERVAL_MS = 30_000;
/** And one whose position is near an exit at least this often. */
export const NEAR_INTERVAL_MS = 5_000;

/** No read of the exchange is further behind its stream than this. */
const READ_LAG_MS = 5_000;

/** Levels by which an answer is held against the book that we had. */
const COMPARED_DEPTH = 1_000;

/**
 * The feeder between its sockets: one event in, commands out; no clock, no socket, no queue. A gap in a subscription's
 * numbers makes all of its books suspect until new snapshots come.
 */
export class FeederSession {
  readonly #epoch: number;
  readonly #join = new Join();
  readonly #conflator = new Conflator();
  readonly #stream = new StreamFollower(this.#join);
  readonly #held = new Set<string>();
  readonly #near = new Set<string>();
  readonly #stamps = new Map<string, number>();

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  get gaps(): number {
    return this.#stream.gaps;
  }

  addMarket(market: Market, mapping: GameMapping | null): void {
    this.#join.addMarket(market, mapping);
  }

  putForecast(forecast: ModelForecast): void {
    this.#join.putForecast(forecast);
  }

  /** A new connection: nothing of the old one's numbers means anything, and its books are suspect. */
  onDisconnect(): void {
    this.#stream.onDisconnect();
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
    return this.#stream.distrust(markets, nowMs);
  }

  /** The exchange has acknowledged a subscription; its numbers start at one. */
  onSubscribed(subscription: number, markets: readonly string[]): void {
    this.#stream.onSubscribed(subscription, markets);
  }

  onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    switch (event.kind) {
      case 'fill':
      case 'order_update':
        return [{ kind: 'publish_order_message', message: event }];
      case 'lifecycle':
        return this.#stream.numbered(event.sequence, null, nowMs, () =>
          this.#onLifecycle(event, nowMs),
        );
      case 'public_trade':
        return this.#stream.numbered(event.sequence, event.exchangeTimeMs, nowMs, () => []);
      case 'stream_error':
        return this.#stream.numbered(event.sequence, null, nowMs, () => []);
      case 'control':
      case 'price_grid_told':
      case 'market_facts_told':
      case 'event_told':
      case 'event_fees_told':
      case 'order_group_told':
        return this.#stream.numbered(event.sequence, null, nowMs, () => []);
      case 'quote_summary':
      case 'position_told':
        return [];
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
    commands.push(...this.#stream.onTimer(nowMs));
    return commands;
  }

  #onSnapshot(
    event: Extract<MarketDataEvent, { kind: 'book_snapshot' }>,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    const { market, exchangeTimeMs } = event.snapshot;
    if (event.sequence !== null) this.#stream.owns(event.sequence, market);
    return this.#stream.numbered(event.sequence, exchangeTimeMs, nowMs, () => {
      const joined = this.#join.market(market);
      if (joined === undefined) return [];
      const askedMs = this.#stream.answered(event.sequence, market, nowMs);
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
    return this.#stream.numbered(sequence, delta.exchangeTimeMs, nowMs, () => {
      const joined = this.#join.market(delta.market);
      if (joined === undefined || joined.book.sync === 'gapped') return [];
      const best = bestOf(joined);
      if (joined.book.applyDelta(delta) !== 'applied')
        return this.#stream.misfit(sequence, delta.market, nowMs);
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

function viewText(joined: JoinedMarket): string {
  return JSON.stringify(joined.book.view(COMPARED_DEPTH));
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
