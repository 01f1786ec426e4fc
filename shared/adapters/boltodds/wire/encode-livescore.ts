import type { BoltGame } from './frames.ts';

/** Where a soccer game stands, as the feed's side means it. */
export type BoltMatch = {
  readonly game: BoltGame;
  /** Which of A and B of the state is at home. */
  readonly homeIs: 'A' | 'B';
  readonly stage: 'before' | 'first_half' | 'half_time' | 'second_half' | 'over';
  readonly elapsedSeconds: number;
  readonly homeGoals: number;
  readonly awayGoals: number;
};

const WORDS: Readonly<Record<BoltMatch['stage'], string>> = {
  before: 'PREMATCH',
  first_half: 'IN_FIRST_HALF',
  half_time: 'AT_HALF_TIME',
  second_half: 'IN_SECOND_HALF',
  over: 'MATCH_COMPLETED',
};

/** The feed's side: one `match_update`. */
export function encodeLivescore(match: BoltMatch): string {
  const { game, homeIs, stage, elapsedSeconds, homeGoals, awayGoals } = match;
  const isHomeA = homeIs === 'A';
  return JSON.stringify({
    action: 'match_update',
    game: game.label,
    universal_id: game.universalId,
    home: game.homeTeam,
    away: game.awayTeam,
    designation: isHomeA ? { A: 'home', B: 'away' } : { A: 'away', B: 'home' },
    state: {
      preMatch: stage === 'before',
      matchCompleted: stage === 'over',
      clockRunningNow: stage === 'first_half' || stage === 'second_half',
      matchPeriod: ['FootballMatchPeriod', WORDS[stage]],
      elapsedTimeSeconds: elapsedSeconds,
      goalsA: isHomeA ? homeGoals : awayGoals,
      goalsB: isHomeA ? awayGoals : homeGoals,
      varReferralInProgress: false,
    },
  });
}
