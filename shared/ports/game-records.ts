import type { GameRecord, TimeSpan } from '../domain/reports/game-record.ts';

/**
 * What was kept of games, for whoever looks back. Ours are the games of which a line was told and those that a market
 * is mapped to; scoreboards tell of many more. Of each game all lines and states are given, also those outside the
 * window. Lines that followed one another within a minute, of one phase and on one side of the start, may be thinned to
 * the last of each minute of the clock; so may repetitions of one refusal. A game of which no line was told in the
 * window or the day before it, and that did not start there either, is not looked for.
 */
export interface GameRecords {
  /** Games of ours of which a line was told or a state began in the window, or that start in it; by start, then id. */
  between(window: TimeSpan): Promise<readonly GameRecord[]>;
  /**
   * Those that start in the window, to be judged: what was told of their lines from an hour before the start on. It may
   * be thinned to the closing line and the last word, line or refusal, of each five minutes of the clock.
   */
  started(window: TimeSpan): Promise<readonly GameRecord[]>;
}
