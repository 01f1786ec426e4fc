import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollPlan, REQUESTS_AN_HOUR } from '../../../../shared/domain/feeds/poll-cadence.ts';

const NOW = Date.UTC(2026, 10, 22, 18);
const events = fc.record({
  phase: fc.constantFrom('upcoming', 'live', 'stopped', 'off', 'over', 'unknown' as const),
  startTimeMs: fc.integer({ min: NOW - 5 * 3_600_000, max: NOW + 5 * 3_600_000 }),
  startConfirmed: fc.boolean(),
});
const leagues = fc.array(
  fc.record({ league: fc.string(), events: fc.array(events, { maxLength: 3 }) }),
  { maxLength: 40 },
);

describe('poll cadence', () => {
  it.each([
    [1, 15_000],
    [2, 15_000],
    [3, 21_600],
    [11, 79_200],
  ])('looks at %i live leagues every %i ms each', (count, intervalMs) => {
    const live = { phase: 'live', startTimeMs: NOW, startConfirmed: true } as const;
    const asked = Array.from({ length: count }, () => ({ league: 'x', events: [live] }));
    for (const plan of pollPlan(asked, NOW)) expect(plan.intervalMs).toBe(intervalMs);
  });

  it('never asks more than the limit in an hour, and never live faster than the rule', () => {
    fc.assert(
      fc.property(leagues, (asked) => {
        const plans = pollPlan(asked, NOW);
        const hourly = plans.reduce(
          (sum, { intervalMs }) => sum + (intervalMs === null ? 0 : 3_600_000 / intervalMs),
          0,
        );
        expect(hourly).toBeLessThanOrEqual(REQUESTS_AN_HOUR + 1e-9);
        const live = plans.filter(({ pace }) => pace === 'live');
        for (const { intervalMs } of live)
          expect(intervalMs).toBeGreaterThanOrEqual(Math.max(15_000, live.length * 7_200));
      }),
    );
  });

  it('is the same whatever an unconfirmed start says', () => {
    fc.assert(
      fc.property(leagues, fc.integer({ min: 0, max: 2 * NOW }), (asked, startTimeMs) => {
        const moved = asked.map((each) => ({
          ...each,
          events: each.events.map((event) =>
            event.startConfirmed ? event : { ...event, startTimeMs },
          ),
        }));
        expect(pollPlan(moved, NOW)).toEqual(pollPlan(asked, NOW));
      }),
    );
  });

  it('looks no more once nothing can happen, and always while something can', () => {
    fc.assert(
      fc.property(leagues, (asked) => {
        pollPlan(asked, NOW).forEach(({ intervalMs }, at) => {
          const open = asked[at]?.events.some(({ phase }) => phase !== 'off' && phase !== 'over');
          expect(intervalMs !== null).toBe(open);
        });
      }),
    );
  });
});
