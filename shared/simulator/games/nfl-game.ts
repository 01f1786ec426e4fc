import type { GameState } from '../../domain/market/game-state.ts';
import type { EpochMs, GameSide } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { clampProbability, type Probability } from '../../domain/money/probability.ts';
import type { Rng } from '../rng.ts';
import type { Game, GameEvent, ScheduledGame, Score } from './game.ts';
import { breakAfterQuarterMs, drawStepMs, QUARTERS, type Pace } from './pace.ts';
import { drawNews, newsTree, type News } from './pregame-news.ts';
import { drawScoringPlay, FIELD_GOAL_POINTS, scoreProcess } from './score-process.ts';
import { kickoffHomeProbability, WinTable } from './win-table.ts';

const NO_SCORE: Score = { home: 0, away: 0 };

/** What is known from a time on, until the next moment. */
type Moment = {
  readonly timeMs: EpochMs;
  readonly phase: GameState['phase'];
  readonly score: Score;
  readonly period: number;
  readonly clockSeconds: number;
  readonly homeProbability: Probability;
};

type Played = {
  readonly moments: readonly Moment[];
  readonly events: readonly GameEvent[];
  readonly result: GameSide;
};

/**
 * Plays a game out: news, four quarters of Poisson scoring, an overtime when tied. The draws are of streams of their
 * own, so that a game is a function of (stream, schedule, pace).
 */
export function playNflGame(rng: Rng, scheduled: ScheduledGame, pace: Pace): Game {
  const played = playOut(rng, scheduled, pace);
  const last = played.moments.at(-1);
  invariant(last !== undefined, 'a game that was played has moments');
  return {
    gameId: scheduled.gameId,
    home: scheduled.home,
    away: scheduled.away,
    startTimeMs: scheduled.startTimeMs,
    finalAtMs: last.timeMs,
    result: played.result,
    events: played.events,
    trueHomeProbability: (timeMs) => momentAt(played.moments, timeMs).homeProbability,
    stateAt(timeMs) {
      const moment = momentAt(played.moments, timeMs);
      return {
        source: 'espn',
        gameId: scheduled.gameId,
        phase: moment.phase,
        startTimeMs: scheduled.startTimeMs,
        homeScore: moment.score.home,
        awayScore: moment.score.away,
        period: moment.period,
        clockSeconds: moment.clockSeconds,
        sourceTimeMs: timeMs,
        receivedMs: timeMs,
      };
    },
  };
}

/** The last moment at or before a time; before all news the first one. */
function momentAt(moments: readonly Moment[], timeMs: EpochMs): Moment {
  let low = 0;
  let high = moments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((moments[middle]?.timeMs ?? Number.POSITIVE_INFINITY) <= timeMs) low = middle;
    else high = middle - 1;
  }
  const moment = moments[low];
  invariant(moment !== undefined, 'a game that was played has moments');
  return moment;
}

function playOut(rng: Rng, scheduled: ScheduledGame, pace: Pace): Played {
  const moments: Moment[] = [];
  const events: GameEvent[] = [];
  const news = drawNews(rng.fork('news'), {
    fromMs: scheduled.startTimeMs - pace.newsWindowMs,
    untilMs: scheduled.startTimeMs,
  });
  playPregame({ scheduled, pace, news, moments, events });
  const margin = scheduled.expectedMargin + news.reduce((sum, { points }) => sum + points, 0);
  const regulation = playRegulation({ rng, scheduled, pace, margin, moments, events });
  const end = regulation.isTied
    ? playOvertime({ rng: rng.fork('overtime'), pace, regulation, moments, events })
    : regulation;
  const result: GameSide = end.score.home > end.score.away ? 'home' : 'away';
  moments.push({
    timeMs: end.timeMs,
    phase: 'final',
    score: end.score,
    period: regulation.isTied ? QUARTERS + 1 : QUARTERS,
    clockSeconds: 0,
    homeProbability: clampProbability(result === 'home' ? 1 : 0),
  });
  events.push({ timeMs: end.timeMs, kind: 'final', winner: result, score: end.score });
  return { moments, events, result };
}

function playPregame(game: {
  readonly scheduled: ScheduledGame;
  readonly pace: Pace;
  readonly news: readonly News[];
  readonly moments: Moment[];
  readonly events: GameEvent[];
}): void {
  const { scheduled } = game;
  const steps = game.pace.stepsPerQuarter * QUARTERS;
  const tree = newsTree((points) =>
    kickoffHomeProbability(
      scoreProcess({
        margin: scheduled.expectedMargin + points,
        total: scheduled.expectedTotal,
        steps,
      }),
    ),
  );
  const push = (timeMs: EpochMs, seen: number, good: number): void => {
    game.moments.push({
      timeMs,
      phase: 'pregame',
      score: NO_SCORE,
      period: 0,
      clockSeconds: 0,
      homeProbability: clampProbability(tree[seen]?.[good] ?? Number.NaN),
    });
  };
  push(Number.NEGATIVE_INFINITY, 0, 0);
  let good = 0;
  for (const [index, { timeMs, points }] of game.news.entries()) {
    const favours: GameSide = points > 0 ? 'home' : 'away';
    if (favours === 'home') good += 1;
    push(timeMs, index + 1, good);
    game.events.push({ timeMs, kind: 'news', favours, score: NO_SCORE });
  }
}

type Regulation = {
  readonly timeMs: EpochMs;
  readonly score: Score;
  readonly isTied: boolean;
  readonly overtimeHome: number;
};

function playRegulation(game: {
  readonly rng: Rng;
  readonly scheduled: ScheduledGame;
  readonly pace: Pace;
  /** Expected margin in points after the news. */
  readonly margin: number;
  readonly moments: Moment[];
  readonly events: GameEvent[];
}): Regulation {
  const { pace, moments, events } = game;
  const steps = pace.stepsPerQuarter * QUARTERS;
  const process = scoreProcess({
    margin: game.margin,
    total: game.scheduled.expectedTotal,
    steps,
  });
  const table = new WinTable(process);
  const scores = game.rng.fork('scores');
  const clock = game.rng.fork('clock');
  let score = NO_SCORE;
  let timeMs = game.scheduled.startTimeMs;
  const push = (stepsDone: number): void => {
    const quarter = Math.min(QUARTERS, Math.floor(stepsDone / pace.stepsPerQuarter) + 1);
    const stepsInQuarter = stepsDone - (quarter - 1) * pace.stepsPerQuarter;
    moments.push({
      timeMs,
      phase: 'live',
      score,
      period: quarter,
      clockSeconds: (pace.stepsPerQuarter - stepsInQuarter) * pace.clockSecondsPerStep,
      homeProbability: clampProbability(
        table.homeProbability({
          stepsLeft: steps - stepsDone,
          homeLead: score.home - score.away,
        }),
      ),
    });
  };
  events.push({ timeMs, kind: 'kickoff', score });
  push(0);
  for (let done = 1; done <= steps; done += 1) {
    timeMs += drawStepMs(clock, pace);
    const play = drawScoringPlay(scores, process.rates, score.home - score.away);
    if (play !== null) {
      score = plus(score, play.side, play.points);
      events.push({ timeMs, kind: play.kind, side: play.side, score });
    }
    push(done);
    if (play !== null && done < steps) timeMs += pace.afterScoreMs;
    if (done % pace.stepsPerQuarter === 0) {
      const quarter = done / pace.stepsPerQuarter;
      events.push({ timeMs, kind: 'quarter_end', period: quarter, score });
      if (quarter * 2 === QUARTERS) events.push({ timeMs, kind: 'halftime', score });
      timeMs += breakAfterQuarterMs(pace, quarter);
    }
  }
  return {
    timeMs,
    score,
    isTied: score.home === score.away,
    overtimeHome: process.overtimeHome,
  };
}

/** A coin weighted by strength, tossed at the end of an overtime; until then nobody knows more. */
function playOvertime(game: {
  readonly rng: Rng;
  readonly pace: Pace;
  readonly regulation: Regulation;
  readonly moments: Moment[];
  readonly events: GameEvent[];
}): { readonly timeMs: EpochMs; readonly score: Score } {
  const { rng, regulation } = game;
  game.events.push({ timeMs: regulation.timeMs, kind: 'overtime', score: regulation.score });
  const timeMs = regulation.timeMs + Math.round(game.pace.overtimeMs * (0.5 + rng.uniform()));
  const side: GameSide = rng.chance(regulation.overtimeHome) ? 'home' : 'away';
  const score = plus(regulation.score, side, FIELD_GOAL_POINTS);
  game.events.push({ timeMs, kind: 'field_goal', side, score });
  return { timeMs, score };
}

function plus(score: Score, side: GameSide, points: number): Score {
  return side === 'home'
    ? { home: score.home + points, away: score.away }
    : { home: score.home, away: score.away + points };
}
