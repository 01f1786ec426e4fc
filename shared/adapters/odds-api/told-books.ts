import type { EpochMs, GameId } from '../../domain/market/market.ts';
import type { LineSource } from '../../domain/odds/line.ts';
import type { OddsEvent } from '../../ports/odds-feed.ts';
import type { Replacement } from './wire/quotes.ts';

type Removal = Extract<OddsEvent, { kind: 'removed' }>;
type Told = {
  readonly sportKey: string;
  readonly source: LineSource;
  readonly gameId: GameId;
  readonly commenceMs: EpochMs;
  readonly sequence: number;
};

/**
 * Which book was last told of which game. The vendor does not say that a book has gone; it is not in the next answer. A
 * removal has the time of the answer that showed it, and is at least a microsecond after what the book said last.
 */
export class ToldBooks {
  readonly #told = new Map<string, Told>();

  note(sportKey: string, commenceMs: EpochMs, { source, gameId, sequence }: Replacement): void {
    const known = this.#told.get(`${source} ${gameId}`);
    this.#told.set(`${source} ${gameId}`, {
      sportKey,
      source,
      gameId,
      commenceMs,
      sequence: Math.max(sequence, known?.sequence ?? 0),
    });
  }

  /** What an answer for a sport does not show any more. */
  vanished(
    sportKey: string,
    shown: readonly Pick<Replacement, 'source' | 'gameId'>[],
    atMs: EpochMs,
  ): readonly Removal[] {
    const still = new Set(shown.map(({ source, gameId }) => `${source} ${gameId}`));
    return this.#remove(atMs, (told, key) => told.sportKey === sportKey && !still.has(key));
  }

  /** Games that have begun since: what was said before is not used in play. */
  begun(nowMs: EpochMs): readonly Removal[] {
    return this.#remove(nowMs, ({ commenceMs }) => commenceMs <= nowMs);
  }

  /** Everything of the sports that are not asked for any more. */
  unasked(asked: ReadonlySet<string>, atMs: EpochMs): readonly Removal[] {
    return this.#remove(atMs, ({ sportKey }) => !asked.has(sportKey));
  }

  #remove(atMs: EpochMs, isGone: (told: Told, key: string) => boolean): readonly Removal[] {
    const removals: Removal[] = [];
    for (const [key, told] of this.#told) {
      if (!isGone(told, key)) continue;
      this.#told.delete(key);
      const { source, gameId } = told;
      const sequence = Math.max(atMs * 1_000, told.sequence + 1);
      removals.push({ kind: 'removed', feed: 'odds_api', source, gameId, sequence });
    }
    return removals;
  }
}
