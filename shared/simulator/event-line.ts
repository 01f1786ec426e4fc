import { EventHeap, type HeapItem } from './event-heap.ts';

/**
 * What is due, in order of (time, order of scheduling). What is due at once stands in a plain line beside the heap:
 * it was scheduled later than everything in the heap that is due at this time.
 */
export class EventLine<Item extends HeapItem> {
  readonly #later = new EventHeap<Item>();
  #now: Item[] = [];
  #head = 0;

  get size(): number {
    return this.#later.size + this.#now.length - this.#head;
  }

  /** Takes an item that is due now or later. Time passes only while nothing that is due now is left. */
  push(item: Item, nowMs: number): void {
    if (item.timeMs === nowMs) this.#now.push(item);
    else this.#later.push(item);
  }

  peek(): Item | undefined {
    const now = this.#now[this.#head];
    const later = this.#later.peek();
    if (now === undefined) return later;
    return later === undefined || later.timeMs > now.timeMs ? now : later;
  }

  pop(): Item | undefined {
    const next = this.peek();
    if (next !== this.#now[this.#head] || next === undefined) return this.#later.pop();
    this.#head += 1;
    if (this.#head === this.#now.length || this.#head >= COMPACT_ABOVE) {
      this.#now = this.#now.slice(this.#head);
      this.#head = 0;
    }
    return next;
  }
}

/** Places of the line that were taken are given back at this many. */
const COMPACT_ABOVE = 1_024;
