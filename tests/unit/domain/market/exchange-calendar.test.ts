import { describe, expect, it } from 'vitest';
import {
  nextWindow,
  pausesAt,
  phaseOf,
  type ClosedWindow,
  type ExchangeStatus,
} from '../../../../shared/domain/market/exchange-calendar.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const HOUR = 3_600_000;
const window: ClosedWindow = {
  reason: 'weekly_pause',
  startMs: NOON + HOUR,
  endMs: NOON + 3 * HOUR,
};
const open: ExchangeStatus = {
  exchangeActive: true,
  tradingActive: true,
  resumeAtMs: null,
  shards: [{ exchangeIndex: 0, exchangeActive: true, tradingActive: true }],
};
const account = { kind: 'account' } as const;

const at = (nowMs: number, status: ExchangeStatus | null = open, windows = [window]) =>
  pausesAt({ windows, status, nowMs, guardMs: 30_000 });

describe('pauses of the exchange', () => {
  it.each([
    ['before the guard', NOON + HOUR - 30_001, false],
    ['at the guard', NOON + HOUR - 30_000, true],
    ['at the start', NOON + HOUR, true],
    ['just before the end', NOON + 3 * HOUR - 1, true],
    ['at the end', NOON + 3 * HOUR, false],
  ])('a window counts from its guard to its end: %s', (_, nowMs, paused) => {
    const expected = { scope: account, reason: 'weekly_pause', untilMs: window.endMs };
    expect(at(nowMs)).toEqual(paused ? [expected] : []);
    expect(at(nowMs, null)).toEqual(paused ? [expected] : []);
  });

  it('of two windows the one counts that ends later', () => {
    const longer = { ...window, reason: 'maintenance', endMs: NOON + 9 * HOUR } as const;
    expect(at(NOON + 2 * HOUR, open, [window, longer])).toMatchObject([
      { reason: 'maintenance', untilMs: longer.endMs },
    ]);
  });

  it('the status tells a halt of trading from one of everything, with its end if it is known', () => {
    expect(at(NOON, { ...open, tradingActive: false })).toEqual([
      { scope: account, reason: 'trading_halted', untilMs: null },
    ]);
    const resumeAtMs = NOON + HOUR;
    expect(at(NOON, { ...open, tradingActive: false, exchangeActive: false, resumeAtMs })).toEqual([
      { scope: account, reason: 'exchange_halted', untilMs: resumeAtMs },
    ]);
  });

  it('one shard that stands still leaves the others alone', () => {
    const shards = [
      { exchangeIndex: 0, exchangeActive: true, tradingActive: true },
      { exchangeIndex: 3, exchangeActive: true, tradingActive: false },
    ];
    expect(at(NOON, { ...open, shards })).toEqual([
      { scope: { kind: 'shard', exchangeIndex: 3 }, reason: 'trading_halted', untilMs: null },
    ]);
  });

  it('knows the next window, and that there is none', () => {
    const later = { ...window, startMs: NOON + 20 * HOUR };
    expect(nextWindow([later, window], NOON)).toBe(window);
    expect(nextWindow([later, window], NOON + HOUR + 1)).toBe(later);
    expect(nextWindow([window], NOON + 2 * HOUR)).toBeNull();
  });
});

describe('the phase of a market', () => {
  const times = { openTimeMs: NOON, closeTimeMs: NOON + HOUR };
  it.each([
    ['initialized', NOON - 1, 'unopened'],
    ['initialized', NOON, 'open'],
    ['active', NOON - 1, 'unopened'],
    ['active', NOON + HOUR - 1, 'open'],
    ['active', NOON + HOUR, 'closed'],
    ['initialized', NOON + HOUR, 'closed'],
    ['inactive', NOON, 'paused'],
    ['inactive', NOON + HOUR, 'closed'],
    ['closed', NOON, 'closed'],
    ['determined', NOON, 'ended'],
    ['disputed', NOON, 'ended'],
    ['amended', NOON, 'ended'],
    ['finalized', NOON, 'ended'],
  ] as const)('%s at %d is %s', (status, nowMs, phase) => {
    expect(phaseOf(aMarket({ ...times, status }), nowMs)).toBe(phase);
  });

  it('follows a close that was moved', () => {
    const early = aMarket({ ...times, closeTimeMs: NOON + 1 });
    expect(phaseOf(early, NOON + 1)).toBe('closed');
  });
});
