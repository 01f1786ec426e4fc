import { onTestFinished } from 'vitest';
import { startOddsApiServer } from '../../local/venues/odds-api-server.ts';
import {
  OddsApiFeed,
  type OddsApiFeedOptions,
} from '../../shared/adapters/odds-api/odds-api-feed.ts';
import type { SourceDown } from '../../shared/ports/streams.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { DRAFTKINGS, PINNACLE } from '../../shared/simulator/sportsbooks/book-profile.ts';
import {
  OddsApiVenue,
  type OddsApiVenueOptions,
} from '../../shared/simulator/sportsbooks/odds-api-venue.ts';
import { eventIdOf, type QuotedGame } from '../../shared/simulator/sportsbooks/rest-quotes.ts';
import { ManualTimers } from './manual-timers.ts';
import { StreamLog } from './stream-log.ts';

/** 2026-11-22 15:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 22, 15);
export const API_KEY = 'k3y+that/nobody may-read';
const HOUR_MS = 3_600_000;
const GAME_MS = 3 * HOUR_MS;

/** A game whose chances stand still until it begins, and whose favourite has all but won when it is on. */
export function quotedGame(
  sportKey: string,
  home: string,
  away: string,
  options: { readonly commenceMs?: number; readonly draw?: number } = {},
): QuotedGame {
  const { commenceMs = NOW_MS + 3 * HOUR_MS, draw } = options;
  const left = 1 - (draw ?? 0);
  return {
    eventId: eventIdOf(`${home} ${away}`),
    sportKey,
    home,
    away,
    commenceMs,
    chances: (timeMs) =>
      timeMs < commenceMs
        ? { home: left * 0.62, draw: draw ?? null, away: left * 0.38 }
        : { home: 0.99, draw: draw === undefined ? null : 0.005, away: 0.005 },
    score: (timeMs) =>
      timeMs < commenceMs
        ? null
        : { home: 21, away: 0, isCompleted: timeMs >= commenceMs + GAME_MS },
  };
}

export const BILLS = quotedGame('americanfootball_nfl', 'Buffalo Bills', 'Miami Dolphins');
export const ARSENAL = quotedGame('soccer_epl', 'Arsenal', 'Chelsea', { draw: 0.26 });

export const BOOKS = [
  { bookmaker: 'pinnacle', profile: PINNACLE },
  { bookmaker: 'draftkings', profile: DRAFTKINGS },
  { bookmaker: 'williamhill_us', profile: DRAFTKINGS },
  { bookmaker: 'betfair_ex_eu', profile: PINNACLE },
] as const;

export type OddsApiWorld = {
  readonly timers: ManualTimers;
  readonly venue: OddsApiVenue;
  readonly url: string;
  readonly feed: OddsApiFeed;
  readonly log: StreamLog<OddsEvent>;
  readonly downs: SourceDown[];
  readonly ups: () => number;
  readonly open: () => void;
  /** Paths of all requests for odds so far. */
  readonly oddsAsked: () => number;
  /** Everything that was told, in one text. */
  readonly everything: () => string;
};

/** The vendor on a socket, and the feed that asks it, on a clock that is moved by hand. */
export async function openOddsApi(
  options: {
    readonly venue?: Partial<OddsApiVenueOptions>;
    readonly feed?: Partial<OddsApiFeedOptions>;
  } = {},
): Promise<OddsApiWorld> {
  const timers = new ManualTimers(NOW_MS);
  const venue = new OddsApiVenue({
    rng: seededRng(5),
    nowMs: () => timers.nowMs(),
    games: [BILLS],
    books: BOOKS,
    apiKey: API_KEY,
    credits: 500,
    ...options.venue,
  });
  const server = await startOddsApiServer({ venue, timers, port: 0 });
  onTestFinished(() => server.close());
  const told: unknown[] = [];
  const feed = new OddsApiFeed({
    baseUrl: server.url,
    apiKey: API_KEY,
    leagues: ['nfl'],
    books: ['pinnacle', 'draftkings', 'caesars'],
    gameIdOf: ({ league, home, away }) => `${league} ${away} at ${home}`,
    timers,
    intervalMs: 60_000,
    timeoutMs: 10_000,
    maxBytes: 20_000,
    breaker: { failures: 3, openMs: 30_000 },
    onQuota: (quota) => told.push(quota),
    onUnknownBook: (book) => told.push(book),
    ...options.feed,
  });
  onTestFinished(() => feed.close());
  const log = new StreamLog<OddsEvent>();
  const downs: SourceDown[] = [];
  let ups = 0;
  const open = (): void =>
    feed.open({ ...log.handlers, onDown: (why) => downs.push(why), onUp: () => (ups += 1) });
  return {
    timers,
    venue,
    url: server.url,
    feed,
    log,
    downs,
    ups: () => ups,
    open,
    oddsAsked: () => venue.asked.filter((path) => path.endsWith('/odds')).length,
    everything: () =>
      JSON.stringify([told, downs, log.events, log.refusals, log.frames, log.disconnects]),
  };
}
