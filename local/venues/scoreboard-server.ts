import { createServer } from 'node:http';
import { encodeScoreboard } from '../../shared/adapters/espn/wire/encode.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { listen, stopListening } from './listen.ts';

const NFL_PATH = '/apis/site/v2/sports/football/nfl/scoreboard';

export type ScoreboardServerOptions = {
  readonly games: readonly Game[];
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
  /** How far the scoreboard is behind the stadium. */
  readonly lagMs: number;
  /** The scoreboard shows nothing of before. */
  readonly startMs: EpochMs;
};

export type ScoreboardServer = { readonly url: string; readonly close: () => Promise<void> };

/** ESPN's scoreboard of the NFL over HTTP: where each game stands, a few seconds late. Throws `PortUnavailable`. */
export async function startScoreboardServer(
  options: ScoreboardServerOptions,
): Promise<ScoreboardServer> {
  const { games, timers, lagMs, startMs } = options;
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (request.method !== 'GET' || path !== NFL_PATH) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"code":404,"message":"no such scoreboard"}');
      return;
    }
    const seenMs = Math.max(startMs, timers.nowMs() - lagMs);
    const body = encodeScoreboard(
      games.map((game) => ({ home: game.home, away: game.away, state: game.stateAt(seenMs) })),
    );
    response.writeHead(200, {
      'content-type': 'application/json;charset=UTF-8',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  const address = await listen(server, options.port, 'scoreboard');
  return { url: `http://${address}${NFL_PATH}`, close: () => stopListening(server) };
}
