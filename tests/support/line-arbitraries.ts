import * as fc from 'fast-check';
import type { GameOutcome } from '../../shared/domain/market/market.ts';
import type { ArbitrationRule } from '../../shared/domain/odds/arbitration.ts';
import type { OddsPhase } from '../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../shared/domain/odds/line.ts';
import { blendOf, leg, LOOK, THREE_WAY, TWO_WAY } from './line-builders.ts';

/** What a leg is drawn from. Few sequences, times and odds, so that ties and near-ties are common. */
const CHOICES = {
  source: ['pinnacle', 'draftkings', 'betmgm', 'pinnacle', 'caesars', 'kalshi', 'polymarket'],
  feed: ['boltodds', 'boltodds', 'odds_api'],
  // The last is of a clock that is an hour ahead.
  sequence: [1, 2, 3, 4, 2, (LOOK + 3_600_000) * 1_000],
  ageMs: [0, 1_000, 1_000, 4_000, 6_000, 31_000, -1_000],
  receivedMs: [LOOK, LOOK - 1, LOOK - 2],
} as const;
const ODDS = [1.5, 1.9, 2.1, 3.4, 6, 1.9, 2.1, 3.4, 1.5, 6, null] as const;
/** Odds that one book may quote together; the last pay more than fair. */
const TOGETHER = {
  two: [
    [1.9, 1.9],
    [1.5, 2.6],
    [2.1, 1.75],
    [6, 1.12],
    [1.9, 2.05],
    [3.4, 2.1],
  ],
  three: [
    [1.9, 3.4, 4.2],
    [2.1, 3.4, 3.4],
    [6, 4.2, 1.5],
    [2.6, 3.1, 2.7],
    [1.5, 4.2, 6],
    [3.4, 6, 2.1],
  ],
} as const;

/** Reads a number as one choice of each list, so that a leg costs one draw. */
function chosen<const Lists extends Readonly<Record<string, readonly unknown[]>>>(
  lists: Lists,
  drawn: number,
): { readonly [Name in keyof Lists]: Lists[Name][number] } {
  let left = drawn;
  const entries = Object.entries(lists).map(([name, list]) => {
    const choice = list[left % list.length];
    left = Math.floor(left / list.length);
    return [name, choice];
  });
  return Object.fromEntries(entries) as ReturnType<typeof chosen<Lists>>;
}

const draw = fc.nat({ max: 2 ** 30 });

/** A leg of any side of a game. */
export const anyLeg: fc.Arbitrary<LineLeg> = draw.map((drawn) => {
  const { side, odds, ...sketch } = chosen({ side: THREE_WAY, odds: ODDS, ...CHOICES }, drawn);
  return leg(side, { odds, ...sketch });
});

/** What books said of one game: mostly whole statements, which make lines, and single legs, which spoil them. */
export const saidOf = (outcomes: readonly GameOutcome[]): fc.Arbitrary<readonly LineLeg[]> =>
  fc
    .tuple(fc.array(fc.tuple(draw, draw), { maxLength: 6 }), fc.array(anyLeg, { maxLength: 3 }))
    .map(([statements, single]) => [
      ...statements.flatMap(([of, at]) => statement(outcomes, of, at)),
      ...single,
    ]);

/** Every outcome, by one book at one time; now and then one of them is left out. */
function statement(outcomes: readonly GameOutcome[], of: number, at: number): readonly LineLeg[] {
  const sketch = chosen(CHOICES, of);
  const seldom = [...outcomes, ...Array.from({ length: 20 }, () => null)];
  const { together, dropped, suspended } = chosen(
    {
      together: outcomes.length === 2 ? TOGETHER.two : TOGETHER.three,
      dropped: seldom,
      suspended: seldom,
    },
    at,
  );
  return outcomes.flatMap((side, nth) => {
    const odds = side === suspended ? null : (together[nth] ?? null);
    return side === dropped ? [] : [leg(side, { ...sketch, odds })];
  });
}

export const anyOutcomes = fc.constantFrom<readonly GameOutcome[]>(TWO_WAY, THREE_WAY);

export const anyPhase = fc.constantFrom<OddsPhase>('pregame', 'live');

const WEIGHTS = [0.5, 1, 0.1, 0] as const;
export const anyBlend = draw.map((drawn) => {
  const { leastBooks, ...weights } = chosen(
    {
      pinnacle: WEIGHTS,
      draftkings: WEIGHTS,
      betmgm: WEIGHTS,
      caesars: WEIGHTS,
      leastBooks: [1, 2, 1, 3],
    },
    drawn,
  );
  return blendOf({ ...weights, fanduel: 0.2 }, leastBooks);
});

export const anyRule: fc.Arbitrary<ArbitrationRule> = fc.oneof(
  fc.constantFrom<ArbitrationRule>({ name: 'pinnacle_only' }, { name: 'pinnacle_then_draftkings' }),
  anyBlend,
  anyBlend,
);

/** How some things are delivered: in which order, and which of them again. */
export const anyDelivery = fc.array(draw, { minLength: 1, maxLength: 30 });

/** The same things in another order, some of them again. */
export function delivered<Item>(
  items: readonly Item[],
  delivery: readonly number[],
): readonly Item[] {
  const again = delivery.slice(0, 6).flatMap((drawn) => items[drawn % items.length] ?? []);
  const keyOf = (at: number): number => delivery[at % delivery.length] ?? 0;
  return [...items, ...again]
    .map((item, at) => ({ item, key: (keyOf(at) + at * 7_919) % 1_009 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
