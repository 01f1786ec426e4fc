import type { HockeyPlay, HockeyPlays } from '../../domain/market/hockey-events.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';

/** What can be wrong with the plays of a game. */
export const PLAY_ODDITIES = {
  goal_missing: 'a goal is not among the plays',
  score_raised: 'the final score has one goal more',
  running_score_raised: 'one goal tells another score',
  end_renamed: 'the game is said to have ended in another kind of period',
  not_over: 'the game still goes on',
  play_doubled: 'one play stands twice',
  play_entered_late: 'one play stands long after its time',
  plays_shuffled: 'many plays stand out of order',
  play_after_period: 'one play has a clock beyond its period',
  period_renamed: 'the second period is told as overtime',
  period_unended: 'a period has no end',
  kind_new: 'a play of a kind that nobody knows',
  strength_stuck: 'the plays say one skater too few until the end',
  penalty_invented: 'the plays have a penalty that nobody served',
  actors_wrong: 'the plays name players of the bench',
} as const;

export type PlayOddity = keyof typeof PLAY_ODDITIES;

/** The plays with one fault in them. Null where they have nothing that this fault could befall. */
export function withPlayOddity(
  plays: HockeyPlays,
  oddity: PlayOddity,
  rng: Rng,
): HockeyPlays | null {
  const changed = changeOf(plays, oddity, rng);
  return changed === null ? null : { ...plays, ...changed };
}

function changeOf(game: HockeyPlays, oddity: PlayOddity, rng: Rng): Partial<HockeyPlays> | null {
  const { plays } = game;
  const one = <T>(values: readonly T[]): T | null =>
    values[rng.integer(values.length || 1)] ?? null;
  const ofPlay = plays.filter(({ periodKind }) => periodKind !== 'shootout');
  const goals = ofPlay.filter(({ event }) => event.kind === 'goal');
  const usual = ofPlay.filter(({ event }) => event.kind === 'hit' || event.kind === 'attempt');
  const swap = (from: HockeyPlay | null, change: (play: HockeyPlay) => HockeyPlay) =>
    from === null ? null : { plays: plays.map((play) => (play === from ? change(play) : play)) };

  switch (oddity) {
    case 'goal_missing': {
      const goal = one(goals);
      return goal && { plays: plays.filter((play) => play !== goal) };
    }
    case 'score_raised': {
      const { away, home } = game.teams;
      return { teams: { away: { ...away, goals: (away.goals ?? 0) + 1 }, home } };
    }
    case 'running_score_raised':
      return swap(one(goals), (play) => {
        const { event } = play;
        invariant(event.kind === 'goal' && event.score !== null, 'goals of play tell a score');
        return { ...play, event: { ...event, score: { ...event.score, away: 40 } } };
      });
    case 'end_renamed':
      return { endedIn: game.endedIn === 'regulation' ? 'overtime' : 'regulation' };
    case 'not_over':
      return { phase: 'live' };
    case 'play_doubled': {
      const play = one(usual);
      return play && { plays: [...plays, play] };
    }
    case 'play_entered_late':
      return swap(one(usual.filter(({ period }) => period === 1)), (play) => ({
        ...play,
        order: play.order + 300,
      }));
    case 'plays_shuffled':
      return {
        plays: plays.map((play) => ({ ...play, order: play.order + rng.integer(200) })),
      };
    case 'play_after_period':
      return swap(
        plays.findLast(({ event, period }) => event.kind === 'period_end' && period === 3) ?? null,
        (play) => ({
          ...play,
          event: { kind: 'stoppage' },
          playId: '99999',
          second: 1_205,
        }),
      );
    case 'period_renamed':
      return {
        plays: plays.map((play) =>
          play.period === 2 ? { ...play, periodKind: 'overtime' } : play,
        ),
      };
    case 'period_unended':
      return {
        plays: plays.filter(({ event, period }) => event.kind !== 'period_end' || period !== 2),
      };
    case 'kind_new':
      return swap(one(usual), (play) => ({
        ...play,
        event: { kind: 'unknown', word: 'coach-challenge' },
        actors: [],
      }));
    case 'strength_stuck':
      return {
        plays: plays.map((play) =>
          play.period >= 2 && play.strength !== null && play.periodKind !== 'shootout'
            ? {
                ...play,
                strength: {
                  ...play.strength,
                  away: { ...play.strength.away, skaters: play.strength.away.skaters - 1 },
                },
              }
            : play,
        ),
      };
    case 'penalty_invented':
      return swap(lonelyPlay(game), (play) => ({
        ...play,
        event: { kind: 'penalty', side: 'away', severity: 'minor', minutes: 2 },
        actors: [],
      }));
    case 'actors_wrong':
      return {
        plays: plays.map((play) => ({
          ...play,
          actors: play.actors.map((player) => nextPlayer(player, game)),
        })),
      };
  }
}

const QUIET_SECONDS = 500;

/** A try of the second period with no penalty and no goal for a while before and after it. */
function lonelyPlay({ plays }: HockeyPlays): HockeyPlay | null {
  const loud = plays.filter(({ event }) => event.kind === 'penalty' || event.kind === 'goal');
  return (
    plays.find(
      (play) =>
        play.event.kind === 'hit' &&
        play.second < 1_000 &&
        play.period <= 3 &&
        loud.every((other) =>
          other.period !== play.period && other.period !== play.period - 1
            ? true
            : Math.abs((other.period - play.period) * 1_200 + other.second - play.second) >
              QUIET_SECONDS,
        ),
    ) ?? null
  );
}

/** Who stands behind a player on his team's list and is of the same kind. */
function nextPlayer(player: string, { roster }: HockeyPlays): string {
  const own = roster.get(player);
  const alike = [...roster].flatMap(([id, { side, isGoalie }]) =>
    side === own?.side && isGoalie === own.isGoalie ? [id] : [],
  );
  return alike[(alike.indexOf(player) + Math.ceil(alike.length / 2)) % alike.length] ?? player;
}
