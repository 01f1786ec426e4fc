import { describe, expect, it } from 'vitest';
import { price } from '../../../../shared/domain/money/price.ts';
import { equityCurve } from '../../../../shared/domain/reports/equity-curve.ts';
import {
  netOf,
  roundTrips,
  tradeSummary,
} from '../../../../shared/domain/reports/trade-summary.ts';
import {
  opening,
  planned,
  purchase,
  residual,
  sale,
  settlement,
} from '../../../support/journal-builders.ts';
import { anEntry, anExit } from '../../../support/trade-builders.ts';

const JOURNAL = [
  opening(10_000_000, 0),
  planned(anEntry({ clientOrderId: 'entry-a' }), 10),
  purchase({ id: 't1', positionId: 'a', units: 5_000, count: 400, fee: 70_000, atMs: 11 }),
  planned(anExit({ clientOrderId: 'exit-a', rule: 'profit_target', priority: 'medium' }), 20),
  sale({
    id: 't2',
    positionId: 'a',
    units: 6_000,
    count: 100,
    fee: 17_000,
    basis: 500_000,
    atMs: 21,
  }),
  sale({
    id: 't3',
    positionId: 'a',
    units: 7_000,
    count: 300,
    fee: 45_000,
    basis: 1_500_000,
    atMs: 22,
  }),
  purchase({ id: 't4', positionId: 'b', leg: 'no', units: 4_000, count: 100, atMs: 22 }),
  settlement({
    positionId: 'b',
    leg: 'no',
    result: { kind: 'yes' },
    quantity: 100,
    basis: 600_000,
    payout: 0,
    atMs: 40,
  }),
  purchase({ id: 't5', positionId: 'c', units: 1_000, count: 100, fee: 7_000, atMs: 50 }),
  residual(-5, 60),
];
const at = (positionId: string, units: number, atMs: number) => ({
  positionId,
  legPrice: price(units),
  atMs,
});
const CURVE = equityCurve({
  journal: JOURNAL,
  marks: [at('a', 4_000, 15), at('c', 1_500, 50), at('a', 9_999, 45)],
});

describe('the equity curve', () => {
  it('has one point per time: cash, and positions at their marks or else at their basis', () => {
    expect(CURVE).toEqual([
      { atMs: 0, cash: 10_000_000, positions: 0, equity: 10_000_000 },
      { atMs: 10, cash: 10_000_000, positions: 0, equity: 10_000_000 },
      { atMs: 11, cash: 7_930_000, positions: 2_000_000, equity: 9_930_000 },
      { atMs: 15, cash: 7_930_000, positions: 1_600_000, equity: 9_530_000 },
      { atMs: 20, cash: 7_930_000, positions: 1_600_000, equity: 9_530_000 },
      { atMs: 21, cash: 8_513_000, positions: 1_200_000, equity: 9_713_000 },
      { atMs: 22, cash: 9_968_000, positions: 600_000, equity: 10_568_000 },
      { atMs: 40, cash: 9_968_000, positions: 0, equity: 9_968_000 },
      { atMs: 45, cash: 9_968_000, positions: 0, equity: 9_968_000 },
      { atMs: 50, cash: 9_861_000, positions: 150_000, equity: 10_011_000 },
      { atMs: 60, cash: 9_860_995, positions: 150_000, equity: 10_010_995 },
    ]);
  });

  it('does not depend on how journal and marks were ordered across times', () => {
    const marks = [at('a', 9_999, 45), at('c', 1_500, 50), at('a', 4_000, 15)];
    expect(equityCurve({ journal: JOURNAL, marks })).toEqual(CURVE);
  });

  it('is empty without a journal', () => {
    expect(equityCurve({ journal: [], marks: [] })).toEqual([]);
  });
});

describe('round trips', () => {
  it('run from the first purchase to what closed them', () => {
    const [a, b, c] = roundTrips(JOURNAL);
    expect(a).toMatchObject({
      positionId: 'a',
      strategy: 'taker',
      openedAtMs: 11,
      boughtCount: 400,
      boughtCost: 2_000_000,
      proceeds: 2_700_000,
      fees: 132_000,
      realised: 700_000,
      held: 0,
      closed: { cause: 'profit_target', atMs: 22 },
    });
    expect(netOf(a!)).toBe(568_000);
    expect(b).toMatchObject({
      leg: 'no',
      strategy: null,
      realised: -600_000,
      closed: { cause: 'settlement', atMs: 40 },
    });
    expect(c).toMatchObject({ held: 100, closed: null, realised: 0 });
  });

  it('say so when the order of a sale is not in the journal', () => {
    const [trip] = roundTrips([
      purchase({ id: 't1', units: 5_000, count: 100, atMs: 1 }),
      sale({ id: 't2', units: 5_000, count: 100, basis: 500_000, atMs: 2 }),
    ]);
    expect(trip?.closed).toEqual({ cause: 'unattributed', atMs: 2 });
  });
});

describe('the trade summary', () => {
  it('adds up the trips and measures the curve', () => {
    const { trips, ...summary } = tradeSummary({ journal: JOURNAL, curve: CURVE });
    expect(trips).toHaveLength(3);
    expect(summary).toEqual({
      opened: 3,
      closed: 2,
      won: 1,
      lost: 1,
      exitsByCause: { stop_loss: 0, profit_target: 1, settlement: 1, unattributed: 0 },
      fees: 139_000,
      realised: 100_000,
      net: -39_000,
      drawdown: { amount: 600_000, fraction: 600_000 / 10_568_000, peakAtMs: 22, troughAtMs: 40 },
      sharpe: null,
      sortino: null,
    });
  });
});
