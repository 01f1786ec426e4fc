import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gameNamed } from '../../../../shared/domain/mapping/game-named.ts';
import { mapMarkets, type MarketMap } from '../../../../shared/domain/mapping/map-markets.ts';
import { readRules } from '../../../../shared/domain/mapping/rules-text.ts';
import { TEAM_ENTRIES } from '../../../../shared/domain/mapping/teams.ts';
import type { GameListing } from '../../../../shared/domain/market/game-listing.ts';
import { runs } from '../../../support/property-settings.ts';
import { aListing, anEvent, mapInput, type Side } from '../../../support/told-markets.ts';

const LEAGUES = [
  ['nfl', 'KXNFLGAME'],
  ['nba', 'KXNBAGAME'],
  ['mlb', 'KXMLBGAME'],
] as const;

/** Some games of one league on a day, each between teams that play once, and the events of their markets. */
const someDay = fc.constantFrom(...LEAGUES).chain(([league, series]) =>
  fc.shuffledSubarray([...TEAM_ENTRIES[league]], { minLength: 4, maxLength: 12 }).map((teams) => {
    const pairs: { readonly away: Side; readonly home: Side }[] = [];
    for (let at = 0; at + 1 < teams.length; at += 2)
      pairs.push({ away: teams[at]!, home: teams[at + 1]! });
    return {
      league,
      games: pairs.map(({ away, home }) => aListing(away, home, { league })),
      events: pairs.map(({ away, home }) => anEvent(away, home, { series })),
    };
  }),
);

function sidesOf({ mapped }: MarketMap): ReadonlyMap<string, string> {
  return new Map(
    mapped.map(({ mapping }) => [mapping.market, `${mapping.gameId} ${mapping.yesSide}`]),
  );
}

const byMarket = ({ checked }: MarketMap) => new Map(checked.map((one) => [one.market, one]));

describe('the mapping of a day', () => {
  it('does not depend on the order of markets and games', () => {
    fc.assert(
      fc.property(someDay, fc.infiniteStream(fc.nat()), ({ games, events }, keys) => {
        const shuffled = <T>(items: readonly T[]): readonly T[] =>
          items
            .map((item) => [keys.next().value, item] as const)
            .toSorted(([a], [b]) => a - b)
            .map(([, item]) => item);
        const input = mapInput(events, games);
        const once = mapMarkets(input);
        expect(once.unmapped).toEqual([]);
        const again = mapMarkets({
          ...input,
          markets: shuffled(input.markets),
          games: shuffled(games),
        });
        expect(byMarket(again)).toEqual(byMarket(once));
      }),
      runs(40),
    );
  });

  it('is not changed by games that it is not about', () => {
    fc.assert(
      fc.property(someDay, someDay, fc.integer({ min: 1, max: 28 }), (day, other, date) => {
        const teams = new Set(day.games.flatMap(({ home, away }) => [home.code, away.code]));
        const easternDate = `2026-10-${String(date).padStart(2, '0')}`;
        const unrelated: readonly GameListing[] = [
          ...other.games.filter(
            ({ league, home, away }) =>
              league !== day.league || !(teams.has(home.code) || teams.has(away.code)),
          ),
          ...day.games.map((game) => ({ ...game, gameId: `${game.gameId} before`, easternDate })),
        ];
        const input = mapInput(day.events, day.games);
        const more = mapMarkets({ ...input, games: [...unrelated, ...day.games] });
        expect(sidesOf(more)).toEqual(sidesOf(mapMarkets(input)));
      }),
      runs(40),
    );
  });

  it('is refused where any source has home and away exchanged', () => {
    fc.assert(
      fc.property(someDay, ({ league, games, events: [event] }) => {
        const [game] = games;
        if (game === undefined || event === undefined) return;
        const series = event.markets[0]?.market.seriesTicker ?? '';
        const { away, home } = game;
        const flipped = aListing(home, away, { league });
        const exchanged = [
          mapInput([event], [flipped]),
          mapInput([anEvent(home, away, { series })], [game]),
          mapInput(
            [anEvent(away, home, { series, title: `${home.name} at ${away.name}` })],
            [game],
          ),
          mapInput(
            [
              anEvent(away, home, {
                series,
                rules: (side) => ({
                  primary: `If ${side.name} wins the ${home.name} at ${away.name} game, then Yes.`,
                  secondary: '',
                }),
              }),
            ],
            [game],
          ),
        ];
        for (const input of exchanged) {
          const { mapped, unmapped } = mapMarkets(input);
          expect(mapped).toEqual([]);
          expect(unmapped.map(({ refusal }) => refusal.code)).toEqual(['reversed', 'reversed']);
        }
        const { startTimeMs } = game;
        expect(
          gameNamed([game], { league, home: away.name, away: home.name, startTimeMs }).kind,
        ).toBe('reversed');
      }),
      runs(40),
    );
  });

  it('never takes YES of one market for that of the other', () => {
    fc.assert(
      fc.property(someDay, ({ games, events }) => {
        const swapped = events.map((event) => {
          const [first, second] = event.markets;
          return {
            ...event,
            markets: [
              { ...first!, yesName: second!.yesName },
              { ...second!, yesName: first!.yesName },
            ],
          };
        });
        expect(mapMarkets(mapInput(swapped, games)).mapped).toEqual([]);
      }),
      runs(40),
    );
  });
});

describe('whatever the exchange says', () => {
  it('is mapped or refused, and nothing is thrown', () => {
    const event = anEvent({ code: 'MIA', name: 'Miami' }, { code: 'BUF', name: 'Buffalo' });
    const games = [aListing({ code: 'MIA', name: 'Miami' }, { code: 'BUF', name: 'Buffalo' })];
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (ticker, title, text) => {
        const [first] = event.markets;
        const market = { ...first!.market, ticker: `KXNFLGAME-26NOV22${ticker}` };
        const told = {
          event: { ...event.event, title },
          markets: [
            { market, yesName: text, noName: text, rules: { primary: text, secondary: title } },
          ],
        };
        expect(mapMarkets(mapInput([told], games)).unmapped).toHaveLength(1);
        expect(
          readRules({ primary: `If ${text} wins the ${title} game.`, secondary: ticker }),
        ).toBeDefined();
      }),
      runs(40),
    );
  });
});
