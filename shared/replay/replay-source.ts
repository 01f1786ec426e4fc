import type { BookView } from '../domain/market/book-view.ts';
import type { GamePhase, GameState } from '../domain/market/game-state.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import type {
  EpochMs,
  GameId,
  GameMapping,
  Market,
  MarketTicker,
} from '../domain/market/market.ts';
import type { ModelForecast, ModelVersion } from '../domain/models/forecast.ts';
import { invariant } from '../domain/money/invariant.ts';
import type { RecordingEvent } from './recording.ts';

type Followed = { readonly market: Market; readonly mapping: GameMapping; n: number };

/**
 * Makes the feeder's ticks out of a recording: one for each recorded minute, at its end, and a last one with the result.
 * A tick carries the venue's book, the newest forecast of one model, and the game's phase by its start time. Scores are
 * in the last tick only: a recording of prices does not know them while the game runs, and they are zero until then.
 */
export class ReplaySource {
  readonly #model: ModelVersion | null;
  readonly #book: (market: MarketTicker) => BookView;
  readonly #markets = new Map<MarketTicker, Followed>();
  readonly #forecasts = new Map<GameId, ModelForecast>();

  constructor(input: {
    /** Whose forecasts the ticks carry; null for none. */
    readonly model: ModelVersion | null;
    readonly book: (market: MarketTicker) => BookView;
  }) {
    this.#model = input.model;
    this.#book = input.book;
  }

  /** To be called after the venue has seen the event. */
  onEvent(event: RecordingEvent): MarketTick | null {
    switch (event.kind) {
      case 'market':
        this.#markets.set(event.market.ticker, {
          market: event.market,
          mapping: event.mapping,
          n: 0,
        });
        return null;
      case 'forecast': {
        const { model, gameId } = event.forecast;
        if (model.name === this.#model?.name && model.version === this.#model.version)
          this.#forecasts.set(gameId, event.forecast);
        return null;
      }
      case 'bar':
      case 'quote': {
        const { startTimeMs } = this.#followed(event.market).mapping;
        const phase = event.atMs < startTimeMs ? 'pregame' : 'live';
        return this.#tick(event.market, event.atMs, phase, { home: 0, away: 0 });
      }
      case 'result': {
        const score = { home: event.homeScore, away: event.awayScore };
        return this.#tick(event.market, event.atMs, 'final', score);
      }
    }
  }

  #tick(
    ticker: MarketTicker,
    atMs: EpochMs,
    phase: GamePhase,
    score: { readonly home: number; readonly away: number },
  ): MarketTick {
    const followed = this.#followed(ticker);
    const { market, mapping } = followed;
    followed.n += 1;
    const game: GameState = {
      source: 'espn',
      gameId: mapping.gameId,
      phase,
      startTimeMs: mapping.startTimeMs,
      homeScore: score.home,
      awayScore: score.away,
      period: 0,
      clockSeconds: 0,
      sourceTimeMs: atMs,
      receivedMs: atMs,
    };
    return {
      stamp: { epoch: 0, n: followed.n },
      market: phase === 'final' ? { ...market, status: 'finalized' } : market,
      mapping,
      book: { sync: 'synced', view: this.#book(ticker), exchangeTimeMs: atMs },
      legs: [],
      forecast: this.#forecasts.get(mapping.gameId) ?? null,
      game,
      feederTimeMs: atMs,
    };
  }

  #followed(ticker: MarketTicker): Followed {
    const followed = this.#markets.get(ticker);
    invariant(followed !== undefined, `the recording tells market ${ticker} before its trades`);
    return followed;
  }
}
