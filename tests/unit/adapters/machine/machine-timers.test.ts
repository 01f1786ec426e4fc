import { afterEach, describe, expect, it, vi } from 'vitest';
import { MachineTimers } from '../../../../shared/adapters/machine/machine-timers.ts';

const HOUR_MS = 3_600_000;

function timing() {
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  return { timers, realNow: Date.now.bind(Date) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the timers of the machine', () => {
  it('run when their time is over although the clock was set back meanwhile', async () => {
    const { timers, realNow } = timing();
    const slept = timers.sleep(20);
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() - HOUR_MS);
    const startMs = performance.now();
    await slept;
    expect(performance.now() - startMs).toBeLessThan(1_000);
    expect(timers.waiting).toBe(0);
  });

  it('run no earlier than their time by the clock that is read', async () => {
    const { timers } = timing();
    const late: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const dueMs = timers.nowMs() + 2;
      await new Promise<void>((resolve) => {
        timers.at(dueMs, 'a task', () => {
          late.push(timers.nowMs() - dueMs);
          resolve();
        });
      });
    }
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  });

  it('run in pieces when they are further away than a timeout goes, and not before', async () => {
    const { timers } = timing();
    let ran = false;
    timers.after(3_000_000_000, 'far away', () => {
      ran = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ran).toBe(false);
    timers.close();
    expect(timers.waiting).toBe(0);
  });
});
