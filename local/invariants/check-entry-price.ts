import type { TradingConfig } from '../../shared/application/trading-config.ts';
import { fromCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import type { DecisionRecord } from '../../shared/domain/decisions/decision-record.ts';
import type { LineLeg } from '../../shared/domain/odds/line.ts';
import type { EntryInputs } from '../../shared/domain/strategies/decide-order.ts';

/**
 * Whether an entry rests on a sound price, worked out from its record alone and without the code that decided it:
 * a synced, two-sided, fresh book; a start time; a game that is not over, off or stopped; and either fresh legs of every
 * outcome by as many accepted books as the rule asks, none of them suspended, or a forecast where the configuration
 * lets a model price alone before the game. Null when it does, else what is wrong.
 */
export function unsoundPrice(record: DecisionRecord, config: TradingConfig): string | null {
  const inputs = fromCanonical(record.inputs['entry'] ?? null) as EntryInputs;
  const { tick, scoredAtMs } = inputs;
  const { bids, asks } = tick.book.view;
  const [bid, ask] = [bids[0], asks[0]];
  if (tick.book.sync !== 'synced') return 'the book is suspect';
  if (bid === undefined || ask === undefined || bid.price > ask.price)
    return 'the book has no two sides';
  if (scoredAtMs - tick.book.exchangeTimeMs > config.execution.bookMaxAgeMs)
    return 'the book is stale';
  if (tick.mapping === null || !Number.isSafeInteger(tick.mapping.startTimeMs))
    return 'the start of the game is missing';
  const { game } = tick;
  if (game !== null && game.phase !== 'live' && game.phase !== 'pregame')
    return `the game is ${game.phase}`;
  const live = game?.phase === 'live' || scoredAtMs >= tick.mapping.startTimeMs;
  return tick.legs.every(({ gameId }) => gameId !== tick.mapping?.gameId)
    ? unsoundModel(inputs, config, live)
    : unsoundLine(inputs, config, live);
}

function unsoundModel(
  { tick, scoredAtMs }: EntryInputs,
  config: TradingConfig,
  live: boolean,
): string | null {
  if (config.pricing.model !== 'alone_before_game') return 'a model may not price alone';
  if (live) return 'a model prices alone after the start';
  if (tick.forecast === null) return 'there is neither line nor forecast';
  return tick.forecast.asOfMs > scoredAtMs ? 'the forecast is from the future' : null;
}

function unsoundLine(
  { tick, scoredAtMs }: EntryInputs,
  config: TradingConfig,
  live: boolean,
): string | null {
  const { limits, rule } = config.pricing;
  const phase = live ? 'live' : 'pregame';
  const sides = tick.mapping?.league === 'epl' || tick.mapping?.league === 'ligue-1' ? 3 : 2;
  const legs = tick.legs.filter(
    ({ gameId, side }) => gameId === tick.mapping?.gameId && (sides === 3 || side !== 'draw'),
  );
  const longestMs = Math.max(...Object.values(limits).map((of) => of.quoteMaxAgeMs[phase] ?? 0));
  const isSuspended = (source: string): boolean =>
    legs.some(
      (leg) =>
        leg.source === source &&
        leg.feed === 'boltodds' &&
        leg.quote.kind === 'suspended' &&
        scoredAtMs - said(leg) <= longestMs,
    );
  const hasFreshLegs = (source: string, feed: 'boltodds' | 'odds_api'): boolean => {
    const { quoteMaxAgeMs, sideStalenessMs } = feed === 'boltodds' ? limits.pushed : limits.polled;
    const quoted = legs.filter(
      (leg) => leg.source === source && leg.feed === feed && leg.quote.kind === 'quoted',
    );
    const times = quoted.map(({ sourceTimeMs }) => sourceTimeMs);
    return (
      new Set(quoted.map(({ side }) => side)).size === sides &&
      scoredAtMs - Math.min(...quoted.map(said)) <= (quoteMaxAgeMs[phase] ?? -1) &&
      Math.max(...times) - Math.min(...times) <= (sideStalenessMs[phase] ?? -1)
    );
  };
  const accepted =
    rule.name === 'pinnacle_only'
      ? ['pinnacle']
      : rule.name === 'weighted_blend'
        ? Object.entries(rule.weights).flatMap(([source, weight]) => (weight > 0 ? [source] : []))
        : ['pinnacle', 'draftkings'];
  const isUsable = (source: string): boolean =>
    !isSuspended(source) && (hasFreshLegs(source, 'boltodds') || hasFreshLegs(source, 'odds_api'));
  const usable = accepted.filter(isUsable).length;
  // In turn nobody after a suspended book speaks; in a blend nobody at all.
  const asked =
    rule.name === 'weighted_blend' ? accepted : accepted.slice(0, accepted.findIndex(isUsable) + 1);
  const suspended = asked.find(isSuspended);
  if (suspended !== undefined) return `${suspended} has suspended the game`;
  const needed = rule.name === 'weighted_blend' ? rule.leastBooks : 1;
  return usable >= needed ? null : `${usable} accepted books have fresh legs (${phase})`;
}

const said = (leg: LineLeg): number => Math.min(leg.sourceTimeMs, leg.receivedMs);
