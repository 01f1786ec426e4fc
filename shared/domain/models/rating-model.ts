import type { EpochMs, GameId } from '../market/market.ts';
import type { Probability } from '../money/probability.ts';
import type { ModelForecast, ModelVersion } from './forecast.ts';

/** A competitor by the name that its results use. */
export type TeamName = string;

/** Two competitors about to meet. A season is the year in which it ends; nobody is at home on a neutral floor. */
export type Fixture = {
  readonly season: number;
  readonly home: TeamName;
  readonly away: TeamName;
  readonly neutral: boolean;
};

/** A finished game. Nothing may learn from it before `finishedAtMs`. */
export type GameResult = Fixture & {
  readonly homeScore: number;
  readonly awayScore: number;
  readonly finishedAtMs: EpochMs;
};

/** What a rating model says of one fixture. `uncertainty` is one standard deviation of the probability. */
export type RatingForecast = {
  readonly homeProbability: Probability;
  readonly uncertainty: number;
};

/** A model that learns from results in the order in which they finished. State is a value; rating makes a new one. */
export interface RatingModel<State> {
  readonly version: ModelVersion;
  readonly initial: State;
  rate(state: State, results: readonly GameResult[]): State;
  predict(state: State, fixture: Fixture): RatingForecast;
}

/** A question to a model: what does it say of this game at `atMs`? */
export type ForecastQuestion = {
  readonly gameId: GameId;
  readonly fixture: Fixture;
  readonly atMs: EpochMs;
};

/**
 * One forecast a question, in the order of the questions, each from the results that had finished strictly before it was
 * asked and from nothing later. `asOfMs` is when the last of those results finished, and the question's own time when
 * there was none. Results and questions may come in any order; those of equal finishing time are rated as given.
 */
export function forecastsBefore<State>(input: {
  readonly model: RatingModel<State>;
  readonly results: readonly GameResult[];
  readonly questions: readonly ForecastQuestion[];
}): readonly ModelForecast[] {
  const { model, questions } = input;
  const results = input.results.toSorted((a, b) => a.finishedAtMs - b.finishedAtMs);
  const order = questions.map((question, index) => ({ question, index }));
  order.sort((a, b) => a.question.atMs - b.question.atMs);
  const forecasts: { readonly index: number; readonly forecast: ModelForecast }[] = [];
  let state = model.initial;
  let next = 0;
  for (const { question, index } of order) {
    const from = next;
    while ((results[next]?.finishedAtMs ?? Infinity) < question.atMs) next += 1;
    if (next > from) state = model.rate(state, results.slice(from, next));
    forecasts.push({
      index,
      forecast: {
        model: model.version,
        gameId: question.gameId,
        ...model.predict(state, question.fixture),
        asOfMs: results[next - 1]?.finishedAtMs ?? question.atMs,
      },
    });
  }
  return forecasts.toSorted((a, b) => a.index - b.index).map(({ forecast }) => forecast);
}
