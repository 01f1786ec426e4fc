import type { GameOutcome } from '../../shared/domain/market/market.ts';
import type { ArbitrationRule } from '../../shared/domain/odds/arbitration.ts';
import type { DevigMethod } from '../../shared/domain/odds/devig.ts';
import type { LineLeg, LineSource } from '../../shared/domain/odds/line.ts';

/** A time at which the lines of tests are looked at. */
export const LOOK = 1_700_000_000_000;
export const TWO_WAY = ['home', 'away'] as const;
export const THREE_WAY = ['home', 'draw', 'away'] as const;

export type LegSketch = Partial<Omit<LineLeg, 'side' | 'quote' | 'sourceTimeMs'>> & {
  /** Null is suspended. */
  readonly odds?: number | null;
  /** Of its source time, before `LOOK`. */
  readonly ageMs?: number;
};

/** A second-old leg of Pinnacle by the pushed feed at odds of 1.95, unless sketched otherwise. */
export function leg(side: GameOutcome, sketch: LegSketch = {}): LineLeg {
  const { odds = 1.95, ageMs = 1_000, ...change } = sketch;
  return {
    feed: 'boltodds',
    source: 'pinnacle',
    gameId: 'game',
    side,
    quote:
      odds === null
        ? { kind: 'suspended' }
        : { kind: 'quoted', decimalOdds: odds, raw: String(odds) },
    sequence: 1,
    sourceTimeMs: LOOK - ageMs,
    receivedMs: LOOK,
    ...change,
  };
}

/** Home and away of one book. */
export function bothSides(source: string, sketch: LegSketch = {}): readonly LineLeg[] {
  return [leg('home', { ...sketch, source }), leg('away', { ...sketch, source })];
}

/** A blend in which only the named books have a weight. */
export function blendOf(
  weights: Partial<Readonly<Record<LineSource, number>>>,
  leastBooks = 1,
): Extract<ArbitrationRule, { name: 'weighted_blend' }> {
  return { name: 'weighted_blend', weights: { ...ofEachBook(0), ...weights }, leastBooks };
}

/** Shin for Pinnacle, proportional for the others. */
export const METHODS: Readonly<Record<LineSource, DevigMethod>> = {
  ...ofEachBook<DevigMethod>('proportional'),
  pinnacle: 'shin',
};

export function ofEachBook<Value>(value: Value): Readonly<Record<LineSource, Value>> {
  return {
    pinnacle: value,
    draftkings: value,
    fanduel: value,
    betmgm: value,
    betrivers: value,
    caesars: value,
  };
}
