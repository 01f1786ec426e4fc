import { hash } from 'node:crypto';
import type { EpochMs, GameMapping, Market } from '../domain/market/market.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import type { Position } from '../domain/positions/position.ts';
import type { EntrySignal } from '../domain/strategies/decide-entry.ts';
import type { StrategyVersion } from '../domain/strategies/strategy-version.ts';
import type { HistoryEvent, ScoredMarket } from '../ports/history.ts';

type Kind<K extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: K }>;

/** 128 bits of a hash: two batches of a life never share them. */
const ID_LENGTH = 32;

/** One batch of scored ticks. The same batch has the same id; ticks that come again in another batch count again. */
export function scoredEvent(
  ticks: readonly MarketTick[],
  scored: Pick<Kind<'scored'>, 'skips' | 'markets' | 'atMs'>,
): Kind<'scored'> {
  const stamps = ticks.map(({ market, stamp }) => `${market.ticker}|${stamp.epoch}|${stamp.n}`);
  const digest = hash('sha256', stamps.toSorted().join('\n'), 'hex');
  return {
    kind: 'scored',
    eventId: `scored:${digest.slice(0, ID_LENGTH)}`,
    ticks: ticks.length,
    ...scored,
  };
}

/** The newest tick of a market within a batch. */
export function scoredMarket(
  tick: MarketTick,
  looks: Pick<ScoredMarket, 'ticks' | 'edges' | 'fair'>,
): ScoredMarket {
  return {
    market: tick.market.ticker,
    ticks: looks.ticks,
    edges: looks.edges,
    bid: tick.book.view.bids[0]?.price ?? null,
    ask: tick.book.view.asks[0]?.price ?? null,
    fair: looks.fair,
    feederTimeMs: tick.feederTimeMs,
  };
}

export function edgeEvent(signal: EntrySignal, strategy: StrategyVersion): Kind<'edge'> {
  const { tick, edge, fair, decidedAtMs } = signal;
  return {
    kind: 'edge',
    eventId: `edge:${stampText(tick)}`,
    atMs: decidedAtMs,
    market: tick.market.ticker,
    stamp: tick.stamp,
    leg: edge.leg,
    limitPrice: edge.limitPrice,
    count: edge.count,
    perContract: edge.worstPerContract,
    fair,
    strategy: `${strategy.name}@${strategy.version}`,
  };
}

/** A signal that became no order. Delivered again it may be refused for another reason, which is another event. */
export function entryRefusedEvent(
  signal: EntrySignal,
  code: string,
  atMs: EpochMs,
): Kind<'entry_refused'> {
  const { tick } = signal;
  return {
    kind: 'entry_refused',
    eventId: `entry_refused:${stampText(tick)}:${code}`,
    atMs,
    market: tick.market.ticker,
    code,
  };
}

/** The marks of open positions at a time; null when none has one. */
export function marksEvent(positions: readonly Position[], atMs: EpochMs): Kind<'marks'> | null {
  const marks = positions.flatMap(({ positionId, mark, state }) =>
    state === 'open' && mark !== null ? [{ positionId, legPrice: mark.legPrice }] : [],
  );
  return marks.length === 0 ? null : { kind: 'marks', eventId: `marks:${atMs}`, atMs, marks };
}

/** What a market is as of a time. */
export function marketEvent(
  market: Market,
  mapping: GameMapping | null,
  atMs: EpochMs,
): Kind<'market'> {
  return { kind: 'market', eventId: `market:${market.ticker}:${atMs}`, atMs, market, mapping };
}

/** What the exchange's stream said of a market's life. The same word with the same content is the same event. */
export function lifecycleEvent(
  message: Kind<'lifecycle'>['message'],
  atMs: EpochMs,
): Kind<'lifecycle'> {
  const { market, event, exchangeTimeMs, closeTimeMs } = message;
  const eventId = `lifecycle:${market}:${event}:${exchangeTimeMs ?? closeTimeMs ?? atMs}`;
  return { kind: 'lifecycle', eventId, atMs, message };
}

function stampText({ market, stamp }: MarketTick): string {
  return `${market.ticker}:${stamp.epoch}:${stamp.n}`;
}
