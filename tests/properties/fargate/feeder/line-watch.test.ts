import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineWatch, type WatchedGame } from '../../../../fargate/feeder/line-watch.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../../shared/contracts/domain-config.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { A, aLeg, mappingOf } from '../../../support/feeder-events.ts';
import { runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

const { pricing } = toDomainConfig(DEFAULT_CONFIG);
const watch = () => new LineWatch(1, { ...pricing, books: ['pinnacle', 'draftkings'] });

/** What a book says now and then, and how long nothing is looked at: about the limits of age, before and in play. */
const aStep = fc.record({
  waitMs: fc.constantFrom(100, 1_000, 4_999, 5_000, 5_001, 29_999, 30_001, 60_000, 90_001, 300_000),
  says: fc.option(
    fc.record({
      side: fc.constantFrom('home' as const, 'away' as const),
      odds: fc.constantFrom(1.9, 2, 2.1, null),
      source: fc.constantFrom('pinnacle', 'draftkings'),
      feed: fc.constantFrom('boltodds' as const, 'odds_api' as const),
      lateMs: fc.constantFrom(0, 1_000, 20_000),
    }),
    { freq: 3 },
  ),
  isByOdds: fc.boolean(),
});

it('a look that is spared would have found nothing', () => {
  fc.assert(
    fc.property(
      fc.array(aStep, { minLength: 2, maxLength: 30 }),
      // The limits of before, those of play after 20 s as no scoreboard speaks, and those of play.
      fc.constantFrom(7_200_000, 1_820_000, 20_000),
      (steps, startsInMs) => {
        const sparing = watch();
        const thorough = watch();
        const legs = new Map<string, LineLeg>();
        let nowMs = NOON;
        for (const [index, { waitMs, says, isByOdds }] of steps.entries()) {
          nowMs += waitMs;
          if (says !== null) {
            const { side, odds, source, feed, lateMs } = says;
            const said = aLeg(index, { side, odds, timeMs: nowMs - lateMs });
            legs.set(`${side}${source}${feed}`, { ...said, source, feed, receivedMs: nowMs });
          }
          const mapping = { ...mappingOf(A), startTimeMs: NOON + startsInMs };
          const game: WatchedGame = { mapping, legs: [...legs.values()], state: null };
          // Copies are never the same legs.
          const copied = { ...game, legs: game.legs.map((leg) => ({ ...leg })) };
          const look = (lines: LineWatch, one: WatchedGame) =>
            isByOdds ? lines.onOdds([one], nowMs) : lines.onSecond([one], nowMs);
          expect(look(sparing, game)).toEqual(look(thorough, copied));
        }
      },
    ),
    runs(300),
  );
});
