import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitrate, sourcesOfRule } from '../../../../shared/domain/odds/arbitration.ts';
import { latestLegs, saidMs } from '../../../../shared/domain/odds/assembly.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import { DELIVERY_OF, LINE_SOURCES, ODDS_FEEDS } from '../../../../shared/domain/odds/line.ts';
import {
  anyBlend,
  anyDelivery,
  anyLeg,
  anyOutcomes,
  anyPhase,
  anyRule,
  delivered,
  saidOf,
} from '../../../support/line-arbitraries.ts';
import { LOOK } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';

const RUNS = runs(400);

const decide = (input: Omit<Parameters<typeof arbitrate>[0], 'nowMs' | 'limits'>) =>
  arbitrate({ ...input, nowMs: LOOK, limits: STANDARD_LIMITS });

const said = anyOutcomes.chain((outcomes) =>
  fc.record({
    outcomes: fc.constant(outcomes),
    legs: saidOf(outcomes),
    phase: anyPhase,
    rule: anyRule,
  }),
);

it('the order and the repetition of deliveries change nothing', () => {
  let lines = 0;
  fc.assert(
    fc.property(said, anyDelivery, (given, delivery) => {
      const decided = decide(given);
      if (decided.kind === 'line') lines += 1;
      expect(decide({ ...given, legs: delivered(given.legs, delivery) })).toEqual(decided);
    }),
    RUNS,
  );
  expect(lines).toBeGreaterThan(RUNS.numRuns / 20);
});

it('nothing that DraftKings or anybody else says displaces a usable line of Pinnacle', () => {
  const others = fc.array(
    fc
      .tuple(anyLeg, fc.constantFrom('draftkings', 'betmgm', 'kalshi'), fc.nat({ max: 1_000 }))
      .map(([leg, source, sequence]) => ({ ...leg, source, sequence })),
    { maxLength: 6 },
  );
  let lines = 0;
  fc.assert(
    fc.property(said, others, ({ outcomes, legs, phase }, later) => {
      const before = decide({ outcomes, legs, phase, rule: { name: 'pinnacle_only' } });
      if (before.kind !== 'line') return;
      lines += 1;
      const rule = { name: 'pinnacle_then_draftkings' } as const;
      expect(decide({ outcomes, legs: [...legs, ...later], phase, rule })).toEqual({
        ...before,
        rule: rule.name,
      });
    }),
    RUNS,
  );
  expect(lines).toBeGreaterThan(RUNS.numRuns / 20);
});

it('a line is of one book that the rule asks, by one feed, quoted on every outcome, within the limits', () => {
  fc.assert(
    fc.property(said, (given) => {
      const result = decide(given);
      if (result.kind !== 'line') return;
      for (const { source, line } of result.books) {
        expect(sourcesOfRule(given.rule)).toContain(source);
        expect(line.legs.map(({ side }) => side)).toEqual(given.outcomes);
        for (const leg of line.legs) expect(leg).toMatchObject({ source, feed: line.feed });
        const limits = STANDARD_LIMITS[DELIVERY_OF[line.feed]];
        const maxAgeMs = limits.quoteMaxAgeMs[given.phase] ?? -1;
        const times = line.legs.map(({ sourceTimeMs }) => sourceTimeMs);
        expect(line.asOfMs).toBe(
          Math.min(...times, ...line.legs.map(({ receivedMs }) => receivedMs)),
        );
        for (const time of times) expect(Math.abs(LOOK - time)).toBeLessThanOrEqual(maxAgeMs);
        // Nothing is used that a feed ahead has taken back since, be it long ago.
        for (const other of latestLegs(given.legs))
          for (const leg of line.legs)
            if (
              other.source === source &&
              other.side === leg.side &&
              ODDS_FEEDS.indexOf(other.feed) < ODDS_FEEDS.indexOf(leg.feed)
            )
              expect(saidMs(leg)).toBeGreaterThanOrEqual(saidMs(other));
        const apartMs = Math.max(...times) - Math.min(...times);
        expect(apartMs).toBeLessThanOrEqual(limits.sideStalenessMs[given.phase] ?? -1);
      }
    }),
    RUNS,
  );
});

it('no exchange that we trade on is ever among the books, nor does it change what they say', () => {
  fc.assert(
    fc.property(said, (given) => {
      const books = given.legs.filter(({ source }) => LINE_SOURCES.some((name) => name === source));
      expect(decide({ ...given, legs: books })).toEqual(decide(given));
    }),
    RUNS,
  );
});

it('the shares of a blend are those of the weights, and add up to one', () => {
  let blends = 0;
  fc.assert(
    fc.property(said, anyBlend, (given, rule) => {
      const result = decide({ ...given, rule });
      if (result.kind !== 'line') return;
      if (result.books.length > 1) blends += 1;
      expect(result.books.length).toBeGreaterThanOrEqual(rule.leastBooks);
      const total = result.books.reduce((sum, { source }) => sum + rule.weights[source], 0);
      for (const { source, weight } of result.books)
        expect(weight * total).toBeCloseTo(rule.weights[source], 12);
      expect(result.books.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(result.passedOver.some(({ why }) => why.kind === 'suspended')).toBe(false);
    }),
    RUNS,
  );
  expect(blends).toBeGreaterThan(10);
});
