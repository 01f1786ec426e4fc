import type { GameState } from '../../shared/domain/market/game-state.ts';
import { outcomesOf } from '../../shared/domain/market/leagues.ts';
import type { EpochMs, GameId, GameMapping } from '../../shared/domain/market/market.ts';
import { assembleLine, saidMs, type Assembly } from '../../shared/domain/odds/assembly.ts';
import type { OddsPhase } from '../../shared/domain/odds/freshness.ts';
import type { LineLeg, LineSource } from '../../shared/domain/odds/line.ts';
import {
  makeFairLine,
  type FairLine,
  type LineRefusal,
  type LineRules,
} from '../../shared/domain/pricing/fair-line.ts';
import { oddsPhaseOf } from '../../shared/domain/pricing/odds-phase.ts';
import { saidOf } from '../../shared/domain/pricing/line-version.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';

/** How lines are watched, from configuration. */
export type WatchedLines = LineRules & {
  /** The sportsbooks that feeds are asked for: what becomes of each is told, whether the rule asks it or not. */
  readonly books: readonly LineSource[];
};

/** A followed game with what is known of it. */
export type WatchedGame = {
  readonly mapping: GameMapping;
  readonly legs: readonly LineLeg[];
  readonly state: GameState | null;
};

/** What became of one book's legs, when it is another than before. */
export type AssemblyChange = {
  readonly gameId: GameId;
  readonly source: LineSource;
  readonly from: Assembly['kind'] | null;
  readonly to: Assembly['kind'];
  /** Of what decided it; null where nothing is there to be old. */
  readonly ageMs: number | null;
};

export type LineEvent = Extract<HistoryEvent, { kind: 'line' }>;

export type LineNews = {
  readonly changes: readonly AssemblyChange[];
  readonly events: readonly LineEvent[];
  /**
   * Lines that are others than those told, and are told later or never: the bound of their game or of all was reached.
   */
  readonly heldBack: number;
};

/** A game is looked at this often at most, however fast its odds come. */
export const LOOK_EVERY_MS = 100;
/** Between two lines told of one game. */
const TELL_EVERY_MS = 1_000;
/** A line that still stands is told again after so long: whether one of which nothing is heard stands is not known. */
export const TELL_AGAIN_MS = 300_000;
/** Lines told of all games within a second. */
export const MOST_TOLD_A_SECOND = 50;

type Watched = {
  lookedMs: EpochMs;
  /** What was looked at last; null when the next look must be a whole one. */
  looked: {
    readonly legs: readonly LineLeg[];
    readonly phase: OddsPhase;
    /** Up to then the same legs are the same line. */
    readonly sameUntilMs: EpochMs;
  } | null;
  toldMs: EpochMs;
  told: string | null;
  readonly outcomes: Map<LineSource, Assembly['kind']>;
};

/**
 * The fair line of each followed game as it would be made now, and what became of each book's legs: told when it is
 * another than before, and again while it stands. Looked at when odds come and once a second besides, so that what is
 * only partly there is seen to expire by its own clock. Holds no clock; bounded in looks and in what it tells.
 */
export class LineWatch {
  readonly #epoch: number;
  readonly #lines: WatchedLines;
  /** The ages of a leg that some limit asks about. */
  readonly #ages: readonly number[];
  readonly #games = new Map<GameId, Watched>();
  #told = 0;
  #secondMs: EpochMs = Number.NEGATIVE_INFINITY;
  #toldThisSecond = 0;

  constructor(epoch: number, lines: WatchedLines) {
    this.#epoch = epoch;
    this.#lines = lines;
    this.#ages = Object.values(lines.limits).flatMap(({ quoteMaxAgeMs }) => [
      quoteMaxAgeMs.pregame,
      quoteMaxAgeMs.live ?? quoteMaxAgeMs.pregame,
    ]);
  }

  /** Whether a game may be looked at now; one that was a moment ago is looked at with the next second. */
  isDue(gameId: GameId, nowMs: EpochMs): boolean {
    const lookedMs = this.#games.get(gameId)?.lookedMs ?? Number.NEGATIVE_INFINITY;
    return Math.abs(nowMs - lookedMs) >= LOOK_EVERY_MS;
  }

  /** Odds of these games have come. */
  onOdds(games: readonly WatchedGame[], nowMs: EpochMs): LineNews {
    return this.#look(games, nowMs);
  }

  /** All followed games, once a second; a game that is not among them is forgotten. */
  onSecond(games: Iterable<WatchedGame>, nowMs: EpochMs): LineNews {
    const followed = [...games];
    const ids = new Set(followed.map(({ mapping }) => mapping.gameId));
    for (const gameId of this.#games.keys()) if (!ids.has(gameId)) this.#games.delete(gameId);
    return this.#look(followed, nowMs);
  }

  #look(games: readonly WatchedGame[], nowMs: EpochMs): LineNews {
    const changes: AssemblyChange[] = [];
    const events: LineEvent[] = [];
    let heldBack = 0;
    for (const game of games) {
      const watched = this.#watched(game.mapping.gameId);
      const phase = oddsPhaseOf(game.state, game.mapping.startTimeMs, nowMs);
      if (isSame(game, watched, phase, nowMs)) continue;
      watched.lookedMs = nowMs;
      watched.looked = null;
      changes.push(...this.#assemblies(game, watched, phase, nowMs));
      const line = lineOf(game, this.#lines, nowMs);
      const said = JSON.stringify(saidOf(line));
      // A clock that was set back keeps nothing from being told.
      const sinceToldMs = Math.abs(nowMs - watched.toldMs);
      const isAgain = said === watched.told;
      if (isAgain && (line.kind === 'refused' || sinceToldMs < TELL_AGAIN_MS)) {
        const againMs = line.kind === 'refused' ? Infinity : watched.toldMs + TELL_AGAIN_MS - 1;
        const sameUntilMs = Math.min(againMs, this.#ageingMs(game.legs, nowMs));
        watched.looked = { legs: game.legs, phase, sameUntilMs };
        continue;
      }
      if (sinceToldMs < TELL_EVERY_MS || !this.#mayTell(nowMs)) {
        if (isAgain) continue;
        heldBack += 1;
        continue;
      }
      watched.told = said;
      watched.toldMs = nowMs;
      events.push(this.#event(game, { phase, line, atMs: nowMs }));
    }
    return { changes, events, heldBack };
  }

  /** The last millisecond before one of the legs comes to an age that some limit asks about. */
  #ageingMs(legs: readonly LineLeg[], nowMs: EpochMs): EpochMs {
    const ends = legs.flatMap((leg) => this.#ages.map((ageMs) => saidMs(leg) + ageMs));
    return Math.min(...ends.filter((endMs) => endMs >= nowMs));
  }

  *#assemblies(
    { mapping, legs }: WatchedGame,
    { outcomes }: Watched,
    phase: OddsPhase,
    nowMs: EpochMs,
  ): Iterable<AssemblyChange> {
    const { gameId, league } = mapping;
    const { limits, books } = this.#lines;
    for (const source of books) {
      const found = assembleLine({
        legs,
        source,
        outcomes: outcomesOf(league),
        phase,
        nowMs,
        limits,
      });
      const from = outcomes.get(source) ?? null;
      if (from === found.kind) continue;
      outcomes.set(source, found.kind);
      yield { gameId, source, from, to: found.kind, ageMs: ageOf(found, nowMs) };
    }
  }

  #mayTell(nowMs: EpochMs): boolean {
    if (Math.abs(nowMs - this.#secondMs) >= 1_000) {
      this.#secondMs = nowMs;
      this.#toldThisSecond = 0;
    }
    if (this.#toldThisSecond >= MOST_TOLD_A_SECOND) return false;
    this.#toldThisSecond += 1;
    return true;
  }

  #event(
    { mapping }: WatchedGame,
    said: {
      readonly phase: OddsPhase;
      readonly line: FairLine | LineRefusal;
      readonly atMs: EpochMs;
    },
  ): LineEvent {
    const { gameId, league, startTimeMs } = mapping;
    this.#told += 1;
    const eventId = `line:${gameId}:${this.#epoch}:${this.#told}`;
    return { kind: 'line', eventId, gameId, league, startTimeMs, ...said };
  }

  #watched(gameId: GameId): Watched {
    let watched = this.#games.get(gameId);
    if (watched === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      watched = { lookedMs: never, toldMs: never, told: null, looked: null, outcomes: new Map() };
      this.#games.set(gameId, watched);
    }
    return watched;
  }
}

/** Whether a look would find what the last one found: the same legs in the same phase, none of them come of an age. */
function isSame(
  { legs }: WatchedGame,
  { looked, lookedMs }: Watched,
  phase: OddsPhase,
  nowMs: EpochMs,
): boolean {
  return (
    looked !== null &&
    phase === looked.phase &&
    nowMs >= lookedMs &&
    nowMs <= looked.sameUntilMs &&
    legs.length === looked.legs.length &&
    legs.every((leg, at) => leg === looked.legs[at])
  );
}

/** The fair line of a game as it would be made now, or why there would be none. */
export function lineOf(
  game: WatchedGame,
  lines: LineRules,
  nowMs: EpochMs,
): FairLine | LineRefusal {
  return makeFairLine({
    legs: game.legs,
    outcomes: outcomesOf(game.mapping.league),
    phase: oddsPhaseOf(game.state, game.mapping.startTimeMs, nowMs),
    nowMs,
    rules: lines,
  });
}

function ageOf(found: Assembly, nowMs: EpochMs): number | null {
  switch (found.kind) {
    case 'valid':
      return nowMs - found.asOfMs;
    case 'waiting':
    case 'expired':
    case 'stale_leg':
    case 'suspended':
      return found.ageMs;
    case 'missing':
    case 'not_in_play':
      return null;
  }
}
