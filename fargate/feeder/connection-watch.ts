import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { FeedName } from '../../shared/contracts/feeder-frames.ts';
import { DELIVERY_OF, ODDS_FEEDS } from '../../shared/domain/odds/line.ts';
import type { FeedHealth } from './epoch-feeds.ts';

/** A connection that is away for longer is told as an alarm. */
export const DISCONNECTED_ALARM_MS = 15_000;

/** Feeds with a connection of their own; the others are asked again and again. */
export const PUSHED_FEEDS: readonly FeedName[] = [
  'kalshi',
  ...ODDS_FEEDS.filter((feed) => DELIVERY_OF[feed] === 'pushed'),
];

/** One word for all feeds: what of the world the feeder hears. */
export type ConnectionState = 'connected' | 'degraded' | 'disconnected';

/** `disconnected` without the exchange, `degraded` without another feed. A feed that is never opened is none. */
export function connectionState(
  feeds: Readonly<Partial<Record<string, FeedHealth>>>,
  pushed: readonly string[] = PUSHED_FEEDS,
): ConnectionState {
  const isUp = (feed: string): boolean => feeds[feed]?.connected === true;
  if (!isUp('kalshi')) return 'disconnected';
  return pushed.every(isUp) ? 'connected' : 'degraded';
}

/** Counts each feed that has been away for too long, once a look while it lasts, and says when it began and ended. */
export class ConnectionWatch {
  readonly #telemetry: Telemetry;
  readonly #awaySinceMs = new Map<string, EpochMs>();
  readonly #told = new Set<string>();

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry;
  }

  look(feeds: Readonly<Partial<Record<string, FeedHealth>>>, nowMs: EpochMs): void {
    for (const feed of PUSHED_FEEDS) {
      if (feeds[feed]?.connected === true) {
        this.#awaySinceMs.delete(feed);
        if (this.#told.delete(feed)) this.#telemetry.log('info', 'feed_back', { feed });
        continue;
      }
      const sinceMs = this.#awaySinceMs.get(feed) ?? nowMs;
      this.#awaySinceMs.set(feed, sinceMs);
      const awayMs = nowMs - sinceMs;
      if (awayMs <= DISCONNECTED_ALARM_MS) continue;
      this.#telemetry.count(`feeder.disconnected_${feed}`, 1);
      if (this.#told.has(feed)) continue;
      this.#told.add(feed);
      this.#telemetry.log('error', 'feed_disconnected_long', { feed, awayMs });
    }
  }
}
