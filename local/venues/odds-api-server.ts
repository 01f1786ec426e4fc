import type { Timers } from '../../shared/ports/timers.ts';
import type { OddsApiVenue } from '../../shared/simulator/sportsbooks/odds-api-venue.ts';
import { startAnswerServer, type AnswerServer } from './answer-server.ts';

/** The Odds API over HTTP: its address takes the place of `https://api.the-odds-api.com`. Throws `PortUnavailable`. */
export function startOddsApiServer(options: {
  readonly venue: OddsApiVenue;
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
}): Promise<AnswerServer> {
  return startAnswerServer({ ...options, what: 'odds api' });
}
