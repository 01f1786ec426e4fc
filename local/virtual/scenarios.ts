import type { FaultName } from '../../shared/simulator/faults/fault-plan.ts';
import type { Game, ScheduledGame } from '../../shared/simulator/games/game.ts';
import {
  footballSunday,
  oneGame,
  playFullGame,
  playShortGame,
} from '../../shared/simulator/games/football-sunday.ts';
import type { Rng } from '../../shared/simulator/rng.ts';

/** What may go wrong: nothing, a set drawn by the seed, or what is named. */
export type ScenarioFaults =
  | { readonly kind: 'none' }
  | { readonly kind: 'drawn' }
  | { readonly kind: 'named'; readonly names: readonly FaultName[] };

export type Scenario = {
  readonly name: string;
  readonly description: string;
  readonly schedule: (rng: Rng) => readonly ScheduledGame[];
  readonly play: (rng: Rng, game: ScheduledGame) => Game;
  /** How long before the first kickoff the world begins. */
  readonly leadMs: number;
  readonly faults: ScenarioFaults;
};

const MINUTE_MS = 60_000;

const short = {
  schedule: (rng: Rng) => footballSunday(rng).slice(0, 2),
  play: playShortGame,
  leadMs: 6 * MINUTE_MS,
} as const;

const named = (...names: readonly FaultName[]): ScenarioFaults => ({ kind: 'named', names });

/** The worlds that can be run by name, the usual one first. */
export const SCENARIOS = [
  {
    name: 'sunday',
    description: 'Thirteen NFL games from 13:00 Eastern into the night; nothing goes wrong.',
    schedule: (rng: Rng) => footballSunday(rng),
    play: playFullGame,
    leadMs: 60 * MINUTE_MS,
    faults: { kind: 'none' },
  },
  {
    name: 'stormy-sunday',
    description: 'The same Sunday with faults drawn by the seed: lost answers, gaps, crashes.',
    schedule: (rng: Rng) => footballSunday(rng),
    play: playFullGame,
    leadMs: 60 * MINUTE_MS,
    faults: { kind: 'drawn' },
  },
  {
    name: 'one-game',
    description: 'One NFL game at its full length; nothing goes wrong.',
    schedule: (rng: Rng) => oneGame(rng),
    play: playFullGame,
    leadMs: 30 * MINUTE_MS,
    faults: { kind: 'none' },
  },
  {
    name: 'short-games',
    description: 'Games of twenty minutes with faults drawn by the seed, for many seeds.',
    ...short,
    faults: { kind: 'drawn' },
  },
  {
    name: 'quiet-short-games',
    description: 'Games of twenty minutes; nothing goes wrong.',
    ...short,
    faults: { kind: 'none' },
  },
  {
    name: 'lost-answers',
    description: 'Submits time out or fail, with and without having acted.',
    ...short,
    faults: named(
      'timeout_without_effect',
      'timeout_with_effect',
      'server_error_without_effect',
      'server_error_with_effect',
      'empty_success',
    ),
  },
  {
    name: 'broken-streams',
    description: 'Frames are lost and doubled, the socket drops, the odds fall silent.',
    ...short,
    faults: named('stream_gap', 'stream_duplicates', 'stale_odds', 'socket_drop'),
  },
  {
    name: 'crashes',
    description: 'Processes die between two effects, and queues deliver again.',
    ...short,
    faults: named('process_crash', 'queue_duplicates', 'queue_reorder', 'queue_redelivery'),
  },
] as const satisfies readonly Scenario[];

export type ScenarioName = (typeof SCENARIOS)[number]['name'];

export function scenarioNamed(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
