import type { EpochMs } from '../market/market.ts';
import type { Brand } from '../money/brand.ts';
import { MICROS_PER_DOLLAR, type Money } from '../money/money.ts';
import { PRICE_SCALE, type Price } from '../money/price.ts';
import type { Probability } from '../money/probability.ts';

/** The share of the full Kelly bet that may be configured, in millionths: 0.10 to 0.50. */
export const KELLY_FRACTION_RANGE = { lowest: 100_000, highest: 500_000 } as const;

/** However large the Kelly bet, one position gets at most this share of equity, in millionths: 1 %. */
export const KELLY_EQUITY_CAP_MILLIONTHS = 10_000;

export type KellyFractionRefusal = {
  readonly kind: 'refused';
  readonly code: 'kelly_fraction_out_of_range';
  readonly fractionMillionths: number;
};

/** Null when the configured share of the full Kelly bet is an integer within the range. */
export function refuseKellyFraction(fractionMillionths: number): KellyFractionRefusal | null {
  const { lowest, highest } = KELLY_FRACTION_RANGE;
  return Number.isSafeInteger(fractionMillionths) &&
    fractionMillionths >= lowest &&
    fractionMillionths <= highest
    ? null
    : { kind: 'refused', code: 'kelly_fraction_out_of_range', fractionMillionths };
}

/**
 * The share of the bankroll that maximises expected log wealth when a contract costs c = price + fee and pays one
 * dollar with probability p: (p − c) / (1 − c) of it is spent, fees included (Kelly 1956, for a binary contract). Zero
 * when there is no edge or nothing to win. A float64 in [0, 1].
 */
export function kellyFraction(input: {
  readonly probability: Probability;
  /** Of the leg that is bought. */
  readonly legPrice: Price;
  readonly feePerContract: Money;
}): number {
  const cost = input.legPrice / 10 ** PRICE_SCALE + input.feePerContract / MICROS_PER_DOLLAR;
  if (cost >= 1) return 0;
  return Math.max(0, (input.probability - cost) / (1 - cost));
}

/** What a certificate says: forecasts of this path were signed off as calibrated, by whom and until when. */
export type CertificateClaims = {
  /** The oracle path and version that it holds for, such as "line:pinnacle:shin" or "model:elo@3". */
  readonly path: string;
  readonly issuer: string;
  readonly issuedAtMs: EpochMs;
  readonly expiresAtMs: EpochMs;
};

/**
 * Proof that Kelly sizing may act. Only {@link verifyCertificate} makes one, and it trusts nobody yet
 * ({@link CERTIFICATE_ISSUERS} is empty), so that none can exist in a running system.
 */
export type CalibrationCertificate = Brand<CertificateClaims, 'CalibrationCertificate'>;

export type CertificateRefusal = {
  readonly kind: 'refused';
  readonly code:
    | 'certificate_absent'
    | 'certificate_malformed'
    | 'certificate_unknown_issuer'
    | 'certificate_other_path'
    | 'certificate_not_yet_valid'
    | 'certificate_expired';
};

/** Who may sign calibration off. Empty until the calibration job exists: Kelly stays off. */
export const CERTIFICATE_ISSUERS: readonly string[] = [];

/** A certificate for exactly this path at this time, or why not. `value` comes from outside and is not believed. */
export function verifyCertificate(
  value: unknown,
  nowMs: EpochMs,
  path: string,
  issuers: readonly string[] = CERTIFICATE_ISSUERS,
): CalibrationCertificate | CertificateRefusal {
  const refused = (code: CertificateRefusal['code']): CertificateRefusal => ({
    kind: 'refused',
    code,
  });
  if (value === null || value === undefined) return refused('certificate_absent');
  if (!isClaims(value)) return refused('certificate_malformed');
  if (!issuers.includes(value.issuer)) return refused('certificate_unknown_issuer');
  if (value.path !== path) return refused('certificate_other_path');
  if (nowMs < value.issuedAtMs) return refused('certificate_not_yet_valid');
  if (nowMs >= value.expiresAtMs) return refused('certificate_expired');
  return value as CalibrationCertificate;
}

function isClaims(value: unknown): value is CertificateClaims {
  return (
    typeof value === 'object' &&
    value !== null &&
    'path' in value &&
    typeof value.path === 'string' &&
    'issuer' in value &&
    typeof value.issuer === 'string' &&
    'issuedAtMs' in value &&
    Number.isSafeInteger(value.issuedAtMs) &&
    'expiresAtMs' in value &&
    Number.isSafeInteger(value.expiresAtMs)
  );
}
