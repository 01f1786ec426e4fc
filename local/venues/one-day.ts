import { money } from '../../shared/domain/money/money.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { SCENARIOS } from '../virtual/scenarios.ts';
import {
  startSimulatedVenues,
  type SimulatedVenues,
  type SimulatedVenuesOptions,
} from './simulated-venues.ts';

const OPENING_CASH = money(10_000_000_000);

/** The venues of the usual day at a pace that leaves time to look at them, on free ports, kept nowhere. */
export function startOneDay(
  timers: Timers,
  extra?: SimulatedVenuesOptions['extra'],
): Promise<SimulatedVenues> {
  const [scenario] = SCENARIOS;
  return startSimulatedVenues({
    seed: 1,
    scenario,
    timers,
    factor: 30,
    stateDir: null,
    account: { name: 'fairline', openingCash: OPENING_CASH },
    ports: { exchange: 0, odds: 0, scoreboard: 0 },
    ...(extra !== undefined && { extra }),
  });
}
