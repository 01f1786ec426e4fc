import { describe, expect, it } from 'vitest';
import { checkStart, summariseStarts } from '../../../../shared/domain/feeds/start-check.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-22T18:00:00Z');

const checks = (...offs: readonly number[]) =>
  offs.map((offMs) => checkStart({ feedMs: START + offMs, scoreboardMs: START }));

describe('a feed’s start against a scoreboard’s', () => {
  it.each([
    [0, 'agrees'],
    [30 * MINUTE, 'agrees'],
    [-30 * MINUTE, 'agrees'],
    [30 * MINUTE + 1, 'differs'],
    [-31 * MINUTE, 'differs'],
    [HOUR, 'differs'],
    [3 * HOUR + 29 * MINUTE, 'differs'],
    [3 * HOUR + 30 * MINUTE, 'zone_suspected'],
    [4 * HOUR, 'zone_suspected'],
    [5 * HOUR, 'zone_suspected'],
    [-4 * HOUR, 'zone_suspected'],
    [-5 * HOUR, 'zone_suspected'],
    [5 * HOUR + 30 * MINUTE, 'zone_suspected'],
    [5 * HOUR + 31 * MINUTE, 'differs'],
    [24 * HOUR, 'differs'],
    [Number.NaN, 'differs'],
    [Number.POSITIVE_INFINITY, 'differs'],
  ])('off by %d ms: %s', (offMs, kind) => {
    expect(checkStart({ feedMs: START + offMs, scoreboardMs: START })).toEqual({ kind, offMs });
  });

  it('of many games tells a feed that switched its zone from games that moved', () => {
    expect(summariseStarts(checks(0, 5 * HOUR, 5 * HOUR, 2 * HOUR))).toEqual({
      checked: 4,
      agree: 1,
      zoneSuspected: 2,
      differ: 1,
      isZoneSwitch: true,
    });
    expect(summariseStarts(checks(0, 0, 5 * HOUR)).isZoneSwitch).toBe(false);
    expect(summariseStarts([])).toMatchObject({ checked: 0, isZoneSwitch: false });
  });
});
