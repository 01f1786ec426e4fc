import type { EpochMs, GameMapping } from '../market/market.ts';
import type { GamePhase } from '../market/game-state.ts';
import type { ModelForecast } from '../models/forecast.ts';
import { invariant } from '../money/invariant.ts';
import { complementProbability, type Probability } from '../money/probability.ts';
import {
  arbitrate,
  type ArbitrationRule,
  type LinePair,
  type LineSource,
  type NoPair,
  type SourceReason,
} from '../odds/arbitration.ts';
import { devig, type Devigged, type DevigRefusal } from '../odds/devig.ts';
import type { FreshnessLimits, OddsPhase } from '../odds/freshness.ts';
import type { LineLeg } from '../odds/line.ts';
import { PRICING_METHODS, type FairValue, type PricingMethod } from './fair-value.ts';

/** How a market is priced, from configuration. */
export type PricingConfig = {
  readonly rule: ArbitrationRule;
  readonly method: Readonly<Record<LineSource, PricingMethod>>;
  readonly limits: FreshnessLimits;
  /** Whether a model may price where no sportsbook quotes; replay and paper only. */
  readonly model: 'off' | 'alone_before_game';
};

/** Why a market has no fair value, with what is behind it. */
export type PricingRefusal =
  | { readonly kind: 'refused'; readonly code: 'no_mapping' }
  | { readonly kind: 'refused'; readonly code: 'missing_start_time'; readonly startTimeMs: number }
  | {
      readonly kind: 'refused';
      readonly code:
        'line_waiting' | 'line_expired' | 'line_stale_leg' | 'line_suspended' | 'line_missing';
      /** In the order of the rule; the first that knew anything gave the code. */
      readonly reasons: readonly SourceReason[];
    }
  | { readonly kind: 'refused'; readonly code: 'devig_refused'; readonly refusal: DevigRefusal }
  | {
      readonly kind: 'refused';
      /** `model_not_allowed`: switched off, or a forecast from after now. */
      readonly code: 'model_not_allowed' | 'model_after_start';
      readonly forecastAsOfMs: EpochMs;
      readonly startTimeMs: EpochMs;
      readonly nowMs: EpochMs;
    };

export type PricingRefusalCode = PricingRefusal['code'];

/**
 * The probability that YES of one market wins. A line always wins over a model; a model speaks alone only where no
 * sportsbook has said anything of the game, when configured, and before the game. Legs and forecasts of other games are
 * not looked at. From the start time on the limits of play hold, whatever the score feed still says.
 */
export function priceMarket(input: {
  readonly mapping: GameMapping | null;
  readonly legs: readonly LineLeg[];
  readonly forecast: ModelForecast | null;
  readonly phase: GamePhase;
  readonly nowMs: EpochMs;
  readonly pricing: PricingConfig;
}): FairValue | PricingRefusal {
  const { mapping, nowMs, pricing } = input;
  if (mapping === null) return { kind: 'refused', code: 'no_mapping' };
  const { gameId, startTimeMs } = mapping;
  if (!(Number.isSafeInteger(startTimeMs) && startTimeMs > 0))
    return { kind: 'refused', code: 'missing_start_time', startTimeMs };
  const phase: OddsPhase = input.phase === 'pregame' && nowMs < startTimeMs ? 'pregame' : 'live';

  const legs = input.legs.filter((leg) => leg.gameId === gameId);
  const arbitration = arbitrate({ legs, rule: pricing.rule, phase, nowMs, limits: pricing.limits });
  if (arbitration.kind === 'line') {
    const { pair, sources } = arbitration;
    return priceLine({ mapping, pair, sources, method: pricing.method });
  }
  const { reasons } = arbitration;
  if (legs.length === 0 && input.forecast?.gameId === gameId)
    return priceModel({ mapping, forecast: input.forecast, phase, nowMs, model: pricing.model });
  return { kind: 'refused', code: lineRefusalCode(reasons), reasons };
}

function priceLine(input: {
  readonly mapping: GameMapping;
  readonly pair: LinePair;
  readonly sources: readonly LineSource[];
  readonly method: PricingConfig['method'];
}): FairValue | PricingRefusal {
  const { mapping, pair, sources } = input;
  const odds = [pair.home.quote.decimalOdds, pair.away.quote.decimalOdds];
  const index = mapping.yesSide === 'home' ? 0 : 1;
  const [source = 'pinnacle'] = sources;
  const method = input.method[source];
  const chosen = devig(method, odds);
  if (chosen.kind === 'refused') return { kind: 'refused', code: 'devig_refused', refusal: chosen };
  return {
    kind: 'line',
    probability: outcome(chosen, index),
    uncertainty: methodSpread(odds, index) / 2,
    sources,
    method,
    margin: chosen.margin,
    asOfMs: pair.asOfMs,
  };
}

/** Largest less smallest answer of the pricing methods that do answer. */
function methodSpread(odds: readonly number[], index: number): number {
  const answers = PRICING_METHODS.map((method) => devig(method, odds))
    .filter((result) => result.kind === 'devigged')
    .map((result) => outcome(result, index));
  return Math.max(...answers) - Math.min(...answers);
}

function outcome(result: Devigged, index: number): Probability {
  const value = result.probabilities[index];
  invariant(value !== undefined, 'a de-vigged pair has two outcomes');
  return value;
}

function priceModel(input: {
  readonly mapping: GameMapping;
  readonly forecast: ModelForecast;
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly model: PricingConfig['model'];
}): FairValue | PricingRefusal {
  const { mapping, forecast, phase, nowMs } = input;
  const refused = (code: 'model_not_allowed' | 'model_after_start'): PricingRefusal => ({
    kind: 'refused',
    code,
    forecastAsOfMs: forecast.asOfMs,
    startTimeMs: mapping.startTimeMs,
    nowMs,
  });
  if (input.model === 'off' || forecast.asOfMs > nowMs) return refused('model_not_allowed');
  if (phase !== 'pregame') return refused('model_after_start');
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

const LINE_CODES = {
  missing: 'line_missing',
  waiting: 'line_waiting',
  expired: 'line_expired',
  stale_leg: 'line_stale_leg',
  suspended: 'line_suspended',
} as const satisfies Readonly<Record<NoPair['kind'], PricingRefusalCode>>;

/** The first source in the rule's order of which anything is known says why. */
function lineRefusalCode(reasons: readonly SourceReason[]): (typeof LINE_CODES)[NoPair['kind']] {
  const telling = reasons.find(({ why }) => why.kind !== 'missing');
  return LINE_CODES[telling?.why.kind ?? 'missing'];
}
