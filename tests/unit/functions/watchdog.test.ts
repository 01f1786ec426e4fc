import { describe, expect, it } from 'vitest';
import { watchdogHandler } from '../../../functions/watchdog/handler.ts';
import { reconcile } from '../../../shared/application/reconcile.ts';
import { findStopped, type WatchedState } from '../../../shared/application/watchdog.ts';
import type { Order } from '../../../shared/domain/execution/order.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { applyEntryFill } from '../../../shared/domain/positions/fold-position.ts';
import type { TradingCause } from '../../../shared/domain/risk/trading-state.ts';
import { aFillOf, anEntry, anOrder, NOON } from '../../support/trade-builders.ts';
import { functionSetting } from '../../support/lambda-events.ts';
import { closedDesk, holdLease, openDesk } from '../../support/trading-desk.ts';

const NOW = NOON + 600_000;
const HEALTHY: WatchedState = {
  nowMs: NOW,
  lease: { holder: 'feeder-1', epoch: 1, expiresAtMs: NOW + 4_000 },
  account: { fillsSinceMs: NOW - 60_000, capEquity: money(1) },
  orders: [],
  positions: [],
  causes: [],
};

const found = (change: Partial<WatchedState>) =>
  findStopped({ ...HEALTHY, ...change }).map(({ code, count, oldestMs }) => [
    code,
    count,
    oldestMs,
  ]);

function unknownFor(ms: number): Order {
  const unknown = {
    cause: 'timeout',
    sinceMs: NOW - ms,
    absentLooks: 0,
    lastLookMs: null,
  } as const;
  return anOrder(anEntry(), { state: 'unknown', unknown, updatedAtMs: NOW - ms });
}

const sentFor = (ms: number): Order => anOrder(anEntry(), { state: 'sent', updatedAtMs: NOW - ms });

function positionMarked(ageMs: number | null) {
  const intent = anEntry();
  const fill = aFillOf(intent, { exchangeTimeMs: NOW - 200_000 });
  const position = applyEntryFill(null, fill, intent, intent.clientOrderId);
  const mark =
    ageMs === null ? null : { legPrice: price(5_000), exchangeTimeMs: NOW - ageMs, kept: false };
  return { ...position, mark };
}

function cause(state: TradingCause['state'], ageMs: number): TradingCause {
  return {
    code: 'mismatch',
    scope: { kind: 'account' },
    state,
    sinceMs: NOW - ageMs,
    detail: 'for tests',
  };
}

describe('what the watchdog finds', () => {
  it('is nothing where everything goes on', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, Partial<WatchedState>, readonly unknown[]]>([
    ['no feeder ever', { lease: null }, [['feeder_never_ran', 1, 0]]],
    [
      'a lease that ran out',
      { lease: { holder: 'f', epoch: 1, expiresAtMs: NOW - 7_000 } },
      [['feeder_gone', 1, 7_000]],
    ],
    ['an unknown order of 30 s', { orders: [unknownFor(30_000)] }, []],
    [
      'unknown orders, the oldest of 45 s',
      { orders: [unknownFor(31_000), unknownFor(45_000), unknownFor(1_000)] },
      [['order_unknown', 2, 45_000]],
    ],
    ['an order sent two minutes ago', { orders: [sentFor(120_000)] }, []],
    [
      'an order without news for longer',
      { orders: [sentFor(120_001)] },
      [['order_silent', 1, 120_001]],
    ],
    ['no account', { account: null }, [['account_not_open', 1, 0]]],
    [
      'books that have not agreed for six minutes',
      { account: { fillsSinceMs: NOW - 360_000, capEquity: money(1) } },
      [['reconcile_behind', 1, 360_000]],
    ],
    ['a mark of 90 s', { positions: [positionMarked(90_000)] }, []],
    ['an older mark', { positions: [positionMarked(90_001)] }, [['mark_stale', 1, 90_001]]],
    [
      'a position that never had one',
      { positions: [positionMarked(null)] },
      [['mark_stale', 1, 200_000]],
    ],
    ['a closed position', { positions: [{ ...positionMarked(null), state: 'closed' }] }, []],
    ['a cause for a person, at once', { causes: [cause('reduce', 0)] }, [['cause_standing', 1, 0]]],
    ['a refusal of a minute', { causes: [cause('refuse', 60_000)] }, []],
    [
      'a refusal of six minutes',
      { causes: [cause('refuse', 360_000)] },
      [['refusal_standing', 1, 360_000]],
    ],
  ])('%s', (_, change, findings) => {
    expect(found(change)).toEqual(findings);
  });
});

function watching(desk = closedDesk()) {
  const alerts: string[] = [];
  const { seen, telemetry } = functionSetting();
  const handler = watchdogHandler({
    store: desk.store,
    clock: desk.clock,
    telemetry,
    alerts: {
      publish: (subject) => {
        alerts.push(subject);
        return Promise.resolve();
      },
    },
  });
  return { desk, alerts, seen, handler };
}

describe('telling people', () => {
  it('happens once a finding and hour, while each look is counted', async () => {
    const { desk, alerts, seen, handler } = watching();
    await handler();
    expect(alerts).toEqual(['Fairline: feeder_never_ran', 'Fairline: account_not_open']);
    desk.clock.advance(3_599_999);
    await handler();
    expect(alerts).toHaveLength(2);
    expect(seen.counts.get('watchdog.feeder_never_ran')).toBe(2);
    desk.clock.advance(1);
    await handler();
    expect(alerts).toHaveLength(4);
  });

  it('happens at once when what was gone comes again', async () => {
    const { desk, alerts, handler } = watching(await openDesk());
    expect(await handler()).toEqual([]);
    desk.clock.advance(6_000);
    await handler();
    await holdLease(desk);
    expect(await handler()).toEqual([]);
    desk.clock.advance(6_000);
    await handler();
    expect(alerts).toEqual(['Fairline: feeder_gone', 'Fairline: feeder_gone']);
  });

  it('is tried again a minute later when it failed', async () => {
    const { desk, alerts, handler } = watching();
    const failing = watchdogHandler({
      ...desk.deps,
      alerts: { publish: () => Promise.reject(new Error('no topic')) },
    });
    await expect(failing()).rejects.toThrow('no topic');
    desk.clock.advance(60_000);
    await handler();
    expect(alerts).toHaveLength(2);
  });

  it('is remembered while the reconcile looks after suspicions of its own', async () => {
    const { desk, alerts, handler } = watching(await openDesk());
    desk.clock.advance(6_000);
    await handler();
    expect((await reconcile(desk.deps)).kind).toBe('agreed');
    desk.clock.advance(60_000);
    await handler();
    expect(alerts).toEqual(['Fairline: feeder_gone']);
  });
});
