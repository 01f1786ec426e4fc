import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { readAtpClosing } from '../../../shared/replay/import/atp-closing.ts';
import { csvColumns } from '../../../shared/replay/import/csv-rows.ts';
import { ImportRefusal } from '../../../shared/replay/import/import-refusal.ts';
import { readNflClosing } from '../../../shared/replay/import/nfl-closing.ts';
import { readSoccerClosing } from '../../../shared/replay/import/soccer-closing.ts';
import { readStrikeoutProps } from '../../../shared/replay/import/strikeout-props.ts';
import { writeAtp, writeNfl, writeProps, writeSoccer } from '../../support/odds-files.ts';
import { inTemporaryFolder } from '../../support/replay-fixture.ts';

const readNfl = async (rows: readonly string[]) =>
  inTemporaryFolder(async (data) => {
    writeNfl(data, rows);
    return readNflClosing(join(data, 'nfl'));
  });

describe('closing moneylines of the NFL', () => {
  it('have the home side first, by their decimal odds', async () => {
    const set = await readNfl([
      '2006_01_MIA_PIT,2006,REG,2006-09-07,MIA,17,PIT,28,Home,11,150,-170',
      '2006_01_ATL_CAR,2006,REG,2006-09-10,ATL,20,CAR,6,Neutral,-14,200,-240',
    ]);
    expect(set.events).toEqual([
      { cluster: '2006-09-07', decimalOdds: [1 + 100 / 170, 2.5], happened: 0 },
      { cluster: '2006-09-10', decimalOdds: [1 + 100 / 240, 3], happened: 1 },
    ]);
    expect(set.noted).toEqual({ 'neutral ground': 1 });
  });

  it('leave out and count a tie, a game without odds, and the years before the file has any', async () => {
    const set = await readNfl([
      '1999_01_MIN_ATL,1999,REG,1999-09-12,MIN,17,ATL,14,Home,-3,,',
      '2006_01_A_B,2006,REG,2006-09-10,A,20,B,20,Home,0,120,-140',
      '2006_01_C_D,2006,REG,2006-09-10,C,20,D,21,Home,1,,',
    ]);
    expect(set.events).toEqual([]);
    expect(set.leftOut).toEqual({ 'before 2006': 1, tie: 1, 'no moneyline': 1 });
  });

  it.each([
    [
      'a result that is not that of the scores',
      '2006_01_A_B,2006,REG,2006-09-10,A,20,B,6,Home,14,120,-140',
      /"result" is "14"; allowed is home less away score, which is -14/,
    ],
    [
      'odds that are none',
      '2006_01_A_B,2006,REG,2006-09-10,A,20,B,6,Home,-14,50,-140',
      /"away_moneyline" is "50"/,
    ],
  ])('refuse %s', async (_, row, says) => {
    await expect(readNfl([row])).rejects.toThrow(says);
  });

  it('name what is missing', async () => {
    await expect(readNflClosing('/nowhere')).rejects.toThrow(
      /there is no nflverse_games_\*\.csv\.gz in the folder.*--data DIR/,
    );
  });
});

const readSoccer = async (rows: readonly string[]) =>
  inTemporaryFolder(async (data) => {
    writeSoccer(data, 'E0', rows);
    return readSoccerClosing(join(data, 'soccer-football-data'), 'E0');
  });

describe('Pinnacle’s closing three-way odds', () => {
  it('are the PSC columns and not the opening ones, day before month, behind a BOM', async () => {
    const { events } = await readSoccer([
      '01/02/2025,20:00,A,B,1,0,H,1.6,4,5.5,1.65,4.1,5.2',
      '12/02/2025,20:00,C,D,2,2,D,2,3,4,2.1,3.2,3.9',
      '13/02/2025,20:00,E,F,0,3,A,2,3,4,2.1,3.2,3.9',
    ]);
    expect(events).toEqual([
      { cluster: '2025-02-01', decimalOdds: [1.65, 4.1, 5.2], happened: 0 },
      { cluster: '2025-02-12', decimalOdds: [2.1, 3.2, 3.9], happened: 1 },
      { cluster: '2025-02-13', decimalOdds: [2.1, 3.2, 3.9], happened: 2 },
    ]);
  });

  it('leave out a match without closing odds or without a result', async () => {
    const set = await readSoccer([
      '01/02/2025,20:00,A,B,1,0,H,1.6,4,5.5,,,',
      '02/02/2025,20:00,A,B,,,,1.6,4,5.5,1.65,4.1,5.2',
    ]);
    expect(set).toMatchObject({ events: [], leftOut: { 'no closing odds': 1, 'no result': 1 } });
  });

  it('refuse a result that the goals do not say', async () => {
    await expect(readSoccer(['01/02/2025,20:00,A,B,1,0,A,1,1,1,1.65,4.1,5.2'])).rejects.toThrow(
      /"FTR" is "A"; allowed is H, as the goals say/,
    );
  });
});

const readAtp = async (
  rows: readonly string[],
  unfinished: 'left_out' | 'retired_counted' = 'left_out',
) =>
  inTemporaryFolder(async (data) => {
    writeAtp(data, rows);
    return readAtpClosing(join(data, 'tennis'), unfinished);
  });

describe('Pinnacle’s odds on ATP matches', () => {
  it('do not give the winner away by its place', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, at) => `2012,1,2012-03-01,Winner ${at},Loser ${at},Completed,1.5,2.6,1.55,2.6`,
    );
    const { events } = await readAtp(rows);
    const first = events.filter(({ happened }) => happened === 0).length;
    // Half of 300 within four standard deviations, and the odds go with the player.
    expect(Math.abs(first - 150)).toBeLessThan(35);
    for (const { decimalOdds, happened } of events) expect(decimalOdds[happened]).toBe(1.55);
  });

  it('put the same player first whoever won', async () => {
    const { events } = await readAtp([
      '2012,1,2012-03-01,Federer R.,Nadal R.,Completed,1.5,2.6,1.55,2.6',
      '2012,1,2012-03-01,Nadal R.,Federer R.,Completed,2.6,1.5,2.6,1.55',
    ]);
    expect(events[0]?.decimalOdds).toEqual(events[1]?.decimalOdds);
    expect(new Set(events.map(({ happened }) => happened)).size).toBe(2);
  });

  it('leave out what was not played to its end, what has no odds, and odds of one', async () => {
    const rows = [
      '2012,1,2012-03-01,A,B,Retired,1.5,2.6,1.55,2.6',
      '2012,1,2012-03-01,C,D,Walkover,1.5,2.6,1.55,2.6',
      '2012,1,2012-03-01,E,F,Completed,1.5,2.6,,',
      '2012,1,2012-03-01,G,H,Completed,1.5,2.6,1,71',
    ];
    const set = await readAtp(rows);
    expect(set.events).toEqual([]);
    expect(set.leftOut).toEqual({
      retired: 1,
      walkover: 1,
      'no Pinnacle odds': 1,
      'odds of exactly 1': 1,
    });
    expect((await readAtp(rows, 'retired_counted')).events).toHaveLength(1);
  });

  it('keep the days of a file apart from the same days of another, where a year was mistyped', async () => {
    const { events, noted } = await readAtp([
      '2012,1,2012-10-01,A,B,Completed,1.5,2.6,1.55,2.6',
      '2013,1,2012-10-01,C,D,Completed,1.5,2.6,1.55,2.6',
    ]);
    expect(new Set(events.map(({ cluster }) => cluster)).size).toBe(2);
    expect(noted).toEqual({ 'dated in another year than the file': 1 });
  });
});

const quote = (rest: string): string =>
  `2026-04-21T14:29:05Z,2026-04-21,Ryan Weiss,Houston Astros,Cleveland Guardians,2026-04-21T22:10:00Z,${rest},-110,-120`;
const readProps = async (quotes: readonly string[], outcomes: readonly string[] = []) =>
  inTemporaryFolder(async (data) => {
    writeProps(data, quotes, outcomes);
    return readStrikeoutProps(join(data, 'sportsbook-props-mlb'));
  });

describe('quotes on strikeouts', () => {
  it('are both sides of a book before the game; later rows only repeat them', async () => {
    const props = await readProps(
      [
        quote('3.5,FanDuel,102,-136,pregame'),
        quote('3.5,FanDuel,102,-136,in_progress'),
        quote('3.5,Kalshi,100,-120,final'),
      ],
      ['2026-04-21,Ryan Weiss,5'],
    );
    expect(props.quotes).toEqual([
      {
        snapshotMs: Date.UTC(2026, 3, 21, 14, 29, 5),
        pitcherDay: '2026-04-21 Ryan Weiss',
        game: '2026-04-21 Cleveland Guardians - Houston Astros',
        gameTimeMs: Date.UTC(2026, 3, 21, 22, 10),
        strikeoutLine: 3.5,
        book: 'fanduel',
        over: 2.02,
        under: 1 + 100 / 136,
      },
    ]);
    expect(props.leftOut).toEqual({ 'in the game': 1, 'after the game': 1 });
    expect(props.strikeouts.get('2026-04-21 Ryan Weiss')).toBe(5);
  });

  it.each([
    ['a book nobody knows', '3.5,Bovada,102,-136,pregame', /"book" is "Bovada"/],
    ['a line on which a bet could be void', '3,FanDuel,102,-136,pregame', /"k_line" is "3"/],
    [
      'a state of the game nobody knows',
      '3.5,FanDuel,102,-136,delayed',
      /"game_state" is "delayed"/,
    ],
  ])('refuse %s', async (_, rest, says) => {
    await expect(readProps([quote(rest)])).rejects.toThrow(says);
  });

  it('refuse two outcomes of one pitcher and day', async () => {
    const twice = ['2026-04-21,Ryan Weiss,5', '2026-04-21,Ryan Weiss,6'];
    await expect(readProps([quote('3.5,FanDuel,102,-136,pregame')], twice)).rejects.toThrow(
      /each pitcher once a day/,
    );
  });
});

describe('columns of a file', () => {
  it('are found by name, and a missing one is named', async () => {
    await inTemporaryFolder(async (data) => {
      writeSoccer(data, 'E0', ['01/02/2025,20:00,A,B,1,0,H,1,1,1,1.65,4.1,5.2']);
      const file = join(data, 'soccer-football-data', 'E0_2425.csv');
      const rows = [];
      for await (const { cells } of csvColumns(file, ['FTR', 'Div'])) rows.push(cells);
      expect(rows).toEqual([['H', 'E0']]);
      const missing = csvColumns(file, ['FTR', 'BFEH']).next();
      await expect(missing).rejects.toThrow(ImportRefusal);
      await expect(csvColumns(file, ['BFEH']).next()).rejects.toThrow(/column BFEH once/);
    });
  });
});
