/** What is due at a time; `order` breaks ties, so that equal times run in the order in which they were scheduled. */
export type HeapItem = { readonly timeMs: number; readonly order: number };

/** A binary heap, earliest first. Push and pop cost O(log n); its order is total because no two orders are equal. */
export class EventHeap<Item extends HeapItem> {
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (above === undefined || isBefore(above, item)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  pop(): Item | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an item in place of the root and lets it sink to where both children are later. */
  #sink(item: Item): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = items[leftIndex];
      if (left === undefined) break;
      const right = items[leftIndex + 1];
      const takeRight = right !== undefined && isBefore(right, left);
      const child = takeRight ? right : left;
      if (isBefore(item, child)) break;
      items[index] = child;
      index = takeRight ? leftIndex + 1 : leftIndex;
    }
    items[index] = item;
  }
}

function isBefore(a: HeapItem, b: HeapItem): boolean {
  return a.timeMs === b.timeMs ? a.order < b.order : a.timeMs < b.timeMs;
}
