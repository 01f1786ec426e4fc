import type { GameListing } from '../market/game-listing.ts';
import type { GameMapping, GameSide, Market, MarketTicker } from '../market/market.ts';

/** Why a market has no game: it is then priced by nobody. */
export type Unmapped = {
  readonly market: MarketTicker;
  readonly code: 'foreign_ticker' | 'no_such_game' | 'ambiguous_game' | 'foreign_side';
};

export type MarketMap = {
  readonly mapped: readonly { readonly market: Market; readonly mapping: GameMapping }[];
  readonly unmapped: readonly Unmapped[];
};

/** Team codes that stand for the same team; the first of a row is ours. */
const SAME_TEAM: readonly (readonly string[])[] = [
  ['JAX', 'JAC'],
  ['LA', 'LAR'],
  ['WAS', 'WSH'],
];

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** `SERIES-26NOV22MIABUF-BUF`: the Eastern date, away and home, then whom YES means. */
const TICKER = /^[A-Z0-9]+-(\d\d[A-Z]{3}\d\d)([A-Z0-9]+)-([A-Z0-9]+)$/;

type Named = { readonly game: GameListing; readonly sides: ReadonlyMap<string, GameSide> };

/**
 * Which game and which side of it each winner market is about. The ticker must name the Eastern date, both teams and one
 * of them; exactly one listed game may answer to it. Anything else is refused, never guessed.
 */
export function mapMarkets(markets: readonly Market[], games: readonly GameListing[]): MarketMap {
  const byName = gamesByName(games);
  const mapped: MarketMap['mapped'][number][] = [];
  const unmapped: Unmapped[] = [];
  for (const market of markets) {
    const found = mapMarket(market, byName);
    if (typeof found === 'string') unmapped.push({ market: market.ticker, code: found });
    else mapped.push({ market, mapping: found });
  }
  return { mapped, unmapped };
}

function mapMarket(
  market: Market,
  byName: ReadonlyMap<string, readonly Named[]>,
): GameMapping | Unmapped['code'] {
  const parts = TICKER.exec(market.ticker);
  if (parts === null) return 'foreign_ticker';
  const [, date = '', teams = '', yes = ''] = parts;
  const named = byName.get(`${date}${teams}`) ?? [];
  const [only] = named;
  if (only === undefined) return 'no_such_game';
  if (named.length > 1) return 'ambiguous_game';
  const yesSide = only.sides.get(yes);
  if (yesSide === undefined) return 'foreign_side';
  const { game } = only;
  return {
    market: market.ticker,
    gameId: game.gameId,
    league: game.league,
    yesSide,
    startTimeMs: game.startTimeMs,
    evidence: [
      `the ticker names ${date}, ${teams} and ${yes}`,
      `the scoreboard lists ${game.away.name} at ${game.home.name} on ${game.easternDate}`,
    ],
  };
}

/** Each game under every name that a ticker may give it. */
function gamesByName(games: readonly GameListing[]): ReadonlyMap<string, readonly Named[]> {
  const byName = new Map<string, Named[]>();
  for (const game of games) {
    const home = codesOf(game.home.code);
    const away = codesOf(game.away.code);
    const sides = new Map<string, GameSide>([
      ...home.map((code) => [code, 'home'] as const),
      ...away.map((code) => [code, 'away'] as const),
    ]);
    for (const first of away)
      for (const second of home) {
        const name = `${tickerDate(game.easternDate)}${first}${second}`;
        byName.set(name, [...(byName.get(name) ?? []), { game, sides }]);
      }
  }
  return byName;
}

function codesOf(code: string): readonly string[] {
  return SAME_TEAM.find((codes) => codes.includes(code)) ?? [code];
}

/** `2026-11-22` as a ticker writes it: `26NOV22`. */
export function tickerDate(easternDate: string): string {
  const [year = '', month = '', day = ''] = easternDate.split('-');
  return `${year.slice(2)}${MONTHS[Number(month) - 1] ?? '???'}${day}`;
}
