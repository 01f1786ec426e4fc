import type { GamePhase, ScoreSource } from '../market/game-state.ts';
import type { League } from '../market/leagues.ts';
import type { EpochMs, GameId } from '../market/market.ts';
import type { Probability } from '../money/probability.ts';
import type { ArbitrationRuleName } from '../odds/arbitration.ts';
import type { OddsPhase } from '../odds/freshness.ts';
import type { LineRefusal } from '../pricing/fair-line.ts';
import type { LineSaid } from '../pricing/line-version.ts';

/** A fair line as it is kept, or why there was none. */
export type KeptLine =
  | {
      readonly kind: 'line';
      readonly rule: ArbitrationRuleName;
      /** In the order of the outcomes of the league. */
      readonly probabilities: readonly Probability[];
      readonly books: LineSaid['books'];
      /** The oldest source time of all legs. */
      readonly asOfMs: EpochMs;
    }
  | { readonly kind: 'refused'; readonly code: LineRefusal['code'] };

/** A word that the feeder told of a game's line. */
export type RecordedLine = {
  /** Of two at the same time the one with the greater id is the later one. */
  readonly eventId: string;
  readonly atMs: EpochMs;
  readonly phase: OddsPhase;
  readonly line: KeptLine;
};

/** Where a game stood by one source, from a time until that source's next state. */
export type RecordedState = {
  readonly source: ScoreSource;
  readonly fromMs: EpochMs;
  readonly phase: GamePhase;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
};

/** What was kept of one game. */
export type GameRecord = {
  readonly gameId: GameId;
  readonly league: League;
  /** As it was last told with a line; without one as the game's market has it. */
  readonly startTimeMs: EpochMs;
  /** By time, then id. */
  readonly lines: readonly RecordedLine[];
  /** By time, then source. */
  readonly states: readonly RecordedState[];
};

/** From `fromMs` until before `toMs`. */
export type TimeSpan = { readonly fromMs: EpochMs; readonly toMs: EpochMs };

/**
 * Before a window games are looked for so far back: what is told of one a day after its lines and its start is no news.
 */
export const LOOKED_BACK_MS = 86_400_000;

/** Of a game that is judged lines are given from so long before its start: its closing line is among them. */
export const JUDGED_BEFORE_MS = 3_600_000;

/** In play a line of a game that is judged is looked at so often, at whole multiples of it since the epoch. */
export const JUDGED_EVERY_MS = 300_000;
