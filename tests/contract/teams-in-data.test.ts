import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mapMarkets } from '../../shared/domain/mapping/map-markets.ts';
import { findTeam } from '../../shared/domain/mapping/teams.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import { aMarket } from '../support/trade-builders.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const isThere = existsSync(DATA);

function textOf(file: string): string {
  const bytes = readFileSync(new URL(file, DATA));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
}

/** No cell that is read here is quoted. */
function cells(file: string): readonly (readonly string[])[] {
  return textOf(file)
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(','));
}

function filesOf(folder: string, part: string): readonly string[] {
  return readdirSync(new URL(`${folder}/`, DATA))
    .filter((name) => name.startsWith(part))
    .map((name) => `${folder}/${name}`);
}

function column(files: readonly string[], ...columns: readonly number[]): ReadonlySet<string> {
  return new Set(
    files.flatMap((file) => cells(file).flatMap((row) => columns.map((at) => row[at] ?? ''))),
  );
}

type Capture = {
  events: {
    competitions: { competitors: { team: { abbreviation: string; displayName: string } }[] }[];
  }[];
};

function teamsOf(
  file: string,
): readonly { readonly abbreviation: string; readonly displayName: string }[] {
  const { events } = JSON.parse(textOf(file)) as Capture;
  return events.flatMap(({ competitions }) =>
    competitions.flatMap(({ competitors }) => competitors.map(({ team }) => team)),
  );
}

function sbrTeams(): ReadonlySet<string> {
  const games = JSON.parse(textOf('nfl/sbr_nfl_2011_2021.json.gz')) as Record<string, unknown>[];
  return new Set(games.flatMap((game) => [String(game['home_team']), String(game['away_team'])]));
}

const AEI = 'aei-ratings';
const NOISE =
  '0 BuffaloBills Fortyniners KCChiefs Kansas LVRaiders LosAngeles NewYork Oakland SanDiego St.Louis Tampa Washingtom';

describe.skipIf(!isThere)('the curated teams (needs ../shared/data)', () => {
  it.each<readonly [League, string, () => ReadonlySet<string>, number, readonly string[]]>([
    ['nfl', 'nflverse', () => column(['nfl/nflverse_games_1999_2024.csv.gz'], 7, 9), 35, []],
    ['nfl', 'sportsbookreview', sbrTeams, 44, NOISE.split(' ')],
    ['nba', 'Basketball-Reference', () => column(filesOf('nba', 'nba_'), 2, 4), 30, []],
    ['nhl', 'Hockey-Reference', () => column(filesOf('nhl', 'nhl_'), 2, 4), 34, []],
    ['epl', 'football-data', () => column(filesOf('soccer-football-data', 'E0_'), 3, 4), 23, []],
    [
      'ligue-1',
      'football-data',
      () => column(filesOf('soccer-football-data', 'F1_'), 3, 4),
      21,
      [],
    ],
    ['epl', 'FootyStats', () => column(filesOf('soccer-footystats', 'E0_'), 2, 3), 28, []],
    [
      'ligue-1',
      'FootyStats',
      () => column(filesOf('soccer-footystats', 'F1_'), 2, 3),
      27,
      ['Paris'],
    ],
    ['nba', 'ratings', () => column([`${AEI}/nba.csv`], 0), 30, []],
    ['nhl', 'ratings', () => column([`${AEI}/nhl.csv`], 0), 32, []],
    ['ncaab', 'ratings', () => column([`${AEI}/mcbb.csv`], 0), 365, []],
    ['wncaab', 'ratings', () => column([`${AEI}/wcbb.csv`], 0), 363, []],
    ['ncaaf', 'ratings', () => column([`${AEI}/cfb.csv`], 0), 265, ['Miami']],
    [
      'mlb',
      'strikeout props',
      () => column(['sportsbook-props-mlb/mlb_pitcher_strikeout_odds_snapshots.csv.gz'], 3, 4),
      30,
      [],
    ],
  ])('of %s know those of %s, but for what is listed', (league, _, names, count, unmapped) => {
    const said = [...names()];
    expect(said).toHaveLength(count);
    expect(said.filter((name) => findTeam(league, name) === null).toSorted()).toEqual(unmapped);
  });

  it.each<readonly [League, string, number]>([
    ['nfl', 'nfl.json', 32],
    ['nhl', 'nhl.json', 15],
    ['mlb', 'mlb.json.gz', 30],
    ['ncaaf', 'ncaaf.json', 50],
  ])(
    'of %s know those of ESPN’s scoreboard by name, and no other by code',
    (league, file, count) => {
      const teams = teamsOf(`espn-scoreboards/${file}`);
      const names = new Set(teams.map(({ displayName }) => displayName));
      expect(names.size).toBe(count);
      for (const { abbreviation, displayName } of teams) {
        const team = findTeam(league, displayName);
        expect(team, displayName).not.toBeNull();
        expect([null, team?.code], abbreviation).toContain(
          findTeam(league, abbreviation)?.code ?? null,
        );
      }
    },
  );
});

/** A market of which nothing is known but its ticker: titles, names and rules were not collected. */
function told(ticker: string, seriesTicker: string) {
  const eventTicker = ticker.slice(0, ticker.lastIndexOf('-'));
  return {
    market: aMarket({ ticker, eventTicker, seriesTicker }),
    yesName: null,
    noName: null,
    rules: { primary: '', secondary: '' },
  };
}

function mapTickers(tickers: readonly string[], series: string, games: readonly GameListing[]) {
  const markets = tickers.map((ticker) => told(ticker, series));
  const events = new Map(
    markets.map(({ market: { eventTicker } }) => [
      eventTicker,
      { eventTicker, title: '', isMutuallyExclusive: true, settlementSources: [] },
    ]),
  );
  return mapMarkets({ markets, events, games });
}

const mlbSide = (code: string) => ({ code, name: findTeam('mlb', code)?.name ?? code });

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The league's own table of results: names in full, in another spelling of dates, and no code at all. */
function nbaResults(): readonly (GameListing & {
  readonly points: Record<'home' | 'away', number>;
})[] {
  return filesOf('nba', 'nba_').flatMap((file) =>
    cells(file).map((row) => {
      const [, monthName = '', day = '', year = ''] = (row[0] ?? '').split(' ');
      const month = String(MONTHS.indexOf(monthName) + 1).padStart(2, '0');
      const easternDate = `${year}-${month}-${day.padStart(2, '0')}`;
      return {
        gameId: `${easternDate} ${row[2]} at ${row[4]}`,
        league: 'nba' as const,
        away: { code: '', name: row[2] ?? '' },
        home: { code: '', name: row[4] ?? '' },
        points: { away: Number(row[3]), home: Number(row[5]) },
        startTimeMs: 0,
        startConfirmed: true,
        easternDate,
      };
    }),
  );
}

describe.skipIf(!isThere)('Kalshi’s tickers (needs ../shared/data)', () => {
  it('of 434 NBA markets map to the game and side that the results confirm', () => {
    const rows = cells('kalshi-nba/kalshi_nba_games.csv');
    const results = nbaResults();
    const { checked, unmapped } = mapTickers(
      rows.map(([ticker = '']) => ticker),
      'KXNBAGAME',
      results,
    );
    expect(unmapped).toEqual([]);
    expect(checked).toHaveLength(434);
    const byId = new Map(results.map((game) => [game.gameId, game]));
    const wrong = checked.filter(({ gameId, yesSide }, at) => {
      const { home, away } = byId.get(gameId)!.points;
      const won = yesSide === 'home' ? home > away : away > home;
      const [, , , , , , , awayPoints, homePoints, result] = rows[at] ?? [];
      return won !== (result === 'yes') || `${away}-${home}` !== `${awayPoints}-${homePoints}`;
    });
    expect(wrong).toEqual([]);
  });

  it('of 6 MLB games map to the side that the last play confirms, with the start in the ticker', () => {
    const rows = cells('kalshi-mlb/games.csv');
    const games = rows.map(([code, away = '', home = '', , , , , , start = '']): GameListing => {
      return {
        gameId: code ?? '',
        league: 'mlb',
        away: mlbSide(away),
        home: mlbSide(home),
        startTimeMs: Date.parse(start),
        startConfirmed: true,
        easternDate: '2026-06-30',
      };
    });
    const winners = rows.map((row) => row[4] ?? '');
    const { checked, unmapped } = mapTickers(winners, 'KXMLBGAME', games);
    expect(unmapped).toEqual([]);
    for (const [at, { gameId, yesSide, start }] of checked.entries()) {
      expect(gameId).toBe(rows[at]?.[0]);
      expect(start.confirmedBy).toEqual(['ticker']);
      const last = cells(`kalshi-mlb/plays_${gameId}.csv`).at(-1) ?? [];
      const [away, home] = [Number(last[6]), Number(last[7])];
      expect(yesSide === 'home' ? home > away : away > home).toBe(rows[at]?.[5] === 'yes');
    }
    const totals = mapTickers(
      rows.map((row) => row[6] ?? ''),
      'KXMLBTOTAL',
      games,
    );
    expect(totals.unmapped.map(({ refusal }) => refusal.code)).toEqual(
      Array(6).fill('foreign_series'),
    );
  });
});
