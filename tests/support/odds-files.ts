import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRng } from '../../shared/simulator/rng.ts';

/** Files of odds in the formats of the collected ones, with made-up games: what a study needs to run at all. */

const NFL_HEAD =
  'game_id,season,game_type,gameday,away_team,away_score,home_team,home_score,location,result,away_moneyline,home_moneyline';
const SOCCER_HEAD = 'Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,PSH,PSD,PSA,PSCH,PSCD,PSCA';
const SOCCER_EARLY_HEAD = `${SOCCER_HEAD},BFEH,BFED,BFEA,BFECH,BFECD,BFECA`;
const ATP_HEAD = 'file_year,ATP,Date,Winner,Loser,Comment,B365W,B365L,PSW,PSL';
const QUOTES_HEAD =
  'snapshot_at_utc,slate_date,pitcher,team,opp_team,game_time_utc,k_line,book,over_american,under_american,game_state,opening_over_american,opening_under_american';
const OUTCOMES_HEAD = 'date,pitcher,actual_strikeouts';

function write(dir: string, name: string, lines: readonly string[], start = ''): void {
  mkdirSync(dir, { recursive: true });
  const text = `${start}${lines.join('\n')}\n`;
  writeFileSync(join(dir, name), name.endsWith('.gz') ? gzipSync(text) : text);
}

export function writeNfl(data: string, rows: readonly string[]): void {
  write(join(data, 'nfl'), 'nflverse_games_2006_2007.csv.gz', [NFL_HEAD, ...rows]);
}

/** With the BOM that football-data.co.uk puts before its files. */
export function writeSoccer(
  data: string,
  division: string,
  rows: readonly string[],
  head = SOCCER_HEAD,
): void {
  const lines = [head, ...rows.map((row) => `${division},${row}`)];
  write(join(data, 'soccer-football-data'), `${division}_2425.csv`, lines, '\uFEFF');
}

/** As `writeSoccer`, each row with the exchange's odds before and at the close behind Pinnacle's. */
export function writeSoccerEarly(data: string, division: string, rows: readonly string[]): void {
  writeSoccer(data, division, rows, SOCCER_EARLY_HEAD);
}

export function writeAtp(data: string, rows: readonly string[]): void {
  write(join(data, 'tennis'), 'atp_odds_2012_2013.csv.gz', [ATP_HEAD, ...rows]);
}

export function writeProps(
  data: string,
  quotes: readonly string[],
  outcomes: readonly string[],
): void {
  const dir = join(data, 'sportsbook-props-mlb');
  write(dir, 'mlb_pitcher_strikeout_odds_snapshots.csv.gz', [QUOTES_HEAD, ...quotes]);
  write(dir, 'mlb_pitcher_strikeout_outcomes.csv', [OUTCOMES_HEAD, ...outcomes]);
}

const day = (at: number): string => String(1 + (at % 28)).padStart(2, '0');

/** Enough made-up games of every kind for both studies; the same each time. */
export function writeEveryStudy(data: string): void {
  const rng = seededRng(11);
  const games = Array.from({ length: 24 }, (_, at) => ({ at, won: rng.chance(0.6) }));
  writeNfl(
    data,
    games.map(
      ({ at, won }) =>
        `2006_01_A_B${at},2006,REG,2006-09-${day(at)},A,${won ? 10 : 20},B,${won ? 24 : 13},Home,${won ? 14 : -7},140,-160`,
    ),
  );
  for (const division of ['E0', 'F1', 'D1', 'I1', 'SP1'])
    writeSoccerEarly(
      data,
      division,
      games.map(({ at, won }) => {
        const result = won ? '2,0,H' : at % 2 === 0 ? '1,1,D' : '0,1,A';
        return `${day(at)}/09/2024,20:00,Home${at},Away${at},${result},1.9,3.6,4.2,1.87,3.7,4.3,2.16,3.75,4.3,1.96,3.8,4.4`;
      }),
    );
  writeAtp(
    data,
    games.map(
      ({ at, won }) =>
        `2012,1,2012-09-${day(at)},Winner${at},Loser${at},Completed,1.5,2.6,${won ? '1.55,2.6' : '2.6,1.55'}`,
    ),
  );
  const quotes = games.flatMap(({ at }) =>
    ['DraftKings', 'FanDuel', 'BetMGM', 'Kalshi'].flatMap((book, nth) =>
      ['14:00', '14:29', '15:01'].map(
        (time, when) =>
          `2026-05-${day(at)}T${time}:00Z,2026-05-${day(at)},Pitcher ${at},Home ${at},Away ${at},2026-05-${day(at)}T20:00:00Z,5.5,${book},${-110 - nth * 2 - when * 3},${-112 + nth},pregame,-110,-110`,
      ),
    ),
  );
  writeProps(
    data,
    quotes,
    games.map(({ at, won }) => `2026-05-${day(at)},Pitcher ${at},${won ? 7 : 4}`),
  );
}
