import * as z from 'zod';
import { ARBITRATION_RULES } from '../domain/odds/arbitration.ts';
import { DEVIG_METHODS } from '../domain/odds/devig.ts';
import { LINE_SOURCES, type LineSource } from '../domain/odds/line.ts';
import { fraction, oneOf, whole } from './config-leaves.ts';

/** The weight of a book in a blend: a share of the sum of all weights. */
const WEIGHT = fraction({ from: '0', to: '1' });

/** How lines of sportsbooks become a fair value, and how old what they rest on may be. */
export const pricingSchema = z.strictObject({
  arbitration: oneOf(ARBITRATION_RULES),
  /** How each sportsbook's margin is taken out of its odds. */
  devig: z.strictObject(ofEachBook(oneOf(DEVIG_METHODS))),
  /** What each sportsbook counts in a weighted blend; 0 is not asked. */
  weights: z.strictObject(ofEachBook(WEIGHT)),
  /** Fewer sportsbooks with a usable line make no blend. */
  blendLeastBooks: whole({ from: 1, to: LINE_SOURCES.length, unit: 'sportsbooks' }),
  /** Age at which a leg of a line is no longer a price. */
  lineMaxAgeLiveMs: whole({ from: 100, to: 60_000, unit: 'milliseconds' }),
  lineMaxAgePregameMs: whole({ from: 100, to: 600_000, unit: 'milliseconds' }),
  /** How far apart in time the two legs of a line may be. */
  legSkewLiveMs: whole({ from: 0, to: 60_000, unit: 'milliseconds' }),
  legSkewPregameMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
  /** The same for a feed that is asked again and again; it is never used in play. */
  polledMaxAgePregameMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
  polledLegSkewPregameMs: whole({ from: 0, to: 600_000, unit: 'milliseconds' }),
  /** Age at which a scoreboard's word of a game gives way to another one's. */
  gameMaxAgeMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
  /** Whether a model may price without a line, and then only before the game. Never where orders are real. */
  model: oneOf(['off', 'alone_before_game']),
});

/** One leaf for each sportsbook. */
function ofEachBook<Leaf>(leaf: Leaf): Record<LineSource, Leaf> {
  return {
    pinnacle: leaf,
    draftkings: leaf,
    fanduel: leaf,
    betmgm: leaf,
    betrivers: leaf,
    caesars: leaf,
  };
}
