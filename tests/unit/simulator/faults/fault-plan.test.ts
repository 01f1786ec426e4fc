import { describe, expect, it } from 'vitest';
import { Crash, CrashPlan, drawCrashes } from '../../../../shared/simulator/faults/crash-plan.ts';
import {
  drawFaultPlan,
  FAULT_NAMES,
  faultPlanOf,
  NO_FAULTS,
  type FaultPlan,
} from '../../../../shared/simulator/faults/fault-plan.ts';
import {
  drawSubmitFault,
  hasEffect,
  NO_SUBMIT_FAULTS,
  SUBMIT_FAULTS,
} from '../../../../shared/simulator/faults/submit-faults.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

type Point = 'after_intent_recorded' | 'after_send_before_record';
const CRASH_POINTS: readonly Point[] = ['after_intent_recorded', 'after_send_before_record'];
const WINDOW = { fromMs: 1_000_000, untilMs: 2_200_000 };

function planOf(seed: number): FaultPlan<Point> {
  return drawFaultPlan({ rng: seededRng(seed), window: WINDOW, crashPoints: CRASH_POINTS });
}

describe('a plan of faults', () => {
  it('is a function of the seed', () => {
    expect(planOf(5)).toEqual(planOf(5));
    expect(planOf(5)).not.toEqual(planOf(6));
  });

  it('draws each fault in about half of the seeds, alone and in every pair', () => {
    const plans = Array.from({ length: 200 }, (_, seed) => new Set(planOf(seed).names));
    for (const name of FAULT_NAMES) {
      const hits = plans.filter((names) => names.has(name)).length;
      expect(Math.abs(hits - 100), name).toBeLessThan(4 * Math.sqrt(50));
      for (const other of FAULT_NAMES) {
        if (other === name) continue;
        expect(plans.some((names) => names.has(name) && !names.has(other))).toBe(true);
      }
    }
  });

  it('gives strength to what it names and to nothing else', () => {
    for (const name of FAULT_NAMES) {
      const plan = faultPlanOf([name], {
        rng: seededRng(1),
        window: WINDOW,
        crashPoints: CRASH_POINTS,
      });
      expect(plan.names).toEqual([name]);
      const changed = JSON.stringify({ ...plan, names: [] });
      expect(changed, name).not.toBe(JSON.stringify({ ...NO_FAULTS, names: [] }));
    }
    const none = faultPlanOf([], { rng: seededRng(1), window: WINDOW, crashPoints: CRASH_POINTS });
    expect(none).toEqual(NO_FAULTS);
  });

  it('does not change a fault when another is left out', () => {
    const options = { rng: seededRng(9), window: WINDOW, crashPoints: CRASH_POINTS };
    const both = faultPlanOf(['stream_gap', 'timeout_with_effect'], options);
    const one = faultPlanOf(['stream_gap'], options);
    expect(one.bookLink).toEqual(both.bookLink);
    expect(one.submit).toEqual(NO_SUBMIT_FAULTS);
    expect(both.submit.timeout_with_effect).toBeGreaterThan(0);
  });

  it('keeps its windows inside the given time, in order and apart', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { oddsSilences, socketDrops } = planOf(seed);
      for (const windows of [oddsSilences, socketDrops]) {
        let earliestMs = WINDOW.fromMs;
        for (const { fromMs, untilMs } of windows) {
          expect(fromMs).toBeGreaterThanOrEqual(earliestMs);
          expect(untilMs).toBeGreaterThan(fromMs);
          expect(untilMs).toBeLessThanOrEqual(WINDOW.untilMs);
          earliestMs = untilMs;
        }
      }
    }
  });

  it('draws only what is allowed', () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const plan = drawFaultPlan({
        rng: seededRng(seed),
        window: WINDOW,
        crashPoints: CRASH_POINTS,
        allowed: ['stale_odds'],
      });
      expect(['stale_odds', undefined]).toContain(plan.names[0]);
      expect(plan.names.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('faults of submitting', () => {
  it('come as often as the mix says', () => {
    const rng = seededRng(3);
    const mix = { ...NO_SUBMIT_FAULTS, timeout_with_effect: 0.2, empty_success: 0.1 };
    const draws = Array.from({ length: 10_000 }, () => drawSubmitFault(rng, mix));
    const share = (fault: string | null): number =>
      draws.filter((draw) => draw === fault).length / draws.length;
    expect(Math.abs(share('timeout_with_effect') - 0.2)).toBeLessThan(0.016);
    expect(Math.abs(share('empty_success') - 0.1)).toBeLessThan(0.012);
    expect(share('server_error_with_effect')).toBe(0);
    expect(Math.abs(share(null) - 0.7)).toBeLessThan(0.019);
  });

  it('say whether the order exists', () => {
    expect(SUBMIT_FAULTS.filter(hasEffect)).toEqual([
      'timeout_with_effect',
      'server_error_with_effect',
      'empty_success',
    ]);
  });
});

describe('a plan of crashes', () => {
  it('dies at the planned occurrence of a point, once', () => {
    const plan = new CrashPlan<Point>([{ point: 'after_intent_recorded', occurrence: 2 }]);
    plan.reached('after_intent_recorded');
    plan.reached('after_send_before_record');
    expect(() => plan.reached('after_intent_recorded')).toThrow(Crash);
    plan.reached('after_intent_recorded');
    plan.reached('after_intent_recorded');
    expect(plan.timesReached('after_intent_recorded')).toBe(4);
    expect(plan.happened).toEqual([{ point: 'after_intent_recorded', occurrence: 2 }]);
  });

  it('is drawn over all points, without two crashes in one place', () => {
    const points = new Set<Point>();
    for (let seed = 0; seed < 50; seed += 1) {
      const crashes = drawCrashes(seededRng(seed), { points: CRASH_POINTS, count: 3 });
      expect(crashes.length).toBeGreaterThan(0);
      expect(crashes.length).toBeLessThanOrEqual(3);
      const places = crashes.map(({ point, occurrence }) => `${point} ${occurrence}`);
      expect(new Set(places).size).toBe(places.length);
      for (const { point, occurrence } of crashes) {
        points.add(point);
        expect(occurrence).toBeGreaterThan(0);
      }
    }
    expect(points.size).toBe(CRASH_POINTS.length);
    expect(drawCrashes(seededRng(1), { points: [], count: 3 })).toEqual([]);
  });
});
