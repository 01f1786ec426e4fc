import { describe, expect, it } from 'vitest';
import {
  ClockOffsetEstimator,
  sampleOfDate,
  type OffsetSample,
} from '../../../../shared/domain/feeds/clock-offset.ts';
import { NOON } from '../../../support/trade-builders.ts';

const OPTIONS = { windowMs: 60_000, driftPpm: 100, maxSamples: 4 };

/** Bounds of an exchange that is ahead by `offsetMs`, give or take 6 ms. */
function answer(offsetMs: number, atMs: number): OffsetSample {
  return { lowMs: offsetMs - 6, highMs: offsetMs + 6, atMs };
}

describe('an answer of the exchange', () => {
  it('bounds its clock by when it was asked and heard, and by how finely it tells the time', () => {
    const asked = { sentMs: NOON + 100, receivedMs: NOON + 120 };
    expect(sampleOfDate({ ...asked, dateMs: NOON })).toEqual({
      lowMs: -121,
      highMs: 900,
      atMs: NOON + 100,
    });
  });

  it('says nothing when our clock was set back while it was waited for', () => {
    expect(sampleOfDate({ sentMs: NOON, receivedMs: NOON - 1, dateMs: NOON })).toBeNull();
  });
});

describe('the estimate', () => {
  it('is null before the first answer, and when all of them are too old', () => {
    const estimator = new ClockOffsetEstimator(OPTIONS);
    expect(estimator.estimate(NOON)).toBeNull();
    estimator.observe(answer(7, NOON));
    expect(estimator.estimate(NOON + 60_000)).not.toBeNull();
    expect(estimator.estimate(NOON + 60_001)).toBeNull();
  });

  it('widens with the time since, by what the clocks may drift', () => {
    const estimator = new ClockOffsetEstimator(OPTIONS);
    estimator.observe(answer(7, NOON));
    expect(estimator.estimate(NOON)).toEqual({ offsetMs: 7, uncertaintyMs: 6, sampleCount: 1 });
    expect(estimator.estimate(NOON + 50_000)).toEqual({
      offsetMs: 7,
      uncertaintyMs: 11,
      sampleCount: 1,
    });
  });

  it('keeps no more answers than it may', () => {
    const estimator = new ClockOffsetEstimator(OPTIONS);
    for (let n = 0; n < 10; n += 1) estimator.observe(answer(7, NOON + n));
    expect(estimator.estimate(NOON + 10)?.sampleCount).toBe(4);
  });

  it('covers one answer that contradicts the others, and forgets it when the next does not', () => {
    const estimator = new ClockOffsetEstimator(OPTIONS);
    estimator.observe(answer(0, NOON));
    estimator.observe(answer(9_000, NOON + 10));
    expect(estimator.estimate(NOON + 10)?.offsetMs).toBeCloseTo(4_500, 2);
    estimator.observe(answer(0, NOON + 20));
    expect(estimator.estimate(NOON + 20)?.uncertaintyMs).toBeLessThan(10);
    expect(estimator.resets).toBe(0);
  });

  it('believes a second answer that agrees with the first: a clock was set', () => {
    const estimator = new ClockOffsetEstimator(OPTIONS);
    estimator.observe(answer(0, NOON));
    estimator.observe(answer(9_000, NOON + 10));
    estimator.observe(answer(9_000, NOON + 20));
    expect(estimator.estimate(NOON + 20)).toMatchObject({ offsetMs: 9_000, sampleCount: 2 });
    expect(estimator.resets).toBe(1);
  });
});
