import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '../../../../shared/domain/execution/fill.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  applyEntryFill,
  applyExitFill,
  settlePosition,
} from '../../../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import { aFillOf, anEntry, anExit } from '../../../support/trade-builders.ts';

const trade = fc.record({
  units: fc.integer({ min: 1, max: 9_999 }),
  count: fc.integer({ min: 1, max: 10_000_000 }),
  fee: fc.nat({ max: 5_000_000 }),
});
const leg = fc.constantFrom('yes', 'no');

const fillsOf = (
  side: 'yes' | 'no',
  trades: readonly { readonly units: number; readonly count: number; readonly fee: number }[],
): readonly Fill[] =>
  trades.map(({ units, count, fee }, index) =>
    aFillOf(anEntry({ leg: side }), {
      tradeId: `trade-${index}`,
      price: price(units),
      count: contracts(count),
      fee: money(fee),
      exchangeTimeMs: index,
    }),
  );

const buy = (side: 'yes' | 'no', fills: readonly Fill[]): Position =>
  fills.reduce<Position | null>(
    (position, fill) => applyEntryFill(position, fill, anEntry({ leg: side }), 'position-1'),
    null,
  )!;

describe('a position', () => {
  it('is the same for any order of the fills of its entry', () => {
    const entry = fc
      .array(trade, { minLength: 1, maxLength: 6 })
      .chain((trades) =>
        fc.tuple(
          fc.constant(trades),
          fc.shuffledSubarray([...trades.keys()], { minLength: trades.length }),
        ),
      );
    fc.assert(
      fc.property(leg, entry, (side, [trades, order]) => {
        const fills = fillsOf(side, trades);
        expect(
          buy(
            side,
            order.map((index) => fills[index]!),
          ),
        ).toEqual(buy(side, fills));
      }),
    );
  });

  it('realises, over any sales and its settlement, exactly what came in less what went out', () => {
    fc.assert(
      fc.property(
        leg,
        fc.array(trade, { minLength: 1, maxLength: 4 }),
        fc.array(fc.record({ part: fc.double({ min: 0, max: 1, noNaN: true }), sale: trade })),
        fc.boolean(),
        (side, bought, sales, won) => {
          let position = buy(side, fillsOf(side, bought));
          const legUnits = (units: number) => (side === 'yes' ? units : 10_000 - units);
          const paid = bought.reduce((sum, { units, count }) => sum + legUnits(units) * count, 0);
          let received = 0;
          let basisOut = 0;
          let fees = bought.reduce((sum, { fee }) => sum + fee, 0);
          for (const { part, sale } of sales) {
            if (position.state === 'closed') break;
            const count = contracts(Math.max(1, Math.floor(part * position.quantity)));
            const fill = { price: price(sale.units), count, fee: money(sale.fee) };
            const before = position;
            const sold = applyExitFill(position, aFillOf(anExit({ leg: side }), fill));
            position = sold.position;
            received += legUnits(sale.units) * count;
            basisOut += sold.basis;
            fees += sale.fee;
            // The share that leaves is the exact one, rounded up by less than one micro-dollar.
            const exact = BigInt(before.basis) * BigInt(count);
            const quantity = BigInt(before.quantity);
            expect(BigInt(sold.basis) * quantity >= exact).toBe(true);
            expect(BigInt(sold.basis) * quantity < exact + quantity).toBe(true);
          }
          if (position.state === 'open') {
            const settled = settlePosition(position, { kind: won ? 'yes' : 'no' }, 0);
            received += won === (side === 'yes') ? 10_000 * position.quantity : 0;
            basisOut += settled.basis;
            position = settled.position;
          }
          expect(basisOut).toBe(paid);
          expect(position).toMatchObject({
            state: 'closed',
            quantity: 0,
            basis: 0,
            realised: received - paid,
            fees,
          });
        },
      ),
    );
  });
});
