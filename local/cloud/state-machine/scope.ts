import type { TimerHandle, Timers } from '../../../shared/ports/timers.ts';

/** Ends what runs in a scope that is over; nobody handles it but the scope's owner. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** A stretch of a run that can be ended from outside, with everything inside it. */
export class Scope {
  readonly #listeners = new Set<() => void>();
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends what waits in here, and everything that begins later. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** A scope that is over no later than this one. */
  child(): Scope {
    const inner = new Scope();
    if (this.#isOver) inner.cancel();
    else this.#listeners.add(() => inner.cancel());
    return inner;
  }

  throwIfOver(): void {
    if (this.#isOver) throw new Cancelled('the scope is over');
  }

  /**
   * The answer of `begin`, unless the scope ends or the time is up first; what `begin` answers later is ignored. On the
   * way out `onLate` makes the error of a time that is up.
   */
  race<T>(
    timers: Timers,
    label: string,
    begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
    limit: {
      readonly ms: number;
      readonly onLate: (resolve: (value: T) => void) => Error | null;
    } | null,
  ): Promise<T> {
    this.throwIfOver();
    return new Promise<T>((resolve, reject) => {
      let timer: TimerHandle | null = null;
      const leave = (): void => {
        this.#listeners.delete(onCancel);
        if (timer !== null) timers.cancel(timer);
      };
      const onCancel = (): void => {
        leave();
        reject(new Cancelled('the scope is over'));
      };
      this.#listeners.add(onCancel);
      if (limit !== null) {
        timer = timers.after(limit.ms, label, () => {
          leave();
          const late = limit.onLate(resolve);
          if (late !== null) reject(late);
          return FOLLOWED;
        });
      }
      begin(
        (value) => {
          leave();
          resolve(value);
        },
        (error) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Waits on the clock for as long as the scope lasts. */
  sleep(timers: Timers, ms: number, label: string): Promise<void> {
    return this.race<void>(timers, label, () => undefined, {
      ms,
      onLate: (resolve) => {
        resolve();
        return null;
      },
    });
  }
}

/** What a task returns after it answered somebody: the virtual clock then lets the answer be read before it goes on. */
const FOLLOWED = Promise.resolve();
