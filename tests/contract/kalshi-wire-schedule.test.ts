import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeExchangeSchedule,
  decodeExchangeStatus,
  encodeExchangeSchedule,
  encodeExchangeStatus,
  weeklyPauses,
} from '../../shared/adapters/kalshi/wire/exchange-schedule.ts';
import { runs } from '../support/property-settings.ts';

const DAY = 86_400_000;
const newYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'long',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const someTime = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2036, 0, 1) });
const someActivity = { exchangeActive: fc.boolean(), tradingActive: fc.boolean() };

describe('the weekly pause', () => {
  it('is on Thursdays from 03:00 to 05:00 in New York, before and after the clocks change', () => {
    expect(weeklyPauses({ fromMs: Date.UTC(2026, 9, 28), toMs: Date.UTC(2026, 10, 6) })).toEqual([
      {
        reason: 'weekly_pause',
        startMs: Date.UTC(2026, 9, 29, 7),
        endMs: Date.UTC(2026, 9, 29, 9),
      },
      {
        reason: 'weekly_pause',
        startMs: Date.UTC(2026, 10, 5, 8),
        endMs: Date.UTC(2026, 10, 5, 10),
      },
    ]);
  });

  it('comes once in any seven days, at that hour by another clock, and lasts two hours', () => {
    fc.assert(
      fc.property(someTime, (fromMs) => {
        const pauses = weeklyPauses({ fromMs, toMs: fromMs + 7 * DAY - 2 * 3_600_000 - 1 });
        expect(pauses.length).toBeLessThanOrEqual(2);
        expect(pauses.length).toBeGreaterThanOrEqual(1);
        for (const { startMs, endMs } of pauses) {
          expect(newYork.format(startMs)).toBe('Thursday 03:00');
          expect(newYork.format(endMs)).toBe('Thursday 05:00');
          expect(endMs).toBeGreaterThan(fromMs);
        }
      }),
      runs(300),
    );
  });

  it('is found also while it lasts', () => {
    const startMs = Date.UTC(2026, 10, 5, 8);
    const during = weeklyPauses({ fromMs: startMs + 3_600_000, toMs: startMs + 3_600_001 });
    expect(during).toMatchObject([{ startMs }]);
    expect(weeklyPauses({ fromMs: startMs + 7_200_000, toMs: startMs + DAY })).toEqual([]);
  });
});

describe('the status of the exchange', () => {
  it('goes through the wire unchanged', () => {
    const someStatus = fc.record({
      ...someActivity,
      resumeAtMs: fc.option(someTime),
      shards: fc.array(
        fc.record({ exchangeIndex: fc.integer({ min: 0, max: 9 }), ...someActivity }),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(someStatus, (status) => {
        const decoded = decodeExchangeStatus(encodeExchangeStatus(status));
        expect(decoded).toEqual({ kind: 'status', status });
      }),
      runs(),
    );
  });

  it('is read from its two certain fields, and a resume time that cannot be read is none', () => {
    const text =
      '{"exchange_active":false,"trading_active":false,"exchange_estimated_resume_time":"soon"}';
    expect(decodeExchangeStatus(text)).toEqual({
      kind: 'status',
      status: { exchangeActive: false, tradingActive: false, resumeAtMs: null, shards: [] },
    });
  });

  it.each([
    '',
    '<html>',
    '{}',
    '{"exchange_active":true}',
    '{"exchange_active":1,"trading_active":1}',
  ])('is refused when it is %j', (text) => {
    expect(decodeExchangeStatus(text).kind).toBe('refused');
  });
});

describe('the schedule of the exchange', () => {
  it('gives its maintenance windows, in any zone', () => {
    const window = {
      reason: 'maintenance',
      startMs: Date.UTC(2026, 10, 24, 8),
      endMs: Date.UTC(2026, 10, 24, 12),
    } as const;
    expect(decodeExchangeSchedule(encodeExchangeSchedule([window]))).toEqual({
      kind: 'schedule',
      windows: [window],
      refused: [],
    });
    const eastern = JSON.stringify({
      schedule: {
        maintenance_windows: [
          { start_datetime: '2026-11-24T03:00:00-05:00', end_datetime: '2026-11-24T12:00:00Z' },
        ],
      },
    });
    expect(decodeExchangeSchedule(eastern)).toMatchObject({ windows: [window] });
  });

  it('tells of a window that cannot be read and keeps the others', () => {
    const good = { start_datetime: '2026-11-24T08:00:00Z', end_datetime: '2026-11-24T12:00:00Z' };
    const text = JSON.stringify({
      schedule: {
        standard_hours: 'whatever',
        maintenance_windows: [
          { ...good, start_datetime: '2026-11-24T08:00:00' },
          { ...good, end_datetime: good.start_datetime },
          good,
        ],
      },
    });
    const decoded = decodeExchangeSchedule(text);
    expect(decoded).toMatchObject({ kind: 'schedule', windows: [{ reason: 'maintenance' }] });
    expect(decoded.kind === 'schedule' ? decoded.refused : []).toHaveLength(2);
    expect(decodeExchangeSchedule('{"schedule":{}}')).toMatchObject({ windows: [] });
    expect(decodeExchangeSchedule('{}').kind).toBe('refused');
  });
});
