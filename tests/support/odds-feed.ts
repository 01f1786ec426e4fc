import { onTestFinished } from 'vitest';
import { startOddsServer, type OddsServer } from '../../local/venues/odds-server.ts';
import {
  BoltOddsStream,
  type BoltOddsOptions,
} from '../../shared/adapters/boltodds/boltodds-stream.ts';
import { parseBoltWhen } from '../../shared/adapters/boltodds/wire/when.ts';
import { leagueOfSport } from '../../shared/adapters/boltodds/wire/sports.ts';
import { gameNamed } from '../../shared/domain/mapping/game-named.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import type { SourceDown } from '../../shared/ports/streams.ts';
import { footballSunday, playShortGame } from '../../shared/simulator/games/football-sunday.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { SoccerMatch } from '../../shared/simulator/games/soccer-match.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import {
  BETMGM,
  DRAFTKINGS,
  FANDUEL,
  PINNACLE,
} from '../../shared/simulator/sportsbooks/book-profile.ts';
import type { FeedOddity } from '../../shared/simulator/sportsbooks/feed-oddities.ts';
import { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';
import { SoccerBook } from '../../shared/simulator/sportsbooks/soccer-book.ts';
import { Sportsbook } from '../../shared/simulator/sportsbooks/sportsbook.ts';
import { machineTimers, StreamLog } from './stream-log.ts';

export const TOKEN = 'a-key/that nobody&may=read';
export const FAST = { leastMs: 10, baseMs: 20, mostMs: 20 } as const;

export type OddsFeed = {
  readonly server: OddsServer;
  readonly games: readonly Game[];
  readonly match: SoccerMatch;
  /** What a scoreboard would confirm. */
  readonly listings: readonly GameListing[];
  /** Lets the sportsbooks speak. */
  readonly pass: (ms: number) => Promise<void>;
};

/** Two games of four books and a match of two, on a clock of their own, behind sockets. */
export async function serveOdds(oddities: readonly FeedOddity[] = []): Promise<OddsFeed> {
  const rng = seededRng(3);
  const games = footballSunday(rng)
    .slice(0, 2)
    .map((game) => playShortGame(rng, game));
  const startMs = games[0]!.startTimeMs - 60_000;
  const match = new SoccerMatch(rng.fork('match'), {
    gameId: 'epl-2026-11-22-ARS-CHE',
    home: { code: 'CHE', name: 'Chelsea' },
    away: { code: 'ARS', name: 'Arsenal' },
    startTimeMs: startMs + 60_000,
    expectedGoals: { home: 1.6, away: 1.3 },
  });
  const books = [PINNACLE, DRAFTKINGS, FANDUEL, BETMGM].map(
    (profile) => new Sportsbook({ rng: rng.fork('books'), profile, games, startMs }),
  );
  const soccer = [PINNACLE, DRAFTKINGS].map(
    (profile) =>
      new SoccerBook({ rng: rng.fork('soccer'), profile, matches: [match], startMs, sport: 'EPL' }),
  );
  const timers = new Scheduler({ startMs });
  const server = await startOddsServer({
    vendor: new OddsVendor({ books: [...books, ...soccer], startMs }),
    timers,
    token: TOKEN,
    port: 0,
    oddities,
    matches: [match],
  });
  onTestFinished(() => server.close());
  const pass = async (ms: number): Promise<void> => {
    await timers.run({ untilMs: timers.nowMs() + ms, turn: () => Promise.resolve() });
  };
  const listings = [
    ...games.map((game) => ({ ...game, league: 'nfl' as const })),
    { ...match.match, league: 'epl' as const },
  ].map(({ gameId, league, home, away, startTimeMs }) => ({
    gameId,
    league,
    home,
    away,
    startTimeMs,
    startConfirmed: true,
    easternDate: '2026-11-22',
  }));
  return { server, games, match, listings, pass };
}

export class OddsLog extends StreamLog<OddsEvent> {
  readonly downs: SourceDown[] = [];
  ups = 0;

  replaced(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'replace' ? [`${event.source} ${event.gameId}`] : [],
    );
  }

  removed(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'removed' ? [`${event.source} ${event.gameId}`] : [],
    );
  }

  legs() {
    return this.events.flatMap((event) =>
      event.kind === 'legs' || event.kind === 'replace' ? event.legs : [],
    );
  }

  /** All that it told anybody, but for the frames, which are the feed's. */
  told(): string {
    const { disconnects, refusals, events, downs } = this;
    return JSON.stringify({ disconnects, refusals, events, downs });
  }
}

/** The real client on a simulated feed; its games are those that a scoreboard lists, as they stand there. */
export function openOdds(
  { server, listings }: OddsFeed,
  options: Partial<BoltOddsOptions> = {},
): OddsLog {
  const log = new OddsLog();
  const stream = new BoltOddsStream({
    wsUrl: server.wsUrl,
    token: TOKEN,
    filters: { sports: ['NFL'], sportsbooks: ['pinnacle', 'draftkings'], markets: ['Moneyline'] },
    gameIdOf: ({ sport, homeTeam: home, awayTeam: away, when }) => {
      const startTimeMs = parseBoltWhen(when ?? '');
      if (typeof startTimeMs !== 'number') return null;
      const named = gameNamed(listings, { league: leagueOfSport(sport), home, away, startTimeMs });
      return named.kind === 'found' ? named.game.gameId : null;
    },
    timers: machineTimers(),
    random: () => 0.5,
    maxFrameBytes: 1_000_000,
    backoff: FAST,
    ...options,
  });
  onTestFinished(() => stream.close());
  stream.open({
    ...log.handlers,
    onDown: (why) => void log.downs.push(why),
    onUp: () => void (log.ups += 1),
  });
  return log;
}
