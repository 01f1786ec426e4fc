import type { Timers } from '../../shared/ports/timers.ts';
import type { NhlVenue } from '../../shared/simulator/games/nhl-venue.ts';
import { startAnswerServer, type AnswerServer } from './answer-server.ts';

/** The NHL's public pages over HTTP: its address takes the place of both of theirs. Throws `PortUnavailable`. */
export function startNhlServer(options: {
  readonly venue: NhlVenue;
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
}): Promise<AnswerServer> {
  return startAnswerServer({ ...options, what: 'nhl' });
}
