import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { AnswerFaults } from '../../shared/simulator/faults/answer-faults.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { footballEvent } from '../../shared/simulator/scoreboards/football-event.ts';
import {
  ScoreboardVenue,
  SPORTS_PATH,
} from '../../shared/simulator/scoreboards/scoreboard-venue.ts';
import type { ScriptedEvent } from '../../shared/simulator/scoreboards/scripted-event.ts';
import { startAnswerServer } from './answer-server.ts';

export type ScoreboardServerOptions = {
  /** Of the NFL. */
  readonly games: readonly Game[];
  /** Of any league, beside the games. */
  readonly events?: readonly ScriptedEvent[];
  readonly faults?: AnswerFaults;
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
  /** How far the scoreboard is behind the stadium. */
  readonly lagMs: number;
  /** The scoreboard shows nothing of before. */
  readonly startMs: EpochMs;
};

export type ScoreboardServer = {
  /** Up to the sport: `http://127.0.0.1:<port>/apis/site/v2/sports`. */
  readonly url: string;
  readonly venue: ScoreboardVenue;
  readonly close: () => Promise<void>;
};

/** ESPN's scoreboards of all leagues over HTTP: where each game stands, a few seconds late. Throws `PortUnavailable`. */
export async function startScoreboardServer(
  options: ScoreboardServerOptions,
): Promise<ScoreboardServer> {
  const { games, events = [], faults, timers, port, lagMs, startMs } = options;
  const venue = new ScoreboardVenue({
    events: [...games.map(footballEvent), ...events],
    nowMs: () => timers.nowMs(),
    lagMs,
    startMs,
    ...(faults === undefined ? {} : { faults }),
  });
  const server = await startAnswerServer({ venue, timers, port, what: 'scoreboard' });
  return { url: `${server.url}${SPORTS_PATH}`, venue, close: server.close };
}
