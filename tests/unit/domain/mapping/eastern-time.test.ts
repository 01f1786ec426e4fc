import { describe, expect, it } from 'vitest';
import { dateOf, easternDayOf } from '../../../../shared/domain/mapping/eastern-time.ts';

const HOUR_MS = 3_600_000;
const NEW_YORK = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

describe('a US Eastern day', () => {
  it('is the one that the platform’s time zones know, at the edge of each day for ten years', () => {
    for (let days = 0; days < 3_653; days += 1) {
      const noonMs = Date.UTC(2020, 0, 1 + days, 17);
      const { date, fromMs, toMs } = easternDayOf(noonMs);
      expect([date, NEW_YORK.format(fromMs), NEW_YORK.format(toMs - 1)]).toEqual([
        date,
        date,
        date,
      ]);
      expect(easternDayOf(toMs)).toMatchObject({ fromMs: toMs, date: NEW_YORK.format(toMs) });
      expect(easternDayOf(fromMs).date).toBe(date);
    }
  });

  it('has 23 hours when clocks go forward and 25 when they go back', () => {
    expect(hours('2026-03-08T17:00Z')).toBe(23);
    expect(hours('2026-11-01T17:00Z')).toBe(25);
    expect(hours('2026-11-22T17:00Z')).toBe(24);
  });
});

it('a date is that of so many days since 1970, through leap years and centuries', () => {
  for (const text of ['1970-01-01', '2000-02-29', '2026-11-22', '2028-02-29', '2100-03-01'])
    expect(dateOf(Date.parse(text) / 86_400_000)).toBe(text);
});

function hours(text: string): number {
  const { fromMs, toMs } = easternDayOf(Date.parse(text));
  return (toMs - fromMs) / HOUR_MS;
}
