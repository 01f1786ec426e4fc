import { SCORE_SOURCES } from '../market/game-state.ts';
import { outcomesOf, sportOf, type League } from '../market/leagues.ts';
import type { EpochMs, GameOutcome } from '../market/market.ts';
import type { OddsPhase } from '../odds/freshness.ts';
import { openingAndClosing } from '../pricing/closing-line.ts';
import { compareLines, compareStates, courseOf } from './game-course.ts';
import type { GameRecord, KeptLine, RecordedLine, RecordedState } from './game-record.ts';
import { pathOf, type SettledLine } from './oracle-calibration.ts';

/** Why lines of a game cannot be judged: it has no outcome that is sure. */
export type Unsettled =
  'no_state' | 'not_over' | 'off' | 'no_score' | 'tied' | 'not_completed' | 'sources_disagree';

/** What the lines of a game come to be judged by; `no_lines` has none to be judged. */
export type Settling =
  | { readonly kind: 'settled'; readonly lines: readonly SettledLine[] }
  | { readonly kind: 'unsettled'; readonly why: Unsettled }
  | { readonly kind: 'no_lines' };

export type SettlingRules = {
  /** In play a line is looked at so often, at whole multiples of it since the epoch. */
  readonly everyMs: number;
  /** A line of which nothing is heard for longer is no longer known to stand. */
  readonly silenceAfterMs: number;
  /** A game that nobody says is over is in play no longer than this. */
  readonly overWithinMs: number;
};

/**
 * The lines of a game that are judged, with what happened: its closing line, unless the game was on by then, and the
 * line of odds in play that stood at every `everyMs` of the clock in play. A closing line that stands on after the
 * start is no line of play: another feed may have brought it. They are one cluster, since one game decides them all.
 */
export function settleGame(record: GameRecord, nowMs: EpochMs, rules: SettlingRules): Settling {
  const judged = judgedLines(record, nowMs, rules);
  if (judged.length === 0) return { kind: 'no_lines' };
  const outcome = outcomeOf(
    record.league,
    record.states.filter(({ fromMs }) => fromMs < nowMs),
  );
  if (outcome.kind === 'unsettled') return outcome;
  const { gameId, league } = record;
  const happened = outcomesOf(league).indexOf(outcome.winner);
  const lines = judged.map(({ line: { probabilities, books }, phase }) => ({
    cluster: gameId,
    path: pathOf(
      books.map(({ feed }) => feed),
      league,
      phase,
    ),
    probabilities,
    happened,
  }));
  return { kind: 'settled', lines };
}

type Judged = { readonly phase: OddsPhase; readonly line: Extract<KeptLine, { kind: 'line' }> };

function judgedLines(record: GameRecord, nowMs: EpochMs, rules: SettlingRules): readonly Judged[] {
  const { startTimeMs, states } = record;
  const lines = record.lines.filter(({ atMs }) => atMs < nowMs).toSorted(compareLines);
  const { closing } = openingAndClosing(lines, startTimeMs);
  const { beginMs, play } = courseOf({ startTimeMs, states, nowMs, atMostMs: rules.overWithinMs });
  const judged: Judged[] =
    closing === null || closing.atMs >= beginMs ? [] : [{ phase: 'pregame', line: closing.line }];
  if (play === null) return judged;
  let next = 0;
  let standing: RecordedLine | null = null;
  const firstMs = Math.ceil(play.fromMs / rules.everyMs) * rules.everyMs;
  for (let atMs = firstMs; atMs < play.toMs; atMs += rules.everyMs) {
    for (let line = lines[next]; line !== undefined && line.atMs < atMs; line = lines[next]) {
      standing = line;
      next += 1;
    }
    if (standing !== null && atMs - standing.atMs < rules.silenceAfterMs)
      judged.push(...inPlay(standing, play.fromMs));
  }
  return judged;
}

/** Where no scoreboard speaks the limits of play hold before it too: a line of then is none of play either. */
function inPlay({ atMs, phase, line }: RecordedLine, fromMs: EpochMs): readonly Judged[] {
  return atMs >= fromMs && phase === 'live' && line.kind === 'line' ? [{ phase, line }] : [];
}

type Outcome =
  | { readonly kind: 'settled'; readonly winner: GameOutcome }
  | { readonly kind: 'unsettled'; readonly why: Unsettled };

/**
 * Who won, by the last word of each source. Those that say that the game is over must agree on who, and none may say
 * that it did not take place; the scores count in the order of `SCORE_SOURCES`.
 */
function outcomeOf(league: League, states: readonly RecordedState[]): Outcome {
  const words = SCORE_SOURCES.flatMap(
    (source) =>
      states
        .filter((state) => state.source === source)
        .toSorted(compareStates)
        .at(-1) ?? [],
  );
  if (words.length === 0) return unsettled('no_state');
  const over = words.filter(({ phase }) => phase === 'final');
  const isOff = words.some(({ phase }) => phase === 'off');
  if (over.length === 0) return unsettled(isOff ? 'off' : 'not_over');
  if (isOff) return unsettled('sources_disagree');
  const [best, ...others] = over.flatMap((state) => winnerOf(league, state) ?? []);
  if (best === undefined) return unsettled('no_score');
  if (others.some(({ winner }) => winner !== best.winner)) return unsettled('sources_disagree');
  if (!outcomesOf(league).includes(best.winner)) return unsettled('tied');
  return best.isComplete ? { kind: 'settled', winner: best.winner } : unsettled('not_completed');
}

/** Sets that a tennis match takes to be won at the least: with fewer it ended by a retirement or a walkover. */
const LEAST_SETS = 2;

function winnerOf(
  league: League,
  { homeScore, awayScore }: RecordedState,
): { readonly winner: GameOutcome; readonly isComplete: boolean } | null {
  if (homeScore === null || awayScore === null) return null;
  const isComplete = sportOf(league) !== 'tennis' || Math.max(homeScore, awayScore) >= LEAST_SETS;
  if (homeScore === awayScore) return { winner: 'draw', isComplete };
  return { winner: homeScore > awayScore ? 'home' : 'away', isComplete };
}

function unsettled(why: Unsettled): Outcome {
  return { kind: 'unsettled', why };
}
