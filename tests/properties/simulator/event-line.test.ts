import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLine } from '../../../shared/simulator/event-line.ts';

describe('the line of events', () => {
  it('gives what a sorted list would give, as time goes on', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('push' as const),
        afterMs: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2_000 })),
      }),
      fc.constant({ kind: 'pop' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const line = new EventLine<{ timeMs: number; order: number }>();
        let expected: { timeMs: number; order: number }[] = [];
        let nowMs = 5;
        let order = 0;
        for (const one of steps) {
          if (one.kind === 'push') {
            const item = { timeMs: nowMs + one.afterMs, order };
            order += 1;
            line.push(item, nowMs);
            expected.push(item);
          } else {
            const [first] = expected.toSorted((a, b) => a.timeMs - b.timeMs || a.order - b.order);
            expect(line.peek()).toBe(first);
            expect(line.pop()).toBe(first);
            expected = expected.filter((item) => item !== first);
            nowMs = first?.timeMs ?? nowMs;
          }
          expect(line.size).toBe(expected.length);
        }
      }),
    );
  });

  it('gives a long line of what is due at once in its order', () => {
    const line = new EventLine<{ timeMs: number; order: number }>();
    for (let order = 0; order < 10; order += 1) line.push({ timeMs: 0, order }, 0);
    for (let order = 0; order < 5_000; order += 1) {
      expect(line.pop()?.order).toBe(order);
      line.push({ timeMs: 0, order: order + 10 }, 0);
    }
    expect(line.size).toBe(10);
  });
});
