import { describe, expect, it } from 'vitest';
import { KalshiCalendar } from '../../../shared/adapters/kalshi/kalshi-calendar.ts';
import type { HttpReply } from '../../../shared/adapters/kalshi/http-transport.ts';
import {
  encodeExchangeSchedule,
  encodeExchangeStatus,
} from '../../../shared/adapters/kalshi/wire/exchange-schedule.ts';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { standingCauses } from '../../../shared/application/trading-causes.ts';
import { ExchangeWatch } from '../../../shared/application/watch-exchange.ts';
import type { ExchangeStatus } from '../../../shared/domain/market/exchange-calendar.ts';
import { scopesOf, worstState } from '../../../shared/domain/risk/trading-state.ts';
import { aMarket } from '../../support/trade-builders.ts';

/** Thursday 2026-11-26, 03:00 in New York. */
const PAUSE = Date.UTC(2026, 10, 26, 8);
const MINUTE = 60_000;
const OPEN: ExchangeStatus = {
  exchangeActive: true,
  tradingActive: true,
  resumeAtMs: null,
  shards: [],
};

function desk(startMs: number) {
  let nowMs = startMs;
  let recovers = true;
  let recovered = 0;
  const answers: { status: HttpReply; schedule: HttpReply } = {
    status: { kind: 'answered', status: 200, body: encodeExchangeStatus(OPEN) },
    schedule: { kind: 'answered', status: 200, body: encodeExchangeSchedule([]) },
  };
  const asked: string[] = [];
  const unreadable: string[] = [];
  const store = new MemoryHotStore();
  const calendar = new KalshiCalendar(
    {
      request: ({ path }) => {
        asked.push(path);
        return Promise.resolve(path === '/exchange/status' ? answers.status : answers.schedule);
      },
    },
    (detail) => unreadable.push(detail),
  );
  const watch = new ExchangeWatch({
    calendar,
    store,
    clock: { nowMs: () => nowMs },
    telemetry: new MemoryTelemetry(),
    guardMs: 30_000,
    unreadMs: 30_000,
    healAfterMs: 5_000,
    recover: () => {
      recovered += 1;
      return Promise.resolve(recovers);
    },
  });
  return {
    asked,
    unreadable,
    answers,
    look: async (atMs: number) => {
      nowMs = atMs;
      return watch.look();
    },
    state: async (exchangeIndex = 0) =>
      worstState(
        await standingCauses(store),
        scopesOf({ ...aMarket({ exchangeIndex }), market: 'KXNFLGAME-26NOV22-KC' }),
      ).state,
    detail: async () => (await standingCauses(store))[0]?.detail,
    letRecover: (value: boolean) => {
      recovers = value;
    },
    recoveries: () => recovered,
    say: (status: Partial<ExchangeStatus>, code = 200) => {
      const body = encodeExchangeStatus({ ...OPEN, ...status });
      answers.status = { kind: 'answered', status: code, body };
    },
  };
}

describe('the watch on the exchange', () => {
  it('refuses new risk from before the weekly pause until the books agree after it', async () => {
    const { look, state, detail, recoveries, letRecover } = desk(PAUSE - MINUTE);
    await look(PAUSE - MINUTE);
    expect(await state()).toBe('open');
    expect((await look(PAUSE - 30_000)).raised).toHaveLength(1);
    expect(await state()).toBe('refuse');
    expect(await detail()).toBe('weekly_pause until 2026-11-26T10:00:00.000Z');
    const endMs = PAUSE + 120 * MINUTE;
    expect((await look(endMs - 1)).raised).toEqual([]);
    await look(endMs);
    expect(await state()).toBe('refuse');
    letRecover(false);
    expect(await look(endMs + 5_000)).toMatchObject({ raised: [], healed: [] });
    expect(recoveries()).toBe(1);
    expect(await state()).toBe('refuse');
    letRecover(true);
    expect(await look(endMs + 6_000)).toMatchObject({ raised: [], healed: ['account'] });
    expect(await state()).toBe('open');
  });

  it('believes the body of a 503', async () => {
    const { look, state, say } = desk(PAUSE - 60 * MINUTE);
    say({ exchangeActive: false, tradingActive: false }, 503);
    await look(PAUSE - 60 * MINUTE);
    expect(await state()).toBe('refuse');
  });

  it('lifts nothing while the status cannot be read', async () => {
    const { look, state, say, answers, recoveries } = desk(PAUSE - 60 * MINUTE);
    say({ tradingActive: false });
    await look(PAUSE - 60 * MINUTE);
    answers.status = { kind: 'failed', cause: 'timeout' };
    await look(PAUSE - 59 * MINUTE);
    answers.status = { kind: 'answered', status: 502, body: '<html>' };
    await look(PAUSE - 58 * MINUTE);
    expect(await state()).toBe('refuse');
    expect(recoveries()).toBe(0);
    say({});
    await look(PAUSE - 57 * MINUTE);
    expect(await state()).toBe('open');
  });

  it('takes a status that nobody can read for long for a halt', async () => {
    const { look, state, detail, say, answers } = desk(PAUSE - 60 * MINUTE);
    answers.status = { kind: 'failed', cause: 'timeout' };
    await look(PAUSE - 60 * MINUTE);
    await look(PAUSE - 60 * MINUTE + 29_999);
    expect(await state()).toBe('open');
    await look(PAUSE - 60 * MINUTE + 30_000);
    expect(await state()).toBe('refuse');
    expect(await detail()).toBe('status_unread with no end known');
    say({});
    await look(PAUSE - 59 * MINUTE);
    expect(await state()).toBe('open');
  });

  it('stops the shard that stands still, and only that', async () => {
    const { look, state, say } = desk(PAUSE - 60 * MINUTE);
    say({ shards: [{ exchangeIndex: 3, exchangeActive: true, tradingActive: false }] });
    await look(PAUSE - 60 * MINUTE);
    expect([await state(0), await state(3)]).toEqual(['open', 'refuse']);
  });

  it('keeps to a maintenance window, and to the one last known when the schedule is away', async () => {
    const { look, state, answers, asked, unreadable } = desk(PAUSE - 60 * MINUTE);
    const startMs = PAUSE - 30 * MINUTE;
    const body = encodeExchangeSchedule([{ reason: 'maintenance', startMs, endMs: PAUSE }]);
    answers.schedule = { kind: 'answered', status: 200, body };
    await look(PAUSE - 60 * MINUTE);
    await look(PAUSE - 59 * MINUTE);
    expect(asked.filter((path) => path === '/exchange/schedule')).toHaveLength(1);
    answers.schedule = { kind: 'answered', status: 504, body: '' };
    await look(startMs - 30_000);
    expect(unreadable).toEqual(['HTTP 504']);
    expect(await state()).toBe('refuse');
  });

  it('lifts nothing before the exchange has traded again for a while', async () => {
    const { look, state, say } = desk(PAUSE - 60 * MINUTE);
    say({ tradingActive: false });
    await look(PAUSE - 60 * MINUTE);
    say({});
    await look(PAUSE - 60 * MINUTE + 1_000);
    expect(await state()).toBe('refuse');
    await look(PAUSE - 60 * MINUTE + 5_000);
    expect(await state()).toBe('open');
  });
});
