import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatRfc3339,
  parseRfc3339,
  parseRfc3339Micros,
} from '../../../shared/contracts/rfc3339.ts';
import { runs } from '../../support/property-settings.ts';

describe('a time in RFC 3339', () => {
  it.each([
    ['2026-11-21T12:00:00Z', 1_795_262_400_000],
    ['2026-11-21T12:00:00.4Z', 1_795_262_400_400],
    ['2026-11-21T12:00:00.456Z', 1_795_262_400_456],
    ['2026-11-21T12:00:00.456789Z', 1_795_262_400_456],
    ['2026-11-21T12:00:00.999999999Z', 1_795_262_400_999],
    ['2026-11-21T12:00:00+00:00', 1_795_262_400_000],
    ['2024-02-29T23:59:59Z', 1_709_251_199_000],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
  ])('%s is %d', (text, expected) => {
    expect(parseRfc3339(text)).toBe(expected);
  });

  it('keeps microseconds where they are asked for', () => {
    expect(parseRfc3339Micros('2026-06-24T15:49:55.033836Z', 'zone_required')).toBe(
      1_782_316_195_033_836,
    );
  });

  it.each([
    ['2026-11-21T12:00:00', 'not_rfc3339'],
    ['2026-11-21T12:00:00-05:00', 'not_rfc3339'],
    ['2026-11-21 12:00:00Z', 'not_rfc3339'],
    ['2026-11-21T12:00:00.Z', 'not_rfc3339'],
    ['2026-11-21T12:00:00.0123456789Z', 'not_rfc3339'],
    ['2026-11-21T12:00:00Z ', 'not_rfc3339'],
    ['1795262400', 'not_rfc3339'],
    ['', 'not_rfc3339'],
    ['2026-02-29T12:00:00Z', 'no_such_time'],
    ['2026-13-01T12:00:00Z', 'no_such_time'],
    ['2026-00-10T12:00:00Z', 'no_such_time'],
    ['2026-11-21T24:00:00Z', 'no_such_time'],
    ['2026-06-30T23:59:60Z', 'no_such_time'],
  ])('%s is refused as %s', (text, code) => {
    expect(parseRfc3339(text)).toMatchObject({ kind: 'refused', code });
  });

  it('without a zone is UTC only where the caller says so', () => {
    expect(parseRfc3339('2026-11-21T12:00:00.5', 'utc_when_absent')).toBe(1_795_262_400_500);
  });

  it('is written so that it reads back, and agrees with the calendar of the runtime', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), (timeMs) => {
        expect(parseRfc3339(formatRfc3339(timeMs))).toBe(timeMs);
        expect(formatRfc3339(timeMs)).not.toMatch(/\.\d*0Z$/);
      }),
      runs(2_000),
    );
  });
});
