import { cityTeams } from './team-table.ts';

/** Our codes are the league's own; ESPN and Kalshi say LA, NJ, SJ and TB. */
export const NHL = cityTeams(`
  ANA | Anaheim | Ducks
  ARI | Arizona | Coyotes
  BOS | Boston | Bruins
  BUF | Buffalo | Sabres
  CGY | Calgary | Flames
  CAR | Carolina | Hurricanes
  CHI | Chicago | Blackhawks
  COL | Colorado | Avalanche
  CBJ | Columbus | Blue Jackets
  DAL | Dallas | Stars
  DET | Detroit | Red Wings
  EDM | Edmonton | Oilers
  FLA | Florida | Panthers
  LAK LA | Los Angeles | Kings
  MIN | Minnesota | Wild
  MTL MON | Montreal | Canadiens
  NSH | Nashville | Predators
  NJD NJ | New Jersey | Devils
  NYI | New York* | Islanders | NY Islanders, New York I
  NYR | New York* | Rangers | NY Rangers, New York R
  OTT | Ottawa | Senators
  PHI | Philadelphia | Flyers
  PIT | Pittsburgh | Penguins
  SJS SJ | San Jose | Sharks
  SEA | Seattle | Kraken
  STL | St. Louis | Blues | Saint Louis Blues
  TBL TB | Tampa Bay | Lightning
  TOR | Toronto | Maple Leafs
  UTA UTAH | Utah | Mammoth | Utah Hockey Club
  VAN | Vancouver | Canucks
  VGK | Vegas | Golden Knights
  WSH WAS | Washington | Capitals
  WPG | Winnipeg | Jets
`);
