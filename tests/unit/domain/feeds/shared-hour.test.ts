import { expect, it } from 'vitest';
import { sharedHour } from '../../../../shared/domain/feeds/shared-hour.ts';

const HOUR_MS = 3_600_000;

it('gives 500 requests an hour back evenly, 20 of them at once', () => {
  expect(sharedHour(500)).toEqual({
    limit: { refillPerMs: 500, room: 20 * HOUR_MS, largest: 20 * HOUR_MS },
    cost: HOUR_MS,
  });
  expect(sharedHour(10).limit.room).toBe(HOUR_MS);
  expect(() => sharedHour(0)).toThrow(/a whole number of requests/);
});
