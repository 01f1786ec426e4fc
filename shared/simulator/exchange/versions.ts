import type { EpochMs } from '../../domain/market/market.ts';

/** A value with its past: what it was at any earlier time. Times are set in rising order. */
export class Versions<T> {
  readonly #times: EpochMs[] = [];
  readonly #values: T[] = [];

  set(atMs: EpochMs, value: T): void {
    const last = this.#times.length - 1;
    if (this.#times[last] === atMs) {
      this.#values[last] = value;
      return;
    }
    this.#times.push(atMs);
    this.#values.push(value);
  }

  /** The newest value. */
  latest(): T | undefined {
    return this.#values.at(-1);
  }

  /** The value as it was at `asOfMs`, or undefined when there was none yet. Looks from the newest back. */
  at(asOfMs: EpochMs): T | undefined {
    for (let index = this.#times.length - 1; index >= 0; index -= 1) {
      const time = this.#times[index];
      if (time !== undefined && time <= asOfMs) return this.#values[index];
    }
    return undefined;
  }
}
