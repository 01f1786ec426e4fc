import { gameStateOf } from '../../domain/market/event-state.ts';
import type { GameState } from '../../domain/market/game-state.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import { confirmEvent, type ConfirmedEvent } from '../../domain/market/score-confirmation.ts';
import {
  phaseOfStatus,
  type EventField,
  type ScoreboardEvent,
} from '../../domain/market/scoreboard-event.ts';
import { checkEvent, type ScoreboardFinding } from '../../domain/market/scoreboard-quality.ts';
import type { GameFinding } from '../../ports/streams.ts';
import type { BoardGame } from './board-games.ts';

/** What a look at a board has to tell. */
export type Told = {
  readonly states: readonly GameState[];
  readonly findings: readonly GameFinding[];
};

type Watched = {
  gameId: GameId;
  confirmed: ConfirmedEvent;
  /** What was odd in the last look by itself: told when it begins. */
  odd: ReadonlySet<string>;
  /** Looks in a row at a live game that lacked a field. */
  readonly lacking: Map<EventField, number>;
  isShown: boolean;
  told: { readonly text: string; readonly sinceMs: EpochMs; readonly atMs: EpochMs } | null;
};

/** A field that is missing in one look may be there in the next. */
const MISSING_LOOKS = 3;
/** A state that is as it was is told again after so long, and one that is over or off no more after a while. */
const REPEAT_MS = 60_000;
const OVER_MS = 600_000;

/**
 * The games of one league's board from look to look: what of each is to be believed, what is odd, and what is worth
 * telling. A live game is told with every look; another one when it changed, and from time to time.
 */
export class WatchedGames {
  readonly #league: League;
  readonly #watched = new Map<string, Watched>();

  constructor(league: League) {
    this.#league = league;
  }

  /** The games of one look that came after the ones before; `sourceTimeMs` is up to when it counts. */
  look(
    games: readonly BoardGame[],
    at: { readonly nowMs: EpochMs; readonly sourceTimeMs: EpochMs },
  ): Told {
    const states: GameState[] = [];
    const findings: GameFinding[] = [];
    const find = (gameId: GameId, found: readonly ScoreboardFinding[]): void => {
      for (const finding of found) findings.push({ league: this.#league, gameId, finding });
    };
    const gameIds = new Set(games.map(({ listing }) => listing.gameId));
    for (const { event, listing } of games) {
      const { gameId } = listing;
      const before = this.#watched.get(event.eventId) ?? null;
      const watched = this.#fold(before, event, gameId);
      const lasting = [...checkEvent(event), ...lackingOf(watched, event)];
      find(gameId, [...watched.confirmed.findings, ...this.#news(watched, lasting)]);
      // Another day or other sides are another game of ours; under its old name it does not take place.
      if (before !== null && before.gameId !== gameId && !gameIds.has(before.gameId))
        states.push({ ...gameStateOf(event, before.gameId, at.sourceTimeMs), phase: 'off' });
      watched.gameId = gameId;
      const state = stateToTell(watched, at);
      if (state !== null) states.push(state);
    }
    for (const gone of this.#forget(games)) find(gone, [{ code: 'not_shown' }]);
    return { states, findings };
  }

  #fold(before: Watched | null, event: ScoreboardEvent, gameId: GameId): Watched {
    const confirmed = confirmEvent(before?.confirmed ?? null, event);
    const watched: Watched = before ?? {
      gameId,
      confirmed,
      odd: new Set(),
      lacking: new Map(),
      isShown: true,
      told: null,
    };
    if (before !== null && before.gameId !== gameId) watched.told = null;
    watched.confirmed = confirmed;
    watched.isShown = true;
    this.#watched.set(event.eventId, watched);
    return watched;
  }

  /** Of what lasts from look to look only what was not there before. */
  #news(watched: Watched, lasting: readonly ScoreboardFinding[]): readonly ScoreboardFinding[] {
    const texts = lasting.map((finding) => JSON.stringify(finding));
    const news = lasting.filter((_, nth) => !watched.odd.has(texts[nth] ?? ''));
    watched.odd = new Set(texts);
    return news;
  }

  /** Games that are not on the board any more: those that should be, once; the others are forgotten. */
  #forget(games: readonly BoardGame[]): readonly GameId[] {
    const shown = new Set(games.map(({ event }) => event.eventId));
    const missed: GameId[] = [];
    for (const [eventId, watched] of this.#watched) {
      if (shown.has(eventId)) continue;
      const phase = phaseOfStatus(watched.confirmed.shown.status);
      const isOpen = phase !== 'over' && phase !== 'off';
      if (isOpen && watched.isShown) missed.push(watched.gameId);
      watched.isShown = false;
      if (!isOpen) this.#watched.delete(eventId);
    }
    return missed;
  }

  /** Games that are not over and were not shown stay known until their days are past. */
  forgetBefore(timeMs: EpochMs): void {
    for (const [eventId, { confirmed, isShown }] of this.#watched)
      if (!isShown && confirmed.shown.startTimeMs < timeMs) this.#watched.delete(eventId);
  }
}

/** Fields that a live game has lacked for some looks, counted on. */
function lackingOf(
  { lacking }: Watched,
  { status, missing }: ScoreboardEvent,
): readonly ScoreboardFinding[] {
  const isLive = phaseOfStatus(status) === 'live';
  for (const field of lacking.keys())
    if (!isLive || !missing.includes(field)) lacking.delete(field);
  if (!isLive) return [];
  for (const field of missing)
    lacking.set(field, Math.min(MISSING_LOOKS, (lacking.get(field) ?? 0) + 1));
  return [...lacking].flatMap(([field, looks]) =>
    looks >= MISSING_LOOKS ? [{ code: 'field_missing' as const, field, looks }] : [],
  );
}

/** Null when it need not be told again. */
function stateToTell(
  watched: Watched,
  { nowMs, sourceTimeMs }: { readonly nowMs: EpochMs; readonly sourceTimeMs: EpochMs },
): GameState | null {
  const { accepted, shown } = watched.confirmed;
  // The scores of others, for as long as the change is in doubt.
  if (accepted.competitors.some(({ id }, at) => id !== shown.competitors[at]?.id)) return null;
  const state = gameStateOf(accepted, watched.gameId, sourceTimeMs);
  const { phase, startTimeMs, homeScore, awayScore, period, clockSeconds } = state;
  const text = JSON.stringify([phase, startTimeMs, homeScore, awayScore, period, clockSeconds]);
  const { told } = watched;
  if (told !== null && told.text === text && phase !== 'live' && phase !== 'stopped') {
    const isEnded = phase === 'final' || phase === 'off';
    if (nowMs - told.atMs < REPEAT_MS || (isEnded && nowMs - told.sinceMs > OVER_MS)) return null;
  }
  watched.told = { text, sinceMs: told?.text === text ? told.sinceMs : nowMs, atMs: nowMs };
  return state;
}
