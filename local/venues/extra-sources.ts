import { randomBytes } from 'node:crypto';
import type { Timers } from '../../shared/ports/timers.ts';
import { BalldontlieVenue } from '../../shared/simulator/games/balldontlie-venue.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { nbaEvening } from '../../shared/simulator/games/nba-evening.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import {
  BETMGM,
  DRAFTKINGS,
  FANDUEL,
  PINNACLE,
} from '../../shared/simulator/sportsbooks/book-profile.ts';
import { OddsApiVenue } from '../../shared/simulator/sportsbooks/odds-api-venue.ts';
import { eventIdOf, type QuotedGame } from '../../shared/simulator/sportsbooks/rest-quotes.ts';
import { startBalldontlieServer } from './balldontlie-server.ts';
import { startOddsApiServer } from './odds-api-server.ts';

/** Where a simulated source answers, and with which key. */
export type ExtraSource = { readonly url: string; readonly apiKey: string };

export type ExtraSources = {
  /** Null for a source that is off. */
  readonly oddsApi: ExtraSource | null;
  readonly balldontlie: ExtraSource | null;
  readonly close: () => Promise<void>;
};

/** Which of the sources that need a key of their own are simulated. */
export type ExtraSourcesOn = { readonly oddsApi: boolean; readonly balldontlie: boolean };

const BOOKS = [
  { bookmaker: 'pinnacle', profile: PINNACLE },
  { bookmaker: 'draftkings', profile: DRAFTKINGS },
  { bookmaker: 'fanduel', profile: FANDUEL },
  { bookmaker: 'betmgm', profile: BETMGM },
] as const;
const CREDITS = 20_000;
const SPORT = 'americanfootball_nfl';
const NBA_GAMES = 3;
const NBA_AFTER_MS = 600_000;
/** What the vendor's second plan allows. */
const REQUESTS_PER_MINUTE = 600;

/**
 * The Odds API and Balldontlie over sockets of this machine, beside the other venues of a scripted day: the same games,
 * quoted by the same truth. Balldontlie has an evening of its own, which the script does not follow. Throws
 * `PortUnavailable`.
 */
export async function startExtraSources(options: {
  readonly on: ExtraSourcesOn;
  readonly games: readonly Game[];
  readonly rng: Rng;
  readonly timers: Timers;
}): Promise<ExtraSources> {
  const { on, games, rng, timers } = options;
  const opened: { readonly close: () => Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((server) => server.close()));
  };
  const nowMs = (): number => timers.nowMs();
  try {
    let oddsApi: ExtraSource | null = null;
    if (on.oddsApi) {
      const apiKey = newKey();
      const venue = new OddsApiVenue({
        rng: rng.fork('odds api'),
        nowMs,
        games: games.map(quotedGame),
        books: BOOKS,
        apiKey,
        credits: CREDITS,
      });
      const server = await startOddsApiServer({ venue, timers, port: 0 });
      opened.push(server);
      oddsApi = { url: server.url, apiKey };
    }
    let balldontlie: ExtraSource | null = null;
    if (on.balldontlie) {
      const apiKey = newKey();
      const venue = new BalldontlieVenue({
        nowMs,
        games: nbaEvening(rng.fork('nba'), {
          games: NBA_GAMES,
          startTimeMs: timers.nowMs() + NBA_AFTER_MS,
        }),
        apiKey,
        requestsPerMinute: REQUESTS_PER_MINUTE,
        hasBoxScores: true,
      });
      const server = await startBalldontlieServer({ venue, timers, port: 0 });
      opened.push(server);
      balldontlie = { url: server.url, apiKey };
    }
    return { oddsApi, balldontlie, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function newKey(): string {
  return randomBytes(16).toString('hex');
}

/** A scripted game as sportsbooks think of it: whole seconds, as the vendor tells starts. */
function quotedGame(game: Game): QuotedGame {
  const { gameId, home, away, startTimeMs, finalAtMs } = game;
  return {
    eventId: eventIdOf(gameId),
    sportKey: SPORT,
    home: home.name,
    away: away.name,
    commenceMs: Math.floor(startTimeMs / 1_000) * 1_000,
    chances: (timeMs) => {
      const chance = game.trueHomeProbability(timeMs);
      return { home: chance, draw: null, away: 1 - chance };
    },
    score: (timeMs) => {
      const { homeScore, awayScore } = game.stateAt(timeMs);
      return timeMs < startTimeMs || homeScore === null || awayScore === null
        ? null
        : { home: homeScore, away: awayScore, isCompleted: timeMs >= finalAtMs };
    },
  };
}
