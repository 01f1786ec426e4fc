import { describe, expect, it } from 'vitest';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  applyEntryFill,
  applyExitFill,
  legPrice,
  payoutOf,
  settlePosition,
} from '../../../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import { aFillOf, anEntry, anExit, NOON } from '../../../support/trade-builders.ts';

type Leg = 'yes' | 'no';

function bought(leg: Leg, units: number, count: number, fee = 0): Position {
  const intent = anEntry({ leg });
  const fill = aFillOf(intent, { price: price(units), count: contracts(count), fee: money(fee) });
  return applyEntryFill(null, fill, intent, 'position-1');
}

function saleOf(leg: Leg, units: number, count: number, fee = 0) {
  const change = { price: price(units), count: contracts(count), fee: money(fee) };
  return aFillOf(anExit({ leg }), { ...change, exchangeTimeMs: NOON + 500 });
}

describe('the price of a leg', () => {
  it('is the YES price for YES and its complement for NO', () => {
    expect(legPrice('yes', price(5_250))).toBe(5_250);
    expect(legPrice('no', price(5_250))).toBe(4_750);
  });
});

describe('a position', () => {
  it.each([
    ['yes', 5_200, 5_200_000],
    ['no', 5_200, 4_800_000],
  ] as const)('of %s bought at a YES price of %i has cost %i', (leg, units, basis) => {
    expect(bought(leg, units, 1_000, 175_000)).toMatchObject({
      positionId: 'position-1',
      state: 'open',
      quantity: 1_000,
      basis,
      boughtCost: basis,
      boughtCount: 1_000,
      fees: 175_000,
      openedAtMs: NOON + 10,
      exit: { sellable: 1_000, generation: 0 },
    });
  });

  it('adds up the fills of its entry', () => {
    const intent = anEntry();
    const second = aFillOf(intent, {
      tradeId: 'trade-2',
      price: price(5_100),
      count: contracts(250),
      exchangeTimeMs: NOON + 5,
    });
    expect(applyEntryFill(bought('yes', 5_200, 100), second, intent, 'position-1')).toMatchObject({
      quantity: 350,
      basis: 5_200 * 100 + 5_100 * 250,
      openedAtMs: NOON + 5,
      exit: { sellable: 350 },
    });
  });

  it('gives up basis in proportion, rounded up, and the rest with the last sale', () => {
    const intent = anEntry();
    const uneven = applyEntryFill(
      bought('yes', 5_000, 100),
      aFillOf(intent, { tradeId: 't2', price: price(5_001), count: contracts(200) }),
      intent,
      'position-1',
    );
    // 1,500,200 for 300: one third is 500,066.67.
    const first = applyExitFill(uneven, saleOf('yes', 5_500, 100, 7));
    expect(first).toMatchObject({ basis: 500_067, realised: 550_000 - 500_067 });
    expect(first.position).toMatchObject({
      state: 'open',
      quantity: 200,
      basis: 1_000_133,
      fees: 7,
    });
    const last = applyExitFill(first.position, saleOf('yes', 4_000, 200));
    expect(last).toMatchObject({ basis: 1_000_133, realised: 800_000 - 1_000_133 });
    expect(last.position).toMatchObject({
      state: 'closed',
      quantity: 0,
      basis: 0,
      realised: 1_350_000 - 1_500_200,
      closedAtMs: NOON + 500,
    });
  });

  it('of NO gains when the YES price falls', () => {
    const sold = applyExitFill(bought('no', 5_200, 1_000), saleOf('no', 4_200, 1_000));
    expect(sold.realised).toBe(1_000_000);
  });

  it('is never sold beyond its quantity, nor on its buying side', () => {
    const position = bought('yes', 5_200, 100);
    expect(() => applyExitFill(position, saleOf('yes', 5_200, 101))).toThrow(/more than/);
    expect(() => applyExitFill(position, saleOf('no', 5_200, 100))).toThrow(/sells its leg/);
  });

  it('opens again when a fill of its entry comes after the sale', () => {
    const sold = applyExitFill(bought('yes', 5_200, 100), saleOf('yes', 4_000, 100)).position;
    const intent = anEntry();
    const late = aFillOf(intent, { tradeId: 'trade-2', count: contracts(50) });
    expect(applyEntryFill(sold, late, intent, 'position-1')).toMatchObject({
      state: 'open',
      quantity: 50,
      closedAtMs: null,
      realised: -120_000,
      exit: { sellable: 50 },
    });
  });

  it('only takes fills that are its own', () => {
    const position = bought('yes', 5_200, 100);
    const other = anEntry({ leg: 'no' });
    expect(() => applyEntryFill(position, aFillOf(other), other, 'position-1')).toThrow(/leg/);
    const own = anEntry();
    expect(() => applyEntryFill(position, aFillOf(own), own, 'position-2')).toThrow(/names/);
  });
});

describe('settlement', () => {
  it.each([
    ['yes', { kind: 'yes' }, 1_000_000],
    ['yes', { kind: 'no' }, 0],
    ['no', { kind: 'yes' }, 0],
    ['no', { kind: 'no' }, 1_000_000],
    ['yes', { kind: 'scalar', settlementValue: price(3_000) }, 300_000],
    ['no', { kind: 'scalar', settlementValue: price(3_000) }, 700_000],
  ] as const)('pays one %s contract under %o %i', (leg, result, payout) => {
    expect(payoutOf(leg, result, contracts(100))).toBe(payout);
    const settled = settlePosition(bought(leg, 5_200, 100), result, NOON + 900);
    const basis = leg === 'yes' ? 520_000 : 480_000;
    expect(settled).toMatchObject({ payout, basis, realised: payout - basis });
    expect(settled.position).toMatchObject({
      state: 'closed',
      quantity: 0,
      basis: 0,
      realised: payout - basis,
      closedAtMs: NOON + 900,
      exit: { sellable: 0 },
    });
  });

  it('books what the exchange says it paid, when that is known', () => {
    const result = { kind: 'scalar', settlementValue: price(3_333) } as const;
    const settled = settlePosition(bought('yes', 5_200, 100), result, NOON, money(330_000));
    expect(settled).toMatchObject({ payout: 330_000, realised: -190_000 });
  });

  it('happens once', () => {
    const { position } = settlePosition(bought('yes', 5_200, 100), { kind: 'yes' }, NOON);
    expect(() => settlePosition(position, { kind: 'yes' }, NOON)).toThrow(/settled once/);
  });
});
