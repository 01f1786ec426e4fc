import { cityTeams } from './team-table.ts';

/** Our codes are the common ones; Kalshi says AZ, CWS and ATH, ESPN CHW and, in older captures, OAK. */
export const MLB = cityTeams(`
  ARI AZ | Arizona | Diamondbacks | D-backs
  ATH OAK | | Athletics | A's, Oakland Athletics, Oakland, Sacramento Athletics
  ATL | Atlanta | Braves
  BAL | Baltimore | Orioles
  BOS | Boston | Red Sox
  CHC | Chicago* | Cubs | Chicago C, CHI Cubs
  CWS CHW | Chicago* | White Sox | Chicago WS, Chicago W, CHI White Sox
  CIN | Cincinnati | Reds
  CLE | Cleveland | Guardians | Cleveland Indians
  COL | Colorado | Rockies
  DET | Detroit | Tigers
  HOU | Houston | Astros
  KC KCR | Kansas City | Royals
  LAA | Los Angeles* | Angels | LA Angels, Los Angeles A
  LAD | Los Angeles* | Dodgers | LA Dodgers, Los Angeles D
  MIA | Miami | Marlins
  MIL | Milwaukee | Brewers
  MIN | Minnesota | Twins
  NYM | New York* | Mets | NY Mets, New York M
  NYY | New York* | Yankees | NY Yankees, New York Y
  PHI | Philadelphia | Phillies
  PIT | Pittsburgh | Pirates
  SD SDP | San Diego | Padres
  SEA | Seattle | Mariners
  SF SFG | San Francisco | Giants
  STL | St. Louis | Cardinals | Saint Louis Cardinals
  TB TBR | Tampa Bay | Rays
  TEX | Texas | Rangers
  TOR | Toronto | Blue Jays
  WSH WAS WSN | Washington | Nationals
`);
