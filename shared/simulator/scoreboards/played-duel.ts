import type { EpochMs } from '../../domain/market/market.ts';
import type {
  EventCompetitor,
  PartScore,
  ScoreboardEvent,
} from '../../domain/market/scoreboard-event.ts';
import type { Rng } from '../rng.ts';
import type { ScriptedEvent } from './scripted-event.ts';

export type ShownAthlete = { readonly id: string; readonly name: string };

type DuelOptions = {
  readonly rng: Rng;
  readonly eventId: string;
  /** The tournament or card. */
  readonly of: string;
  readonly first: ShownAthlete;
  readonly second: ShownAthlete;
  readonly startMs: EpochMs;
};

export type PlayedMatchOptions = DuelOptions & {
  readonly league: 'atp' | 'wta';
  /** Also of the other tour, or doubles: a board of a week holds them all. */
  readonly division: string;
  /** How it ends, if not by its last set: given up in the middle, or not begun. */
  readonly endsBy?: 'retirement' | 'walkover';
};

type Winner = 0 | 1;
const GAME_MS = 240_000;
const LEAST_LEAD = 2;
const BROKEN_OFF_AFTER = 12;

/** A tennis match of three sets played out from a seed, game by game; a set at six all goes to a tie-break. */
export function playedMatch(options: PlayedMatchOptions): ScriptedEvent {
  const { league, of, startMs, division, endsBy } = options;
  const whole = drawGames(options.rng);
  const games = endsBy === 'retirement' ? whole.slice(0, BROKEN_OFF_AFTER) : whole;
  const at = (timeMs: EpochMs): ScoreboardEvent => {
    const count = Math.floor((timeMs - startMs) / GAME_MS);
    const isBegun = timeMs >= startMs;
    const isOver = isBegun && (endsBy === 'walkover' || count >= games.length);
    const sets = isBegun && endsBy !== 'walkover' ? setsOf(games.slice(0, count)) : [];
    const winner = isOver ? (games.at(-1)?.by ?? 0) : null;
    const ended =
      endsBy === 'walkover' ? 'walkover' : endsBy === 'retirement' ? 'retired' : 'final';
    return duel(options, {
      sport: 'tennis',
      league,
      division,
      status: isOver ? ended : isBegun ? 'in_progress' : 'scheduled',
      statusWord: isOver
        ? `STATUS_${ended.toUpperCase()}`
        : isBegun
          ? 'STATUS_IN_PROGRESS'
          : 'STATUS_SCHEDULED',
      period: Math.max(1, sets.length),
      clock: null,
      ending: null,
      competitors: [
        athlete(options.first, winner === null ? null : winner === 0, {
          parts: sets.map(([one, other]) => partOf(one, other)),
        }),
        athlete(options.second, winner === null ? null : winner === 1, {
          parts: sets.map(([one, other]) => partOf(other, one)),
        }),
      ],
      receivedMs: timeMs,
    });
  };
  return { league, of, at };
}

type TennisGame = { readonly set: number; readonly by: Winner };

function drawGames(rng: Rng): readonly TennisGame[] {
  const games: TennisGame[] = [];
  const sets = [0, 0];
  for (let set = 0; Math.max(...sets) < 2; set += 1) {
    const won = [0, 0];
    for (;;) {
      const by: Winner = rng.chance(0.55) ? 0 : 1;
      games.push({ set, by });
      won[by] = (won[by] ?? 0) + 1;
      const [one = 0, other = 0] = won;
      const most = Math.max(one, other);
      if (most === 7 || (most === 6 && Math.abs(one - other) >= LEAST_LEAD)) break;
    }
    const by = (won[0] ?? 0) > (won[1] ?? 0) ? 0 : 1;
    sets[by] = (sets[by] ?? 0) + 1;
  }
  return games;
}

/** Games of each set so far; a set that has just begun stands at nothing. */
function setsOf(games: readonly TennisGame[]): readonly (readonly [number, number])[] {
  const count = Math.max(1, (games.at(-1)?.set ?? 0) + 1);
  return Array.from({ length: count }, (_, set) => {
    const inSet = games.filter((game) => game.set === set);
    const first = inSet.filter(({ by }) => by === 0).length;
    return [first, inSet.length - first] as const;
  });
}

/** Seven to six was a tie-break; its points are shown beside the games of both. */
function partOf(mine: number, theirs: number): PartScore {
  const isTiebreak = mine + theirs === 13;
  return { value: mine, tiebreak: isTiebreak ? (mine > theirs ? 7 : 5) : null };
}

export type PlayedBoutOptions = DuelOptions & { readonly weightClass: string };

const ROUNDS = 3;
const ROUND_S = 300;
const PAUSE_S = 60;

/** A bout of three rounds played out from a seed: half of them end inside the distance. It has no score. */
export function playedBout(options: PlayedBoutOptions): ScriptedEvent {
  const { rng, of, startMs, weightClass } = options;
  const isInside = rng.chance(0.5);
  const ending = isInside
    ? { round: 1 + rng.integer(ROUNDS), second: 1 + rng.integer(ROUND_S - 1) }
    : { round: ROUNDS, second: ROUND_S };
  const winner: Winner = rng.chance(0.5) ? 0 : 1;
  const at = (timeMs: EpochMs): ScoreboardEvent => {
    const dayS = Math.floor((timeMs - startMs) / 1_000);
    const round = Math.floor(dayS / (ROUND_S + PAUSE_S)) + 1;
    const second = Math.min(ROUND_S, dayS - (round - 1) * (ROUND_S + PAUSE_S));
    const isOver = round > ending.round || (round === ending.round && second >= ending.second);
    const isBegun = dayS >= 0;
    const stands = isOver ? ending : isBegun ? { round, second } : { round: 0, second: 0 };
    return duel(options, {
      sport: 'mma',
      league: 'ufc',
      division: weightClass,
      status: isOver ? 'final' : isBegun ? 'in_progress' : 'scheduled',
      statusWord: isOver ? 'STATUS_FINAL' : isBegun ? 'STATUS_IN_PROGRESS' : 'STATUS_SCHEDULED',
      period: stands.round,
      clock: { direction: 'up', seconds: stands.second, addedMinutes: 0 },
      ending: isOver ? (isInside ? 'inside_distance' : 'distance') : null,
      competitors: [
        athlete(options.first, isOver ? winner === 0 : null, {
          judgesTotals: isOver && !isInside ? [winner === 0 ? 87 : 84] : [],
        }),
        athlete(options.second, isOver ? winner === 1 : null, {
          judgesTotals: isOver && !isInside ? [winner === 1 ? 87 : 84] : [],
        }),
      ],
      receivedMs: timeMs,
    });
  };
  return { league: 'ufc', of, at };
}

function duel(
  { eventId, startMs }: DuelOptions,
  shown: Omit<ScoreboardEvent, 'eventId' | 'startTimeMs' | 'startConfirmed' | 'half' | 'missing'>,
): ScoreboardEvent {
  return {
    ...shown,
    eventId,
    startTimeMs: startMs,
    startConfirmed: true,
    half: null,
    missing: [],
  };
}

function athlete(
  { id, name }: ShownAthlete,
  winner: boolean | null,
  shown: Partial<Pick<EventCompetitor, 'parts' | 'judgesTotals'>>,
): EventCompetitor {
  return {
    id,
    name,
    code: null,
    side: null,
    score: null,
    shootoutScore: null,
    parts: [],
    judgesTotals: [],
    winner,
    ...shown,
  };
}
