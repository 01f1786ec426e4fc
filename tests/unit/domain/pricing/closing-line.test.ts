import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { TELL_AGAIN_MS } from '../../../../fargate/feeder/line-watch.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import {
  CLOSING_WITHIN_MS,
  openingAndClosing,
  type ToldLine,
} from '../../../../shared/domain/pricing/closing-line.ts';
import { makeFairLine } from '../../../../shared/domain/pricing/fair-line.ts';
import { anyDelivery, delivered } from '../../../support/line-arbitraries.ts';
import { leg, LOOK, METHODS, TWO_WAY } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';

const HOUR = 3_600_000;
const START = LOOK;

/**
 * What was told so long before the start: a line of these odds of the home side a second old, or that there is none.
 */
function told(beforeMs: number, homeOdds: number | null, ageMs = 1_000): ToldLine {
  const atMs = START - beforeMs;
  const legs =
    homeOdds === null
      ? []
      : [
          leg('home', { odds: homeOdds, ageMs: beforeMs + ageMs }),
          leg('away', { odds: 1 / (1.03 - 1 / homeOdds), ageMs: beforeMs + ageMs }),
        ];
  const line = makeFairLine({
    legs,
    outcomes: TWO_WAY,
    phase: 'pregame',
    nowMs: atMs,
    rules: { rule: { name: 'pinnacle_only' }, method: METHODS, limits: STANDARD_LIMITS },
  });
  expect(line.kind).toBe(homeOdds === null ? 'refused' : 'line');
  return { atMs, line };
}

const first = told(5 * HOUR, 1.8);
const moved = told(2 * HOUR, 1.7);
const last = told(300_000, 1.6);

it('are the first and the last line that stood before the start', () => {
  expect(openingAndClosing([last, first, moved], START)).toEqual({ opening: first, closing: last });
  expect(openingAndClosing([told(6 * HOUR, null), first], START).opening).toBe(first);
});

it('are none where there was no line', () => {
  const none = { opening: null, closing: null };
  expect(openingAndClosing([], START)).toEqual(none);
  expect(openingAndClosing([told(HOUR, null), told(60_000, null)], START)).toEqual(none);
});

it('have nothing to do with what is told, or was quoted, from the start on', () => {
  const inPlay = [told(0, 1.2), told(-1_000, 1.1, 2_000), told(-HOUR, null)];
  expect(openingAndClosing([first, last, ...inPlay], START)).toEqual({
    opening: first,
    closing: last,
  });
  // Told a moment before by a clock that is behind: its odds are of the start.
  const ahead = told(500, 1.2, -500);
  expect(openingAndClosing([last, ahead], START).closing).toBe(last);
});

it('end with a line that stood shortly before the start, be it withdrawn since, not with one of long before', () => {
  const at = (toldMs: number) =>
    openingAndClosing([first, told(toldMs, 1.6), told(1_000, null)], START).closing?.atMs ?? null;
  expect(at(CLOSING_WITHIN_MS)).toBe(START - CLOSING_WITHIN_MS);
  expect(at(CLOSING_WITHIN_MS + 1)).toBeNull();
});

it('are not those of a watch that was broken off: a line that stands is told again', () => {
  expect(openingAndClosing([first, moved], START)).toEqual({ opening: first, closing: null });
  expect(CLOSING_WITHIN_MS).toBeGreaterThanOrEqual(2 * TELL_AGAIN_MS);
});

it('do not depend on the order in which lines come, nor on their repetition', () => {
  const any = fc
    .tuple(
      fc.constantFrom(0, 1, 1_000, CLOSING_WITHIN_MS, CLOSING_WITHIN_MS + 1, HOUR, -1_000),
      fc.constantFrom(null, 1.5, 1.6),
      fc.constantFrom(0, 1_000),
    )
    .map(([beforeMs, odds, ageMs]) => told(beforeMs, odds, ageMs));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 8 }), anyDelivery, (lines, delivery) => {
      const found = openingAndClosing(lines, START);
      expect(openingAndClosing(delivered(lines, delivery), START)).toEqual(found);
      if (found.closing !== null) expect(found.closing.atMs).toBeLessThan(START);
      expect(found.opening === null && found.closing !== null).toBe(false);
    }),
    runs(200),
  );
});
