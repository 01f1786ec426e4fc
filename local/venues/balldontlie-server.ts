import type { Timers } from '../../shared/ports/timers.ts';
import type { BalldontlieVenue } from '../../shared/simulator/games/balldontlie-venue.ts';
import { startAnswerServer, type AnswerServer } from './answer-server.ts';

/** Balldontlie over HTTP: its address takes the place of `https://api.balldontlie.io`. Throws `PortUnavailable`. */
export function startBalldontlieServer(options: {
  readonly venue: BalldontlieVenue;
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
}): Promise<AnswerServer> {
  return startAnswerServer({ ...options, what: 'balldontlie' });
}
