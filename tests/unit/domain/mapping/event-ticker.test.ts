import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  daysBetween,
  easternDateOf,
  easternDaysAround,
  easternMs,
} from '../../../../shared/domain/mapping/eastern-time.ts';
import {
  readEventTicker,
  sideOf,
  tickerDate,
} from '../../../../shared/domain/mapping/event-ticker.ts';

describe('an event’s ticker', () => {
  it.each([
    ['KXNBAGAME-25DEC25CLENYK', 'KXNBAGAME', { date: '2025-12-25', time: null, sides: 'CLENYK' }],
    [
      'KXMLBGAME-26JUN301905DETNYY',
      'KXMLBGAME',
      { date: '2026-06-30', time: { hour: 19, minute: 5 }, sides: 'DETNYY' },
    ],
    ['KXNFLGAME-26NOV22', 'KXNFLGAME', null],
    ['KXNFLGAME-26NEV22MIABUF', 'KXNFLGAME', null],
    ['KXNBAGAME-25DEC25CLENYK', 'KXNFLGAME', null],
  ])('%s', (ticker, series, expected) => {
    expect(readEventTicker(ticker, series)).toEqual(expected);
  });

  it('leaves the side to its markets', () => {
    expect(sideOf('KXA-26NOV22MIABUF-BUF', 'KXA-26NOV22MIABUF')).toBe('BUF');
    expect(sideOf('KXA-26NOV22MIABUF', 'KXA-26NOV22MIABUF')).toBeNull();
    expect(sideOf('KXB-1-BUF', 'KXA-1')).toBeNull();
    expect([tickerDate('2026-11-22'), tickerDate('2027-01-03')]).toEqual(['26NOV22', '27JAN03']);
  });
});

describe('Eastern time', () => {
  it('is what the tables of time zones have, day by day of a year, and each hour of its Sundays of March and November', () => {
    let day = Temporal.PlainDate.from('2026-01-01');
    let wrong = 0;
    while (day.year < 2027) {
      // The change is always in a night from Saturday to Sunday.
      const isTurn = day.dayOfWeek === 7 && (day.month === 3 || day.month === 11);
      const hours = isTurn ? Array.from({ length: 24 }, (_, hour) => hour) : [12];
      for (const hour of hours) {
        const time = { hour, minute: 30 };
        const wall = day.toPlainDateTime(time);
        let expected: number | null;
        try {
          expected = wall.toZonedDateTime('America/New_York', {
            disambiguation: 'reject',
          }).epochMilliseconds;
        } catch {
          expected = null;
        }
        if (easternMs(day.toString(), time) !== expected) wrong += 1;
      }
      day = day.add({ days: 1 });
    }
    expect(wrong).toBe(0);
  });

  it('shows the same day as the zone database does, around every midnight of a year', () => {
    const wrong: string[] = [];
    for (let days = 0; days < 365; days += 1)
      for (const hour of [4, 5]) {
        const atMs = Date.UTC(2026, 0, 1 + days, hour);
        for (const timeMs of [atMs - 1, atMs]) {
          const day = Temporal.Instant.fromEpochMilliseconds(timeMs)
            .toZonedDateTimeISO('America/New_York')
            .toPlainDate();
          if (easternDateOf(timeMs) !== day.toString()) wrong.push(new Date(timeMs).toISOString());
        }
      }
    expect(wrong).toEqual([]);
    expect(easternDaysAround(Date.parse('2026-03-09T03:59Z'))).toEqual([
      '2026-03-07',
      '2026-03-08',
      '2026-03-09',
    ]);
    // A source may say any year.
    expect(easternDateOf(Date.parse('0001-01-01T12:00:00Z'))).toBe('0001-01-01');
  });

  it('has no time of a day that is none', () => {
    expect(easternMs('2026-13-01', { hour: 1, minute: 0 })).toBeNull();
    expect(easternMs('2026-02-30', { hour: 1, minute: 0 })).toBeNull();
    expect(easternMs('2028-02-29', { hour: 1, minute: 0 })).not.toBeNull();
    expect(easternMs('soon', { hour: 1, minute: 0 })).toBeNull();
    expect(easternMs('2026-11-22', { hour: 24, minute: 0 })).toBeNull();
    expect(daysBetween('2026-12-31', '2027-01-02')).toBe(2);
    expect(daysBetween('2026-12-31', 'x')).toBeNull();
  });
});
