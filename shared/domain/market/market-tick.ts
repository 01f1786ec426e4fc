import type { LineLeg } from '../odds/line.ts';
import type { ModelForecast } from '../models/forecast.ts';
import type { BookView } from './book-view.ts';
import type { GameState } from './game-state.ts';
import type { EpochMs, GameMapping, Market } from './market.ts';

/** Where a tick stands in its market's history: the feeder's epoch, then a counter within it. */
export type TickStamp = { readonly epoch: number; readonly n: number };

/** `gapped`: messages were lost and the view is not to be believed until the next snapshot. */
export type BookSync = 'synced' | 'gapped';

/** Everything that scoring needs, joined by the feeder, so that scoring reads no store. */
export type MarketTick = {
  readonly stamp: TickStamp;
  readonly market: Market;
  readonly mapping: GameMapping | null;
  readonly book: {
    readonly sync: BookSync;
    readonly view: BookView;
    /** The exchange's own time of the last change or confirmation of the book. */
    readonly exchangeTimeMs: EpochMs;
  };
  /** The latest leg of each (source, side) known for the game, in no particular order. */
  readonly legs: readonly LineLeg[];
  readonly forecast: ModelForecast | null;
  readonly game: GameState | null;
  /** When the feeder made this tick. */
  readonly feederTimeMs: EpochMs;
};

/** Negative when `a` is earlier than `b` in its market, zero when equal. */
export function compareStamps(a: TickStamp, b: TickStamp): number {
  return a.epoch === b.epoch ? a.n - b.n : a.epoch - b.epoch;
}
