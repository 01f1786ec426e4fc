import { clubTeams } from './team-table.ts';

/** The clubs that played in the Premier League since 2020. Our codes are the league's own; ESPN says MNC and MAN. */
export const EPL = clubTeams(`
  ARS | Arsenal | Arsenal FC
  AVL | Aston Villa | Aston Villa FC, Villa
  BOU | Bournemouth | AFC Bournemouth
  BRE | Brentford | Brentford FC
  BHA | Brighton & Hove Albion | Brighton, Brighton and Hove Albion FC
  BUR | Burnley | Burnley FC
  CHE CFC | Chelsea | Chelsea FC
  COV | Coventry City | Coventry
  CRY | Crystal Palace | Crystal Palace FC
  EVE | Everton | Everton FC
  FUL | Fulham | Fulham FC
  HUL | Hull City | Hull
  IPS | Ipswich Town | Ipswich
  LEE | Leeds United | Leeds
  LEI | Leicester City | Leicester
  LIV LFC | Liverpool | Liverpool FC
  LUT | Luton Town | Luton
  MCI MNC | Manchester City | Man City, Manchester City FC
  MUN MAN | Manchester United | Man United, Man Utd, Manchester Utd, Manchester United FC
  NEW | Newcastle United | Newcastle, Newcastle Utd
  NOR | Norwich City | Norwich
  NFO | Nottingham Forest | Nott'm Forest, Nottm Forest, Nottingham
  SHU | Sheffield United | Sheffield Utd
  SOU | Southampton | Southampton FC
  SUN | Sunderland | Sunderland AFC
  TOT | Tottenham Hotspur | Tottenham, Spurs
  WAT | Watford | Watford FC
  WBA | West Bromwich Albion | West Brom
  WHU | West Ham United | West Ham
  WOL | Wolverhampton Wanderers | Wolves, Wolverhampton
`);
