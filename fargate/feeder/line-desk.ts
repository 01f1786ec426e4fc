import type { EpochMs, GameId } from '../../shared/domain/market/market.ts';
import { describeRule } from '../../shared/domain/odds/arbitration.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { FeederPricing } from './feeder-parts.ts';
import { LineWatch, type AssemblyChange, type LineNews, type WatchedGame } from './line-watch.ts';
import type { FeederSession } from './session.ts';
import type { TaskTimers } from './task-timers.ts';

export type LineDeskParts = {
  readonly epoch: number;
  readonly session: Pick<FeederSession, 'game' | 'games'>;
  readonly tasks: TaskTimers;
  readonly timers: { nowMs(): EpochMs };
  readonly telemetry: Telemetry;
  readonly tellHistory: (event: HistoryEvent) => void;
};

const LOOK_MS = 1_000;
/** Changes of books' legs that are logged within a second; all are counted. */
const MOST_LOGGED_A_SECOND = 20;

/** The line watch of one epoch with its clock: counts and logs what becomes of books' legs, and tells lines. */
export class LineDesk {
  readonly #parts: LineDeskParts;
  readonly #pricing: FeederPricing;
  readonly #watch: LineWatch;
  #secondMs: EpochMs = Number.NEGATIVE_INFINITY;
  #logged = 0;
  #unlogged = 0;

  constructor(parts: LineDeskParts, pricing: FeederPricing) {
    this.#parts = parts;
    this.#pricing = pricing;
    this.#watch = new LineWatch(parts.epoch, pricing);
  }

  begin(): void {
    const { rule, books } = this.#pricing;
    const { tasks, telemetry } = this.#parts;
    telemetry.log('info', 'lines_watched', { rule: describeRule(rule), books: books.join(', ') });
    tasks.every(LOOK_MS, 'lines are looked at', () => {
      this.look();
      return Promise.resolve();
    });
  }

  /** Odds came: the lines of their games may be others. */
  onOdds(event: OddsEvent): void {
    const { session, timers } = this.#parts;
    const nowMs = timers.nowMs();
    const games: WatchedGame[] = [];
    for (const gameId of gamesOf(event)) {
      const game = this.#watch.isDue(gameId, nowMs) ? session.game(gameId, nowMs) : null;
      if (game !== null) games.push(game);
    }
    this.#tell(this.#watch.onOdds(games, nowMs), nowMs);
  }

  /** All lines are looked at. */
  look(): void {
    const nowMs = this.#parts.timers.nowMs();
    this.#tell(this.#watch.onSecond(this.#parts.session.games(nowMs), nowMs), nowMs);
  }

  #tell({ changes, events, heldBack }: LineNews, nowMs: EpochMs): void {
    const { telemetry, tellHistory } = this.#parts;
    for (const change of changes) this.#onChange(change, nowMs);
    for (const event of events) tellHistory(event);
    if (events.length > 0) telemetry.count('lines.told', events.length);
    if (heldBack > 0) telemetry.count('lines.held_back', heldBack);
  }

  #onChange({ gameId, source, from, to, ageMs }: AssemblyChange, nowMs: EpochMs): void {
    const { telemetry } = this.#parts;
    telemetry.count(`lines.assembly.${to}`, 1);
    // A book that has said nothing yet is no news.
    if (from === null && to === 'missing') return;
    if (!this.#mayLog(nowMs)) {
      this.#unlogged += 1;
      return;
    }
    telemetry.log('info', 'line_assembly', {
      gameId,
      book: source,
      from,
      to,
      ageMs: ageMs === null ? null : Math.round(ageMs),
      unlogged: this.#unlogged,
    });
    this.#unlogged = 0;
  }

  #mayLog(nowMs: EpochMs): boolean {
    if (Math.abs(nowMs - this.#secondMs) >= 1_000) {
      this.#secondMs = nowMs;
      this.#logged = 0;
    }
    this.#logged += 1;
    return this.#logged <= MOST_LOGGED_A_SECOND;
  }
}

function gamesOf(event: OddsEvent): ReadonlySet<GameId> {
  switch (event.kind) {
    case 'legs':
      return new Set(event.legs.map(({ gameId }) => gameId));
    case 'replace':
    case 'removed':
      return new Set([event.gameId]);
    case 'alive':
      return new Set();
  }
}
