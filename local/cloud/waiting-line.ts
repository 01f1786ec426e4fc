/** Items in order of arrival, taken from the front or from anywhere; taking from the front costs O(1) in the mean. */
export class WaitingLine<Item> {
  #items: Item[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** The item at a place, 0 being the front. */
  at(place: number): Item | undefined {
    return this.#items[this.#head + place];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes the item at a place, 0 being the front; undefined when there is none. */
  take(place: number): Item | undefined {
    if (place >= this.size) return undefined;
    const item = this.at(place);
    if (place > 0) this.#items.splice(this.#head + place, 1);
    else this.#head += 1;
    if (this.#head > COMPACT_ABOVE && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes an item out, wherever it is; false when it is not in the line. */
  remove(item: Item): boolean {
    const index = this.#items.indexOf(item, this.#head);
    if (index >= 0) this.take(index - this.#head);
    return index >= 0;
  }
}

/** Places in front that were taken are given back above this many. */
const COMPACT_ABOVE = 256;
