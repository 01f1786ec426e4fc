import type { EpochMs, GameId } from '../../../domain/market/market.ts';
import type { BoltListedGame } from './catalogue.ts';
import type { BoltFrameOptions } from './frames.ts';
import type { BoltFilters } from './subscribe.ts';
import { parseBoltWhen } from './when.ts';

/** A game that began longer ago may be over, and no book need have it. */
const BEGAN_LATELY_MS = 4 * 3_600_000;

/** A game of ours in the feed's own list, of those that a subscription asks for. */
export type ListedInFilters = { readonly gameId: GameId; readonly startTimeMs: EpochMs };

/**
 * Our games in the feed's own list, each once; a row of no game of ours, or whose start cannot be read, is left out.
 */
export function listedOf(
  listed: readonly BoltListedGame[],
  asked: { readonly filters: BoltFilters; readonly gameIdOf: BoltFrameOptions['gameIdOf'] },
): readonly ListedInFilters[] {
  const { filters, gameIdOf } = asked;
  const games = new Map<GameId, ListedInFilters>();
  for (const { home, away, ...row } of listed) {
    if (!(filters.sports?.includes(row.sport) ?? true)) continue;
    if (!(filters.games?.includes(row.label) ?? true)) continue;
    const gameId = gameIdOf({ ...row, homeTeam: home, awayTeam: away });
    const startTimeMs = parseBoltWhen(row.when ?? '');
    if (gameId !== null && typeof startTimeMs === 'number')
      games.set(gameId, { gameId, startTimeMs });
  }
  return [...games.values()];
}

/** Those that must have odds now: not over, not off, and not begun more than four hours ago. */
export function dueOf(
  games: readonly ListedInFilters[],
  at: { readonly nowMs: EpochMs; readonly isOver: (gameId: GameId) => boolean },
): readonly GameId[] {
  return games.flatMap(({ gameId, startTimeMs }) =>
    startTimeMs >= at.nowMs - BEGAN_LATELY_MS && !at.isOver(gameId) ? [gameId] : [],
  );
}
