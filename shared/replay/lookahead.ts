import type { EpochMs, MarketTicker } from '../domain/market/market.ts';
import { isRecordedBar, type RecordedBar, type RecordingEvent } from './recording.ts';

/** An event and, for a minute, the next one of its market if that lies within the horizon. */
export type Foreseen = { readonly event: RecordingEvent; readonly upcoming: RecordedBar | null };

/** How long after a minute the next recorded minute still says what an order sent at its end would have met. */
export const DEFAULT_HORIZON_MS: EpochMs = 10 * 60_000;

type Held = { readonly event: RecordingEvent; upcoming: RecordedBar | null };

/**
 * Holds events back until the horizon after them has been read, so that the venue, and only the venue, can tell an order
 * what it met. Keeps as many events as one horizon has.
 */
export class Lookahead {
  readonly #horizonMs: EpochMs;
  #held: Held[] = [];
  #released = 0;
  readonly #lastBar = new Map<MarketTicker, Held>();

  constructor(horizonMs: EpochMs = DEFAULT_HORIZON_MS) {
    this.#horizonMs = horizonMs;
  }

  /** Takes the next event in order of time and gives those whose horizon is over. */
  push(event: RecordingEvent): readonly Foreseen[] {
    const held: Held = { event, upcoming: null };
    if (isRecordedBar(event)) {
      const before = this.#lastBar.get(event.market);
      if (before !== undefined && event.atMs - before.event.atMs <= this.#horizonMs)
        before.upcoming = event;
      this.#lastBar.set(event.market, held);
    } else if (event.kind === 'result') this.#lastBar.delete(event.market);
    this.#held.push(held);
    return this.#releaseBefore(event.atMs - this.#horizonMs);
  }

  /** Gives what is still held, at the end of the recording. */
  end(): readonly Foreseen[] {
    return this.#releaseBefore(Infinity);
  }

  #releaseBefore(atMs: EpochMs): readonly Foreseen[] {
    const from = this.#released;
    while ((this.#held[this.#released]?.event.atMs ?? Infinity) < atMs) this.#released += 1;
    const out = this.#held.slice(from, this.#released);
    if (this.#released > 1_024 && this.#released * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#released);
      this.#released = 0;
    }
    return out;
  }
}
