import type { GameState } from '../market/game-state.ts';
import { outcomesOf } from '../market/leagues.ts';
import type { EpochMs, GameMapping } from '../market/market.ts';
import type { ModelForecast } from '../models/forecast.ts';
import { invariant } from '../money/invariant.ts';
import { complementProbability } from '../money/probability.ts';
import type { OddsPhase } from '../odds/freshness.ts';
import type { LineLeg } from '../odds/line.ts';
import { makeFairLine, type FairLine, type LineRefusal, type LineRules } from './fair-line.ts';
import type { FairValue } from './fair-value.ts';
import { oddsPhaseOf } from './odds-phase.ts';

/** How a market is priced, from configuration. */
export type PricingConfig = LineRules & {
  /** How long a scoreboard's word of a game keeps those after it from being heard (`arbitrateGame`). */
  readonly gameMaxAgeMs: number;
  /** Whether a model may price where no sportsbook quotes; replay and paper only. */
  readonly model: 'off' | 'alone_before_game';
};

/** Why a market has no fair value, with what is behind it. */
export type PricingRefusal =
  | { readonly kind: 'refused'; readonly code: 'no_mapping' }
  | { readonly kind: 'refused'; readonly code: 'missing_start_time'; readonly startTimeMs: number }
  /** The scoreboard says that the game is over, is off, or is stopped. */
  | {
      readonly kind: 'refused';
      readonly code: 'game_final' | 'game_off' | 'game_stopped';
      readonly saidMs: EpochMs;
    }
  | LineRefusal
  | {
      readonly kind: 'refused';
      /** `model_not_allowed`: switched off, or a forecast from after now. `model_two_way`: the game has a draw. */
      readonly code: 'model_not_allowed' | 'model_after_start' | 'model_two_way';
      readonly forecastAsOfMs: EpochMs;
      readonly startTimeMs: EpochMs;
      readonly nowMs: EpochMs;
    };

/**
 * The probability that YES of one market wins, of line, model and game state. A line always wins over a model; a model
 * speaks alone only where no sportsbook has said anything of the game, when configured, and before the game. Legs and
 * forecasts of other games are not looked at. From the start time on the limits of play hold, whatever the scoreboard
 * still says, and earlier where none speaks (`oddsPhaseOf`); a game that it calls over, off or stopped has no price.
 * There is no other probability: what is not said by a line or a model is not known.
 */
export function priceMarket(input: {
  readonly mapping: GameMapping | null;
  readonly legs: readonly LineLeg[];
  readonly forecast: ModelForecast | null;
  /** What the scoreboard last said of the game; null for nothing. */
  readonly game: GameState | null;
  readonly nowMs: EpochMs;
  readonly pricing: PricingConfig;
}): FairValue | PricingRefusal {
  const { mapping, nowMs, pricing } = input;
  if (mapping === null) return { kind: 'refused', code: 'no_mapping' };
  const { gameId, startTimeMs } = mapping;
  const outcomes = outcomesOf(mapping.league);
  // A draw of a game that is not quoted on one.
  if (!outcomes.includes(mapping.yesSide)) return { kind: 'refused', code: 'no_mapping' };
  if (!(Number.isSafeInteger(startTimeMs) && startTimeMs > 0))
    return { kind: 'refused', code: 'missing_start_time', startTimeMs };
  const phase = playOf({ ...input, mapping });
  if (typeof phase === 'object') return phase;

  const legs = input.legs.filter((leg) => leg.gameId === gameId);
  const line = makeFairLine({ legs, outcomes, phase, nowMs, rules: pricing });
  if (line.kind === 'line') return ofMarket(line, mapping);
  if (legs.length === 0 && input.forecast?.gameId === gameId)
    return priceModel({ mapping, forecast: input.forecast, phase, nowMs, model: pricing.model });
  return line;
}

const UNPLAYABLE = { final: 'game_final', off: 'game_off', stopped: 'game_stopped' } as const;

/** Whether the game is before its start or on; a refusal when it is neither, until the scoreboard says else. */
function playOf({
  game,
  mapping,
  nowMs,
}: {
  readonly game: GameState | null;
  readonly mapping: GameMapping;
  readonly nowMs: EpochMs;
}): OddsPhase | PricingRefusal {
  const said = game?.gameId === mapping.gameId ? game : null;
  switch (said?.phase) {
    case 'final':
    case 'off':
    case 'stopped':
      return { kind: 'refused', code: UNPLAYABLE[said.phase], saidMs: said.sourceTimeMs };
    case 'live':
    case 'pregame':
    case undefined:
      return oddsPhaseOf(said, mapping.startTimeMs, nowMs);
  }
}

/** A line as YES of one market sees it. */
function ofMarket(line: FairLine, { yesSide }: GameMapping): FairValue {
  const at = line.outcomes.indexOf(yesSide);
  const of = <Value>(values: readonly Value[]): Value => {
    const value = values[at];
    invariant(value !== undefined, 'a market is about an outcome of its league');
    return value;
  };
  const { rule, passedOver, asOfMs } = line;
  return {
    kind: 'line',
    probability: of(line.probabilities),
    uncertainty: of(line.uncertainties),
    rule,
    books: line.books.map(({ probabilities, ...book }) => ({
      ...book,
      probability: of(probabilities),
    })),
    passedOver,
    asOfMs,
  };
}

function priceModel(input: {
  readonly mapping: GameMapping;
  readonly forecast: ModelForecast;
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly model: PricingConfig['model'];
}): FairValue | PricingRefusal {
  const { mapping, forecast, phase, nowMs } = input;
  const refused = (
    code: 'model_not_allowed' | 'model_after_start' | 'model_two_way',
  ): PricingRefusal => ({
    kind: 'refused',
    code,
    forecastAsOfMs: forecast.asOfMs,
    startTimeMs: mapping.startTimeMs,
    nowMs,
  });
  if (input.model === 'off' || forecast.asOfMs > nowMs) return refused('model_not_allowed');
  if (phase !== 'pregame') return refused('model_after_start');
  if (outcomesOf(mapping.league).length > 2) return refused('model_two_way');
  return {
    kind: 'model',
    probability:
      mapping.yesSide === 'home'
        ? forecast.homeProbability
        : complementProbability(forecast.homeProbability),
    uncertainty: forecast.uncertainty,
    model: forecast.model,
    asOfMs: forecast.asOfMs,
  };
}
