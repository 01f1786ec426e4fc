import { cityTeams } from './team-table.ts';

/** Our codes are those of the league's schedule data; ESPN says LAR and WSH, Kalshi JAC. */
export const NFL = cityTeams(`
  ARI ARZ | Arizona | Cardinals
  ATL | Atlanta | Falcons
  BAL BLT | Baltimore | Ravens
  BUF | Buffalo | Bills
  CAR | Carolina | Panthers
  CHI | Chicago | Bears
  CIN | Cincinnati | Bengals
  CLE CLV | Cleveland | Browns
  DAL | Dallas | Cowboys
  DEN | Denver | Broncos
  DET | Detroit | Lions
  GB GNB | Green Bay | Packers
  HOU HST | Houston | Texans
  IND | Indianapolis | Colts
  JAX JAC | Jacksonville | Jaguars
  KC KAN | Kansas City | Chiefs
  LA LAR STL | Los Angeles* | Rams | Los Angeles R, St. Louis Rams
  LAC SD | Los Angeles* | Chargers | LA Chargers, Los Angeles C, San Diego Chargers
  LV LVR OAK | Las Vegas | Raiders | Oakland Raiders
  MIA | Miami | Dolphins
  MIN | Minnesota | Vikings
  NE NWE | New England | Patriots
  NO NOR | New Orleans | Saints
  NYG | New York* | Giants | NY Giants, New York G
  NYJ | New York* | Jets | NY Jets, New York J
  PHI | Philadelphia | Eagles
  PIT | Pittsburgh | Steelers
  SEA | Seattle | Seahawks
  SF SFO | San Francisco | 49ers | San Francisco Forty Niners
  TB TAM | Tampa Bay | Buccaneers
  TEN | Tennessee | Titans
  WAS WSH | Washington | Commanders | Washington Football Team, Washington Redskins
`);
