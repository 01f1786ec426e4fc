import { describe, expect, it } from 'vitest';
import { VenueTimers } from '../../../../local/venues/venue-timers.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

/** The machine's clock, moved by hand, and the timers of a venue on it. */
function begin() {
  const machine = new Scheduler({ startMs: 10_000 });
  const timers = new VenueTimers(machine);
  const came: (readonly [string, number])[] = [];
  const plan = (timeMs: number, name: string) =>
    timers.at(timeMs, name, () => void came.push([name, timers.nowMs()]));
  const runTo = async (untilMs: number): Promise<void> => {
    machine.at(untilMs, 'until', () => undefined);
    await machine.run({ untilMs, turn: () => Promise.resolve() });
  };
  return { machine, timers, came, plan, runTo };
}

describe('the timers of venues', () => {
  it('are the machine’s until they are moved', async () => {
    const { timers, plan, came, runTo } = begin();
    plan(10_500, 'one');
    timers.after(200, 'two', () => void came.push(['two', timers.nowMs()]));
    timers.cancel(plan(10_300, 'none'));
    await runTo(11_000);
    expect(came).toEqual([
      ['two', 10_200],
      ['one', 10_500],
    ]);
    expect(timers.nowMs()).toBe(11_000);
  });

  it('go ahead, and what was due in between happens next, in order of time', async () => {
    const { timers, plan, came, runTo } = begin();
    plan(40_000, 'later');
    plan(20_000, 'second');
    plan(15_000, 'first');
    timers.advance(20_000);
    expect(timers.nowMs()).toBe(30_000);
    await runTo(10_000);
    expect(came).toEqual([
      ['first', 30_000],
      ['second', 30_000],
    ]);
    await runTo(20_000);
    expect(came.at(-1)).toEqual(['later', 40_000]);
  });

  it('run faster, stand still, and go on from there', async () => {
    const { timers, plan, came, runTo } = begin();
    plan(70_000, 'one');
    timers.setRate(60);
    await runTo(11_000);
    expect(came).toEqual([['one', 70_000]]);
    timers.setRate(0);
    plan(70_001, 'two');
    await runTo(60_000);
    expect([timers.nowMs(), came.length]).toEqual([70_000, 1]);
    timers.advance(5);
    await runTo(60_000);
    expect(came.at(-1)).toEqual(['two', 70_005]);
    timers.setRate(1);
    await runTo(60_500);
    expect(timers.nowMs()).toBe(70_505);
  });

  it.each([0.5, 3, 7.3, 1_000])(
    'a task never comes before its time at the rate %f',
    async (rate) => {
      const { timers, plan, came, runTo } = begin();
      timers.setRate(rate);
      for (let n = 1; n <= 50; n += 1) plan(10_000 + n * 37, String(10_000 + n * 37));
      await runTo(15_000);
      expect(came).toHaveLength(50);
      for (const [due, at] of came) expect(at).toBeGreaterThanOrEqual(Number(due));
    },
  );

  it('never go back, and end with the venue', async () => {
    const { machine, timers, plan, came, runTo } = begin();
    timers.setRate(2);
    const before = timers.nowMs();
    timers.setRate(0.001);
    expect(timers.nowMs()).toBe(before);
    expect(() => timers.advance(-1)).toThrow(/time goes ahead/);
    expect(() => timers.setRate(-1)).toThrow(/times as fast/);
    plan(before + 1, 'never');
    timers.close();
    expect(plan(before + 2, 'nor this').run).toBeNull();
    await runTo(machine.nowMs() + 100_000);
    expect(came).toEqual([]);
  });
});
