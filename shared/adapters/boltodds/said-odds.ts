import type { EpochMs, GameId } from '../../domain/market/market.ts';
import type { OddsEvent } from '../../ports/odds-feed.ts';
import type { BoltFrameOptions, BoltGame } from './wire/frames.ts';
import type { BoltScope } from './wire/refusal.ts';

type Removed = Extract<OddsEvent, { kind: 'removed' }>;
type Pair = {
  readonly source: string;
  readonly gameId: GameId;
  sequence: number;
  saidMs: EpochMs;
};

export type SaidOddsOptions = {
  readonly gameIdOf: BoltFrameOptions['gameIdOf'];
  /** The feed has a game twice: the label that counts, and the one that does not. Told once for each. */
  readonly onDuplicate: (gameId: GameId, inForce: string, other: string) => void;
};

/**
 * What one connection said so far: which book spoke of which game, and under which label. Of a game that the feed has
 * twice only one label counts, the one that sorts first, whichever came first: legs of two are never joined.
 */
export class SaidOdds {
  readonly #options: SaidOddsOptions;
  readonly #pairs = new Map<string, Pair>();
  readonly #games = new Map<GameId, Pick<BoltGame, 'label' | 'sport'>>();
  /** Labels that do not count, each with the game that another one names. */
  readonly #duplicates = new Map<string, GameId>();
  #dropped: Removed[] = [];

  constructor(options: SaidOddsOptions) {
    this.#options = options;
  }

  /** Our game, null also for a label that does not count. What another label said before is dropped. */
  gameIdOf(game: BoltGame): GameId | null {
    const gameId = this.#options.gameIdOf(game);
    if (gameId === null) return null;
    const inForce = this.#games.get(gameId);
    if (inForce === undefined || inForce.label === game.label) {
      if (inForce === undefined) this.#games.set(gameId, game);
      return gameId;
    }
    const isFirst = game.label < inForce.label;
    if (isFirst) {
      this.#dropped.push(...this.#remove((pair) => pair.gameId === gameId));
      this.#games.set(gameId, game);
    }
    const other = isFirst ? inForce.label : game.label;
    if (!this.#duplicates.has(other)) {
      this.#duplicates.set(other, gameId);
      this.#options.onDuplicate(gameId, isFirst ? game.label : inForce.label, other);
    }
    return isFirst ? gameId : null;
  }

  /** What was dropped by a label that took over since this was last asked. */
  takeDropped(): readonly Removed[] {
    const dropped = this.#dropped;
    this.#dropped = [];
    return dropped;
  }

  /** Notes an event. True when a game went whose other label is now to be asked for. */
  note(event: OddsEvent, nowMs: EpochMs): boolean {
    switch (event.kind) {
      case 'alive':
        return false;
      case 'legs':
        for (const leg of event.legs) this.#said(leg, nowMs);
        return false;
      case 'replace':
        this.#said(event, nowMs);
        return false;
      case 'removed':
        this.#pairs.delete(keyOf(event));
        return this.#isLast(event.gameId);
    }
  }

  /** Everything that the feed said within a scope, taken back. */
  drop({ sport, source, label }: BoltScope): readonly Removed[] {
    return this.#remove(
      (pair) =>
        (source === null || pair.source === source) &&
        (label === null || this.#games.get(pair.gameId)?.label === label) &&
        (sport === null || this.#games.get(pair.gameId)?.sport === sport),
    );
  }

  /** What was not said again since a time, taken back. */
  dropUnsaidSince(sinceMs: EpochMs): readonly Removed[] {
    return this.#remove(({ saidMs }) => saidMs < sinceMs);
  }

  /** The connection is gone, and with it all that it said. */
  clear(): void {
    this.#pairs.clear();
    this.#games.clear();
    this.#duplicates.clear();
    this.#dropped = [];
  }

  #said(
    { source, gameId, sequence }: { source: string; gameId: GameId; sequence: number },
    nowMs: EpochMs,
  ): void {
    const key = keyOf({ source, gameId });
    const known = this.#pairs.get(key);
    if (known === undefined) {
      this.#pairs.set(key, { source, gameId, sequence, saidMs: nowMs });
      return;
    }
    known.sequence = Math.max(known.sequence, sequence);
    known.saidMs = nowMs;
  }

  #remove(isGone: (pair: Pair) => boolean): Removed[] {
    const gone = [...this.#pairs.values()].filter(isGone);
    for (const pair of gone) this.#pairs.delete(keyOf(pair));
    for (const { gameId } of gone) this.#isLast(gameId);
    return gone.map(({ source, gameId, sequence }) => ({
      kind: 'removed',
      feed: 'boltodds',
      source,
      gameId,
      sequence,
    }));
  }

  /** No book has the game any more: nothing of it is kept, and another label of it may count from now on. */
  #isLast(gameId: GameId): boolean {
    if ([...this.#pairs.values()].some((pair) => pair.gameId === gameId)) return false;
    this.#games.delete(gameId);
    let hasOther = false;
    for (const [label, named] of this.#duplicates)
      if (named === gameId) hasOther = this.#duplicates.delete(label);
    return hasOther;
  }
}

function keyOf({ source, gameId }: { readonly source: string; readonly gameId: GameId }): string {
  return `${source}|${gameId}`;
}
