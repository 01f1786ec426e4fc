import { contracts, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { ONE_DOLLAR, price, type Price } from '../money/price.ts';

const FIRST_CAPACITY = 16;

/** What a change of one level came to. */
export type LevelChange = 'changed' | 'negative_level';

/**
 * The bids of one leg of a market, on that leg's own scale: prices in 1e-4 dollars ascending, so that the best is last
 * and most changes move few levels; counts in 1e-2 contracts, always positive. Two flat arrays (10 bytes a level) keep
 * thousands of books in little memory.
 */
export class LegBids {
  #prices = new Uint16Array(FIRST_CAPACITY);
  #counts = new Float64Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Best price on the leg's own scale; 0, which no level can have, when there is none. */
  get best(): number {
    return this.#size === 0 ? 0 : (this.#prices[this.#size - 1] ?? 0);
  }

  /** The `rank`-th best level, 0 being the best; `rank` is below `size`. */
  priceAt(rank: number): Price {
    return price(this.#prices[this.#size - 1 - rank] ?? -1);
  }

  countAt(rank: number): Contracts {
    return contracts(this.#counts[this.#size - 1 - rank] ?? -1);
  }

  /** Resting at a price, in 1e-2 contracts; 0 when there is no such level. */
  held(units: number): number {
    const index = this.#search(units);
    return this.#prices[index] === units && index < this.#size ? (this.#counts[index] ?? 0) : 0;
  }

  clear(): void {
    this.#size = 0;
  }

  /**
   * Adds a signed change, in 1e-2 contracts, to one level. A level that comes to zero is removed. A level that would
   * come below zero is left as it was.
   */
  change(units: number, change: number): LevelChange {
    const prices = this.#prices;
    const size = this.#size;
    const index = this.#search(units);
    if (index < size && prices[index] === units) {
      const left = (this.#counts[index] ?? 0) + change;
      if (left < 0) return 'negative_level';
      if (left === 0) this.#removeAt(index);
      else this.#counts[index] = left;
      return 'changed';
    }
    if (change < 0) return 'negative_level';
    if (change > 0) this.#insertAt(index, units, change);
    return 'changed';
  }

  /** Index of the first level at or above a price. Changes cluster at the best, so the top is looked at first. */
  #search(units: number): number {
    const prices = this.#prices;
    let low = 0;
    let high = this.#size;
    const nearTop = high - 8;
    if (nearTop > 0 && (prices[nearTop] ?? 0) < units) low = nearTop + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((prices[middle] ?? 0) < units) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insertAt(index: number, units: number, count: number): void {
    invariant(
      units > 0 && units < ONE_DOLLAR,
      `a level's price is strictly between 0 and 10000, not ${units}`,
    );
    if (this.#size === this.#prices.length) this.#grow();
    const prices = this.#prices;
    const counts = this.#counts;
    for (let at = this.#size; at > index; at -= 1) {
      prices[at] = prices[at - 1] ?? 0;
      counts[at] = counts[at - 1] ?? 0;
    }
    prices[index] = units;
    counts[index] = count;
    this.#size += 1;
  }

  #removeAt(index: number): void {
    const prices = this.#prices;
    const counts = this.#counts;
    this.#size -= 1;
    for (let at = index; at < this.#size; at += 1) {
      prices[at] = prices[at + 1] ?? 0;
      counts[at] = counts[at + 1] ?? 0;
    }
  }

  #grow(): void {
    const prices = new Uint16Array(this.#prices.length * 2);
    const counts = new Float64Array(this.#counts.length * 2);
    prices.set(this.#prices);
    counts.set(this.#counts);
    this.#prices = prices;
    this.#counts = counts;
  }
}
