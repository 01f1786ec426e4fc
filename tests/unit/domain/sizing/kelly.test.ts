import { describe, expect, it } from 'vitest';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import {
  CERTIFICATE_ISSUERS,
  kellyFraction,
  refuseKellyFraction,
  verifyCertificate,
} from '../../../../shared/domain/sizing/kelly.ts';

const stake = (fair: number, cents: number, feeMicros = 0): number =>
  kellyFraction({
    probability: probability(fair),
    legPrice: price(cents * 100),
    feePerContract: money(feeMicros),
  });

describe('the Kelly bet', () => {
  it.each([
    [0.55, 50, 0, 0.1],
    [0.6, 50, 17_500, 0.0825 / 0.4825],
    [0.5, 50, 0, 0],
    [0.4, 50, 0, 0],
    [1, 99, 0, 1],
    [0.99, 99, 10_000, 0],
  ])('at %d for %i cents and a fee of %i is %d', (fair, cents, fee, fraction) => {
    expect(stake(fair, cents, fee)).toBeCloseTo(fraction, 12);
  });
});

it('a configured share lies between 0.10 and 0.50', () => {
  expect(refuseKellyFraction(100_000)).toBeNull();
  expect(refuseKellyFraction(500_000)).toBeNull();
  for (const fractionMillionths of [0, 99_999, 500_001, 0.25, Number.NaN])
    expect(refuseKellyFraction(fractionMillionths)).toMatchObject({
      code: 'kelly_fraction_out_of_range',
    });
});

describe('a calibration certificate', () => {
  const claims = { path: 'line:pinnacle', issuer: 'desk', issuedAtMs: 100, expiresAtMs: 200 };

  it('can be issued by nobody yet', () => {
    expect(CERTIFICATE_ISSUERS).toEqual([]);
    expect(verifyCertificate(claims, 150, 'line:pinnacle')).toEqual({
      kind: 'refused',
      code: 'certificate_unknown_issuer',
    });
  });

  it('would hold for its own path and time only', () => {
    const issuers = ['desk'];
    expect(verifyCertificate(claims, 150, 'line:pinnacle', issuers)).toEqual(claims);
    const refusals = [
      verifyCertificate(claims, 150, 'line:draftkings', issuers),
      verifyCertificate(claims, 99, 'line:pinnacle', issuers),
      verifyCertificate(claims, 200, 'line:pinnacle', issuers),
    ];
    expect(refusals).toMatchObject([
      { code: 'certificate_other_path' },
      { code: 'certificate_not_yet_valid' },
      { code: 'certificate_expired' },
    ]);
  });

  it.each([
    [null, 'certificate_absent'],
    [undefined, 'certificate_absent'],
    [true, 'certificate_malformed'],
    [{}, 'certificate_malformed'],
    [{ path: 'line:pinnacle', issuer: 'desk', issuedAtMs: 1 }, 'certificate_malformed'],
    [
      { path: 'line:pinnacle', issuer: 'desk', issuedAtMs: 1, expiresAtMs: '9' },
      'certificate_malformed',
    ],
  ])('is not %j', (value, code) => {
    expect(verifyCertificate(value, 1, 'line:pinnacle', ['desk'])).toEqual({
      kind: 'refused',
      code,
    });
  });
});
