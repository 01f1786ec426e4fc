import type { Timers } from '../../shared/ports/timers.ts';
import { compressGame } from '../../shared/simulator/games/compressed-game.ts';
import { footballSunday, playShortGame } from '../../shared/simulator/games/football-sunday.ts';
import { SoccerMatch } from '../../shared/simulator/games/soccer-match.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
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
import { SOCCER_SPORT } from './livescore-feed.ts';
import { startOddsServer } from './odds-server.ts';

export type RunOddsFeedOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: number;
  readonly oddities: readonly FeedOddity[];
  /** From now until the games begin. */
  readonly leadMs: number;
  /** One line of JSON instead of text. */
  readonly json: boolean;
  readonly timers: Timers;
  /** Takes what is printed. */
  readonly write: (text: string) => void;
  /** Ends the feed. */
  readonly signal: AbortSignal;
};

/** What `--json` prints. */
export type OddsFeedAddress = {
  readonly odds: string;
  readonly livescores: string;
  readonly rest: string;
  readonly key: string;
};

const GAMES = 2;
const KEY = 'simulated';
const PROFILES = [PINNACLE, DRAFTKINGS, FANDUEL, BETMGM] as const;
const TEAMS = [
  [
    { code: 'CHE', name: 'Chelsea' },
    { code: 'ARS', name: 'Arsenal' },
  ],
  [
    { code: 'LIV', name: 'Liverpool' },
    { code: 'EVE', name: 'Everton' },
  ],
] as const;

/**
 * The simulated odds feed alone: NFL games and soccer matches of a seed, four sportsbooks, live scores and lists, until
 * the signal. Prints its addresses and its key. Throws `PortUnavailable`.
 */
export async function runOddsFeed(options: RunOddsFeedOptions): Promise<void> {
  const { port, seed, oddities, leadMs, json, timers, write, signal } = options;
  const rng = seededRng(seed).fork('odds feed');
  const startMs = timers.nowMs();
  const games = footballSunday(rng)
    .slice(0, GAMES)
    .map((game) => playShortGame(rng, game))
    .map((game) => {
      const scriptStartMs = game.startTimeMs - leadMs;
      return compressGame(game, { scriptStartMs, realStartMs: startMs, factor: 1 });
    });
  const matches = TEAMS.map(
    ([home, away]) =>
      new SoccerMatch(rng.fork(home.code), {
        gameId: `epl ${away.code} ${home.code}`,
        home,
        away,
        startTimeMs: startMs + leadMs,
        expectedGoals: { home: 1.6, away: 1.2 },
      }),
  );
  const books = PROFILES.flatMap((profile) => [
    new Sportsbook({ rng: rng.fork('books'), profile, games, startMs }),
    new SoccerBook({ rng: rng.fork('soccer'), profile, matches, startMs, sport: SOCCER_SPORT }),
  ]);
  const vendor = new OddsVendor({ books, startMs });
  const server = await startOddsServer({ vendor, timers, token: KEY, port, oddities, matches });
  try {
    const address: OddsFeedAddress = {
      odds: server.wsUrl,
      livescores: server.scoresUrl,
      rest: server.restUrl,
      key: KEY,
    };
    write(json ? `${JSON.stringify(address)}\n` : textOf(address, oddities));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await server.close();
  }
}

function textOf(
  { odds, livescores, rest, key }: OddsFeedAddress,
  oddities: readonly FeedOddity[],
): string {
  return [
    `odds        ${odds}?key=${key}`,
    `live scores ${livescores}?key=${key}`,
    `lists       ${rest}/get_info?key=${key}, get_games, get_markets`,
    `oddities    ${oddities.length === 0 ? 'none' : oddities.join(', ')}`,
    '',
  ].join('\n');
}
