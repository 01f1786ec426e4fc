import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeHistogram, FeedLag, feedAgeMs } from '../../../../shared/domain/feeds/feed-age.ts';
import { runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

describe('the age of a message', () => {
  it('is our time on the exchange’s clock less the time it carries', () => {
    const offset = { offsetMs: -40, uncertaintyMs: 3, sampleCount: 9 };
    expect(feedAgeMs(NOON + 100, NOON, null)).toBe(100);
    expect(feedAgeMs(NOON + 100, NOON, offset)).toBe(60);
  });
});

describe('the distribution of ages', () => {
  it('is empty before the first, and again when it was cleared', () => {
    const histogram = new AgeHistogram();
    const empty = histogram.summary();
    expect(empty).toEqual({
      count: 0,
      negative: 0,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
      maxMs: null,
    });
    histogram.record(5);
    histogram.clear();
    expect(histogram.summary()).toEqual(empty);
  });

  it('counts what comes from the future, as of age 0', () => {
    const histogram = new AgeHistogram();
    for (const age of [-500, -0.5, 0, 3]) histogram.record(age);
    expect(histogram.summary()).toMatchObject({ count: 4, negative: 2, p50Ms: 0, maxMs: 3 });
  });

  it('tells quantiles never too low, and at most an eighth too high', () => {
    const someAges = fc.array(fc.nat({ max: 3_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(someAges, (ages) => {
        const histogram = new AgeHistogram();
        for (const age of ages) histogram.record(age);
        const sorted = ages.toSorted((a, b) => a - b);
        const told = histogram.summary();
        for (const [share, quantile] of [
          [0.5, told.p50Ms],
          [0.95, told.p95Ms],
          [0.99, told.p99Ms],
        ] as const) {
          const exact = sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
          expect(quantile).toBeGreaterThanOrEqual(exact);
          expect(quantile).toBeLessThanOrEqual(exact * 1.125);
        }
        expect(told.maxMs).toBe(sorted.at(-1));
      }),
      runs(200),
    );
  });

  it('holds an age that is beyond any feed', () => {
    const histogram = new AgeHistogram();
    histogram.record(1e12);
    expect(histogram.summary().maxMs).toBe(2 ** 27 - 1);
  });
});

const lag = (): FeedLag => new FeedLag({ maxAgeMs: 2_000, sustainedMs: 5_000 });

describe('a feed that falls behind while its connection lives', () => {
  it('is found when each message of some seconds was late', () => {
    const watch = lag();
    const found: number[] = [];
    // One message a second, each 300 ms later than the one before.
    for (let second = 0; second < 20; second += 1)
      if (watch.observe(second * 300, 50, NOON + second * 1_000)) found.push(second);
    // 2,100 ms at second 7 may still be the clocks; 2,400 ms at second 8 is not.
    expect(found[0]).toBe(12);
  });

  it('is not one late message, nor several with one in time among them', () => {
    const watch = lag();
    for (let second = 0; second < 60; second += 1)
      expect(watch.observe(second % 5 === 0 ? 10 : 60_000, 0, NOON + second * 1_000)).toBe(false);
  });

  it('is given twice as long when a new connection did not help, until a message is in time', () => {
    const watch = lag();
    const foundAfter = (fromMs: number): number => {
      for (let ms = 0; ms <= 200_000; ms += 1_000)
        if (watch.observe(9_000, 0, fromMs + ms)) return ms;
      return Number.NaN;
    };
    const waits = [0, 1, 2, 3, 4, 5, 6].map((turn) => {
      const waitMs = foundAfter(NOON + turn * 1_000_000);
      watch.onLeft();
      return waitMs;
    });
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 160_000]);
    watch.observe(10, 0, NOON + 8_000_000);
    expect(foundAfter(NOON + 9_000_000)).toBe(5_000);
  });

  it('does not count time that went back, nor what was said of an older connection', () => {
    const watch = lag();
    watch.observe(9_000, 0, NOON);
    expect(watch.observe(9_000, 0, NOON - 60_000)).toBe(false);
    expect(watch.observe(9_000, 0, NOON - 56_000)).toBe(false);
    watch.clear();
    expect(watch.observe(9_000, 0, NOON)).toBe(false);
  });
});
