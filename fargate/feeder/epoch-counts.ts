/** What one epoch has done so far. */
export type EpochCounts = {
  readonly frames: number;
  readonly refused: number;
  /** Connections to the exchange after the first one. */
  readonly reconnects: number;
  /** CRITICAL exits that the feeder sent itself. */
  readonly stops: number;
};

export const NO_COUNTS: EpochCounts = { frames: 0, refused: 0, reconnects: 0, stops: 0 };

/** Of two epochs. */
export function added(a: EpochCounts, b: EpochCounts): EpochCounts {
  return {
    frames: a.frames + b.frames,
    refused: a.refused + b.refused,
    reconnects: a.reconnects + b.reconnects,
    stops: a.stops + b.stops,
  };
}
