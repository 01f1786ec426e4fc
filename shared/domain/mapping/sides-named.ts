import type { GameListing } from '../market/game-listing.ts';
import type { League } from '../market/leagues.ts';
import type { GameSide } from '../market/market.ts';
import { foldName } from './fold-name.ts';
import { isNamed } from './game-named.ts';
import { findTeam, hasTeams } from './teams.ts';

/** What a word says of the two sides of a game: one of them, certainly neither, or nothing that is known. */
export type SideNamed = GameSide | 'neither' | 'unknown';

/**
 * Which side of a game a word names. A word that stands for another team of the league is certainly neither. Athletes
 * are known by full name; a surname alone counts where no other athlete of `among` has it.
 */
export function sideNamed(
  game: GameListing,
  said: string,
  among: readonly GameListing[],
): SideNamed {
  const sides = (['home', 'away'] as const).filter((side) =>
    isNamed(game.league, game[side], said),
  );
  const [only] = sides;
  if (only !== undefined) return sides.length === 1 ? only : 'unknown';
  if (hasTeams(game.league)) return findTeam(game.league, said) === null ? 'unknown' : 'neither';
  return sideBySurname(game, said, among);
}

function sideBySurname(game: GameListing, said: string, among: readonly GameListing[]): SideNamed {
  const surname = ` ${foldName(said)}`;
  const names = new Set(
    among
      .filter(({ league }) => league === game.league)
      .flatMap(({ home, away }) => [foldName(home.name), foldName(away.name)])
      .filter((name) => name.endsWith(surname)),
  );
  if (names.size !== 1) return names.size === 0 ? 'neither' : 'unknown';
  const side = (['home', 'away'] as const).find((one) => names.has(foldName(game[one].name)));
  return side ?? 'neither';
}

/**
 * Which team a text begins with: `Buffalo professional football` begins with Buffalo. The longest beginning that is a
 * name of the league counts. Null when none is.
 */
export function leadingTeam(league: League, text: string): string | null {
  const words = text.split(' ');
  for (let length = words.length; length > 0; length -= 1) {
    const name = words.slice(0, length).join(' ');
    if (findTeam(league, name) !== null) return name;
  }
  return null;
}
