import { EventHeap, type HeapItem } from './event-heap.ts';

/**
 * What is due, in order of (time, order of scheduling), in three places. What is due at once stands in a plain line: it
 * was scheduled later than everything else that is due at this time. What is due within the next stretch of time stands
 * in a heap. What is due after it waits unsorted by its stretch, and most of that is cancelled before it is due: a heap
 * of all of it would cost each event its depth.
 */
export class EventLine<Item extends HeapItem> {
  readonly #soon = new EventHeap<Item>();
  readonly #later = new Map<number, Item[]>();
  readonly #stretches = new EventHeap<HeapItem>();
  /** The last stretch of which the heap has all. */
  #soonUntil = Number.NEGATIVE_INFINITY;
  #waiting = 0;
  #now: Item[] = [];
  #head = 0;

  get size(): number {
    return this.#soon.size + this.#waiting + this.#now.length - this.#head;
  }

  /** Takes an item that is due now or later. Time passes only while nothing that is due now is left. */
  push(item: Item, nowMs: number): void {
    if (item.timeMs === nowMs) this.#now.push(item);
    else if (stretchOf(item.timeMs) <= this.#soonUntil) this.#soon.push(item);
    else this.#wait(item);
  }

  peek(): Item | undefined {
    const now = this.#now[this.#head];
    const later = this.#first();
    if (now === undefined) return later;
    return later === undefined || later.timeMs > now.timeMs ? now : later;
  }

  pop(): Item | undefined {
    const next = this.peek();
    if (next !== this.#now[this.#head] || next === undefined) return this.#soon.pop();
    this.#head += 1;
    if (this.#head === this.#now.length || this.#head >= COMPACT_ABOVE) {
      this.#now = this.#now.slice(this.#head);
      this.#head = 0;
    }
    return next;
  }

  #wait(item: Item): void {
    const stretch = stretchOf(item.timeMs);
    this.#waiting += 1;
    const waiting = this.#later.get(stretch);
    if (waiting !== undefined) {
      waiting.push(item);
      return;
    }
    this.#later.set(stretch, [item]);
    this.#stretches.push({ timeMs: stretch, order: stretch });
  }

  /** The earliest of the heap; an empty one is filled with the next stretch of which anything waits. */
  #first(): Item | undefined {
    if (this.#soon.size === 0) {
      const next = this.#stretches.pop();
      if (next === undefined) return undefined;
      this.#soonUntil = next.timeMs;
      const items = this.#later.get(next.timeMs) ?? [];
      this.#later.delete(next.timeMs);
      this.#waiting -= items.length;
      for (const item of items) this.#soon.push(item);
    }
    return this.#soon.peek();
  }
}

/** Places of the line that were taken are given back at this many. */
const COMPACT_ABOVE = 1_024;

/** Long enough that few stretches are asked for, short enough that the heap stays shallow. */
const STRETCH_MS = 256;

const stretchOf = (timeMs: number): number => Math.floor(timeMs / STRETCH_MS);
