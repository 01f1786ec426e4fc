import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { EventHeap, type HeapItem } from '../event-heap.ts';

type Timer<T> = HeapItem & { readonly value: T };

/** Values due at times; those of one time come out in the order in which they went in. */
export class TimerQueue<T> {
  readonly #heap = new EventHeap<Timer<T>>();
  #order = 0;

  /** The earliest due time, or null when nothing waits. */
  nextMs(): EpochMs | null {
    return this.#heap.peek()?.timeMs ?? null;
  }

  add(atMs: EpochMs, value: T): void {
    invariant(Number.isFinite(atMs), `a timer is due at a finite time, not ${atMs}`);
    this.#heap.push({ timeMs: atMs, order: this.#order, value });
    this.#order += 1;
  }

  /** Takes out the earliest value that is due at `nowMs`, with its time; null when none is. */
  takeDue(nowMs: EpochMs): { readonly atMs: EpochMs; readonly value: T } | null {
    const first = this.#heap.peek();
    if (first === undefined || first.timeMs > nowMs) return null;
    this.#heap.pop();
    return { atMs: first.timeMs, value: first.value };
  }
}
