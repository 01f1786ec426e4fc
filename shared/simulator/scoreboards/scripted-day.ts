import { TEAM_ENTRIES } from '../../domain/mapping/teams.ts';
import { LEAGUES, type League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { Rng } from '../rng.ts';
import { playedBout, playedMatch } from './played-duel.ts';
import { playedGame, type ShownTeam } from './played-game.ts';
import { withOddity, type BoardOddity, type ScriptedEvent } from './scripted-event.ts';

export type ScriptedDayOptions = {
  readonly rng: Rng;
  readonly leagues?: readonly League[];
  /** The first start; games of a league begin an hour apart. */
  readonly startMs: EpochMs;
  readonly gamesPerLeague: number;
  /** Of an event to have something odd with it. */
  readonly oddChance: number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NAMES = ['Abel', 'Bruno', 'Casper', 'Dario', 'Emil', 'Felix', 'Goran', 'Hugo'] as const;
const LAST_NAMES = [
  'Adler',
  'Bianchi',
  'Cerny',
  'Duarte',
  'Eriksen',
  'Falk',
  'Gomez',
  'Hora',
] as const;
const DRAWS = ['mens-singles', 'womens-singles', 'mens-doubles'] as const;

/** Boards of a day in all leagues, with oddities, as a function of the seed. */
export function scriptedDay(options: ScriptedDayOptions): readonly ScriptedEvent[] {
  const { rng, leagues = LEAGUES, oddChance } = options;
  return leagues.flatMap((league) => {
    const draws = rng.fork(league);
    return leagueDay(draws.fork('games'), league, options).map((event, nth) => {
      const odd = draws.fork(`odd ${nth}`);
      if (!odd.chance(oddChance)) return event;
      return withOddity(event, drawOddity(odd, event.at(Number.NEGATIVE_INFINITY).startTimeMs));
    });
  });
}

function leagueDay(
  rng: Rng,
  league: League,
  { startMs, gamesPerLeague }: ScriptedDayOptions,
): readonly ScriptedEvent[] {
  const starts = Array.from({ length: gamesPerLeague }, (_, nth) => startMs + nth * HOUR_MS);
  if (league === 'atp' || league === 'wta') return tennisWeek(rng, league, starts);
  if (league === 'ufc') return fightNight(rng, starts);
  const entries = TEAM_ENTRIES[league];
  const first = rng.integer(entries.length);
  const teamAt = (at: number): ShownTeam => {
    const { code, name } = entries[(first + at) % entries.length] ?? { code: 'NONE', name: 'None' };
    return { id: `${league}-${code}`, code, name };
  };
  return starts.map((start, nth) =>
    playedGame({
      rng: rng.fork(`game ${nth}`),
      league,
      eventId: `${league}-${nth}`,
      home: teamAt(2 * nth),
      away: teamAt(2 * nth + 1),
      startMs: start,
    }),
  );
}

/** Matches of the day among those of a week, of all draws. */
function tennisWeek(
  rng: Rng,
  league: 'atp' | 'wta',
  starts: readonly EpochMs[],
): readonly ScriptedEvent[] {
  return [-4, -1, 0, 3].flatMap((day) =>
    starts.flatMap((start, nth) =>
      DRAWS.map((division, draw) => {
        const id = `${league}-${day}-${nth}-${draw}`;
        const ends = rng.fork(`end ${id}`);
        const endsBy = ends.chance(0.1) ? 'walkover' : ends.chance(0.1) ? 'retirement' : null;
        return playedMatch({
          rng: rng.fork(id),
          eventId: id,
          of: `${league} open`,
          league,
          division,
          first: athleteOf(rng, `${id} a`),
          second: athleteOf(rng, `${id} b`),
          startMs: start + day * DAY_MS,
          ...(endsBy === null ? {} : { endsBy }),
        });
      }),
    ),
  );
}

function fightNight(rng: Rng, starts: readonly EpochMs[]): readonly ScriptedEvent[] {
  return starts.map((startMs, nth) =>
    playedBout({
      rng: rng.fork(`bout ${nth}`),
      eventId: `ufc-${nth}`,
      of: 'Fight Night',
      weightClass: 'Bantamweight',
      first: athleteOf(rng, `${nth} a`),
      second: athleteOf(rng, `${nth} b`),
      startMs,
    }),
  );
}

function athleteOf(rng: Rng, label: string): { readonly id: string; readonly name: string } {
  const draws = rng.fork(label);
  const first = NAMES[draws.integer(NAMES.length)] ?? NAMES[0];
  const last = LAST_NAMES[draws.integer(LAST_NAMES.length)] ?? LAST_NAMES[0];
  return { id: String(100_000 + draws.integer(900_000)), name: `${first} ${last}` };
}

function drawOddity(rng: Rng, startMs: EpochMs): BoardOddity {
  const fromMs = startMs + rng.integer(HOUR_MS);
  const untilMs = fromMs + 15_000 + rng.integer(60_000);
  const oddities: readonly BoardOddity[] = [
    { kind: 'postponed', fromMs: startMs - rng.integer(HOUR_MS) },
    { kind: 'suspended', fromMs, untilMs: untilMs + HOUR_MS },
    { kind: 'score_slips', fromMs, untilMs, points: 3 },
    { kind: 'score_overturned', fromMs, untilMs, points: 3 },
    { kind: 'unknown_status', fromMs, word: 'STATUS_ABANDONED' },
    { kind: 'fields_missing', fromMs, fields: ['score', 'clock'] },
    { kind: 'start_unconfirmed', untilMs: fromMs },
    { kind: 'start_moved', fromMs: startMs - HOUR_MS, byMs: 30 * 60_000 },
  ];
  return oddities[rng.integer(oddities.length)] ?? oddities[0] ?? { kind: 'postponed', fromMs };
}
