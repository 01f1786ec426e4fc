import { UNCONFIRMED_SERIES } from '../domain/mapping/series.ts';
import { LEAGUES } from '../domain/market/leagues.ts';
import { BOOKS_IN_TURN } from '../domain/odds/arbitration.ts';
import { LINE_SOURCES, type LineSource } from '../domain/odds/line.ts';
import type { Config } from './config.ts';
import { listedNames } from './config-leaves.ts';

type Rule = { readonly holds: boolean; readonly path: string; readonly allowed: string };

/**
 * Rules between values that are each right alone. Returns what is wrong and what would be right; empty when all hold.
 */
export function crossFieldProblems(
  config: Config,
): readonly { readonly path: string; readonly allowed: string }[] {
  const { stage } = config.system;
  const { trading, execution, risk, strategy } = config;
  const total = Number(trading.totalExposureFraction);
  const rules: readonly Rule[] = [
    {
      holds: config.pricing.model === 'off' || stage === 'replay' || stage === 'paper',
      path: 'pricing.model',
      allowed: `off in the stage ${stage}: a model prices alone only in replay and paper`,
    },
    {
      holds: Number(trading.positionFraction) <= total,
      path: 'trading.positionFraction',
      allowed: `at most trading.totalExposureFraction, ${trading.totalExposureFraction}`,
    },
    {
      holds: Number(trading.eventFraction) <= total,
      path: 'trading.eventFraction',
      allowed: `at most trading.totalExposureFraction, ${trading.totalExposureFraction}`,
    },
    {
      holds: Number(trading.fixedFraction) <= Number(trading.positionFraction),
      path: 'trading.fixedFraction',
      allowed: `at most trading.positionFraction, ${trading.positionFraction}`,
    },
    {
      holds: execution.unknownQuietMs > execution.lookupIntervalMs,
      path: 'execution.unknownQuietMs',
      allowed: `longer than execution.lookupIntervalMs, ${execution.lookupIntervalMs}`,
    },
    {
      holds: execution.signatureWindowMs > execution.submitTimeoutMs,
      path: 'execution.signatureWindowMs',
      allowed: `longer than execution.submitTimeoutMs, ${execution.submitTimeoutMs}`,
    },
    {
      holds: risk.fuseContracts === null || risk.fuseContracts > execution.maxOrderContracts,
      path: 'risk.fuseContracts',
      allowed: `null, or more than execution.maxOrderContracts, ${execution.maxOrderContracts}: one order must not blow it`,
    },
    {
      holds: strategy.exits.collarMediumCents <= strategy.exits.collarCriticalCents,
      path: 'strategy.exits.collarMediumCents',
      allowed: `at most strategy.exits.collarCriticalCents, ${strategy.exits.collarCriticalCents}`,
    },
  ];
  return [...rules, ...bookRules(config)].filter(({ holds }) => !holds);
}

/** Names in lists are of the lists they name, and no book is asked for by a rule that no feed is asked for. */
function bookRules({ pricing, feeds }: Config): readonly Rule[] {
  const followed = listedNames(feeds.books);
  const weighted = LINE_SOURCES.filter((source) => Number(pricing.weights[source]) > 0);
  const rule = pricing.arbitration;
  const asked: readonly LineSource[] = rule === 'weighted_blend' ? weighted : BOOKS_IN_TURN[rule];
  return [
    {
      holds: listedNames(feeds.leagues).every((one) => isOneOf(LEAGUES, one)),
      path: 'feeds.leagues',
      allowed: `leagues out of ${LEAGUES.join(', ')}, separated by commas`,
    },
    {
      holds: listedNames(feeds.unconfirmedSeries).every((one) => isOneOf(UNCONFIRMED_SERIES, one)),
      path: 'feeds.unconfirmedSeries',
      allowed: `series out of ${UNCONFIRMED_SERIES.join(', ')}, separated by commas; others need no switch or are not known`,
    },
    {
      holds: followed.every((one) => isOneOf(LINE_SOURCES, one)),
      path: 'feeds.books',
      allowed: `sportsbooks out of ${LINE_SOURCES.join(', ')}, separated by commas`,
    },
    {
      holds: asked.every((one) => followed.includes(one)),
      path: 'feeds.books',
      allowed: `with pricing.arbitration ${rule}, at least ${asked.join(', ')}`,
    },
    {
      holds: rule !== 'weighted_blend' || weighted.length >= pricing.blendLeastBooks,
      path: 'pricing.blendLeastBooks',
      allowed: `at most the ${weighted.length} sportsbooks that have a weight above 0`,
    },
    {
      holds: feeds.oddsApi === 'off' || pricing.polledMaxAgePregameMs > feeds.oddsApiIntervalMs,
      path: 'pricing.polledMaxAgePregameMs',
      allowed: `longer than feeds.oddsApiIntervalMs, ${feeds.oddsApiIntervalMs}: each line would expire before the next look`,
    },
    {
      holds: pricing.gameMaxAgeMs > feeds.scoreboardLiveMs,
      path: 'pricing.gameMaxAgeMs',
      allowed: `longer than feeds.scoreboardLiveMs, ${feeds.scoreboardLiveMs}: each word would be old before the next look`,
    },
  ];
}

function isOneOf(names: readonly string[], one: string): boolean {
  return names.includes(one);
}
