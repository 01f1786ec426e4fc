import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { unsoundPrice } from '../../../../local/invariants/check-entry-price.ts';
import {
  tradingConfigOf,
  type TradingConfig,
} from '../../../../shared/application/trading-config.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../../shared/contracts/domain-config.ts';
import { toCanonical } from '../../../../shared/domain/decisions/canonical-value.ts';
import type { GamePhase } from '../../../../shared/domain/market/game-state.ts';
import type { League } from '../../../../shared/domain/market/leagues.ts';
import type { MarketTick } from '../../../../shared/domain/market/market-tick.ts';
import { latestLegs } from '../../../../shared/domain/odds/assembly.ts';
import type { ArbitrationRule } from '../../../../shared/domain/odds/arbitration.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { priceMarket } from '../../../../shared/domain/pricing/price-market.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { anyRule, saidOf } from '../../../support/line-arbitraries.ts';
import { blendOf, bothSides, leg, LOOK, THREE_WAY } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';
import { aBook, aMarket } from '../../../support/trade-builders.ts';

const CONFIG = tradingConfigOf(toDomainConfig(DEFAULT_CONFIG), { fingerprint: '', namespace: '' });
const HOUR = 3_600_000;

type Sketch = {
  readonly league?: League;
  readonly phase?: GamePhase | null;
  readonly startTimeMs?: number;
};

function tickOf(legs: readonly LineLeg[], sketch: Sketch = {}): MarketTick {
  const { league = 'nba', phase = null, startTimeMs = LOOK + HOUR } = sketch;
  const market = aMarket();
  return {
    stamp: { epoch: 1, n: 1 },
    market,
    mapping: {
      market: market.ticker,
      gameId: 'game',
      league,
      yesSide: 'home',
      startTimeMs,
      evidence: [],
    },
    book: { sync: 'synced', view: aBook(5_000, 5_200), exchangeTimeMs: LOOK },
    legs,
    forecast: null,
    game: phase === null ? null : aGameState({ phase }),
    feederTimeMs: LOOK,
  };
}

const withRule = (rule: ArbitrationRule): TradingConfig => ({
  ...CONFIG,
  pricing: { ...CONFIG.pricing, rule },
});

/** What the invariant says of an entry on this tick, as if something had approved it. */
function unsound(tick: MarketTick, rule: ArbitrationRule): string | null {
  const decisionId = 'entry:made for tests';
  return unsoundPrice(
    {
      decisionId,
      kind: 'entry',
      market: tick.market.ticker,
      decidedAtMs: LOOK,
      versions: {},
      inputs: { entry: toCanonical({ tick, scoredAtMs: LOOK }) },
      outcome: {},
    },
    withRule(rule),
  );
}

const IN_TURN: ArbitrationRule = { name: 'pinnacle_then_draftkings' };
const BLEND = blendOf({ pinnacle: 0.6, draftkings: 0.4 }, 2);
const soccer = (...odds: readonly (number | null)[]): readonly LineLeg[] =>
  THREE_WAY.map((side, at) => leg(side, { odds: odds[at] ?? null }));
const OTHER = bothSides('draftkings');
const POLLED = bothSides('pinnacle', { feed: 'odds_api' });

it('lets pass what is priced, whatever books said by whatever rule', () => {
  let priced = 0;
  fc.assert(
    fc.property(
      fc.constantFrom<League>('nba', 'epl').chain((league) =>
        fc.record({
          league: fc.constant(league),
          legs: saidOf(league === 'epl' ? THREE_WAY : ['home', 'away']),
          phase: fc.constantFrom<GamePhase | null>(null, 'pregame', 'live', 'final'),
          startTimeMs: fc.constantFrom(LOOK + HOUR, LOOK, LOOK - HOUR),
        }),
      ),
      anyRule,
      ({ legs, ...sketch }, rule) => {
        // A tick carries the newest word of each side, book and feed.
        const tick = tickOf(latestLegs(legs), sketch);
        const { mapping, forecast, game } = tick;
        const { pricing } = withRule(rule);
        const fair = priceMarket({ mapping, legs, forecast, game, nowMs: LOOK, pricing });
        if (fair.kind === 'refused') return;
        priced += 1;
        expect(unsound(tick, rule)).toBeNull();
      },
    ),
    runs(400),
  );
  expect(priced).toBeGreaterThan(10);
});

it.each([
  ['one side only', tickOf([leg('home')]), IN_TURN],
  ['one side twice', tickOf([leg('home'), leg('home', { sequence: 2 })]), IN_TURN],
  ['legs of another game', tickOf(bothSides('pinnacle', { gameId: 'another' })), IN_TURN],
  ['a book that the rule does not ask', tickOf(bothSides('betmgm')), IN_TURN],
  ['an exchange', tickOf(bothSides('kalshi')), BLEND],
  ['old legs', tickOf(bothSides('pinnacle', { ageMs: 30_001 })), IN_TURN],
  [
    'legs that are young by a clock that is ahead',
    tickOf(bothSides('pinnacle', { receivedMs: LOOK - 30_001 })),
    IN_TURN,
  ],
  ['polled legs in play', tickOf(POLLED, { phase: 'live' }), IN_TURN],
  ['polled legs after the start', tickOf(POLLED, { startTimeMs: LOOK, phase: 'pregame' }), IN_TURN],
  ['a game that is over', tickOf(bothSides('pinnacle'), { phase: 'final' }), IN_TURN],
  ['a game that is off', tickOf(bothSides('pinnacle'), { phase: 'off' }), IN_TURN],
  ['a game that is stopped', tickOf(bothSides('pinnacle'), { phase: 'stopped' }), IN_TURN],
  ['two of three outcomes', tickOf(bothSides('pinnacle'), { league: 'epl' }), IN_TURN],
  ['a suspended draw', tickOf(soccer(1.9, null, 4), { league: 'epl' }), IN_TURN],
  ['a fallback past a suspension', tickOf([leg('home', { odds: null }), ...OTHER]), IN_TURN],
  [
    'another feed past a suspension',
    tickOf([leg('home', { odds: null, ageMs: 40_000 }), ...POLLED]),
    IN_TURN,
  ],
  ['a blend of too few books', tickOf(bothSides('pinnacle')), BLEND],
  [
    'a blend without its suspended book',
    tickOf([leg('home', { odds: null }), ...OTHER, ...bothSides('betmgm')]),
    blendOf({ pinnacle: 0.5, draftkings: 0.3, betmgm: 0.2 }, 2),
  ],
  [
    'a blend with two of three outcomes',
    tickOf([...soccer(1.9, 3.5, 4), ...OTHER], { league: 'epl' }),
    BLEND,
  ],
] as const)('notices an entry on %s', (_, tick, rule) => {
  expect(unsound(tick, rule)).not.toBeNull();
});
