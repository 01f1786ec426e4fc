import { expect } from 'vitest';
import type { ToldEvent, ToldMarket } from '../../shared/domain/mapping/checked-mapping.ts';
import { mapMarkets, type MapInput } from '../../shared/domain/mapping/map-markets.ts';
import type { MappingRefusal } from '../../shared/domain/mapping/mapping-refusal.ts';
import { tickerDate } from '../../shared/domain/mapping/event-ticker.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import { aMarket } from './trade-builders.ts';

/** 13:00 Eastern on 2026-11-22. */
export const KICK_OFF_MS = Date.parse('2026-11-22T18:00:00Z');

export type Side = { readonly code: string; readonly name: string };
export const MIAMI: Side = { code: 'MIA', name: 'Miami Dolphins' };
export const BUFFALO: Side = { code: 'BUF', name: 'Buffalo Bills' };

export function aListing(
  away: Side,
  home: Side,
  change: Partial<GameListing> & { readonly league?: League } = {},
): GameListing {
  const { league = 'nfl', easternDate = '2026-11-22' } = change;
  return {
    gameId: `${league}-${easternDate}-${away.code}-${home.code}`,
    league,
    home,
    away,
    startTimeMs: KICK_OFF_MS,
    startConfirmed: true,
    easternDate,
    ...change,
  };
}

export const NFL_TIE = 'If the game ends in a tie, the market resolves to $0.50 for each team.';
export const NFL_LATE =
  'If the game is postponed and begins within 48 hours of its scheduled start, the market stays open. If it has not begun by then, the market resolves to a fair price.';

/** An event of two markets as the exchange tells of it: away and home, each by its own name. */
export function anEvent(
  away: Side,
  home: Side,
  change: {
    readonly series?: string;
    readonly date?: string;
    readonly time?: string;
    readonly title?: string;
    readonly tie?: boolean;
    readonly rules?: (side: Side) => ToldMarket['rules'];
    readonly isMutuallyExclusive?: boolean;
  } = {},
): { readonly event: ToldEvent; readonly markets: readonly ToldMarket[] } {
  const { series = 'KXNFLGAME', date = '2026-11-22', time = '' } = change;
  const eventTicker = `${series}-${tickerDate(date)}${time}${away.code}${home.code}`;
  const title = change.title ?? `${away.name} at ${home.name}`;
  const rulesOf =
    change.rules ??
    ((side: Side) => ({
      primary: `If ${side.name} wins the ${away.name} at ${home.name} game originally scheduled for ${wordsOf(date)}, then the market resolves to Yes.`,
      secondary: `${NFL_TIE} ${NFL_LATE}`,
    }));
  const sides = change.tie === true ? [away, home, { code: 'TIE', name: 'Tie' }] : [away, home];
  return {
    event: {
      eventTicker,
      title,
      isMutuallyExclusive: change.isMutuallyExclusive ?? true,
      settlementSources: [{ name: 'The league', url: 'https://scores.test/' }],
    },
    markets: sides.map((side) => ({
      market: aMarket({
        ticker: `${eventTicker}-${side.code}`,
        eventTicker,
        seriesTicker: series,
        title,
      }),
      yesName: side.name,
      noName: side.name,
      rules: rulesOf(side),
    })),
  };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function wordsOf(date: string): string {
  const [year, month, day] = date.split('-');
  return `${MONTHS[Number(month) - 1]} ${Number(day)}, ${year}`;
}

/** What mapping is given when the exchange told of these events. */
export function mapInput(
  events: readonly ReturnType<typeof anEvent>[],
  games: readonly GameListing[],
  change: Partial<MapInput> = {},
): MapInput {
  return {
    markets: events.flatMap(({ markets }) => markets),
    events: new Map(events.map(({ event }) => [event.eventTicker, event])),
    games,
    ...change,
  };
}

/** Why each market is not mapped, when none of them is. */
export function refusals(...given: Parameters<typeof mapInput>): readonly MappingRefusal[] {
  const { mapped, checked, unmapped } = mapMarkets(mapInput(...given));
  expect([mapped, checked]).toEqual([[], []]);
  return unmapped.map(({ refusal }) => refusal);
}
