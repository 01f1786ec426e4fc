import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Join } from '../../../../fargate/feeder/join.ts';
import { outcomesOf } from '../../../../shared/domain/market/leagues.ts';
import type { GameMapping, GameOutcome } from '../../../../shared/domain/market/market.ts';
import type { MarketTick } from '../../../../shared/domain/market/market-tick.ts';
import type { ArbitrationRule } from '../../../../shared/domain/odds/arbitration.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import { priceMarket } from '../../../../shared/domain/pricing/price-market.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';
import {
  anyDelivery,
  anyLeg,
  anyRule,
  delivered,
  saidOf,
} from '../../../support/line-arbitraries.ts';
import { bothSides, LOOK, METHODS } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';
import { aMarket } from '../../../support/trade-builders.ts';

const RUNS = runs(250);

/** One message of a feed: the legs of a statement, the whole state of one book, or that it has none any more. */
const eventOf = (outcomes: readonly GameOutcome[]): fc.Arbitrary<OddsEvent> =>
  fc
    .tuple(
      fc.constantFrom('legs', 'legs', 'legs', 'replace', 'replace', 'removed'),
      saidOf(outcomes),
      anyLeg,
    )
    .map(([kind, legs, { feed, source, gameId, sequence }]) => {
      switch (kind) {
        case 'legs':
          return { kind, legs };
        case 'removed':
          return { kind, feed, source, gameId, sequence };
        case 'replace':
          return {
            kind,
            feed,
            source,
            gameId,
            sequence,
            legs: legs.map((leg) => ({ ...leg, feed, source, sequence })),
          };
      }
    });

/** A minute ahead, where no scoreboard speaks, the limits of play hold; two hours ahead those of before. */
const STARTS = [LOOK + 60_000, LOOK + 7_200_000];

const anyCase = fc.constantFrom('nba', 'epl').chain((league) =>
  fc.record({
    mapping: fc.constantFrom(...STARTS).map((startTimeMs): GameMapping => ({
      market: aMarket().ticker,
      gameId: 'game',
      league,
      yesSide: 'home',
      startTimeMs,
      evidence: [],
    })),
    events: fc.array(eventOf(outcomesOf(league)), { minLength: 1, maxLength: 8 }),
    rule: anyRule,
  }),
);

/** What scoring is given after these events, in the order of their arrival. */
function tickAfter(events: readonly OddsEvent[], mapping: GameMapping): MarketTick {
  const join = new Join();
  join.addMarket(aMarket(), mapping);
  for (const event of events) join.putOdds(event, LOOK);
  const joined = join.market(mapping.market);
  if (joined === undefined) throw new Error('the market is joined');
  return join.tick(joined, { epoch: 1, n: 1 }, LOOK);
}

function priceOf({ mapping, legs, forecast, game }: MarketTick, rule: ArbitrationRule) {
  const pricing = {
    rule,
    method: METHODS,
    limits: STANDARD_LIMITS,
    gameMaxAgeMs: 60_000,
    model: 'off',
  } as const;
  return priceMarket({ mapping, legs, forecast, game, nowMs: LOOK, pricing });
}

it('what a market is worth does not depend on the order, the delay or the repetition of messages', () => {
  let priced = 0;
  fc.assert(
    fc.property(anyCase, anyDelivery, ({ mapping, events, rule }, delivery) => {
      const inOrder = tickAfter(events, mapping);
      const late = tickAfter(delivered(events, delivery), mapping);
      expect(new Set(late.legs)).toEqual(new Set(inOrder.legs));
      const price = priceOf(inOrder, rule);
      if (price.kind === 'line') priced += 1;
      expect(priceOf(late, rule)).toEqual(price);
    }),
    RUNS,
  );
  expect(priced).toBeGreaterThan(RUNS.numRuns / 20);
});

it('nothing that comes of another book or feed displaces a usable line of Pinnacle', () => {
  const pinnacle: OddsEvent = {
    kind: 'replace',
    feed: 'boltodds',
    source: 'pinnacle',
    gameId: 'game',
    sequence: 50,
    legs: bothSides('pinnacle', { sequence: 50 }),
  };
  const isOther = (feed: string, source: string): boolean =>
    feed !== pinnacle.feed || source !== pinnacle.source;
  const rule = { name: 'pinnacle_then_draftkings' } as const;
  fc.assert(
    fc.property(anyCase, anyDelivery, ({ mapping, events }, delivery) => {
      const others = events.flatMap((event): readonly OddsEvent[] => {
        if (event.kind === 'legs')
          return [{ ...event, legs: event.legs.filter((leg) => isOther(leg.feed, leg.source)) }];
        return event.kind === 'alive' || !isOther(event.feed, event.source) ? [] : [event];
      });
      const nba = { ...mapping, league: 'nba' } as const;
      const alone = priceOf(tickAfter([pinnacle], nba), rule);
      expect(alone).toMatchObject({ kind: 'line', books: [{ source: 'pinnacle' }] });
      const all = delivered([pinnacle, ...others], delivery);
      expect(priceOf(tickAfter(all, nba), rule)).toEqual(alone);
    }),
    RUNS,
  );
});
