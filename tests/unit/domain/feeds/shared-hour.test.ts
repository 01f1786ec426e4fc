import { expect, it } from 'vitest';
import { sharedHour } from '../../../../shared/domain/feeds/shared-hour.ts';

const HOUR_MS = 3_600_000;

it('plans for 480 of 500 requests an hour, so that two live leagues are looked at every 15 s', () => {
  expect(sharedHour(500)).toMatchObject({ perHour: 480, cost: HOUR_MS });
  expect(sharedHour(10).perHour).toBe(9);
  expect(() => sharedHour(1)).toThrow(/some requests/);
});
