import type { EpochMs, GameId } from '../../../domain/market/market.ts';
import type { BoltListedGame } from './catalogue.ts';
import type { BoltFrameOptions } from './frames.ts';
import type { BoltFilters } from './subscribe.ts';
import { parseBoltWhen } from './when.ts';

/** A game that began longer ago may be over, and no book need have it. */
const BEGAN_LATELY_MS = 4 * 3_600_000;

/** Of the feed's own list what a subscription asks for: how many rows, and which of our games are among them. */
export type ListedInFilters = { readonly rows: number; readonly games: readonly GameId[] };

/** Games that began more than four hours ago, or whose start cannot be read, are not asked for. */
export function listedOf(
  listed: readonly BoltListedGame[],
  asked: {
    readonly filters: BoltFilters;
    readonly gameIdOf: BoltFrameOptions['gameIdOf'];
    readonly nowMs: EpochMs;
  },
): ListedInFilters {
  const { filters, gameIdOf, nowMs } = asked;
  const rows = listed.filter(
    ({ sport, label, when }) =>
      (filters.sports?.includes(sport) ?? true) &&
      (filters.games?.includes(label) ?? true) &&
      isLate(when, nowMs),
  );
  const games = rows.flatMap(
    ({ home, away, ...row }) => gameIdOf({ ...row, homeTeam: home, awayTeam: away }) ?? [],
  );
  return { rows: rows.length, games: [...new Set(games)] };
}

function isLate(when: string | null, nowMs: EpochMs): boolean {
  const startMs = parseBoltWhen(when ?? '');
  return typeof startMs === 'number' && startMs >= nowMs - BEGAN_LATELY_MS;
}
