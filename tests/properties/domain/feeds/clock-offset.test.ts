import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ClockOffsetEstimator,
  sampleOfDate,
  type OffsetSample,
} from '../../../../shared/domain/feeds/clock-offset.ts';
import { runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

const DRIFT_PPM = 100;
const OPTIONS = { windowMs: 600_000, driftPpm: DRIFT_PPM, maxSamples: 64 };

/** One request, in fractions of a millisecond: the machine sees them cut off. */
const someRequest = fc.record({
  waitMs: fc.double({ min: 0, max: 20_000, noNaN: true }),
  outMs: fc.double({ min: 0, max: 400, noNaN: true }),
  backMs: fc.double({ min: 0, max: 400, noNaN: true }),
});
type Request = typeof someRequest extends fc.Arbitrary<infer T> ? T : never;

/** Two clocks, of which the exchange's is ahead by an offset that drifts. */
class Clocks {
  #nowMs = NOON;
  readonly #offsetAt: (nowMs: number) => number;

  constructor(offsetAt: (nowMs: number) => number) {
    this.#offsetAt = offsetAt;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get offsetMs(): number {
    return this.#offsetAt(this.#nowMs);
  }

  /** A request and what its answer says. */
  ask({ waitMs, outMs, backMs }: Request): OffsetSample {
    this.#nowMs += waitMs;
    const sentMs = Math.floor(this.#nowMs);
    this.#nowMs += outMs;
    const theirs = this.#nowMs + this.offsetMs;
    this.#nowMs += backMs;
    const receivedMs = Math.floor(this.#nowMs);
    const dateMs = Math.floor(theirs / 1_000) * 1_000;
    const sample = sampleOfDate({ sentMs, receivedMs, dateMs });
    if (sample === null) throw new Error('the clock went on');
    return sample;
  }
}

function drifting(offsetMs: number, ppm: number): (nowMs: number) => number {
  return (nowMs) => offsetMs + ((nowMs - NOON) * ppm) / 1_000_000;
}

const someOffset = fc.integer({ min: -30_000, max: 30_000 });
const someDrift = fc.integer({ min: -DRIFT_PPM / 2, max: DRIFT_PPM / 2 });
const someRequests = fc.array(someRequest, { minLength: 1, maxLength: 40 });

describe('the offset of the exchange’s clock', () => {
  it('is always within its bounds, whatever the network does and however the clocks drift', () => {
    fc.assert(
      fc.property(someOffset, someDrift, someRequests, (offsetMs, ppm, requests) => {
        const clocks = new Clocks(drifting(offsetMs, ppm));
        const estimator = new ClockOffsetEstimator(OPTIONS);
        for (const request of requests) {
          estimator.observe(clocks.ask(request));
          const told = estimator.estimate(Math.ceil(clocks.nowMs));
          expect(told).not.toBeNull();
          expect(Math.abs((told?.offsetMs ?? 0) - clocks.offsetMs)).toBeLessThanOrEqual(
            (told?.uncertaintyMs ?? 0) + 1,
          );
        }
        expect(estimator.resets).toBe(0);
      }),
      runs(200),
    );
  });

  it('becomes known to a fraction of a second from answers that tell whole seconds', () => {
    fc.assert(
      fc.property(someOffset, fc.infiniteStream(fc.nat({ max: 3_000 })), (offsetMs, waits) => {
        const clocks = new Clocks(drifting(offsetMs, 0));
        const estimator = new ClockOffsetEstimator(OPTIONS);
        for (let n = 0; n < 60; n += 1) {
          const waitMs = Number(waits.next().value);
          estimator.observe(clocks.ask({ waitMs, outMs: 5, backMs: 5 }));
        }
        expect(estimator.estimate(clocks.nowMs)?.uncertaintyMs).toBeLessThan(150);
      }),
      runs(50),
    );
  });

  it('is within its bounds again from the first answer after a clock was set', () => {
    fc.assert(
      fc.property(
        someOffset,
        fc.integer({ min: 3_000, max: 100_000 }),
        someRequests,
        someRequests,
        (offsetMs, stepMs, before, after) => {
          let offset = offsetMs;
          const clocks = new Clocks(() => offset);
          const estimator = new ClockOffsetEstimator(OPTIONS);
          for (const request of before) estimator.observe(clocks.ask(request));
          offset += stepMs;
          for (const request of after) {
            estimator.observe(clocks.ask(request));
            const told = estimator.estimate(Math.ceil(clocks.nowMs));
            const errorMs = Math.abs((told?.offsetMs ?? Number.POSITIVE_INFINITY) - offset);
            expect(errorMs).toBeLessThanOrEqual((told?.uncertaintyMs ?? 0) + 1);
          }
        },
      ),
      runs(100),
    );
  });
});
