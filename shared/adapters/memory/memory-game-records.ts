import type { GameState } from '../../domain/market/game-state.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs, GameId, MarketTicker } from '../../domain/market/market.ts';
import type { FairLine, LineRefusal } from '../../domain/pricing/fair-line.ts';
import { saidOf } from '../../domain/pricing/line-version.ts';
import {
  JUDGED_BEFORE_MS,
  LOOKED_BACK_MS,
  type GameRecord,
  type KeptLine,
  type RecordedLine,
  type RecordedState,
  type TimeSpan,
} from '../../domain/reports/game-record.ts';
import type { GameRecords } from '../../ports/game-records.ts';
import type { HistoryEvent, HistoryStore } from '../../ports/history.ts';

type Scheduled = { readonly league: League; readonly startTimeMs: EpochMs };
type ToldLine = RecordedLine & Scheduled;
type ToldState = Pick<GameState, 'source' | 'phase' | 'homeScore' | 'awayScore'> &
  Dated & { readonly attributes: string };
type Dated = { readonly eventId: string; readonly atMs: EpochMs };
type ToldMarket = Dated & { readonly game: (Scheduled & { readonly gameId: GameId }) | null };

/** What was told of lines, games and mappings, each event once; other events are passed over. Nothing is thinned. */
export class MemoryGameRecords implements GameRecords, Pick<HistoryStore, 'append'> {
  readonly #seen = new Set<string>();
  readonly #lines = new Map<GameId, ToldLine[]>();
  readonly #states = new Map<GameId, ToldState[]>();
  readonly #markets = new Map<MarketTicker, ToldMarket>();

  append(events: readonly HistoryEvent[]): Promise<void> {
    for (const event of events) {
      if (event.kind !== 'line' && event.kind !== 'game_state' && event.kind !== 'market') continue;
      if (this.#seen.has(event.eventId)) continue;
      this.#seen.add(event.eventId);
      this.#add(event);
    }
    return Promise.resolve();
  }

  between(window: TimeSpan): Promise<readonly GameRecord[]> {
    const isIn = within(window);
    return this.#games(
      window,
      ({ startTimeMs, lines, states }) =>
        isIn(startTimeMs) ||
        lines.some(({ atMs }) => isIn(atMs)) ||
        states.some(({ fromMs }) => isIn(fromMs)),
    );
  }

  async started(window: TimeSpan): Promise<readonly GameRecord[]> {
    const games = await this.#games(window, ({ startTimeMs }) => within(window)(startTimeMs));
    return games.map((game) => ({
      ...game,
      lines: game.lines.filter(({ atMs }) => atMs >= game.startTimeMs - JUDGED_BEFORE_MS),
    }));
  }

  #add(event: Extract<HistoryEvent, { kind: 'line' | 'game_state' | 'market' }>): void {
    const { eventId, atMs } = event;
    switch (event.kind) {
      case 'line': {
        const { gameId, league, startTimeMs, phase } = event;
        const line = keptLine(event.line);
        listOf(this.#lines, gameId).push({ eventId, atMs, league, startTimeMs, phase, line });
        return;
      }
      case 'game_state': {
        const {
          source,
          gameId,
          sourceTimeMs: _said,
          receivedMs: _came,
          ...attributes
        } = event.state;
        const { phase, homeScore, awayScore } = attributes;
        const told = { eventId, atMs, source, phase, homeScore, awayScore };
        const text = JSON.stringify(attributes);
        listOf(this.#states, gameId).push({ ...told, attributes: text });
        return;
      }
      case 'market': {
        const { market, mapping: game } = event;
        const known = this.#markets.get(market.ticker);
        const told = { eventId, atMs, game };
        if (known === undefined || compareTold(told, known) > 0)
          this.#markets.set(market.ticker, told);
      }
    }
  }

  #games(
    { fromMs, toMs }: TimeSpan,
    isAsked: (record: GameRecord) => boolean,
  ): Promise<readonly GameRecord[]> {
    const isNear = within({ fromMs: fromMs - LOOKED_BACK_MS, toMs });
    const mapped = this.#mapped();
    const near = new Set([
      ...[...this.#lines].flatMap(([gameId, lines]) =>
        lines.some(({ atMs }) => isNear(atMs)) ? [gameId] : [],
      ),
      ...[...mapped].flatMap(([gameId, { startTimeMs }]) => (isNear(startTimeMs) ? [gameId] : [])),
    ]);
    const records = [...near]
      .flatMap((gameId) => this.#record(gameId, mapped.get(gameId)) ?? [])
      .filter(isAsked)
      .toSorted((a, b) => a.startTimeMs - b.startTimeMs || (a.gameId < b.gameId ? -1 : 1));
    return Promise.resolve(records);
  }

  #record(gameId: GameId, mapped: Scheduled | undefined): GameRecord | null {
    const told = (this.#lines.get(gameId) ?? []).toSorted(compareTold);
    const scheduled = told.at(-1) ?? mapped;
    if (scheduled === undefined) return null;
    const { league, startTimeMs } = scheduled;
    const lines = told.map(({ eventId, atMs, phase, line }) => ({ eventId, atMs, phase, line }));
    return { gameId, league, startTimeMs, lines, states: statesOf(this.#states.get(gameId) ?? []) };
  }

  /** What markets say of their games; of several the first by its ticker. */
  #mapped(): ReadonlyMap<GameId, Scheduled> {
    const games = new Map<GameId, Scheduled>();
    for (const [, { game }] of [...this.#markets].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      if (game !== null && !games.has(game.gameId)) games.set(game.gameId, game);
    return games;
  }
}

function within({ fromMs, toMs }: TimeSpan): (atMs: EpochMs) => boolean {
  return (atMs) => atMs >= fromMs && atMs < toMs;
}

function listOf<Told>(lists: Map<GameId, Told[]>, gameId: GameId): Told[] {
  const known = lists.get(gameId);
  if (known !== undefined) return known;
  const made: Told[] = [];
  lists.set(gameId, made);
  return made;
}

function compareTold(a: Dated, b: Dated): number {
  return a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);
}

function keptLine(line: FairLine | LineRefusal): KeptLine {
  if (line.kind === 'refused') return { kind: 'refused', code: line.code };
  const { rule, probabilities, asOfMs } = line;
  return { kind: 'line', rule, probabilities, books: saidOf(line).books, asOfMs };
}

/**
 * Versions: of two states of a source at one time the greater id counts, and one that tells the same as before makes
 * none.
 */
function statesOf(told: readonly ToldState[]): readonly RecordedState[] {
  return [...Map.groupBy(told.toSorted(compareTold), ({ source }) => source).values()]
    .flatMap((ofSource) =>
      ofSource
        .filter(({ atMs }, at) => ofSource[at + 1]?.atMs !== atMs)
        .filter(({ attributes }, at, all) => all[at - 1]?.attributes !== attributes),
    )
    .map(({ source, atMs: fromMs, phase, homeScore, awayScore }) => ({
      source,
      fromMs,
      phase,
      homeScore,
      awayScore,
    }))
    .toSorted((a, b) => a.fromMs - b.fromMs || (a.source < b.source ? -1 : 1));
}
