import type { Pause } from './order-admission.ts';

/** Pauses of everything and of single shards. */
export class FloorPauses {
  #everywhere: Pause = 'none';
  readonly #ofShards = new Map<number, Pause>();

  get everywhere(): Pause {
    return this.#everywhere;
  }

  /** The shards that were ever paused by themselves since a pause of everything. */
  get shards(): Iterable<number> {
    return this.#ofShards.keys();
  }

  /** The pause of one shard: its own, or that of everything when it is the harder one. */
  of(exchangeIndex: number): Pause {
    if (this.#ofShards.size === 0) return this.#everywhere;
    const own = this.#ofShards.get(exchangeIndex) ?? 'none';
    if (own === 'exchange' || this.#everywhere === 'exchange') return 'exchange';
    return own === 'trading' ? own : this.#everywhere;
  }

  /** Of one shard, or (null) of everything: then no shard has a pause of its own any more. */
  set(pause: Pause, shard: number | null): void {
    if (shard === null) {
      this.#everywhere = pause;
      this.#ofShards.clear();
    } else this.#ofShards.set(shard, pause);
  }
}
