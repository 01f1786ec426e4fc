import type { SourceDown } from '../../ports/streams.ts';

type Why = SourceDown['code'];

/** What a person must see to, and what may follow from it: the second never covers the first. */
const FOR_A_PERSON: ReadonlySet<Why> = new Set(['unauthorized', 'denied', 'quota_exhausted']);
const MAY_FOLLOW: ReadonlySet<Why> = new Set(['breaker_open', 'empty']);

/** Whether a source can be believed at all, so that each change of it is told once. The same for every source. */
export class SourceState {
  #why: Why | null = null;

  /** Null while it can be believed. */
  get why(): Why | null {
    return this.#why;
  }

  /** True when that is news. */
  down(why: Why): boolean {
    const isCovered = this.#why !== null && FOR_A_PERSON.has(this.#why) && MAY_FOLLOW.has(why);
    if (this.#why === why || isCovered) return false;
    this.#why = why;
    return true;
  }

  /** True when it was down. */
  up(): boolean {
    const isNews = this.#why !== null;
    this.#why = null;
    return isNews;
  }
}
