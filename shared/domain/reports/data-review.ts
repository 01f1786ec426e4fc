import { LEAGUES, type League } from '../market/leagues.ts';
import type { EpochMs, GameId } from '../market/market.ts';
import type { OddsPhase } from '../odds/freshness.ts';
import { CLOSING_WITHIN_MS, openingAndClosing } from '../pricing/closing-line.ts';
import { compareLines, compareText, courseOf } from './game-course.ts';
import type { GameRecord, RecordedLine, TimeSpan } from './game-record.ts';
import { coverOf, type Gap } from './line-gaps.ts';

/** What is looked for is missing by these bounds. */
export type ReviewLimits = {
  /** A line of which nothing is heard for longer is no longer known to stand. */
  readonly silenceAfterMs: number;
  /** A game that began longer ago should be over, and is in play no longer than this by any account. */
  readonly overWithinMs: number;
};

/** Twice as long as a line that stands takes to be told again; and longer than nearly every game lasts. */
export const REVIEW_LIMITS: ReviewLimits = {
  silenceAfterMs: CLOSING_WITHIN_MS,
  overWithinMs: 6 * 3_600_000,
};

/** Time within the window in which a game should have had a line, and had none. */
export type LineGap = Gap & { readonly gameId: GameId; readonly phase: OddsPhase };

export type CoveredSpan = TimeSpan & { readonly coveredMs: number };

/** One game within the window. Covered time and gaps of a phase make up its span exactly. */
export type GameReview = {
  readonly gameId: GameId;
  readonly startTimeMs: EpochMs;
  /** From the first line told until the game began; null where none of it lies in the window. */
  readonly pregame: CoveredSpan | null;
  /** While the game was in play; null where none of it lies in the window, or no source ever said that it began. */
  readonly live: CoveredSpan | null;
  readonly hasState: boolean;
  /** Over for long, by the clock, and no source says so. */
  readonly lacksFinal: boolean;
  readonly hasOpening: boolean;
  /** Null of a game that is still to start or did not take place. */
  readonly hasClosing: boolean | null;
  /** By phase, then time. */
  readonly gaps: readonly LineGap[];
};

/** How long a line stood of the time in which it should have; `share` is null of no time. */
export type Coverage = {
  readonly spanMs: number;
  readonly coveredMs: number;
  readonly share: number | null;
};

export type LeagueReview = {
  readonly league: League;
  readonly games: readonly GameReview[];
  /** Games of which some source told a state. */
  readonly withState: number;
  readonly lackingFinal: readonly GameId[];
  readonly withOpening: number;
  readonly withClosing: number;
  /** Games that have started: those that can have a closing line. */
  readonly started: number;
  readonly pregame: Coverage;
  readonly live: Coverage;
  /** Of all games, the longest first. */
  readonly gaps: readonly LineGap[];
};

/** What is there and what is missing of the games of a window; leagues in their order, only those with games. */
export type DataReview = { readonly window: TimeSpan; readonly leagues: readonly LeagueReview[] };

/**
 * The review of a window from what was kept of its games: a function of the set of rows, whatever their order and
 * however often each is there. Of lines and states only those told before the end of the window are known.
 */
export function reviewRecords(
  records: readonly GameRecord[],
  window: TimeSpan,
  limits: ReviewLimits,
): DataReview {
  const games = merged(records);
  return {
    window: { fromMs: window.fromMs, toMs: window.toMs },
    leagues: LEAGUES.flatMap((league) => {
      const ours = games.filter((game) => game.league === league);
      return ours.length === 0 ? [] : [reviewLeague(league, ours, window, limits)];
    }),
  };
}

function reviewLeague(
  league: League,
  records: readonly GameRecord[],
  window: TimeSpan,
  limits: ReviewLimits,
): LeagueReview {
  const games = records.map((record) => reviewGame(record, window, limits));
  const count = (holds: (game: GameReview) => boolean): number => games.filter(holds).length;
  return {
    league,
    games,
    withState: count(({ hasState }) => hasState),
    lackingFinal: games.filter(({ lacksFinal }) => lacksFinal).map(({ gameId }) => gameId),
    withOpening: count(({ hasOpening }) => hasOpening),
    withClosing: count(({ hasClosing }) => hasClosing === true),
    started: count(({ hasClosing }) => hasClosing !== null),
    pregame: coverageOf(games.map(({ pregame }) => pregame)),
    live: coverageOf(games.map(({ live }) => live)),
    gaps: games
      .flatMap(({ gaps }) => gaps)
      .toSorted(
        (a, b) =>
          b.toMs - b.fromMs - (a.toMs - a.fromMs) ||
          a.fromMs - b.fromMs ||
          compareText(a.gameId, b.gameId),
      ),
  };
}

function reviewGame(record: GameRecord, window: TimeSpan, limits: ReviewLimits): GameReview {
  const { gameId, startTimeMs } = record;
  const { toMs: nowMs } = window;
  const lines = record.lines.filter(({ atMs }) => atMs < nowMs);
  const states = record.states.filter(({ fromMs }) => fromMs < nowMs);
  const course = courseOf({ startTimeMs, states, nowMs, atMostMs: limits.overWithinMs });
  const { opening, closing } = openingAndClosing(lines, startTimeMs);
  const firstMs = lines.find(({ line }) => line.kind === 'line')?.atMs ?? Infinity;
  const cover = (span: TimeSpan | null): CoveredGaps | null =>
    coverWithin(lines, span, window, limits.silenceAfterMs);
  const pregame = cover({ fromMs: firstMs, toMs: course.beginMs });
  const live = cover(course.play);
  const phases = { pregame, live };
  return {
    gameId,
    startTimeMs,
    pregame: pregame?.span ?? null,
    live: live?.span ?? null,
    hasState: states.length > 0,
    lacksFinal: course.endedMs === null && course.beganMs + limits.overWithinMs < nowMs,
    hasOpening: opening !== null,
    hasClosing: course.isOff || startTimeMs >= nowMs ? null : closing !== null,
    gaps: (['pregame', 'live'] as const).flatMap(
      (phase) => phases[phase]?.gaps.map((gap) => ({ gameId, phase, ...gap })) ?? [],
    ),
  };
}

type CoveredGaps = { readonly span: CoveredSpan; readonly gaps: readonly Gap[] };

/** The part of a span that lies in the window with what covers it; null where there is none. */
function coverWithin(
  lines: readonly RecordedLine[],
  span: TimeSpan | null,
  window: TimeSpan,
  silenceAfterMs: number,
): CoveredGaps | null {
  const fromMs = Math.max(span?.fromMs ?? Infinity, window.fromMs);
  const toMs = Math.min(span?.toMs ?? -Infinity, window.toMs);
  if (toMs <= fromMs) return null;
  const { coveredMs, gaps } = coverOf(lines, { fromMs, toMs }, silenceAfterMs);
  return { span: { fromMs, toMs, coveredMs }, gaps };
}

function coverageOf(spans: readonly (CoveredSpan | null)[]): Coverage {
  const there = spans.filter((span) => span !== null);
  const spanMs = there.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const coveredMs = there.reduce((sum, span) => sum + span.coveredMs, 0);
  return { spanMs, coveredMs, share: spanMs === 0 ? null : coveredMs / spanMs };
}

/** Each game once with each row once, by start and then id; its lines in order. */
function merged(records: readonly GameRecord[]): readonly GameRecord[] {
  return [...Map.groupBy(records, ({ gameId }) => gameId).values()]
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const lines = new Map(
        same.flatMap((record) => record.lines.map((line) => [line.eventId, line])),
      );
      return [
        {
          ...first,
          startTimeMs: Math.max(...same.map(({ startTimeMs }) => startTimeMs)),
          lines: [...lines.values()].toSorted(compareLines),
          states: same.flatMap(({ states }) => states),
        },
      ];
    })
    .toSorted((a, b) => a.startTimeMs - b.startTimeMs || compareText(a.gameId, b.gameId));
}
