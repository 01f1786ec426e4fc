import type { SourceDown } from '../../ports/streams.ts';

/** Whether a source can be believed at all, so that each change of it is told once. */
export class SourceState {
  #why: SourceDown['code'] | null = null;

  /** Null while it can be believed. */
  get why(): SourceDown['code'] | null {
    return this.#why;
  }

  /** True when that is news. */
  down(why: SourceDown['code']): boolean {
    const isNews = this.#why !== why;
    this.#why = why;
    return isNews;
  }

  /** True when it was down. */
  up(): boolean {
    const isNews = this.#why !== null;
    this.#why = null;
    return isNews;
  }
}
