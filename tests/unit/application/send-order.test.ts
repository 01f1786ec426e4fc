import { describe, expect, it } from 'vitest';
import type { EffectPoint, EffectPoints } from '../../../shared/application/effect-points.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { raiseCause } from '../../../shared/application/trading-causes.ts';
import type { TradingDeps } from '../../../shared/application/trading-deps.ts';
import type { CauseScope, TradingState } from '../../../shared/domain/risk/trading-state.ts';
import {
  aSignal,
  expectBalanced,
  holdLease,
  KC,
  onlyOrder,
  openDesk,
  place,
  placed,
  TRADING_CONFIG,
  type TradingDesk,
} from '../../support/trading-desk.ts';

/** The use cases in a process to which something happens when it comes to a point. */
function meanwhileAt(desk: TradingDesk, point: EffectPoint, happens: () => void): TradingDeps {
  const points: EffectPoints = {
    reached: (reached) => {
      if (reached === point) happens();
    },
  };
  return { ...desk.deps, points };
}

/** Places an entry in a process that sleeps between its recorded intent and its send. */
async function placeAsleep(desk: TradingDesk, sleepMs: number): Promise<void> {
  const sleep = () => desk.clock.advance(sleepMs);
  placed(
    await placeEntry(meanwhileAt(desk, 'after_intent_recorded', sleep), aSignal(desk, { n: 1 })),
  );
}

async function expectExpiredUnsent(desk: TradingDesk): Promise<void> {
  expect(desk.exchange.submitted).toEqual([]);
  expect(onlyOrder(desk)).toMatchObject({
    state: 'expired',
    reservation: { exposure: 0, cash: 0, slots: 0 },
  });
  expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
  expect(await desk.store.headroom('slots')).toBe(5);
  expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
  await expectBalanced(desk);
}

/** An entry may be a minute old, so that only the lease speaks against a late send. */
const LONG_LIVED = { execution: { ...TRADING_CONFIG.execution, entryMaxAgeMs: 60_000 } };

describe('an entry whose process slept between its intent and its send', () => {
  it('goes as long as it is young enough', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    await placeAsleep(desk, 1_000);
    expect(desk.exchange.submitted).toHaveLength(1);
  });

  it('is never sent when it is too old, and gives everything back', async () => {
    const desk = await openDesk();
    await placeAsleep(desk, 1_001);
    await expectExpiredUnsent(desk);
  });

  it('goes as long as the lease holds beyond the margin', async () => {
    const desk = await openDesk(LONG_LIVED);
    desk.exchange.answer(desk.exchange.accepts());
    await placeAsleep(desk, 2_999);
    expect(desk.exchange.submitted).toHaveLength(1);
  });

  it.each([
    ['within the margin of its end', 3_000],
    ['after its end', 5_001],
  ])('is never sent %s of the lease, and gives everything back', async (_, sleepMs) => {
    const desk = await openDesk(LONG_LIVED);
    await placeAsleep(desk, sleepMs);
    await expectExpiredUnsent(desk);
  });

  it('leaves its market to the next signal', async () => {
    const desk = await openDesk();
    await placeAsleep(desk, 60_000);
    await holdLease(desk);
    desk.exchange.answer(desk.exchange.accepts());
    const next = await place(desk, { n: 2 });
    expect(desk.exchange.submitted).toMatchObject([{ clientOrderId: next.intent.clientOrderId }]);
  });
});

/** Places an entry while somebody raises a cause between its recorded intent and its send. */
async function placeWhileRaising(
  desk: TradingDesk,
  scope: CauseScope,
  state: Exclude<TradingState, 'open'> = 'refuse',
) {
  let raised: Promise<unknown> = Promise.resolve();
  const raise = () => {
    raised = raiseCause(desk.store, { code: 'operator', scope, state, sinceMs: 0, detail: '' });
  };
  placed(await placeEntry(meanwhileAt(desk, 'after_intent_recorded', raise), aSignal(desk)));
  await raised;
}

describe('an entry with a cause raised between its intent and its send', () => {
  const concerning: readonly [string, CauseScope, Exclude<TradingState, 'open'>][] = [
    ['the account', { kind: 'account' }, 'refuse'],
    ['its shard', { kind: 'shard', exchangeIndex: 0 }, 'reduce'],
    ['its event', { kind: 'event', eventTicker: 'KXNFLGAME-26NOV22' }, 'flatten'],
    ['its market', { kind: 'market', market: KC }, 'refuse'],
  ];

  it.each(concerning)('that concerns %s is never sent', async (_, scope, state) => {
    const desk = await openDesk();
    await placeWhileRaising(desk, scope, state);
    await expectExpiredUnsent(desk);
  });

  it('that concerns another market is sent', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    await placeWhileRaising(desk, { kind: 'market', market: `${KC}2` });
    expect(desk.exchange.submitted).toHaveLength(1);
  });
});
