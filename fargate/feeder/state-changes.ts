import { createHash } from 'node:crypto';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type {
  EpochMs,
  GameMapping,
  Market,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { saidMs } from '../../shared/domain/odds/assembly.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { FeederParts } from './feeder-parts.ts';
import { FORGET_AFTER_MS } from './join.ts';
import type { LifecycleMessage } from './session.ts';

/**
 * What changed since it was last told, as events. Ids are functions of what happened: what two feeders or two
 * deliveries tell has the same id wherever the exchange or the scoreboard dates it, and the same epoch's otherwise.
 */
export class StateChanges {
  readonly #epoch: number;
  readonly #markets = new Map<string, { market: Market; changes: number }>();
  /** No market that was forgotten was told of more often: one that comes back is numbered above it. */
  #changesBefore = 0;
  readonly #games = new Map<string, GameState>();
  #newestMs: EpochMs = Number.NEGATIVE_INFINITY;
  #feedChanges = 0;
  #undated = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /**
   * A market as the directory lists it. The id of the first time in an epoch is of its content, so that a restart tells
   * nothing new; later ones are numbered, because a mapping that was taken away may come back as it was. So are all
   * once markets were forgotten: which of them come back is not known.
   */
  listed(market: Market, mapping: GameMapping | null, atMs: EpochMs): HistoryEvent {
    const told = this.#markets.get(market.ticker);
    if (told !== undefined) return this.#changed(told.changes + 1, market, mapping, atMs);
    if (this.#changesBefore > 0)
      return this.#changed(this.#changesBefore + 1, market, mapping, atMs);
    this.#markets.set(market.ticker, { market, changes: 0 });
    const content = JSON.stringify([market, mapping]);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
    return { kind: 'market', eventId: `market:${market.ticker}:${hash}`, atMs, market, mapping };
  }

  /** Markets that are not followed any more. */
  forget(markets: readonly MarketTicker[]): void {
    for (const market of markets) {
      const told = this.#markets.get(market);
      this.#changesBefore = Math.max(this.#changesBefore, (told?.changes ?? 0) + 1);
      this.#markets.delete(market);
    }
  }

  /** The market of a tick, when it is not what was last told. */
  ofTick({ market, mapping, feederTimeMs }: MarketTick): HistoryEvent | null {
    const told = this.#markets.get(market.ticker);
    if (told?.market === market) return null;
    return this.#changed((told?.changes ?? this.#changesBefore) + 1, market, mapping, feederTimeMs);
  }

  #changed(
    changes: number,
    market: Market,
    mapping: GameMapping | null,
    atMs: EpochMs,
  ): HistoryEvent {
    this.#markets.set(market.ticker, { market, changes });
    const eventId = `market:${market.ticker}:${this.#epoch}:${changes}`;
    return { kind: 'market', eventId, atMs, market, mapping };
  }

  lifecycle(message: LifecycleMessage, atMs: EpochMs): HistoryEvent {
    const { market, event, exchangeTimeMs } = message;
    const at = exchangeTimeMs ?? `${this.#epoch}.${(this.#undated += 1)}`;
    return { kind: 'lifecycle', eventId: `lifecycle:${market}:${event}:${at}`, atMs, message };
  }

  /** A game whose phase, period or score is not what its source last told; the clock alone is no change of state. */
  game(state: GameState): HistoryEvent | null {
    const { source, gameId } = state;
    const told = this.#games.get(`${source} ${gameId}`);
    if (told !== undefined && !isNews(told, state)) return null;
    if (told === undefined) this.#forgetOld(state.receivedMs);
    this.#games.set(`${source} ${gameId}`, state);
    return {
      kind: 'game_state',
      eventId: `game:${source}:${gameId}:${state.sourceTimeMs}`,
      atMs: state.receivedMs,
      state,
    };
  }

  /** Games of which nothing new was said for days: they are over. */
  #forgetOld(nowMs: EpochMs): void {
    this.#newestMs = Math.max(this.#newestMs, nowMs);
    for (const [key, { receivedMs }] of this.#games)
      if (receivedMs < this.#newestMs - FORGET_AFTER_MS) this.#games.delete(key);
  }

  feed(
    feed: string,
    change: 'connected' | 'disconnected',
    detail: string,
    atMs: EpochMs,
  ): HistoryEvent {
    this.#feedChanges += 1;
    const eventId = `feed:${feed}:${this.#epoch}:${this.#feedChanges}`;
    return { kind: 'feed', eventId, atMs, feed, change, detail };
  }
}

function isNews(told: GameState, state: GameState): boolean {
  if (saidMs(state) <= saidMs(told)) return false;
  return (
    state.phase !== told.phase ||
    state.period !== told.period ||
    state.homeScore !== told.homeScore ||
    state.awayScore !== told.awayScore ||
    state.startTimeMs !== told.startTimeMs
  );
}

/** What runs from here on, with which configuration; null where nobody trades. */
export function runEvent(
  { trading, timers, holder, run }: Pick<FeederParts, 'trading' | 'timers' | 'holder' | 'run'>,
  epoch: number,
): HistoryEvent | null {
  if (trading === null) return null;
  const { strategy, fingerprint } = trading.config;
  const runId = `${holder}:${epoch}`;
  return {
    kind: 'run',
    eventId: `run:${runId}`,
    atMs: timers.nowMs(),
    runId,
    process: 'feeder',
    epoch,
    ...run,
    configFingerprint: fingerprint,
    strategy: `${strategy.name}@${strategy.version}`,
  };
}
