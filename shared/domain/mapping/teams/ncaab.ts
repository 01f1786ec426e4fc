import { schoolTeams } from './team-table.ts';

/** The schools of the first division; the nicknames of women's teams stand beside. `Miami` alone is not listed. */
export const NCAAB = schoolTeams(`
  AAMU | Alabama A&M | Bulldogs
  ACU | Abilene Christian | Wildcats
  AFA AF | Air Force | Falcons
  AKR | Akron | Zips
  ALA BAMA | Alabama | Crimson Tide
  ALCN | Alcorn State | Braves | Alcorn State Lady Braves
  ALST | Alabama State | Hornets | Alabama State Lady Hornets
  AMCC TAMC | Texas A&M-Corpus Christi | Islanders | Texas A&M-CC
  AMER AU | American University | Eagles | American
  APP | App State | Mountaineers | Appalachian State, Appalachian State Mountaineers, Appalachian St
  ARIZ | Arizona | Wildcats
  ARK | Arkansas | Razorbacks
  ARMY | Army | Black Knights
  ARST | Arkansas State | Red Wolves
  ASU | Arizona State | Sun Devils
  AUB | Auburn | Tigers
  BALL | Ball State | Cardinals
  BAY | Baylor | Bears
  BC | Boston College | Eagles
  BCU COOK | Bethune-Cookman | Wildcats
  BEL BELM | Belmont | Bruins
  BELL | Bellarmine | Knights
  BGSU | Bowling Green | Falcons
  BING | Binghamton | Bearcats
  BRAD | Bradley | Braves
  BRWN BRN | Brown | Bears
  BRY | Bryant | Bulldogs
  BSU BOIS | Boise State | Broncos
  BU | Boston University | Terriers | Boston U
  BUCK | Bucknell | Bison
  BUFF BUF | Buffalo | Bulls
  BUT | Butler | Bulldogs
  BYU | BYU | Cougars | Brigham Young
  CAL | California | Golden Bears | Cal
  CAM CAMP | Campbell | Fighting Camels
  CAN | Canisius | Golden Griffins
  CBU | California Baptist | Lancers | Cal Baptist
  CCSU | Central Connecticut | Blue Devils | Central Connecticut State
  CCU CCAR | Coastal Carolina | Chanticleers
  CHAR CLT | Charlotte | 49ers
  CHAT UTC | Chattanooga | Mocs
  CHS CHST | Chicago State | Cougars
  CHSO | Charleston Southern | Buccaneers
  CIN | Cincinnati | Bearcats
  CIT | The Citadel | Bulldogs | Citadel
  CLEM | Clemson | Tigers
  CLEV CLE | Cleveland State | Vikings
  CLMB COLU | Columbia | Lions
  CMU | Central Michigan | Chippewas
  COFC | Charleston | Cougars | College of Charleston
  COLG | Colgate | Raiders
  COLO | Colorado | Buffaloes
  CONN | UConn | Huskies | Connecticut
  COPP | Coppin State | Eagles
  COR | Cornell | Big Red
  CP | Cal Poly | Mustangs
  CREI | Creighton | Bluejays
  CSB CSUB | Cal State Bakersfield | Roadrunners | CSU Bakersfield
  CSF CSUF | Cal State Fullerton | Titans | CSU Fullerton, CS Fullerton
  CSU | Colorado State | Rams
  CSUN | Cal State Northridge | Matadors | CSU Northridge
  DART | Dartmouth | Big Green
  DAV | Davidson | Wildcats
  DAY | Dayton | Flyers
  DEL | Delaware | Blue Hens
  DEN | Denver | Pioneers
  DEP | DePaul | Blue Demons
  DET | Detroit Mercy | Titans
  DREX | Drexel | Dragons
  DRKE | Drake | Bulldogs
  DSU | Delaware State | Hornets
  DUKE | Duke | Blue Devils
  DUQ | Duquesne | Dukes
  ECU | East Carolina | Pirates
  EIU | Eastern Illinois | Panthers
  EKU EKY | Eastern Kentucky | Colonels
  ELON | Elon | Phoenix
  EMU | Eastern Michigan | Eagles
  ETAM | East Texas A&M | Lions
  ETSU | East Tennessee State | Buccaneers | East Tennessee State Bucs
  EVAN | Evansville | Purple Aces
  EWU | Eastern Washington | Eagles
  FAIR | Fairfield | Stags
  FAMU | Florida A&M | Rattlers
  FAU | Florida Atlantic | Owls
  FDU | Fairleigh Dickinson | Knights
  FGCU | Florida Gulf Coast | Eagles
  FIU | Florida International | Panthers | Florida Intl
  FLA | Florida | Gators
  FOR | Fordham | Rams
  FRES | Fresno State | Bulldogs
  FSU | Florida State | Seminoles
  FUR | Furman | Paladins
  GASO | Georgia Southern | Eagles
  GAST | Georgia State | Panthers
  GB | Green Bay | Phoenix
  GCU | Grand Canyon | Lopes
  GMU GMAS | George Mason | Patriots
  GONZ | Gonzaga | Bulldogs
  GRAM | Grambling | Tigers | Grambling State, Grambling Lady Tigers
  GT | Georgia Tech | Yellow Jackets
  GTWN | Georgetown | Hoyas
  GW | George Washington | Revolutionaries | George Washington Colonials
  HALL | Seton Hall | Pirates
  HAMP | Hampton | Pirates | Hampton Lady Pirates
  HARV | Harvard | Crimson
  HAW | Hawai'i | Rainbow Warriors | Hawai'i Rainbow Wahine
  HC | Holy Cross | Crusaders
  HCU | Houston Christian | Huskies | Houston Baptist
  HOF | Hofstra | Pride
  HOU | Houston | Cougars
  HOW | Howard | Bison
  HP HPU | High Point | Panthers
  IDHO IDA | Idaho | Vandals
  IDST | Idaho State | Bengals
  ILL | Illinois | Fighting Illini
  ILST | Illinois State | Redbirds
  INST | Indiana State | Sycamores
  IONA | Iona | Gaels
  IOWA | Iowa | Hawkeyes
  ISU | Iowa State | Cyclones
  IU IND | Indiana | Hoosiers
  IUIN IUPU | IU Indianapolis | Jaguars | IUPUI
  JAC JAX | Jacksonville | Dolphins
  JKST | Jackson State | Tigers | Jackson State Lady Tigers
  JMU | James Madison | Dukes
  JOES | Saint Joseph's | Hawks | St. Joseph's
  JVST JXST | Jacksonville State | Gamecocks
  KC UMKC | Kansas City | Roos
  KENN | Kennesaw State | Owls
  KENT | Kent State | Golden Flashes
  KSU | Kansas State | Wildcats
  KU | Kansas | Jayhawks
  LAF | Lafayette | Leopards
  LAM | Lamar | Cardinals
  LAS | La Salle | Explorers
  LBSU | Long Beach State | Beach | Long Beach State 49ers
  LEH | Lehigh | Mountain Hawks
  LEM | Le Moyne | Dolphins
  LIB | Liberty | Flames
  LIN | Lindenwood | Lions
  LIP | Lipscomb | Bisons
  LIU | Long Island University | Sharks | LIU, Long Island
  LMD L-MD | Loyola Maryland | Greyhounds | Loyola (MD)
  LMU | Loyola Marymount | Lions
  LONG | Longwood | Lancers
  LOU | Louisville | Cardinals
  LR UALR | Little Rock | Trojans
  LSU | LSU | Tigers | Louisiana State
  LT | Louisiana Tech | Bulldogs | Louisiana Tech Lady Techsters
  LUC L-IL | Loyola Chicago | Ramblers | Loyola-Chicago
  MAN | Manhattan | Jaspers
  MARQ | Marquette | Golden Eagles
  MASS UMASS | Massachusetts | Minutemen | UMass
  MCN MCNS | McNeese | Cowboys | McNeese State, McNeese Cowgirls
  MD | Maryland | Terrapins
  ME MAINE | Maine | Black Bears
  MEM | Memphis | Tigers
  MER | Mercer | Bears
  MHU | Mercyhurst | Lakers
  MIA | Miami* | Hurricanes | Miami (FL), Miami FL
  MICH | Michigan | Wolverines
  MILW | Milwaukee | Panthers
  MINN | Minnesota | Golden Gophers
  MISS | Ole Miss | Rebels | Mississippi
  MIZ | Missouri | Tigers
  MOH M-OH | Miami (OH) | RedHawks | Miami Ohio
  MONM | Monmouth | Hawks
  MONT | Montana | Grizzlies | Montana Lady Griz
  MORE | Morehead State | Eagles
  MORG | Morgan State | Bears | Morgan State Lady Bears
  MOST | Missouri State | Bears
  MRMK | Merrimack | Warriors
  MRSH | Marshall | Thundering Herd
  MRST | Marist | Red Foxes
  MSM | Mount St. Mary's | Mountaineers | Mt. St. Mary's
  MSST | Mississippi State | Bulldogs
  MSU | Michigan State | Spartans
  MTST | Montana State | Bobcats
  MTSU MTU | Middle Tennessee | Blue Raiders | Middle Tennessee State
  MUR MURR | Murray State | Racers
  MVSU | Mississippi Valley State | Delta Devils | Mississippi Valley State Devilettes
  NAU | Northern Arizona | Lumberjacks
  NAVY | Navy | Midshipmen
  NCAT | North Carolina A&T | Aggies
  NCCU | North Carolina Central | Eagles
  NCST | NC State | Wolfpack | North Carolina State
  ND | Notre Dame | Fighting Irish
  NDSU | North Dakota State | Bison
  NE NEU | Northeastern | Huskies
  NEB | Nebraska | Cornhuskers
  NEV | Nevada | Wolf Pack
  NHVN | New Haven | Chargers
  NIAG | Niagara | Purple Eagles
  NICH | Nicholls | Colonels | Nicholls State
  NIU | Northern Illinois | Huskies
  NJIT | NJIT | Highlanders
  NKU | Northern Kentucky | Norse
  NMSU | New Mexico State | Aggies
  NORF NSU | Norfolk State | Spartans
  NU NW | Northwestern | Wildcats
  NWST | Northwestern State | Demons | Northwestern State Lady Demons
  OAK | Oakland | Golden Grizzlies
  ODU | Old Dominion | Monarchs
  OHIO | Ohio | Bobcats
  OKST | Oklahoma State | Cowboys | Oklahoma State Cowgirls
  OMA | Omaha | Mavericks
  ORE | Oregon | Ducks
  ORST | Oregon State | Beavers
  ORU | Oral Roberts | Golden Eagles
  OSU | Ohio State | Buckeyes
  OU OKLA | Oklahoma | Sooners
  PAC | Pacific | Tigers
  PEAY APSU | Austin Peay | Governors
  PENN | Pennsylvania | Quakers | Penn
  PEPP | Pepperdine | Waves
  PFW | Purdue Fort Wayne | Mastodons
  PITT | Pittsburgh | Panthers | Pitt
  PORT | Portland | Pilots
  PRE | Presbyterian | Blue Hose
  PRIN | Princeton | Tigers
  PROV | Providence | Friars
  PRST | Portland State | Vikings
  PSU | Penn State | Nittany Lions | Penn State Lady Lions
  PUR | Purdue | Boilermakers
  PV PVAM | Prairie View A&M | Panthers | Prairie View, Prairie View A&M Lady Panthers
  QUIN | Quinnipiac | Bobcats
  QUOC QUEN | Queens University | Royals
  RAD | Radford | Highlanders
  RGV TRGV UTRGV | UT Rio Grande Valley | Vaqueros
  RICE | Rice | Owls
  RICH | Richmond | Spiders
  RID | Rider | Broncs
  RMU | Robert Morris | Colonials
  RUTG | Rutgers | Scarlet Knights
  SAC | Sacramento State | Hornets
  SAM | Samford | Bulldogs
  SBON | St. Bonaventure | Bonnies
  SC SCAR | South Carolina | Gamecocks
  SCST | South Carolina State | Bulldogs | South Carolina State Lady Bulldogs
  SCU | Santa Clara | Broncos
  SDAK | South Dakota | Coyotes
  SDST | South Dakota State | Jackrabbits
  SDSU | San Diego State | Aztecs
  SEA | Seattle U | Redhawks | Seattle
  SELA | SE Louisiana | Lions | Southeastern Louisiana, SE Louisiana Lady Lions
  SEMO | Southeast Missouri State | Redhawks
  SF | San Francisco | Dons
  SFA | Stephen F. Austin | Lumberjacks | Stephen F. Austin Ladyjacks
  SFPA SFU | Saint Francis | Red Flash | St. Francis (PA), Saint Francis (PA)
  SHSU | Sam Houston | Bearkats | Sam Houston State
  SHU | Sacred Heart | Pioneers
  SIE SIEN | Siena | Saints
  SIU | Southern Illinois | Salukis
  SIUE | SIU Edwardsville | Cougars | SIU-Edwardsville
  SJSU | San Jose State | Spartans
  SJU | St. John's | Red Storm
  SLU | Saint Louis | Billikens | St. Louis
  SMC | Saint Mary's | Gaels | St. Mary's
  SMU | SMU | Mustangs | Southern Methodist
  SOU SOUTH | Southern | Jaguars
  SPU | Saint Peter's | Peacocks | St. Peter's
  STAN | Stanford | Cardinal
  STBK STON | Stony Brook | Seawolves
  STET | Stetson | Hatters
  STMN UST | St. Thomas-Minnesota | Tommies | St. Thomas (MN)
  STO STNH | Stonehill | Skyhawks
  SUU | Southern Utah | Thunderbirds
  SYR | Syracuse | Orange
  TAMU TXAM | Texas A&M | Aggies
  TAR | Tarleton State | Texans
  TCU | TCU | Horned Frogs | Texas Christian
  TEM | Temple | Owls
  TENN | Tennessee | Volunteers | Tennessee Lady Volunteers
  TEX | Texas | Longhorns
  TLSA | Tulsa | Golden Hurricane
  TNST | Tennessee State | Tigers | Tennessee State Lady Tigers
  TNTC | Tennessee Tech | Golden Eagles
  TOL | Toledo | Rockets
  TOW TOWS | Towson | Tigers
  TROY | Troy | Trojans
  TTU | Texas Tech | Red Raiders | Texas Tech Lady Raiders
  TULN | Tulane | Green Wave
  TXSO | Texas Southern | Tigers
  TXST | Texas State | Bobcats
  UAB | UAB | Blazers | Alabama-Birmingham
  UALB ALBY | UAlbany | Great Danes | Albany
  UAPB | Arkansas-Pine Bluff | Golden Lions
  UCA | Central Arkansas | Bears | Central Arkansas Sugar Bears
  UCD | UC Davis | Aggies
  UCF | UCF | Knights | Central Florida
  UCI | UC Irvine | Anteaters
  UCLA | UCLA | Bruins
  UCR UCRV | UC Riverside | Highlanders
  UCSB | UC Santa Barbara | Gauchos
  UCSD | UC San Diego | Tritons
  UGA | Georgia | Bulldogs | Georgia Lady Bulldogs
  UIC | UIC | Flames | Illinois-Chicago
  UIW IW | Incarnate Word | Cardinals
  UK | Kentucky | Wildcats
  UL ULL | Louisiana | Ragin' Cajuns
  ULM | UL Monroe | Warhawks | Louisiana-Monroe
  UMBC | UMBC | Retrievers
  UMES | Maryland Eastern Shore | Hawks | Maryland-Eastern Shore
  UML | UMass Lowell | River Hawks
  UNA | North Alabama | Lions
  UNC | North Carolina | Tar Heels
  UNCA | UNC Asheville | Bulldogs
  UNCG | UNC Greensboro | Spartans
  UNCO | Northern Colorado | Bears
  UNCW | UNC Wilmington | Seahawks
  UND | North Dakota | Fighting Hawks
  UNF | North Florida | Ospreys
  UNH | New Hampshire | Wildcats
  UNI | Northern Iowa | Panthers
  UNLV | UNLV | Rebels | UNLV Lady Rebels
  UNM | New Mexico | Lobos
  UNO | New Orleans | Privateers
  UNT | North Texas | Mean Green
  UPST SCUP | South Carolina Upstate | Spartans | USC Upstate
  URI | Rhode Island | Rams
  USA | South Alabama | Jaguars
  USC | USC | Trojans | Southern California
  USD | San Diego | Toreros
  USF | South Florida | Bulls
  USI | Southern Indiana | Screaming Eagles
  USM | Southern Miss | Golden Eagles | Southern Mississippi, Southern Miss Lady Eagles
  USU | Utah State | Aggies
  UTA | UT Arlington | Mavericks
  UTAH | Utah | Utes
  UTEP | UTEP | Miners
  UTM | UT Martin | Skyhawks | Tennessee-Martin
  UTSA | UTSA | Roadrunners | UT San Antonio
  UTU | Utah Tech | Trailblazers
  UVA | Virginia | Cavaliers
  UVM | Vermont | Catamounts
  UVU | Utah Valley | Wolverines
  UWG WGA | West Georgia | Wolves
  VALP | Valparaiso | Beacons
  VAN VAND | Vanderbilt | Commodores
  VCU | VCU | Rams
  VILL | Villanova | Wildcats
  VMI | VMI | Keydets
  VT | Virginia Tech | Hokies
  WAG | Wagner | Seahawks
  WAKE | Wake Forest | Demon Deacons
  WASH | Washington | Huskies
  WCU | Western Carolina | Catamounts
  WEB WEBE | Weber State | Wildcats
  WEBB GWEB | Gardner-Webb | Runnin' Bulldogs | Gardner-Webb Bulldogs
  WICH | Wichita State | Shockers
  WIN WINT | Winthrop | Eagles
  WIS WISC | Wisconsin | Badgers
  WIU | Western Illinois | Leathernecks
  WKU | Western Kentucky | Hilltoppers | Western Kentucky Lady Toppers
  WM | William & Mary | Tribe
  WMU | Western Michigan | Broncos
  WOF | Wofford | Terriers
  WRST | Wright State | Raiders
  WSU | Washington State | Cougars
  WVU | West Virginia | Mountaineers
  WYO | Wyoming | Cowboys | Wyoming Cowgirls
  XAV | Xavier | Musketeers
  YALE | Yale | Bulldogs
  YSU | Youngstown State | Penguins
`);
