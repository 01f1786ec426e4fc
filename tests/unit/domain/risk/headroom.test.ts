import { describe, expect, it } from 'vitest';
import { bookFill } from '../../../../shared/domain/execution/transitions.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  initialHeadroom,
  mergeDeltas,
  NO_RESERVATION,
  releaseForEntryFill,
  releaseForExitFill,
  releaseForSettlement,
  releaseReservation,
  reservationFor,
  scopesForReservation,
} from '../../../../shared/domain/risk/headroom.ts';
import { aFillOf, anEntry, anExit, anOrder } from '../../../support/trade-builders.ts';

const EVENT = 'event:KXNFLGAME-26NOV22';
const MARKET = 'market:KXNFLGAME-26NOV22-KC';

describe('initial headroom', () => {
  const headroom = initialHeadroom({
    equity: money(1_000_000_001),
    caps: {
      totalMillionths: 300_000,
      positionMillionths: 100_000,
      eventMillionths: 150_000,
      maxPositions: 5,
      stagePositionCap: money(50_000_000),
    },
    cashByShard: new Map([[0, money(700_000_000)]]),
  });

  it.each([
    ['account', 300_000_000],
    [EVENT, 150_000_000],
    [MARKET, 50_000_000],
    ['slots', 5],
    ['cash:0', 700_000_000],
    ['cash:1', 0],
  ] as const)('of %s is %i', (key, amount) => {
    expect(headroom(key)).toBe(amount);
  });
});

describe('a reservation', () => {
  it('holds the cost at the limit, the fees and a slot', () => {
    expect(reservationFor(anEntry())).toEqual({ exposure: 5_200_000, cash: 5_375_000, slots: 1 });
    expect(scopesForReservation(anEntry())).toEqual([
      { key: 'account', amount: 5_200_000 },
      { key: EVENT, amount: 5_200_000 },
      { key: MARKET, amount: 5_200_000 },
      { key: 'cash:0', amount: 5_375_000 },
      { key: 'slots', amount: 1 },
    ]);
  });

  it('of NO holds one less the YES limit', () => {
    expect(reservationFor(anEntry({ leg: 'no' })).exposure).toBe(4_800_000);
  });

  it('shrinks with a fill, which gives back the improvement and the spared fee', () => {
    const intent = anEntry();
    const fill = aFillOf(intent, {
      price: price(5_000),
      count: contracts(400),
      fee: money(60_000),
    });
    const order = bookFill(anOrder(intent, { state: 'sent' }), fill);
    expect(releaseForEntryFill({ order, fill, opensPosition: true })).toEqual({
      reservation: { exposure: 3_120_000, cash: 3_225_000, slots: 0 },
      deltas: [
        { key: 'account', amount: 80_000 },
        { key: EVENT, amount: 80_000 },
        { key: MARKET, amount: 80_000 },
        { key: 'cash:0', amount: 90_000 },
      ],
    });
  });

  it('gives the slot back when the fill adds to an open position', () => {
    const intent = anEntry();
    const fill = aFillOf(intent);
    const order = bookFill(anOrder(intent, { state: 'sent' }), fill);
    const { deltas } = releaseForEntryFill({ order, fill, opensPosition: false });
    expect(deltas).toContainEqual({ key: 'slots', amount: 1 });
  });

  it('that was released is taken again by a fill that comes after all', () => {
    const intent = anEntry();
    const fill = aFillOf(intent, { count: contracts(100), fee: money(18_000) });
    const order = bookFill(anOrder(intent, { state: 'sent', reservation: NO_RESERVATION }), fill);
    expect(releaseForEntryFill({ order, fill, opensPosition: true })).toEqual({
      reservation: NO_RESERVATION,
      deltas: [
        { key: 'account', amount: -520_000 },
        { key: EVENT, amount: -520_000 },
        { key: MARKET, amount: -520_000 },
        { key: 'cash:0', amount: -538_000 },
        { key: 'slots', amount: -1 },
      ],
    });
  });

  it('goes back whole when the order ends without a fill', () => {
    expect(releaseReservation(anOrder())).toEqual(scopesForReservation(anEntry()));
    expect(releaseReservation(anOrder(anExit()))).toEqual([]);
  });
});

describe('a position gives back', () => {
  const basis = money(2_080_000);

  it('its basis on a sale, and the proceeds less the fee as cash', () => {
    const intent = anExit({ leg: 'no', count: contracts(400) });
    const fill = aFillOf(intent, { price: price(4_500), fee: money(70_000) });
    expect(releaseForExitFill({ intent, fill, basis, closed: true })).toEqual([
      { key: 'account', amount: 2_080_000 },
      { key: EVENT, amount: 2_080_000 },
      { key: MARKET, amount: 2_080_000 },
      { key: 'cash:0', amount: 2_130_000 },
      { key: 'slots', amount: 1 },
    ]);
  });

  it('its basis and its slot on settlement, also without any payout', () => {
    const position = anEntry();
    const settled = { position, basis, payout: money(0), fee: money(0) };
    expect(releaseForSettlement(settled)).toEqual([
      { key: 'account', amount: 2_080_000 },
      { key: EVENT, amount: 2_080_000 },
      { key: MARKET, amount: 2_080_000 },
      { key: 'slots', amount: 1 },
    ]);
  });
});

describe('merged deltas', () => {
  it('touch each scope once and leave out what comes to nothing', () => {
    const merged = mergeDeltas(
      [
        { key: 'account', amount: 5 },
        { key: 'slots', amount: 1 },
      ],
      [
        { key: 'account', amount: -7 },
        { key: 'slots', amount: -1 },
      ],
    );
    expect(merged).toEqual([{ key: 'account', amount: -2 }]);
  });
});
