import { describe, expect, it } from 'vitest';
import { foldName } from '../../../../shared/domain/mapping/fold-name.ts';
import {
  GAME_SERIES,
  gameSeries,
  seriesOf,
  leaguesOff,
  seriesOn,
} from '../../../../shared/domain/mapping/series.ts';
import {
  claimsOf,
  findTeam,
  hasTeams,
  TEAM_ENTRIES,
} from '../../../../shared/domain/mapping/teams.ts';
import { schoolTeams } from '../../../../shared/domain/mapping/teams/team-table.ts';
import { LEAGUES } from '../../../../shared/domain/market/leagues.ts';

describe('the curated teams', () => {
  it.each(LEAGUES)('of %s: no code, name or alias stands for two of them', (league) => {
    const entries = TEAM_ENTRIES[league];
    const shared = [...claimsOf(entries)].filter(([, codes]) => codes.size > 1);
    expect(shared.map(([word, codes]) => `${word}: ${[...codes].join(', ')}`)).toEqual([]);
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length);
    // A code is part of the ids of games.
    expect(entries.filter(({ code }) => !/^[A-Z][A-Z0-9]+$/.test(code))).toEqual([]);
    const lost = entries.flatMap(({ code, name, aliases }) =>
      [code, name, ...aliases].filter((word) => {
        const team = findTeam(league, word);
        return foldName(word) === '' || team?.code !== code || team.name !== name;
      }),
    );
    expect(lost).toEqual([]);
  });

  it('are as many as their leagues have, or had', () => {
    const counts = LEAGUES.map((league) => [league, TEAM_ENTRIES[league].length]);
    expect(Object.fromEntries(counts)).toEqual({
      nfl: 32,
      nba: 30,
      nhl: 33,
      mlb: 30,
      epl: 30,
      'ligue-1': 28,
      ncaaf: 265,
      ncaab: 365,
      wncaab: 365,
      atp: 0,
      wta: 0,
      ufc: 0,
    });
    expect(LEAGUES.filter((league) => !hasTeams(league))).toEqual(['atp', 'wta', 'ufc']);
  });

  it('would show an alias that stands for two', () => {
    const entries = schoolTeams('A | Iowa State | Cyclones\n B | Iowa St. | Others');
    expect([...claimsOf(entries)].filter(([, codes]) => codes.size > 1)).toHaveLength(1);
  });
});

describe('findTeam', () => {
  it.each([
    ['nfl', 'WSH', 'WAS'],
    ['nfl', 'JAC', 'JAX'],
    ['nfl', 'Los Angeles R', 'LA'],
    ['nfl', 'san francisco 49ERS', 'SF'],
    ['nfl', 'IND Colts', 'IND'],
    ['nba', 'LA Clippers', 'LAC'],
    ['nba', 'GS', 'GSW'],
    ['nhl', 'St Louis Blues', 'STL'],
    ['nhl', 'TB', 'TBL'],
    ['mlb', 'ATL Braves', 'ATL'],
    ['mlb', 'AZ', 'ARI'],
    ['mlb', 'A’s', 'ATH'],
    ['epl', 'Nott’m Forest', 'NFO'],
    ['epl', 'Brighton and Hove Albion', 'BHA'],
    ['ligue-1', 'Saint-Etienne', 'STE'],
    ['ligue-1', 'Paris SG', 'PSG'],
    ['ncaab', 'Iowa St.', 'ISU'],
    ['ncaab', 'Hawaii Rainbow Warriors', 'HAW'],
    ['wncaab', 'Tennessee Lady Volunteers', 'TENN'],
    ['ncaaf', 'Miami (OH)', 'MOH'],
    ['ncaaf', 'San José State Spartans', 'SJSU'],
  ] as const)('%s: %s is %s', (league, said, code) => {
    expect(findTeam(league, said)?.code).toBe(code);
  });

  it.each([
    ['nfl', 'Los Angeles'],
    ['nfl', 'New York'],
    ['nba', 'LA'],
    ['mlb', 'Chicago'],
    ['ligue-1', 'Paris'],
    ['ncaaf', 'Miami'],
    ['ncaab', 'Tigers'],
    ['nba', 'Seattle SuperSonics'],
    ['ncaaf', 'Gonzaga Bulldogs'],
    ['nfl', ''],
    ['atp', 'Carlos Alcaraz'],
  ] as const)('%s: %s is nobody for certain', (league, said) => {
    expect(findTeam(league, said)).toBeNull();
  });

  it.each([
    ['Æneas Łukasz Ødegård', 'aeneas lukasz odegard'],
    ["Hawai'i  Rainbow-Warriors ", 'hawaii rainbow warriors'],
    ['Texas A&M–CC', 'texas a and m cc'],
    ['St. John’s', 'st johns'],
  ])('%s is compared as %s', (said, folded) => {
    expect(foldName(said)).toBe(folded);
  });
});

describe('the series of game winners', () => {
  it('are one for each league, and on where somebody confirmed them', () => {
    expect(GAME_SERIES.map(({ league }) => league).toSorted()).toEqual([...LEAGUES].toSorted());
    expect(seriesOn(LEAGUES)).toEqual(['KXNFLGAME', 'KXNBAGAME', 'KXMLBGAME']);
    expect(seriesOn(['epl', 'nba'], ['KXEPLGAME'])).toEqual(['KXNBAGAME', 'KXEPLGAME']);
    expect(seriesOn(['nhl'])).toEqual([]);
    expect(leaguesOff(['nfl', 'nhl', 'epl'], ['KXEPLGAME'])).toEqual([
      { league: 'nhl', series: ['KXNHLGAME'] },
    ]);
    expect(seriesOf('epl')).toMatchObject([{ series: 'KXEPLGAME', order: 'home_away' }]);
    expect(gameSeries('KXNFLTOTAL')).toBeNull();
  });
});
