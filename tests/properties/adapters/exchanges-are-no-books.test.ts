import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Join } from '../../../fargate/feeder/join.ts';
import { encodeFrame, type BoltMessage } from '../../../shared/adapters/boltodds/wire/encode.ts';
import { decodeFrame } from '../../../shared/adapters/boltodds/wire/frames.ts';
import type { GameMapping } from '../../../shared/domain/market/market.ts';
import { STANDARD_LIMITS } from '../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../shared/domain/odds/line.ts';
import { priceMarket } from '../../../shared/domain/pricing/price-market.ts';
import type { OddsEvent } from '../../../shared/ports/odds-feed.ts';
import { anyRule } from '../../support/line-arbitraries.ts';
import { LOOK, METHODS } from '../../support/line-builders.ts';
import { runs } from '../../support/property-settings.ts';
import { aMarket } from '../../support/trade-builders.ts';

const RUNS = runs(200);
const MAPPING: GameMapping = {
  market: aMarket().ticker,
  gameId: 'game',
  league: 'nfl',
  yesSide: 'home',
  startTimeMs: LOOK + 7_200_000,
  evidence: [],
};
const GAME = {
  sport: 'NFL',
  label: 'Buffalo Bills vs Miami Dolphins, 2023-11-15, 01',
  homeTeam: 'Buffalo Bills',
  awayTeam: 'Miami Dolphins',
  universalId: null,
  when: null,
};

/** The exchange's name in letters of any case. */
const exchange = fc
  .constantFrom('kalshi', 'polymarket')
  .chain((name) => fc.mixedCase(fc.constant(name)));

const ODDS_ACTIONS = ['initial_state', 'game_added', 'game_update', 'line_update'] as const;
const anyAction = fc.constantFrom(...ODDS_ACTIONS, 'game_removed' as const);

/** What the feed may say of a book: its whole state of a game, a change, or that it has none any more. */
function messageOf(
  action: (typeof ODDS_ACTIONS)[number] | 'game_removed',
  sportsbook: string,
): BoltMessage {
  const said = { sportsbook, game: GAME, sentMs: LOOK - 1_000 };
  if (action === 'game_removed') return { action, ...said };
  const quotes = [
    { side: 'home', odds: '-300' },
    { side: 'away', odds: '+250' },
  ] as const;
  return { action, ...said, quotes };
}

function decoded(frame: string): readonly OddsEvent[] {
  const options = { maxBytes: 100_000, receivedMs: LOOK, gameIdOf: () => 'game' };
  return decodeFrame(frame, options).map((event) => {
    if (event.kind === 'refused') throw new Error(`refused: ${event.detail}`);
    return event;
  });
}

function legsOf(events: readonly OddsEvent[]): readonly LineLeg[] {
  return events.flatMap((event) => ('legs' in event ? event.legs : []));
}

it('what an exchange says as a sportsbook never becomes a leg, however it is written', () => {
  fc.assert(
    fc.property(anyAction, exchange, anyAction, (first, name, second) => {
      const frame = encodeFrame([messageOf(first, name), messageOf(second, name)]);
      const events = decoded(frame);
      expect(events.map((event) => event.kind)).toEqual(['alive', 'alive']);
    }),
    RUNS,
  );
  // The same messages of a sportsbook do become legs.
  const events = decoded(encodeFrame([messageOf('initial_state', 'Pinnacle')]));
  expect(legsOf(events).map(({ source }) => source)).toEqual(['pinnacle', 'pinnacle']);
});

it('under another name it is a leg of no book that any rule can ask', () => {
  const around = fc.constantFrom('', ' ', '_us', ' Exchange', '.com', '-prediction');
  fc.assert(
    fc.property(fc.tuple(around, exchange, around), anyRule, ([before, name, after], rule) => {
      const join = new Join();
      join.addMarket(aMarket(), MAPPING);
      const frame = encodeFrame([messageOf('initial_state', `${before}${name}${after}`)]);
      for (const event of decoded(frame)) join.putOdds(event, LOOK);
      const { legs } = join.tick(join.market(MAPPING.market)!, { epoch: 1, n: 1 }, LOOK);
      const pricing = {
        rule,
        method: METHODS,
        limits: STANDARD_LIMITS,
        gameMaxAgeMs: 60_000,
        model: 'off',
      } as const;
      const input = { mapping: MAPPING, forecast: null, game: null, nowMs: LOOK, pricing };
      expect(priceMarket({ ...input, legs })).toMatchObject({ code: 'line_missing' });
    }),
    RUNS,
  );
});
