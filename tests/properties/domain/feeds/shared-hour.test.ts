import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharedHour } from '../../../../shared/domain/feeds/shared-hour.ts';
import { FULL_BUCKET, take } from '../../../../shared/domain/rate/token-bucket.ts';

const HOUR_MS = 3_600_000;

it('lets no more go in any hour than comes back in it and what it holds, whenever they are asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 0, max: 600_000 }), { minLength: 1, maxLength: 200 }),
      (perHour, gaps) => {
        const { limit, cost } = sharedHour(perHour);
        const most = perHour + limit.room / HOUR_MS;
        let bucket = FULL_BUCKET;
        let nowMs = 1_790_000_000_000;
        const went: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          const taken = take(bucket, { limit, cost, keep: 0, nowMs });
          if (taken.kind !== 'granted') continue;
          bucket = taken.bucket;
          went.push(nowMs);
          expect(went.filter((atMs) => nowMs - atMs < HOUR_MS).length).toBeLessThanOrEqual(most);
        }
        expect(went.length).toBeGreaterThan(0);
      },
    ),
  );
});
