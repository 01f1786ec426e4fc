import { describe, expect, it } from 'vitest';
import type { Timers } from '../../shared/ports/timers.ts';

/** Timers, and how to let some milliseconds pass on them. */
export type TimersWorld = {
  readonly timers: Timers;
  readonly pass: (ms: number) => Promise<void>;
};

/** What every clock that calls must do. Waits are short: one of them is real. */
export function timersContract(name: string, open: () => TimersWorld): void {
  describe(`timers contract: ${name}`, () => {
    it('calls at its time and not before, in the order of times', async () => {
      const { timers, pass } = open();
      const startMs = timers.nowMs();
      const called: string[] = [];
      const task = (label: string, dueMs: number) => () => {
        expect(timers.nowMs()).toBeGreaterThanOrEqual(startMs + dueMs);
        called.push(label);
      };
      timers.at(startMs + 40, 'late', task('late', 40));
      timers.after(4.2, 'soon', task('soon', 5));
      timers.after(20, 'middle', task('middle', 20));
      await pass(60);
      expect(called).toEqual(['soon', 'middle', 'late']);
    });

    it('calls at once, in order, and never within the call, for times that have passed', async () => {
      const { timers, pass } = open();
      const called: number[] = [];
      timers.at(timers.nowMs() - 1_000, 'past', () => void called.push(1));
      timers.after(0, 'now', () => void called.push(2));
      timers.at(timers.nowMs(), 'now', () => void called.push(3));
      expect(called).toEqual([]);
      await pass(10);
      expect(called).toEqual([1, 2, 3]);
    });

    it('does not call what was cancelled, and cancelling again or late changes nothing', async () => {
      const { timers, pass } = open();
      const called: string[] = [];
      const first = timers.after(5, 'first', () => void called.push('first'));
      const second = timers.after(5, 'second', () => void called.push('second'));
      expect(first.run).not.toBeNull();
      timers.cancel(first);
      timers.cancel(first);
      expect(first.run).toBeNull();
      await pass(20);
      expect(called).toEqual(['second']);
      expect(second.run).toBeNull();
      timers.cancel(second);
    });

    it('lets tasks plan tasks, and sleepers wake', async () => {
      const { timers, pass } = open();
      const startMs = timers.nowMs();
      const woken: number[] = [];
      timers.after(5, 'sleeper', async () => {
        await timers.sleep(10);
        woken.push(timers.nowMs() - startMs);
        timers.after(5, 'later', () => void woken.push(timers.nowMs() - startMs));
      });
      await pass(60);
      expect(woken).toHaveLength(2);
      expect(woken[0]).toBeGreaterThanOrEqual(15);
      expect(woken[1]).toBeGreaterThanOrEqual(20);
    });
  });
}
