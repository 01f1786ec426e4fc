import { cityTeams } from './team-table.ts';

/** Our codes are the league's own, which Kalshi's tickers use too; ESPN says GS, NO, NY, SA, UTAH and WSH. */
export const NBA = cityTeams(`
  ATL | Atlanta | Hawks
  BOS | Boston | Celtics
  BKN BRK | Brooklyn | Nets
  CHA CHO | Charlotte | Hornets
  CHI | Chicago | Bulls
  CLE | Cleveland | Cavaliers | Cavs
  DAL | Dallas | Mavericks | Mavs
  DEN | Denver | Nuggets
  DET | Detroit | Pistons
  GSW GS | Golden State | Warriors
  HOU | Houston | Rockets
  IND | Indiana | Pacers
  LAC | Los Angeles* | Clippers | LA Clippers, Los Angeles C
  LAL | Los Angeles* | Lakers | LA Lakers, Los Angeles L
  MEM | Memphis | Grizzlies
  MIA | Miami | Heat
  MIL | Milwaukee | Bucks
  MIN | Minnesota | Timberwolves | Wolves
  NOP NO | New Orleans | Pelicans
  NYK NY | New York | Knicks
  OKC | Oklahoma City | Thunder
  ORL | Orlando | Magic
  PHI | Philadelphia | 76ers | Sixers
  PHX PHO | Phoenix | Suns
  POR | Portland | Trail Blazers | Blazers
  SAC | Sacramento | Kings
  SAS SA | San Antonio | Spurs
  TOR | Toronto | Raptors
  UTA UTAH | Utah | Jazz
  WAS WSH | Washington | Wizards
`);
