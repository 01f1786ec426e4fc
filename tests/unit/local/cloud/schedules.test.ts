import { describe, expect, it } from 'vitest';
import { nextRunMs, parseSchedule } from '../../../../local/cloud/schedule-expression.ts';
import { Schedules } from '../../../../local/cloud/schedules.ts';
import type { Wiring } from '../../../../shared/contracts/environment/wiring.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const NEW_YORK = 'America/New_York';
const iso = (timeMs: number | null): string | null =>
  timeMs === null ? null : new Date(timeMs).toISOString().replace('.000Z', 'Z');

/** The runs after a time, as text. */
function runsAfter(expression: string, zone: string, after: string, count: number): unknown {
  const runs: (string | null)[] = [];
  let atMs: number | null = Date.parse(after);
  for (let run = 0; run < count && atMs !== null; run += 1) {
    atMs = nextRunMs(expression, zone, atMs);
    runs.push(iso(atMs));
  }
  return runs;
}

describe('the next run', () => {
  it.each([
    ['cron(0 6 * * ? *)', 'UTC', '2026-11-21T05:59:59Z', '2026-11-21T06:00:00Z'],
    ['cron(0 6 * * ? *)', 'UTC', '2026-11-21T06:00:00Z', '2026-11-22T06:00:00Z'],
    ['cron(0 6 * * ? *)', NEW_YORK, '2026-11-21T00:00:00Z', '2026-11-21T11:00:00Z'],
    ['cron(0 6 * * ? *)', NEW_YORK, '2026-07-01T00:00:00Z', '2026-07-01T10:00:00Z'],
    ['cron(*/15 * * * ? *)', 'UTC', '2026-11-21T05:46:00Z', '2026-11-21T06:00:00Z'],
    ['cron(0 12 ? * MON-FRI *)', 'UTC', '2026-11-20T13:00:00Z', '2026-11-23T12:00:00Z'],
    ['cron(0 12 ? * 1 *)', 'UTC', '2026-11-20T13:00:00Z', '2026-11-22T12:00:00Z'],
    ['cron(30 9,17 1 JAN,JUL ? *)', 'UTC', '2026-11-20T00:00:00Z', '2027-01-01T09:30:00Z'],
    ['cron(0 0 29 2 ? *)', 'UTC', '2026-11-20T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(0 0 1 1 ? 2027-2030/3)', 'UTC', '2027-06-01T00:00:00Z', '2030-01-01T00:00:00Z'],
  ])('of %s in %s after %s is %s', (expression, zone, after, expected) => {
    expect(iso(nextRunMs(expression, zone, Date.parse(after)))).toBe(expected);
  });

  it('is none when the years are over', () => {
    expect(nextRunMs('cron(0 0 1 1 ? 2020)', 'UTC', Date.parse('2026-01-01T00:00:00Z'))).toBeNull();
    expect(nextRunMs('cron(0 0 31 2 ? *)', 'UTC', 0)).toBeNull();
  });

  it('of a local time that there is not is on the next day that has it', () => {
    // New York went from 02:00 to 03:00 on 8 March 2026, which is 07:00 UTC.
    expect(runsAfter('cron(30 2 * * ? *)', NEW_YORK, '2026-03-07T08:00:00Z', 1)).toEqual([
      '2026-03-09T06:30:00Z',
    ]);
    expect(runsAfter('cron(*/30 * * * ? *)', NEW_YORK, '2026-03-08T06:00:00Z', 3)).toEqual([
      '2026-03-08T06:30:00Z',
      '2026-03-08T07:00:00Z',
      '2026-03-08T07:30:00Z',
    ]);
    // London went from 01:00 to 02:00 on 29 March 2026, which is 01:00 UTC; Beirut over midnight of that day.
    expect(runsAfter('cron(59 1 * * ? *)', 'Europe/London', '2026-03-28T02:00:00Z', 1)).toEqual([
      '2026-03-30T00:59:00Z',
    ]);
    expect(runsAfter('cron(0 0 * * ? *)', 'Asia/Beirut', '2026-03-28T12:00:00Z', 1)).toEqual([
      '2026-03-29T21:00:00Z',
    ]);
  });

  it('of a local time that comes twice is the first one, and only that', () => {
    // New York went back from 02:00 to 01:00 on 1 November 2026, which is 06:00 UTC.
    expect(runsAfter('cron(30 1 * * ? *)', NEW_YORK, '2026-10-31T06:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00Z',
      '2026-11-02T06:30:00Z',
    ]);
  });

  it('at the end of a month leaves out the months that are too short', () => {
    expect(runsAfter('cron(0 0 31 * ? *)', 'UTC', '2027-01-31T00:00:00Z', 3)).toEqual([
      '2027-03-31T00:00:00Z',
      '2027-05-31T00:00:00Z',
      '2027-07-31T00:00:00Z',
    ]);
  });

  it('of a rate counts from the start of the schedule', () => {
    expect(nextRunMs('rate(1 minute)', 'UTC', 1_000, 1_000)).toBe(61_000);
    expect(nextRunMs('rate(1 minute)', 'UTC', 61_000, 1_000)).toBe(121_000);
    expect(nextRunMs('rate(2 hours)', 'UTC', 61_000, 1_000)).toBe(7_201_000);
    expect(nextRunMs('rate(1 day)', 'UTC', 0, 0)).toBe(86_400_000);
  });
});

it.each([
  'rate(0 minutes)',
  'rate(5 weeks)',
  'every minute',
  'at(2026-11-21T06:00:00)',
  'cron(0 6 * * *)',
  'cron(0 6 * * * *)',
  'cron(0 6 ? * ? *)',
  'cron(60 6 * * ? *)',
  'cron(0 6 L * ? *)',
  'cron(0 6 ? * MON#1 *)',
  'cron(0 6 5W * ? *)',
  'cron(*/0 6 * * ? *)',
  'cron(0 9-6 * * ? *)',
])('%s is refused with itself in the message', (expression) => {
  expect(() => parseSchedule(expression)).toThrow(expression);
});

const schedule = (changes: Partial<Wiring['schedules'][number]>): Wiring['schedules'][number] => ({
  name: 'reconcile',
  expression: 'rate(1 minute)',
  timezone: 'UTC',
  target: { kind: 'function', name: 'reconcile' },
  input: '{"a":1}',
  enabled: true,
  ...changes,
});

describe('schedules', () => {
  it('call their targets with their input, also while a call runs, until they are stopped', async () => {
    const clock = new Scheduler({ startMs: 5_000 });
    const calls: string[] = [];
    const schedules = new Schedules({
      timers: clock,
      schedules: [schedule({}), schedule({ name: 'off', enabled: false })],
      deliver: async (target, input) => {
        calls.push(`${clock.nowMs()} ${target.name} ${JSON.stringify(input)}`);
        await clock.sleep(90_000);
        return calls.length === 1 ? { kind: 'failed', why: 'no' } : { kind: 'delivered' };
      },
    });
    schedules.start();
    clock.at(130_000, 'stop', () => schedules.stop());
    await clock.run({ untilMs: Number.MAX_SAFE_INTEGER, turn });
    expect(calls).toEqual(['65000 reconcile {"a":1}', '125000 reconcile {"a":1}']);
    expect(schedules.counters('reconcile')).toMatchObject({ runs: 2 });
    expect(schedules.counters('off')).toEqual({ runs: 0, failed: 0 });
    expect(schedules.isIdle).toBe(true);
  });

  it('are not made with an input that is no JSON', () => {
    expect(
      () =>
        new Schedules({
          timers: new Scheduler({ startMs: 0 }),
          schedules: [schedule({ input: '{' })],
          deliver: () => Promise.resolve({ kind: 'delivered' }),
        }),
    ).toThrow(/schedule reconcile: its input is not JSON/);
  });
});
