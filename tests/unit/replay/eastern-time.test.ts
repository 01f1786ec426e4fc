import { describe, expect, it } from 'vitest';
import {
  easternToEpochMs,
  parseTwelveHourTime,
} from '../../../shared/replay/import/eastern-time.ts';

const at = (year: number, month: number, day: number, hour: number, minute = 0) =>
  easternToEpochMs({ year, month, day, hour, minute });

describe('New York wall clock', () => {
  it.each([
    [at(2025, 4, 19, 18, 0), '2025-04-19T22:00:00Z'],
    [at(2025, 12, 7, 19, 30), '2025-12-08T00:30:00Z'],
    [at(2025, 3, 9, 1, 59), '2025-03-09T06:59:00Z'],
    [at(2025, 3, 9, 3, 0), '2025-03-09T07:00:00Z'],
    [at(2025, 11, 2, 0, 59), '2025-11-02T04:59:00Z'],
    [at(2025, 11, 2, 2, 0), '2025-11-02T07:00:00Z'],
    [at(2028, 2, 29, 12, 0), '2028-02-29T17:00:00Z'],
  ])('%d is %s', (ms, utc) => {
    expect(ms).toBe(Date.parse(utc));
  });

  it('has no instant in the hour that is skipped and no single one in the hour that comes twice', () => {
    expect(at(2025, 3, 9, 2, 30)).toBeNull();
    expect(at(2025, 11, 2, 1, 30)).toBeNull();
  });

  it('has no day that is not in the calendar', () => {
    expect(at(2025, 2, 29, 12)).toBeNull();
    expect(at(2025, 13, 1, 12)).toBeNull();
    expect(at(2025, 4, 31, 12)).toBeNull();
  });
});

describe('a time of twelve hours', () => {
  it.each([
    ['7:30p', { hour: 19, minute: 30 }],
    ['12:00p', { hour: 12, minute: 0 }],
    ['12:05a', { hour: 0, minute: 5 }],
    ['11:00a', { hour: 11, minute: 0 }],
  ])('%s', (text, time) => {
    expect(parseTwelveHourTime(text)).toEqual(time);
  });

  it.each(['', '19:30', '0:30p', '13:00p', '7:60p', '7:30pm', '7.30p', ' 7:30p'])(
    'is not "%s"',
    (text) => {
      expect(parseTwelveHourTime(text)).toBeNull();
    },
  );
});
