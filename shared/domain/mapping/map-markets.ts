import type { GameListing } from '../market/game-listing.ts';
import type {
  EpochMs,
  EventTicker,
  GameId,
  GameMapping,
  Market,
  MarketTicker,
} from '../market/market.ts';
import {
  checkMapping,
  type CheckedMapping,
  type ToldEvent,
  type ToldMarket,
} from './checked-mapping.ts';
import { withoutTime } from './event-ticker.ts';
import type { GameFound } from './find-game.ts';
import type { Unmapped } from './mapping-refusal.ts';
import { gameSeries } from './series.ts';

export type MapInput = {
  readonly markets: readonly ToldMarket[];
  /** Those that the exchange told of. */
  readonly events: ReadonlyMap<EventTicker, ToldEvent>;
  readonly games: readonly GameListing[];
  /** Series that nobody has confirmed and that are on all the same. */
  readonly seriesNamed?: readonly string[];
  /** What the odds feed says of starts. */
  readonly oddsStarts?: ReadonlyMap<GameId, EpochMs>;
  /** The game that a market was first mapped to: it is never mapped to another one. */
  readonly firstGames?: ReadonlyMap<MarketTicker, GameId>;
};

export type MarketMap = {
  readonly mapped: readonly { readonly market: Market; readonly mapping: GameMapping }[];
  /** The same mappings with all that was looked at. */
  readonly checked: readonly CheckedMapping[];
  readonly unmapped: readonly Unmapped[];
};

/**
 * Which game and which outcome of it each winner market is about, and why the others are about none. Two contracts are
 * not the same thing until every source agrees that they are; the order of markets and games does not matter.
 */
export function mapMarkets({
  markets,
  events,
  games,
  seriesNamed = [],
  oddsStarts = new Map(),
  firstGames = new Map(),
}: MapInput): MarketMap {
  const found = new Map<EventTicker, GameFound>();
  const byEvent = Map.groupBy(markets, ({ market }) => market.eventTicker);
  const mapped: MarketMap['mapped'][number][] = [];
  const checked: CheckedMapping[] = [];
  const unmapped: Unmapped[] = [];
  const results = markets.map((told) => ({
    market: told.market,
    result: checkMapping({
      told,
      event: events.get(told.market.eventTicker) ?? null,
      siblings: byEvent.get(told.market.eventTicker) ?? [],
      games,
      found,
      seriesNamed,
      oddsStarts,
    }),
  }));
  const rivals = rivalEvents(found);
  for (const { market, result: alone } of results) {
    const others = rivals.get(market.eventTicker) ?? [];
    const result = doubted(alone, { others, was: firstGames.get(market.ticker) ?? null });
    if ('code' in result) {
      const league = gameSeries(market.seriesTicker)?.league ?? null;
      unmapped.push({ market: market.ticker, event: market.eventTicker, league, refusal: result });
      continue;
    }
    checked.push(result.mapping);
    mapped.push({ market, mapping: slimMapping(result.mapping) });
  }
  return { mapped, checked, unmapped };
}

type Checked = ReturnType<typeof checkMapping>;

/** What stands by itself, unless other events or what the market was about before speak against it. */
function doubted(
  alone: Checked,
  { others, was }: { readonly others: readonly EventTicker[]; readonly was: GameId | null },
): Checked {
  if ('code' in alone) return alone;
  if (others.length > 0) return { code: 'rival_event', events: others };
  const { gameId: now } = alone.mapping;
  return was === null || was === now ? alone : { code: 'game_changed', was, now };
}

/**
 * Events that cannot all be right, each with the others. Two events of one game: one of them is about another. And
 * events of the same sides on one day, a double-header, not all of which are found: a game that was put off may stand
 * where the other was to be.
 */
function rivalEvents(
  found: ReadonlyMap<EventTicker, GameFound>,
): ReadonlyMap<EventTicker, readonly EventTicker[]> {
  const rivals = new Map<EventTicker, readonly EventTicker[]>();
  const note = (events: readonly EventTicker[]): void => {
    for (const event of events) rivals.set(event, events.filter((one) => one !== event).toSorted());
  };
  const all = [...found];
  for (const same of Map.groupBy(all, ([event]) => withoutTime(event)).values())
    if (same.some(([, game]) => 'code' in game)) note(same.map(([event]) => event));
  const ofGame = Map.groupBy(all, ([, game]) => ('code' in game ? null : game.game.gameId));
  for (const [gameId, same] of ofGame)
    if (gameId !== null && same.length > 1) note(same.map(([event]) => event));
  return rivals;
}

/** What the rules say in their own words is long, and a mapping stands on every tick. */
const QUOTE = 'the rules say: ';

/** What a tick carries of a mapping: its evidence as one line each, without quotes of the rules. */
function slimMapping(checked: CheckedMapping): GameMapping {
  return {
    market: checked.market,
    gameId: checked.gameId,
    league: checked.league,
    yesSide: checked.yesSide,
    startTimeMs: checked.start.atMs,
    evidence: checked.evidence.map(({ says }) => says).filter((says) => !says.startsWith(QUOTE)),
  };
}
