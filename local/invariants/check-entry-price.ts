import type { TradingConfig } from '../../shared/application/trading-config.ts';
import { fromCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import type { DecisionRecord } from '../../shared/domain/decisions/decision-record.ts';
import type { EntryInputs } from '../../shared/domain/strategies/decide-order.ts';

/**
 * Whether an entry rests on a sound price, worked out from its record alone and without the code that decided it:
 * a synced, two-sided, fresh book; a start time; and either both fresh legs of one accepted book, or a forecast where
 * the configuration lets a model price alone before the game. Null when it does, else what is wrong.
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
  const live = tick.game?.phase === 'live' || scoredAtMs >= tick.mapping.startTimeMs;
  return tick.legs.length === 0
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
  const { quoteMaxAgeMs, sideStalenessMs } = config.pricing.limits;
  const phase = live ? 'live' : 'pregame';
  const accepted =
    config.pricing.rule === 'pinnacle_only' ? ['pinnacle'] : ['pinnacle', 'draftkings'];
  const usable = accepted.some((source) => {
    const legs = tick.legs.filter((leg) => leg.source === source && leg.quote.kind === 'quoted');
    const [home, away] = [
      legs.find(({ side }) => side === 'home'),
      legs.find(({ side }) => side === 'away'),
    ];
    if (home === undefined || away === undefined) return false;
    const older = Math.min(home.sourceTimeMs, away.sourceTimeMs);
    const apartMs = Math.abs(home.sourceTimeMs - away.sourceTimeMs);
    return scoredAtMs - older <= quoteMaxAgeMs[phase] && apartMs <= sideStalenessMs[phase];
  });
  return usable ? null : `no accepted book has two fresh legs (${phase})`;
}
