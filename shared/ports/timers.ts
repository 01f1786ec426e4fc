import type { EpochMs } from '../domain/market/market.ts';
import type { Clock } from './clock.ts';

/** What happens at a time. A promise may stay open over later events. */
export type TimerTask = () => void | Promise<void>;

/** What `cancel` takes. `run` is null once the task ran or was cancelled. */
export type TimerHandle = { run: TimerTask | null };

/**
 * A clock that also calls. The virtual clock and the machine's each bring their own; a part that takes its time from
 * here runs on both. Labels name the event in a trace and never decide anything.
 */
export interface Timers extends Clock {
  /** At a time in whole milliseconds; one that has passed means at once. */
  at(timeMs: EpochMs, label: string, task: TimerTask): TimerHandle;
  /** After a delay, rounded up to whole milliseconds. */
  after(delayMs: number, label: string, task: TimerTask): TimerHandle;
  /** Cancelling one that ran or was cancelled changes nothing. */
  cancel(handle: TimerHandle): void;
  sleep(ms: number): Promise<void>;
}
