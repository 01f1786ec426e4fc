import { modelLabel } from '../domain/models/elo-versions.ts';
import type { GameId, GameMapping, MarketTicker } from '../domain/market/market.ts';
import type { ModelForecast } from '../domain/models/forecast.ts';
import {
  complementProbability,
  impliedProbability,
  probability,
  type Probability,
} from '../domain/money/probability.ts';
import { ONE_DOLLAR } from '../domain/money/price.ts';
import type { PairedForecast } from '../domain/reports/model-vs-market.ts';
import type { RecordedBar, RecordingEvent } from './recording.ts';

type Watched = {
  readonly mapping: GameMapping;
  readonly forecasts: Map<string, ModelForecast>;
  /** What the last minute before the start said of YES; null until one said something. */
  market: Probability | null;
};

/**
 * Pairs, for each market and model, the model's last forecast and the market's price before the start with what
 * happened, on the YES side: the last trade, or the middle of the last quotes where both sides were quoted. Fed every
 * event of a recording in order; a market without a price before its start gives no pair.
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
          market: null,
        });
        return;
      }
      case 'forecast':
        this.#byGame
          .get(event.forecast.gameId)
          ?.set(modelLabel(event.forecast.model), event.forecast);
        return;
      case 'bar':
      case 'quote': {
        const watched = this.#watched.get(event.market);
        if (watched !== undefined && event.atMs <= watched.mapping.startTimeMs)
          watched.market = impliedBy(event) ?? watched.market;
        return;
      }
      case 'result': {
        const watched = this.#watched.get(event.market);
        this.#watched.delete(event.market);
        if (watched === undefined || watched.market === null || event.result.kind === 'scalar')
          return;
        this.#pair(watched, watched.market, event.result.kind === 'yes' ? 1 : 0);
        return;
      }
    }
  }

  /** The pairs of each model by its label, in the order of the results. */
  byModel(): ReadonlyMap<string, readonly PairedForecast[]> {
    return this.#pairs;
  }

  #pair({ mapping, forecasts }: Watched, market: Probability, outcome: 0 | 1): void {
    for (const [label, { homeProbability }] of forecasts) {
      const pairs = this.#pairs.get(label) ?? [];
      pairs.push({
        cluster: mapping.gameId,
        model:
          mapping.yesSide === 'home' ? homeProbability : complementProbability(homeProbability),
        market,
        outcome,
      });
      this.#pairs.set(label, pairs);
    }
  }
}

/** What a minute says of YES; null for quotes with one side only. */
function impliedBy(bar: RecordedBar): Probability | null {
  if (bar.kind === 'bar') return impliedProbability(bar.close);
  const { bid, ask } = bar;
  return bid === null || ask === null ? null : probability((bid + ask) / (2 * ONE_DOLLAR));
}
