import { describe, expect, it } from 'vitest';
import { windowBefore } from '../../../../shared/domain/reports/review-window.ts';

const HOUR_MS = 3_600_000;
const text = (ms: number): string => new Date(ms).toISOString().replace(':00.000Z', '');

describe('the hour that was over at a time', () => {
  it.each([
    ['2026-11-22T18:05:00Z', '2026-11-22T17Z', '2026-11-22T17:00', '2026-11-22T18:00'],
    ['2026-11-22T18:00:00Z', '2026-11-22T17Z', '2026-11-22T17:00', '2026-11-22T18:00'],
    ['2026-11-22T17:59:59.999Z', '2026-11-22T16Z', '2026-11-22T16:00', '2026-11-22T17:00'],
    ['2027-01-01T00:05:00Z', '2026-12-31T23Z', '2026-12-31T23:00', '2027-01-01T00:00'],
  ])('is at %s that of %s', (now, name, from, to) => {
    const window = windowBefore('hour', Date.parse(now));
    expect([window.name, text(window.fromMs), text(window.toMs)]).toEqual([name, from, to]);
  });

  it('has a name of its own, also when an Eastern hour comes twice', () => {
    const hours = Array.from({ length: 72 }, (_, back) =>
      windowBefore('hour', Date.parse('2026-11-03T00:05:00Z') - back * HOUR_MS),
    );
    expect(new Set(hours.map(({ name }) => name)).size).toBe(72);
    expect(hours.slice(1).every(({ toMs }, later) => toMs === hours[later]?.fromMs)).toBe(true);
  });
});

describe('the day whose games were over at a time', () => {
  it.each([
    ['2026-11-23T14:00:00Z', '2026-11-22', '2026-11-22T05:00', '2026-11-23T05:00'],
    // Eight hours after its midnight, and a moment before.
    ['2026-11-23T13:00:00Z', '2026-11-22', '2026-11-22T05:00', '2026-11-23T05:00'],
    ['2026-11-23T12:59:59Z', '2026-11-21', '2026-11-21T05:00', '2026-11-22T05:00'],
    // A day of 25 hours, and one of 23.
    ['2026-11-02T14:00:00Z', '2026-11-01', '2026-11-01T04:00', '2026-11-02T05:00'],
    ['2026-03-09T13:00:00Z', '2026-03-08', '2026-03-08T05:00', '2026-03-09T04:00'],
    // At nine in the morning after the clocks went forward, eight hours are just over.
    ['2026-03-08T13:00:00Z', '2026-03-07', '2026-03-07T05:00', '2026-03-08T05:00'],
  ])('is at %s that of %s', (now, name, from, to) => {
    const window = windowBefore('day', Date.parse(now));
    if (window.kind !== 'day') throw new Error('a day was asked for');
    const { starts } = window;
    expect([window.name, text(starts.fromMs), text(starts.toMs)]).toEqual([name, from, to]);
    expect([window.fromMs, window.toMs]).toEqual([starts.fromMs, starts.toMs + 8 * HOUR_MS]);
    expect(window.toMs).toBeLessThanOrEqual(Date.parse(now));
  });
});
