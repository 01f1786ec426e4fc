import type { EpochMs } from '../domain/market/market.ts';
import { invariant } from '../domain/money/invariant.ts';
import type { TimerHandle, Timers, TimerTask } from '../ports/timers.ts';
import { EventLine } from './event-line.ts';

/** Drains the microtasks of the process, for instance by a turn of its event loop. The composition root provides it. */
export type Turn = () => Promise<void>;

type ScheduledEvent = {
  readonly timeMs: EpochMs;
  readonly order: number;
  readonly label: string;
  /** Null once it ran or was cancelled. */
  run: TimerTask | null;
  /** It resolves a promise that somebody awaits, so its followers are microtasks. */
  readonly wakes: boolean;
};

export type SchedulerOptions = {
  readonly startMs: EpochMs;
  /** The run ends with `event_limit` after this many events: the bound of a world that feeds itself. */
  readonly maxEvents?: number;
};

export type Progress = {
  readonly nowMs: EpochMs;
  readonly events: number;
  readonly queued: number;
};

export type RunOptions = {
  /** Events at this time still run. */
  readonly untilMs: EpochMs;
  readonly turn: Turn;
  /** Lets a signal of the process be heard after every `PROGRESS_EVERY` events; `turn` when it is left out. */
  readonly loopTurn?: Turn;
  /** Called after every `PROGRESS_EVERY` events; the caller decides what to show and how often. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called before each event: the trace of a run. */
  readonly onEvent?: (timeMs: EpochMs, label: string) => void;
};

/**
 * Why a run ended. `drained`: nothing is scheduled; `until`: only later events are left; `stopped`: stop() was called;
 * `event_limit`: the bound was reached, which is a bug of the world or too small a bound.
 */
export type RunEnd = {
  readonly kind: 'drained' | 'until' | 'stopped' | 'event_limit';
  readonly nowMs: EpochMs;
  /** Events run since the scheduler was made. */
  readonly events: number;
  /** Handlers whose promise is still open: none, when a run drained and nothing waits for what never comes. */
  readonly openHandlers: number;
};

/** Events between two calls of `onProgress`, and at most between two turns. */
export const PROGRESS_EVERY = 1_024;
const DEFAULT_MAX_EVENTS = 200_000_000;

/**
 * The virtual clock: a heap of (time, order of scheduling). One event runs at a time, and all microtasks that follow
 * from it are done before the next one, so that equal schedules give equal runs to the byte.
 */
export class Scheduler implements Timers {
  readonly #line = new EventLine<ScheduledEvent>();
  readonly #maxEvents: number;
  #nowMs: EpochMs;
  #nextOrder = 0;
  #events = 0;
  #openHandlers = 0;
  #isRunning = false;
  #stopRequested = false;
  #failure: { readonly error: unknown; readonly label: string; readonly timeMs: EpochMs } | null =
    null;

  constructor(options: SchedulerOptions) {
    invariant(
      Number.isSafeInteger(options.startMs),
      `virtual time starts at whole milliseconds, not ${options.startMs}`,
    );
    this.#nowMs = options.startMs;
    this.#maxEvents = options.maxEvents ?? DEFAULT_MAX_EVENTS;
  }

  nowMs(): EpochMs {
    return this.#nowMs;
  }

  /** Events run so far. */
  get events(): number {
    return this.#events;
  }

  /** Events that are planned; those that were cancelled count until their time. */
  get queued(): number {
    return this.#line.size;
  }

  /** Which event failed, once a run has thrown. */
  get failedAt(): { readonly label: string; readonly timeMs: EpochMs } | null {
    return this.#failure === null
      ? null
      : { label: this.#failure.label, timeMs: this.#failure.timeMs };
  }

  /** Schedules a handler at a time in whole milliseconds; one that has passed means at once. */
  at(timeMs: EpochMs, label: string, run: TimerTask): TimerHandle {
    return this.#schedule(Math.max(timeMs, this.#nowMs), label, run, false);
  }

  /** Schedules a handler after a delay, rounded up to whole milliseconds. */
  after(delayMs: number, label: string, run: TimerTask): TimerHandle {
    return this.#schedule(this.#nowMs + Math.ceil(delayMs), label, run, false);
  }

  /** The event does not run. Cancelling one that ran or was cancelled changes nothing. */
  cancel(handle: TimerHandle): void {
    handle.run = null;
  }

  /** Resolves when virtual time has advanced by `ms`, rounded up to whole milliseconds. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#schedule(this.#nowMs + Math.ceil(ms), 'sleep', resolve, true);
    });
  }

  /** The run ends before the next event. For Ctrl-C, and for a world that has seen enough. */
  stop(): void {
    this.#stopRequested = true;
  }

  /**
   * Runs events in order until one of the ends of `RunEnd`. An error thrown by a handler, at once or through its
   * promise, is a bug: it ends the run and is thrown as it is; `failedAt` names the event.
   */
  async run(options: RunOptions): Promise<RunEnd> {
    invariant(!this.#isRunning, 'one run of a scheduler ends before the next begins');
    this.#isRunning = true;
    this.#stopRequested = false;
    try {
      // What was awaited before the run began comes first.
      await options.turn();
      return await this.#loop(options);
    } finally {
      this.#isRunning = false;
    }
  }

  async #loop(options: RunOptions): Promise<RunEnd> {
    for (;;) {
      this.#throwFailure();
      if (this.#stopRequested) return this.#end('stopped');
      const next = this.#line.peek();
      if (next === undefined) return this.#end('drained');
      if (next.timeMs > options.untilMs) {
        this.#nowMs = Math.max(this.#nowMs, options.untilMs);
        return this.#end('until');
      }
      if (next.run !== null && this.#events >= this.#maxEvents) return this.#end('event_limit');
      this.#line.pop();
      if (next.run === null) continue;
      if (this.#runOne(next, next.run, options)) await options.turn();
      if (this.#events % PROGRESS_EVERY === 0) {
        options.onProgress?.({
          nowMs: this.#nowMs,
          events: this.#events,
          queued: this.#line.size,
        });
        await (options.loopTurn ?? options.turn)();
      }
    }
  }

  /** True when microtasks may follow: a handler is open, or somebody was woken. */
  #runOne(event: ScheduledEvent, run: TimerTask, options: RunOptions): boolean {
    this.#nowMs = event.timeMs;
    this.#events += 1;
    event.run = null;
    options.onEvent?.(event.timeMs, event.label);
    let result: void | Promise<void>;
    try {
      result = run();
    } catch (error) {
      this.#fail(error, event);
      return false;
    }
    if (result !== undefined) void this.#watch(result, event);
    return event.wakes || this.#openHandlers > 0;
  }

  /** Never rejects: what the handler's promise rejects with becomes the failure of the run. */
  async #watch(promise: Promise<void>, event: ScheduledEvent): Promise<void> {
    this.#openHandlers += 1;
    try {
      await promise;
    } catch (error) {
      this.#fail(error, event);
    } finally {
      this.#openHandlers -= 1;
    }
  }

  #fail(error: unknown, event: ScheduledEvent): void {
    this.#failure ??= { error, label: event.label, timeMs: event.timeMs };
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  #end(kind: RunEnd['kind']): RunEnd {
    return {
      kind,
      nowMs: this.#nowMs,
      events: this.#events,
      openHandlers: this.#openHandlers,
    };
  }

  #schedule(timeMs: EpochMs, label: string, run: TimerTask, wakes: boolean): ScheduledEvent {
    invariant(
      Number.isSafeInteger(timeMs) && timeMs >= this.#nowMs,
      () =>
        `"${label}" is scheduled at whole milliseconds not before ${this.#nowMs}, not at ${timeMs}`,
    );
    const event: ScheduledEvent = { timeMs, order: this.#nextOrder, label, run, wakes };
    this.#nextOrder += 1;
    this.#line.push(event, this.#nowMs);
    return event;
  }
}
