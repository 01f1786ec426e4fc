import { LEAGUES, type League } from '../market/leagues.ts';
import { foldName } from './fold-name.ts';
import { EPL } from './teams/epl.ts';
import { LIGUE_1 } from './teams/ligue-1.ts';
import { MLB } from './teams/mlb.ts';
import { NBA } from './teams/nba.ts';
import { NCAAB } from './teams/ncaab.ts';
import { NCAAF } from './teams/ncaaf.ts';
import { NFL } from './teams/nfl.ts';
import { NHL } from './teams/nhl.ts';
import type { TeamEntry } from './teams/team-table.ts';

/** A team under our code and full name, which are the same whoever told of it. */
export type Team = { readonly league: League; readonly code: string; readonly name: string };

/** The curated teams of each league. Tennis and UFC have none: athletes are known by their full names. */
export const TEAM_ENTRIES: Readonly<Record<League, readonly TeamEntry[]>> = {
  nfl: NFL,
  ncaaf: NCAAF,
  nba: NBA,
  nhl: NHL,
  mlb: MLB,
  ncaab: NCAAB,
  wncaab: NCAAB,
  epl: EPL,
  'ligue-1': LIGUE_1,
  atp: [],
  wta: [],
  ufc: [],
};

const TEAMS: ReadonlyMap<League, ReadonlyMap<string, Team | null>> = new Map(
  LEAGUES.map((league) => [league, teamsByName(league, TEAM_ENTRIES[league])]),
);

/**
 * The team of a league that a code, a name or an alias stands for, case and diacritics folded. Null when it stands for
 * none, or for more than one: a name is never guessed.
 */
export function findTeam(league: League, said: string): Team | null {
  return TEAMS.get(league)?.get(foldName(said)) ?? null;
}

const CODE = /^[A-Z][A-Z0-9]*$/;

const CODES: ReadonlyMap<League, ReadonlyMap<string, readonly string[]>> = new Map(
  LEAGUES.map((league) => [
    league,
    new Map(
      TEAM_ENTRIES[league].map(({ code, aliases }) => [
        code,
        [code, ...aliases].filter((word) => CODE.test(word)),
      ]),
    ),
  ]),
);

/** Every word of a team that may be a part of a ticker, ours first. */
export function codesOfTeam({ league, code }: Team): readonly string[] {
  return CODES.get(league)?.get(code) ?? [];
}

/** Whether a league has a curated list; without one its competitors are athletes. */
export function hasTeams(league: League): boolean {
  return TEAM_ENTRIES[league].length > 0;
}

/** Every folded word of a league's table with the teams that claim it: more than one is a mistake of the table. */
export function claimsOf(entries: readonly TeamEntry[]): ReadonlyMap<string, ReadonlySet<string>> {
  const claims = new Map<string, Set<string>>();
  for (const { code, name, aliases } of entries)
    for (const word of [code, name, ...aliases]) {
      const key = foldName(word);
      claims.set(key, (claims.get(key) ?? new Set()).add(code));
    }
  return claims;
}

function teamsByName(
  league: League,
  entries: readonly TeamEntry[],
): ReadonlyMap<string, Team | null> {
  const byCode = new Map(
    entries.map(({ code, name }) => [code, { league, code, name } satisfies Team]),
  );
  return new Map(
    [...claimsOf(entries)].map(([word, codes]) => {
      const [only = ''] = codes;
      return [word, codes.size === 1 ? (byCode.get(only) ?? null) : null];
    }),
  );
}
