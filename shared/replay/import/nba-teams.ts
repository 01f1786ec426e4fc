/** Kalshi's code of each NBA team and the name that Basketball-Reference's schedules use. */
export const NBA_TEAMS: ReadonlyMap<string, string> = new Map([
  ['ATL', 'Atlanta Hawks'],
  ['BKN', 'Brooklyn Nets'],
  ['BOS', 'Boston Celtics'],
  ['CHA', 'Charlotte Hornets'],
  ['CHI', 'Chicago Bulls'],
  ['CLE', 'Cleveland Cavaliers'],
  ['DAL', 'Dallas Mavericks'],
  ['DEN', 'Denver Nuggets'],
  ['DET', 'Detroit Pistons'],
  ['GSW', 'Golden State Warriors'],
  ['HOU', 'Houston Rockets'],
  ['IND', 'Indiana Pacers'],
  ['LAC', 'Los Angeles Clippers'],
  ['LAL', 'Los Angeles Lakers'],
  ['MEM', 'Memphis Grizzlies'],
  ['MIA', 'Miami Heat'],
  ['MIL', 'Milwaukee Bucks'],
  ['MIN', 'Minnesota Timberwolves'],
  ['NOP', 'New Orleans Pelicans'],
  ['NYK', 'New York Knicks'],
  ['OKC', 'Oklahoma City Thunder'],
  ['ORL', 'Orlando Magic'],
  ['PHI', 'Philadelphia 76ers'],
  ['PHX', 'Phoenix Suns'],
  ['POR', 'Portland Trail Blazers'],
  ['SAC', 'Sacramento Kings'],
  ['SAS', 'San Antonio Spurs'],
  ['TOR', 'Toronto Raptors'],
  ['UTA', 'Utah Jazz'],
  ['WAS', 'Washington Wizards'],
]);

/** The code of each team by its name. */
export const NBA_CODES: ReadonlyMap<string, string> = new Map(
  [...NBA_TEAMS].map(([code, name]) => [name, code]),
);

/** Arenas in which the team named second is not at home. */
export const NEUTRAL_ARENAS: ReadonlySet<string> = new Set([
  'Accor Arena',
  'Mexico City Arena',
  'T-Mobile Arena',
]);
