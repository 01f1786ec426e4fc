import { expect, it } from 'vitest';
import { HourlyRequests } from '../../../../shared/domain/feeds/hourly-requests.ts';

const HOUR_MS = 3_600_000;

it('lets so many go in any hour, and says when the next may', () => {
  const requests = new HourlyRequests(2);
  expect(requests.nextMs(0)).toBe(0);
  expect([requests.take(0), requests.take(10), requests.take(20)]).toEqual([true, true, false]);
  expect([requests.used(20), requests.left(20), requests.nextMs(20)]).toEqual([2, 0, HOUR_MS]);
  expect(requests.take(HOUR_MS - 1)).toBe(false);
  expect(requests.take(HOUR_MS)).toBe(true);
  expect(requests.nextMs(HOUR_MS)).toBe(HOUR_MS + 10);
});

it('a clock that was set back lets no more go', () => {
  const requests = new HourlyRequests(1);
  requests.take(HOUR_MS);
  expect(requests.take(0)).toBe(false);
  // Nobody waits for the next day.
  const later = new HourlyRequests(1);
  later.take(24 * HOUR_MS);
  expect([later.take(0), later.nextMs(0)]).toEqual([true, HOUR_MS]);
});
