import { expect, it } from 'vitest';
import { KalshiCalendar } from '../../../../shared/adapters/kalshi/kalshi-calendar.ts';
import {
  encodeExchangeSchedule,
  encodeExchangeStatus,
} from '../../../../shared/adapters/kalshi/wire/exchange-schedule.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Thursday 2026-10-01 at 03:00 in New York. */
const PAUSE_MS = Date.parse('2026-10-01T07:00:00Z');

it('knows the weekly pause of each week that its clock is in, also when that is set back', async () => {
  const calendar = new KalshiCalendar({
    request: ({ path }) =>
      Promise.resolve({
        kind: 'answered',
        status: 200,
        headers: {},
        body:
          path === '/exchange/status'
            ? encodeExchangeStatus({
                exchangeActive: true,
                tradingActive: true,
                resumeAtMs: null,
                shards: [],
              })
            : encodeExchangeSchedule([]),
      }),
  });
  const pausesAt = async (nowMs: number) => {
    const { windows } = await calendar.look(nowMs);
    return windows.filter(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  };
  const pause = (startMs: number) => [
    { reason: 'weekly_pause', startMs, endMs: startMs + 2 * HOUR_MS },
  ];
  expect(await pausesAt(PAUSE_MS - 1)).toEqual([]);
  expect(await pausesAt(PAUSE_MS)).toEqual(pause(PAUSE_MS));
  expect(await pausesAt(PAUSE_MS + 2 * HOUR_MS)).toEqual([]);
  expect(await pausesAt(PAUSE_MS + 3 * WEEK_MS)).toEqual(pause(PAUSE_MS + 3 * WEEK_MS));
  expect(await pausesAt(PAUSE_MS)).toEqual(pause(PAUSE_MS));
});

it('reads the schedule again when its clock is set back', async () => {
  const asked: string[] = [];
  const calendar = new KalshiCalendar({
    request: ({ path }) => {
      asked.push(path);
      return Promise.resolve({ kind: 'answered', status: 200, body: encodeExchangeSchedule([]) });
    },
  });
  const reads = () => asked.filter((path) => path === '/exchange/schedule').length;
  await calendar.look(PAUSE_MS);
  await calendar.look(PAUSE_MS + 1_000);
  expect(reads()).toBe(1);
  await calendar.look(PAUSE_MS - HOUR_MS);
  expect(reads()).toBe(2);
});
