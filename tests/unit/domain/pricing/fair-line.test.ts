import { describe, expect, it } from 'vitest';
import type { ArbitrationRule } from '../../../../shared/domain/odds/arbitration.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import {
  makeFairLine,
  type FairLine,
  type LineRefusal,
} from '../../../../shared/domain/pricing/fair-line.ts';
import {
  blendOf,
  bothSides,
  leg,
  LOOK,
  METHODS,
  THREE_WAY,
  TWO_WAY,
  type LegSketch,
} from '../../../support/line-builders.ts';

const IN_TURN = { name: 'pinnacle_then_draftkings' } as const;

function made(
  legs: readonly LineLeg[],
  rule: ArbitrationRule = IN_TURN,
  change: Partial<Parameters<typeof makeFairLine>[0]> = {},
): FairLine | LineRefusal {
  return makeFairLine({
    legs,
    outcomes: TWO_WAY,
    phase: 'pregame',
    nowMs: LOOK,
    rules: { rule, method: METHODS, limits: STANDARD_LIMITS },
    ...change,
  });
}

function line(...input: Parameters<typeof made>): FairLine {
  const result = made(...input);
  if (result.kind !== 'line') throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}

const odds = (home: number, away: number, sketch: LegSketch = {}): readonly LineLeg[] => [
  leg('home', { ...sketch, odds: home }),
  leg('away', { ...sketch, odds: away }),
];

/** 0.625^k of the k at which 0.625^k + 0.4^k is 1, by bisection. */
const POWER = 0.613_824_870_063_205_3;

describe('the line of one book', () => {
  it("is priced by the book's method and says all that it rests on", () => {
    // Shin of two outcomes takes half the margin off each side: (1 + 1/1.6 − 1/2.5) / 2.
    expect(line(odds(1.6, 2.5))).toEqual({
      kind: 'line',
      rule: 'pinnacle_then_draftkings',
      outcomes: ['home', 'away'],
      probabilities: [expect.closeTo(0.6125, 12), expect.closeTo(0.3875, 12)],
      // Power, which was solved apart, says most of the three, proportional 0.625 / 1.025 least.
      uncertainties: [
        expect.closeTo((POWER - 0.625 / 1.025) / 2, 12),
        expect.closeTo((POWER - 0.625 / 1.025) / 2, 12),
      ],
      books: [
        {
          source: 'pinnacle',
          feed: 'boltodds',
          method: 'shin',
          margin: expect.closeTo(0.025, 12) as number,
          // Jullien and Salanié's closed form with a margin of 0.025 and sides 0.225 apart.
          z: expect.closeTo(
            (0.025 * (0.225 ** 2 - 1.025)) / (1.025 * (0.225 ** 2 - 1)),
            12,
          ) as number,
          weight: 1,
          probabilities: [expect.closeTo(0.6125, 12), expect.closeTo(0.3875, 12)],
          legs: [
            { side: 'home', decimalOdds: 1.6, sourceTimeMs: LOOK - 1_000 },
            { side: 'away', decimalOdds: 2.5, sourceTimeMs: LOOK - 1_000 },
          ],
        },
      ],
      passedOver: [],
      asOfMs: LOOK - 1_000,
    });
  });

  it('has the spread of the three compared methods as its uncertainty, whatever others there are', () => {
    // Worked out apart: power of 1.91 and 2.05 is 0.5179697670369141, proportional 0.5176767676767676. Balanced-book
    // would give 0.5180831826401446.
    const [home, away] = line(odds(1.91, 2.05)).uncertainties;
    const half = (0.517_969_767_036_914_1 - 0.517_676_767_676_767_6) / 2;
    expect(home).toBeCloseTo(half, 12);
    expect(away).toBeCloseTo(half, 12);
  });

  it('of the second book is priced with the method of the second book, and says who was passed over', () => {
    const second = line(odds(1.6, 2.5, { source: 'draftkings' }));
    expect(second.probabilities[0]).toBeCloseTo(0.625 / 1.025, 12);
    expect(second).toMatchObject({
      books: [{ source: 'draftkings', method: 'proportional', z: null }],
      passedOver: [{ source: 'pinnacle', why: { kind: 'missing' } }],
    });
  });

  it('of three outcomes has a probability for each', () => {
    const legs = [
      leg('home', { odds: 2.5, source: 'draftkings' }),
      leg('draw', { odds: 3.2, source: 'draftkings' }),
      leg('away', { odds: 3.1, source: 'draftkings' }),
    ];
    const { probabilities } = line(legs, IN_TURN, { outcomes: THREE_WAY });
    const total = 1 / 2.5 + 1 / 3.2 + 1 / 3.1;
    for (const [at, decimal] of [2.5, 3.2, 3.1].entries())
      expect(probabilities[at]).toBeCloseTo(1 / decimal / total, 12);
  });

  it('is as old as its oldest leg', () => {
    expect(line([leg('home', { ageMs: 9_000 }), leg('away')]).asOfMs).toBe(LOOK - 9_000);
  });
});

describe('a blend', () => {
  // Without a margin every method says the same: 0.5, and 0.6.
  const fair = [
    ...odds(2, 2, { source: 'draftkings' }),
    ...odds(1 / 0.6, 2.5, { source: 'betmgm', ageMs: 4_000 }),
  ];

  it('is the mean by weight, as old as its oldest leg, with every book in it', () => {
    const blend = line(fair, blendOf({ draftkings: 3, betmgm: 1 }, 2));
    expect(blend.probabilities[0]).toBeCloseTo(0.525, 12);
    expect(blend.probabilities[1]).toBeCloseTo(0.475, 12);
    expect(blend.asOfMs).toBe(LOOK - 4_000);
    expect(blend.books).toMatchObject([
      { source: 'draftkings', weight: 0.75 },
      { source: 'betmgm', weight: 0.25 },
    ]);
  });

  it('is as uncertain as its books are apart', () => {
    const [home] = line(fair, blendOf({ draftkings: 1, betmgm: 1 }, 2)).uncertainties;
    expect(home).toBeCloseTo(0.05, 6);
  });

  it('says how many were too few', () => {
    expect(made(fair, blendOf({ draftkings: 1, betmgm: 1, caesars: 1 }, 3))).toEqual({
      kind: 'refused',
      code: 'line_too_few_books',
      reasons: [{ source: 'caesars', why: { kind: 'missing' } }],
    });
  });

  it('is none with impossible odds in it, and says whose', () => {
    const legs = [...fair, ...odds(1, 3, { source: 'caesars' })];
    expect(made(legs, blendOf({ draftkings: 1, betmgm: 1, caesars: 0.1 }))).toMatchObject({
      kind: 'refused',
      code: 'devig_refused',
      source: 'caesars',
      refusal: { method: 'proportional', code: 'odds_not_above_one' },
    });
  });
});

describe('odds that no book quotes as one line', () => {
  const BOOK = { source: 'draftkings' } as const;
  it.each<[string, readonly LineLeg[], 'negative_margin' | 'margin_too_large']>([
    // Home 2.40, draw 4.20, away 2.75 of hockey: without the draw 78 % of a book.
    ['two of three outcomes', odds(2.4, 2.75, BOOK), 'negative_margin'],
    ['a side that has moved beside one that has not', odds(2.6, 1.7, BOOK), 'negative_margin'],
    ['a favourite on both sides', odds(1.5, 1.6, BOOK), 'margin_too_large'],
    ['a decimal that was read as another', odds(1.091, 1.91, BOOK), 'margin_too_large'],
  ])('make none, by any method: %s', (_name, legs, code) => {
    for (const method of ['proportional', 'additive', 'power', 'odds-ratio'] as const) {
      const rules = {
        rule: IN_TURN,
        method: { ...METHODS, draftkings: method },
        limits: STANDARD_LIMITS,
      };
      expect(made(legs, IN_TURN, { rules })).toMatchObject({
        code: 'devig_refused',
        source: 'draftkings',
        refusal: { kind: 'refused', method, code },
      });
    }
  });

  it('make none of a blend of others', () => {
    const legs = [...odds(1.9, 1.9, { source: 'betmgm' }), ...odds(2.4, 2.75, BOOK)];
    expect(made(legs, blendOf({ draftkings: 1, betmgm: 9 }))).toMatchObject({
      code: 'devig_refused',
      source: 'draftkings',
    });
  });

  it('begin beyond a fair book and beyond the largest margin', () => {
    // 1/2 + 1/2 and 0.6 + 0.6.
    expect(made(odds(2, 2, BOOK))).toMatchObject({ kind: 'line' });
    expect(made(odds(1 / 0.6, 1 / 0.599, BOOK))).toMatchObject({ kind: 'line' });
    expect(made(odds(1 / 0.6, 1 / 0.601, BOOK))).toMatchObject({ code: 'devig_refused' });
  });
});

describe('there is no line, and why', () => {
  const old = { ageMs: 31_000 };
  it.each<[string, readonly LineLeg[], string]>([
    ['nothing', [], 'line_missing'],
    ['one side only', [leg('home')], 'line_waiting'],
    ['an old line', bothSides('pinnacle', old), 'line_expired'],
    ['one old side', [leg('home'), leg('away', old)], 'line_stale_leg'],
    ['a suspension', [leg('home', { odds: null }), leg('away')], 'line_suspended'],
    ['a book that is not in the rule', bothSides('fanduel'), 'line_missing'],
    ['odds that are none', odds(1, 2.5), 'devig_refused'],
    ['odds below one', odds(0.5, 2.5), 'devig_refused'],
    ['odds without end', odds(Infinity, 1.5), 'devig_refused'],
    ['odds that pay more than fair', odds(2.1, 2.5), 'devig_refused'],
  ])('%s', (_name, legs, code) => {
    expect(made(legs)).toMatchObject({ kind: 'refused', code });
  });

  it('polled odds in play', () => {
    const polled = bothSides('pinnacle', { feed: 'odds_api', ageMs: 0 });
    expect(made(polled, IN_TURN, { phase: 'live' })).toMatchObject({ code: 'line_not_in_play' });
  });

  it('by the first source of which anything is known', () => {
    expect(made([leg('home', { source: 'draftkings' })])).toEqual({
      kind: 'refused',
      code: 'line_waiting',
      reasons: [
        { source: 'pinnacle', why: { kind: 'missing' } },
        { source: 'draftkings', why: { kind: 'waiting', missing: ['away'], ageMs: 1_000 } },
      ],
    });
  });

  it('by a suspension before anything else', () => {
    const legs = [leg('home'), leg('home', { source: 'draftkings', odds: null })];
    expect(made(legs)).toMatchObject({ code: 'line_suspended' });
  });
});
