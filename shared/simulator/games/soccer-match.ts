import type { EpochMs, GameId, GameOutcome } from '../../domain/market/market.ts';
import type { Rng } from '../rng.ts';
import type { Score, Team } from './game.ts';

/** A match on the calendar, and the goals that an insider expects of each side over ninety minutes. */
export type ScheduledMatch = {
  readonly gameId: GameId;
  readonly home: Team;
  readonly away: Team;
  readonly startTimeMs: EpochMs;
  readonly expectedGoals: Score;
};

/** Where a match stands: halves and the clock as a feed words them. */
export type MatchState = {
  readonly stage: 'before' | 'first_half' | 'half_time' | 'second_half' | 'over';
  readonly elapsedSeconds: number;
  readonly score: Score;
};

const HALF_MS = 45 * 60_000;
const BREAK_MS = 15 * 60_000;
const MOST_GOALS = 14;

/**
 * A soccer match that was played out in advance: goals of each side are a Poisson process over twice 45 minutes and what
 * is added to each half (Maher 1982, independent Poisson scores). A draw is a result.
 */
export class SoccerMatch {
  readonly match: ScheduledMatch;
  /** In order of time. */
  readonly goals: readonly { readonly timeMs: EpochMs; readonly side: 'home' | 'away' }[];
  readonly #halves: readonly { readonly fromMs: EpochMs; readonly untilMs: EpochMs }[];

  constructor(rng: Rng, match: ScheduledMatch) {
    this.match = match;
    const added = [1, 3].map((least) => (least + rng.integer(4)) * 60_000);
    const firstUntilMs = match.startTimeMs + HALF_MS + (added[0] ?? 0);
    const secondFromMs = firstUntilMs + BREAK_MS;
    this.#halves = [
      { fromMs: match.startTimeMs, untilMs: firstUntilMs },
      { fromMs: secondFromMs, untilMs: secondFromMs + HALF_MS + (added[1] ?? 0) },
    ];
    this.goals = (['home', 'away'] as const)
      .flatMap((side) => this.#goalsOf(rng.fork(side), side))
      .toSorted((a, b) => a.timeMs - b.timeMs);
  }

  get finalAtMs(): EpochMs {
    return this.#halves[1]?.untilMs ?? 0;
  }

  stateAt(timeMs: EpochMs): MatchState {
    const [first, second] = this.#halves;
    const scored = this.goals.filter((goal) => goal.timeMs <= timeMs);
    const score = {
      home: scored.filter(({ side }) => side === 'home').length,
      away: scored.filter(({ side }) => side === 'away').length,
    };
    const at = (stage: MatchState['stage'], elapsedMs: number): MatchState => ({
      stage,
      elapsedSeconds: Math.floor(elapsedMs / 1_000),
      score,
    });
    if (first === undefined || second === undefined || timeMs < first.fromMs)
      return at('before', 0);
    if (timeMs < first.untilMs) return at('first_half', timeMs - first.fromMs);
    if (timeMs < second.fromMs) return at('half_time', HALF_MS);
    if (timeMs < second.untilMs) return at('second_half', HALF_MS + timeMs - second.fromMs);
    return at('over', 2 * HALF_MS);
  }

  /** The exact probability of each result, given all up to a time. They add up to one. */
  trueProbabilities(timeMs: EpochMs): Readonly<Record<GameOutcome, number>> {
    const { score } = this.stateAt(timeMs);
    const left = this.#playedMs(this.finalAtMs) - this.#playedMs(timeMs);
    const share = left / this.#playedMs(this.finalAtMs);
    const [home, away] = [this.match.expectedGoals.home, this.match.expectedGoals.away].map(
      (goals) => poisson(goals * share),
    );
    const result = { home: 0, draw: 0, away: 0 };
    for (const [more, p] of (home ?? []).entries())
      for (const [others, q] of (away ?? []).entries()) {
        const lead = score.home + more - score.away - others;
        result[lead > 0 ? 'home' : lead < 0 ? 'away' : 'draw'] += p * q;
      }
    const sum = result.home + result.draw + result.away;
    return { home: result.home / sum, draw: result.draw / sum, away: result.away / sum };
  }

  #goalsOf(rng: Rng, side: 'home' | 'away'): { timeMs: EpochMs; side: 'home' | 'away' }[] {
    const lengthMs = this.#playedMs(this.finalAtMs);
    const meanMs = lengthMs / this.match.expectedGoals[side];
    const goals = [];
    let playedMs = rng.exponential(meanMs);
    while (playedMs < lengthMs && goals.length < MOST_GOALS) {
      goals.push({ timeMs: this.#timeOf(playedMs), side });
      playedMs += rng.exponential(meanMs);
    }
    return goals;
  }

  /** Time on the pitch up to a time. */
  #playedMs(timeMs: EpochMs): number {
    return this.#halves.reduce(
      (sum, { fromMs, untilMs }) => sum + Math.max(0, Math.min(timeMs, untilMs) - fromMs),
      0,
    );
  }

  #timeOf(playedMs: number): EpochMs {
    const [first, second] = this.#halves;
    if (first === undefined || second === undefined) return 0;
    const firstMs = first.untilMs - first.fromMs;
    return Math.floor(
      playedMs < firstMs ? first.fromMs + playedMs : second.fromMs + playedMs - firstMs,
    );
  }
}

/** Probabilities of 0 to `MOST_GOALS` goals. */
function poisson(mean: number): readonly number[] {
  const terms = [Math.exp(-mean)];
  for (let goals = 1; goals <= MOST_GOALS; goals += 1)
    terms.push(((terms[goals - 1] ?? 0) * mean) / goals);
  return terms;
}
