import { modelLabel } from '../domain/models/elo-versions.ts';
import type { GameId, GameMapping, MarketTicker } from '../domain/market/market.ts';
import type { ModelForecast } from '../domain/models/forecast.ts';
import { complementProbability, impliedProbability } from '../domain/money/probability.ts';
import type { Price } from '../domain/money/price.ts';
import type { PairedForecast } from '../domain/reports/model-vs-market.ts';
import type { RecordingEvent } from './recording.ts';

type Watched = {
  readonly mapping: GameMapping;
  readonly forecasts: Map<string, ModelForecast>;
  lastTrade: Price | null;
};

/**
 * Pairs, for each market and model, the model's last forecast and the last trade before tip-off with what happened, on
 * the YES side. Fed every event of a recording in order; a market that never traded before tip-off gives no pair.
 */
export class PregameForecasts {
  readonly #watched = new Map<MarketTicker, Watched>();
  readonly #byGame = new Map<GameId, Map<string, ModelForecast>>();
  readonly #pairs = new Map<string, PairedForecast[]>();

  onEvent(event: RecordingEvent): void {
    switch (event.kind) {
      case 'market': {
        const { gameId } = event.mapping;
        const forecasts = this.#byGame.get(gameId) ?? new Map<string, ModelForecast>();
        this.#byGame.set(gameId, forecasts);
        this.#watched.set(event.market.ticker, {
          mapping: event.mapping,
          forecasts,
          lastTrade: null,
        });
        return;
      }
      case 'forecast':
        this.#byGame
          .get(event.forecast.gameId)
          ?.set(modelLabel(event.forecast.model), event.forecast);
        return;
      case 'bar': {
        const watched = this.#watched.get(event.market);
        if (watched !== undefined && event.atMs <= watched.mapping.startTimeMs)
          watched.lastTrade = event.close;
        return;
      }
      case 'result': {
        const watched = this.#watched.get(event.market);
        this.#watched.delete(event.market);
        if (watched === undefined || watched.lastTrade === null || event.result.kind === 'scalar')
          return;
        this.#pair(watched, watched.lastTrade, event.result.kind === 'yes' ? 1 : 0);
        return;
      }
    }
  }

  /** The pairs of each model by its label, in the order of the results. */
  byModel(): ReadonlyMap<string, readonly PairedForecast[]> {
    return this.#pairs;
  }

  #pair({ mapping, forecasts }: Watched, lastTrade: Price, outcome: 0 | 1): void {
    for (const [label, { homeProbability }] of forecasts) {
      const pairs = this.#pairs.get(label) ?? [];
      pairs.push({
        cluster: mapping.gameId,
        model:
          mapping.yesSide === 'home' ? homeProbability : complementProbability(homeProbability),
        market: impliedProbability(lastTrade),
        outcome,
      });
      this.#pairs.set(label, pairs);
    }
  }
}
