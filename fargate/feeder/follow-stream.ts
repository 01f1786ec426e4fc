import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { StreamSequence } from '../../shared/ports/market-data.ts';
import type { Join } from './join.ts';

/** What following the numbers of a stream asks for. */
export type StreamCommand =
  /** News of markets were lost: what they are is to be read again. */
  | { readonly kind: 'refresh_markets' }
  /** The books of a subscription are suspect until their snapshots arrive. */
  | {
      readonly kind: 'request_snapshots';
      readonly subscription: number;
      readonly markets: readonly string[];
    };

/** A suspect book whose snapshot has not come by then is asked for again. */
export const RESYNC_RETRY_MS = 5_000;

/** Books of which nothing was heard for so long are asked about, so that quiet ones stay known to be true. */
export const PROBE_AFTER_MS = 500;
/** An answer that took longer says that the stream lags, and confirms nothing. */
export const PROBE_ANSWER_MS = 1_000;
/** From any other question until a probe, and from a probe that was not answered until the next. */
const PROBE_PAUSE_MS = 10_000;

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
 * The numbers of a connection's subscriptions, and what they say of the books: a gap makes every book of its
 * subscription suspect until new snapshots come, an unbroken run confirms them. Holds no clock.
 */
export class StreamFollower {
  readonly #join: Join;
  readonly #subscriptions = new Map<number, Subscription>();
  #gaps = 0;

  constructor(join: Join) {
    this.#join = join;
  }

  get gaps(): number {
    return this.#gaps;
  }

  /** Nothing of the old connection's numbers means anything any more. */
  onDisconnect(): void {
    this.#subscriptions.clear();
  }

  /**
   * The exchange has acknowledged a subscription; its numbers start at one. A book that came with an older subscription
   * of the same connection is suspect until its snapshot comes with this one.
   */
  onSubscribed(subscription: number, markets: readonly string[]): void {
    for (const market of markets) this.#join.market(market)?.book.markGapped();
    this.#subscriptions.set(subscription, newSubscription(0, markets));
  }

  /** A subscription's markets are these from now on; its numbers go on, and books of new ones come as snapshots. */
  onMarkets(subscription: number, markets: readonly string[], nowMs: EpochMs): void {
    const known = this.#subscriptions.get(subscription);
    if (known === undefined) return;
    known.markets.clear();
    for (const market of markets) known.markets.add(market);
    known.requestedMs = nowMs;
  }

  /** Frames were let go before they were read: every book of the subscription is suspect until its snapshot comes. */
  onLost(subscription: number, nowMs: EpochMs): void {
    const known = this.#subscriptions.get(subscription);
    if (known === undefined) return;
    this.#gaps += 1;
    for (const market of known.markets) this.#join.market(market)?.book.markGapped();
    known.requestedMs = nowMs;
    known.probe = null;
  }

  /** A book of this market comes with this subscription. */
  owns(sequence: NonNullable<StreamSequence>, market: string): void {
    this.#subscription(sequence).markets.add(market);
  }

  /** Somebody distrusts the books of these markets: they are suspect until their snapshots come. */
  distrust(markets: readonly string[], nowMs: EpochMs): readonly StreamCommand[] {
    return [...this.#subscriptions].flatMap(([id, subscription]) => {
      const distrusted = markets.filter((market) => subscription.markets.has(market));
      for (const market of distrusted) this.#join.market(market)?.book.markGapped();
      return this.#requestSnapshots(id, distrusted, nowMs);
    });
  }

  /** A delta did not fit its book, which is suspect from here on. */
  misfit(sequence: StreamSequence, market: string, nowMs: EpochMs): readonly StreamCommand[] {
    this.#gaps += 1;
    this.#join.market(market)?.book.markGapped();
    return sequence === null ? [] : this.#requestSnapshots(sequence.subscription, [market], nowMs);
  }

  /** Uses a numbered frame once: a number seen before is dropped, a hole makes the subscription's books suspect. */
  numbered<Command>(
    sequence: StreamSequence,
    exchangeTimeMs: EpochMs | null,
    nowMs: EpochMs,
    use: () => readonly Command[],
  ): readonly (Command | StreamCommand)[] {
    if (sequence === null) return use();
    const subscription = this.#subscription(sequence);
    const verdict = follow(subscription, sequence.sequence);
    if (verdict === 'seen') return [];
    const commands: (Command | StreamCommand)[] = [];
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

  /** Asks about quiet books, and again for suspect ones whose snapshots have not come. */
  onTimer(nowMs: EpochMs): readonly StreamCommand[] {
    const commands: StreamCommand[] = [];
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
  #probe(id: number, subscription: Subscription, nowMs: EpochMs): readonly StreamCommand[] {
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
  answered(sequence: StreamSequence, market: string, nowMs: EpochMs): EpochMs | null {
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
  ): readonly StreamCommand[] {
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

function follow(subscription: Subscription, sequence: number): Verdict {
  if (sequence <= subscription.lastSequence) return 'seen';
  const verdict = sequence === subscription.lastSequence + 1 ? 'next' : 'gap';
  subscription.lastSequence = sequence;
  return verdict;
}
