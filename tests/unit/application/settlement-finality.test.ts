import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { reconcile } from '../../../shared/application/reconcile.ts';
import { settleIfHeld, settleMarket } from '../../../shared/application/settle-market.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import {
  aTick,
  expectBalanced,
  fillsOf,
  KC,
  onlyOrder,
  openDesk,
  place,
  positionIn,
} from '../../support/trading-desk.ts';
import { decidePositionExit } from '../../../shared/application/evaluate-exits.ts';

/** Ten YES contracts bought at 52 cents, all booked. */
async function holdingTen() {
  const desk = await openDesk();
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
  await place(desk);
  const { clientOrderId } = onlyOrder(desk).intent;
  for (const fill of await fillsOf(desk))
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId });
  const settlements = () => desk.journal.filter(({ kind }) => kind === 'settlement');
  return { desk, settlements };
}

describe('a result that is not final', () => {
  it('books nothing while it is determined or disputed, and what was paid in the end', async () => {
    const { desk, settlements } = await holdingTen();
    // Determined yes, disputed, amended to no: the exchange has paid nothing yet.
    for (let look = 0; look < 3; look += 1) {
      expect(await settleIfHeld(desk.deps, KC)).toBe('not_yet');
      desk.clock.advance(60_000);
      await reconcile(desk.deps);
    }
    expect(settlements()).toEqual([]);
    expect(positionIn(desk)).toMatchObject({ state: 'open', quantity: 1_000 });
    desk.exchange.settle(KC, 'no');
    expect(await settleIfHeld(desk.deps, KC)).toBe('settled');
    expect(settlements()).toMatchObject([{ result: { kind: 'no' }, payout: 0 }]);
    await expectBalanced(desk);
  });

  it.each(['determined', 'disputed', 'amended'] as const)(
    'sells nothing of a market that is %s',
    async (status) => {
      const { desk } = await holdingTen();
      const tick = aTick(desk, { bid: 9_800, ask: 9_900, market: { status } });
      const { decision } = decidePositionExit(
        { ...tick, position: positionIn(desk), nowMs: desk.clock.nowMs() },
        desk.deps.config.strategy.exits,
        desk.deps.config.execution.bookMaxAgeMs,
      );
      expect(decision).toMatchObject({ kind: 'hold', reason: 'market_not_active' });
    },
  );
});

describe('a scalar settlement', () => {
  it.each([
    ['each YES gets its value', 6_300, 6_300_000],
    ['what the exchange rounded to cents is what counts', 3_333, 3_330_000],
  ])('%s', async (_, value, revenue) => {
    const { desk, settlements } = await holdingTen();
    const settled = await settleMarket(desk.deps, {
      market: KC,
      result: { kind: 'scalar', settlementValue: price(value) },
      yesCount: contracts(1_000),
      noCount: contracts(0),
      revenue: money(revenue),
      fee: money(0),
      settledAtMs: desk.clock.nowMs(),
    });
    expect(settled).toBe('settled');
    expect(settlements()).toMatchObject([{ payout: revenue, quantity: 1_000 }]);
    expect(positionIn(desk).state).toBe('closed');
    await expectBalanced(desk);
  });
});
