import { describe, expect, it } from 'vitest';
import type { Edge } from '../../../../shared/domain/edge/edge.ts';
import { STANDARD_FEES } from '../../../../shared/domain/market/fee-schedule.ts';
import { contracts, ONE_CONTRACT } from '../../../../shared/domain/money/contracts.ts';
import { InvariantViolation } from '../../../../shared/domain/money/invariant.ts';
import { money, type Money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  verifyCertificate,
  type CalibrationCertificate,
} from '../../../../shared/domain/sizing/kelly.ts';
import {
  sizeOrder,
  type SizeCap,
  type SizingInput,
} from '../../../../shared/domain/sizing/size-order.ts';

const dollars = (amount: number): Money => money(amount * 1_000_000);

/** YES at 0.50 promises 0.0825 after a fee of 0.0175: fair value is 0.60. */
const EDGE: Edge = {
  leg: 'yes',
  limitPrice: price(5_000),
  count: contracts(100_000),
  cost: dollars(500),
  fees: dollars(17.5),
  worstPerContract: money(82_500),
  expected: dollars(82.5),
};

const AMPLE: SizingInput = {
  edge: EDGE,
  fees: STANDARD_FEES,
  method: { kind: 'fixed_fraction', millionths: 2_500 },
  equity: dollars(10_000),
  caps: {
    positionMillionths: 100_000,
    eventMillionths: 150_000,
    stagePositionCap: null,
    minCount: ONE_CONTRACT,
    depthShareMillionths: 1_000_000,
  },
  room: {
    account: dollars(3_000),
    event: dollars(1_500),
    market: dollars(1_000),
    cash: dollars(10_000),
    slots: 5,
  },
};

function certificate(): CalibrationCertificate {
  const claims = { path: 'line', issuer: 'test', issuedAtMs: 0, expiresAtMs: 10 };
  const verified = verifyCertificate(claims, 5, 'line', ['test']);
  if ('kind' in verified) throw new Error(verified.code);
  return verified;
}

describe('a fixed fraction', () => {
  it('buys for its share of equity in whole contracts, never rounded up', () => {
    // 0.25 % of 10,000 is 25 dollars, 50 contracts at 0.50.
    expect(sizeOrder(AMPLE)).toMatchObject({ kind: 'sized', count: 5_000, limitedBy: 'target' });
    const dearer = { ...EDGE, limitPrice: price(5_100) };
    expect(sizeOrder({ ...AMPLE, edge: dearer })).toMatchObject({ count: 4_900 });
  });

  it('values a NO leg at one dollar less the limit on the YES scale', () => {
    const edge = { ...EDGE, leg: 'no', limitPrice: price(7_500) } as const;
    expect(sizeOrder({ ...AMPLE, edge })).toMatchObject({
      count: 10_000,
      arithmetic: { legPrice: 2_500, feePerContract: 13_200 },
    });
  });
});

describe('the smallest cap limits, and is named', () => {
  const cases: readonly [SizeCap, Partial<SizingInput>, number][] = [
    ['position_cap', { caps: { ...AMPLE.caps, positionMillionths: 1_000 } }, 2_000],
    ['event_cap', { caps: { ...AMPLE.caps, eventMillionths: 999 } }, 1_900],
    ['stage_cap', { caps: { ...AMPLE.caps, stagePositionCap: dollars(20) } }, 4_000],
    ['account_room', { room: { ...AMPLE.room, account: dollars(10) } }, 2_000],
    ['event_room', { room: { ...AMPLE.room, event: dollars(9.99) } }, 1_900],
    ['market_room', { room: { ...AMPLE.room, market: dollars(1) } }, 200],
    // A contract costs 0.5175 with its fee.
    ['cash_room', { room: { ...AMPLE.room, cash: money(2 * 517_500) } }, 200],
    ['cash_room', { room: { ...AMPLE.room, cash: money(2 * 517_500 - 1) } }, 100],
    ['depth_share', { caps: { ...AMPLE.caps, depthShareMillionths: 12_345 } }, 1_200],
  ];

  it.each(cases)('%s', (limitedBy, change, count) => {
    expect(sizeOrder({ ...AMPLE, ...change })).toMatchObject({ kind: 'sized', limitedBy, count });
  });

  it('and every cap stands in the arithmetic with its amount and its count', () => {
    const { arithmetic } = sizeOrder({
      ...AMPLE,
      caps: { ...AMPLE.caps, stagePositionCap: dollars(50) },
    });
    expect(arithmetic).toEqual({
      method: 'fixed_fraction',
      equity: dollars(10_000),
      legPrice: 5_000,
      feePerContract: 17_500,
      slots: 5,
      minCount: 100,
      caps: {
        target: { amount: dollars(25), count: 5_000 },
        position_cap: { amount: dollars(1_000), count: 200_000 },
        event_cap: { amount: dollars(1_500), count: 300_000 },
        stage_cap: { amount: dollars(50), count: 10_000 },
        account_room: { amount: dollars(3_000), count: 600_000 },
        event_room: { amount: dollars(1_500), count: 300_000 },
        market_room: { amount: dollars(1_000), count: 200_000 },
        cash_room: { amount: dollars(10_000), count: 1_932_300 },
        depth_share: { amount: 100_000, count: 100_000 },
      },
    });
  });
});

describe('nothing is bought', () => {
  it.each([
    ['no_room', { room: { ...AMPLE.room, slots: 0 } }],
    ['no_room', { equity: money(0) }],
    ['no_room', { equity: money(-1) }],
    ['no_room', { room: { ...AMPLE.room, market: money(499_999) } }],
    ['no_room', { room: { ...AMPLE.room, account: money(-1) } }],
    ['size_below_minimum', { caps: { ...AMPLE.caps, minCount: contracts(5_100) } }],
    ['size_below_minimum', { edge: { ...EDGE, count: contracts(99) } }],
  ])('%s', (code, change) => {
    expect(sizeOrder({ ...AMPLE, ...change })).toMatchObject({ kind: 'refused', code });
  });
});

const kelly = (fractionMillionths: number, held: CalibrationCertificate | null) =>
  ({ kind: 'kelly', fractionMillionths, certificate: held, fallbackMillionths: 2_500 }) as const;

describe('Kelly', () => {
  it('falls back to the fixed fraction without a certificate, and says so', () => {
    expect(sizeOrder({ ...AMPLE, method: kelly(250_000, null) })).toMatchObject({
      count: 5_000,
      arithmetic: { method: 'fixed_fraction_without_certificate' },
    });
  });

  it('stakes its share of the full bet with its fees, at most one percent of equity', () => {
    // (0.60 − 0.5175) / 0.4825 = 17.1 % of equity; a quarter of it is 4.27 %.
    const result = sizeOrder({ ...AMPLE, method: kelly(250_000, certificate()) });
    expect(result).toMatchObject({
      kind: 'sized',
      limitedBy: 'kelly_equity_cap',
      count: 19_300,
      arithmetic: {
        method: 'kelly',
        caps: {
          target: { amount: dollars(427.46) },
          kelly_equity_cap: { amount: dollars(100) },
        },
      },
    });
  });

  it('is bounded by its own bet where the edge is small', () => {
    const edge = { ...EDGE, worstPerContract: money(10_000) };
    const result = sizeOrder({ ...AMPLE, edge, method: kelly(100_000, certificate()) });
    // 0.01 / 0.4825 × 0.10 = 0.2072 % of equity: 20.72 dollars at 0.5175 a contract.
    expect(result).toMatchObject({ limitedBy: 'target', count: 4_000 });
  });

  it.each([99_999, 500_001, 250_000.5])(
    'at a share of %d is a bug of the configuration',
    (share) => {
      expect(() => sizeOrder({ ...AMPLE, method: kelly(share, null) })).toThrow(InvariantViolation);
    },
  );
});
