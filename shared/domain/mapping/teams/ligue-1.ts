import { clubTeams } from './team-table.ts';

/** The clubs that played in Ligue 1 since 2020. `Paris` alone is not listed: there are two of them. */
export const LIGUE_1 = clubTeams(`
  AJA | Ajaccio | AC Ajaccio
  ANG SCO | Angers | Angers SCO
  AUX | Auxerre | AJ Auxerre
  BOR | Bordeaux | Girondins de Bordeaux
  BRE SB29 | Brest | Stade Brestois, Stade Brestois 29
  CLE | Clermont | Clermont Foot
  DIJ | Dijon | Dijon FCO
  HAC LEH | Le Havre | Le Havre AC
  LEN RCL | Lens | RC Lens, Racing Club de Lens
  LIL LOSC | Lille | Lille OSC, LOSC Lille
  LEM | Le Mans | Le Mans FC
  LOR FCL | Lorient | FC Lorient
  LYO OL | Lyon | Olympique Lyonnais, Olympique Lyon
  MAR OM | Marseille | Olympique de Marseille, Olympique Marseille
  MET FCM | Metz | FC Metz
  MON ASM | Monaco | AS Monaco
  MTP MHSC | Montpellier | Montpellier HSC
  NAN FCN | Nantes | FC Nantes
  NIC OGCN | Nice | OGC Nice
  NIM | Nîmes | Nîmes Olympique
  PFC | Paris FC
  PSG | Paris Saint-Germain | Paris SG, Paris St-G, Paris Saint Germain FC
  REI | Reims | Stade de Reims
  REN SRFC | Rennes | Stade Rennais, Stade Rennais FC
  STE ASSE | Saint-Étienne | St Etienne, AS Saint-Étienne
  STR RCSA | Strasbourg | RC Strasbourg, RC Strasbourg Alsace, Strasbourg Alsace
  TFC TOU | Toulouse | Toulouse FC
  TRO | Troyes | ESTAC Troyes
`);
