import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { price } from '../../domain/money/price.ts';
import type { ControlAction, ControlRefusal } from './control-action.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { ReadClock } from './read-clock.ts';
import type { TradingFloor } from './trading-floor.ts';
import type { VenueSettings } from './venue-settings.ts';

export type ControlledParts = {
  readonly floor: TradingFloor;
  readonly settings: VenueSettings;
  readonly clock: ReadClock;
  readonly limiter: RateLimiter;
};

/** What a market that never traded is worth when it is voided. */
const HALF_A_DOLLAR = price(5_000);

/** Carries out one action of the operator; null when it is done. */
export function carryOutControl(
  { floor, settings, clock, limiter }: ControlledParts,
  action: ControlAction,
  nowMs: EpochMs,
): ControlRefusal | null {
  floor.advance(nowMs);
  if ('market' in action && floor.listing(action.market) === undefined)
    return { kind: 'refused', code: 'unknown_market' };
  switch (action.kind) {
    case 'dispute':
      return floor.markets.dispute(action.market, nowMs);
    case 'amend_result':
      return floor.markets.amendResult(action.market, action.result, nowMs);
    case 'void':
      return voidMarket(floor, action.market, nowMs);
    case 'price_structure':
      floor.markets.setStructure(action.market, action.structure, nowMs);
      return null;
    case 'describe_market': {
      const { market, title, expectedExpirationMs } = action;
      const change = {
        ...(title !== undefined && { title }),
        ...(expectedExpirationMs !== undefined && { expectedExpirationMs }),
      };
      floor.markets.describeMarket(market, change, nowMs);
      return null;
    }
    case 'describe_event':
      floor.markets.describeEvent(action.event, nowMs);
      return null;
    case 'describe_series':
      settings.describeSeries(action.series);
      return null;
    case 'override_fees': {
      const event = floor.event(action.eventTicker);
      if (event === undefined) return { kind: 'refused', code: 'unknown_event' };
      floor.fees.overrideEvent(event, action.override, action.atMs ?? nowMs);
      return null;
    }
    case 'series_fees':
      floor.fees.changeSeries(action.seriesTicker, action.fees, action.atMs ?? nowMs);
      return null;
    case 'pause':
      floor.setPause(action.pause, nowMs, action.shard);
      settings.pauseTerms = { resumeAtMs: action.resumeAtMs, statusCode: action.statusCode };
      return null;
    case 'maintenance':
      settings.windows = action.windows;
      return null;
    case 'read_lag':
      clock.setLag(action.lag);
      return null;
    case 'attestation':
      if (action.expiresAtMs === null) settings.attestations.delete(action.account);
      else settings.attestations.set(action.account, action.expiresAtMs);
      return null;
    case 'refuse_shard':
      if (action.as === null) settings.refusedShards.delete(action.shard);
      else settings.refusedShards.set(action.shard, action.as);
      return null;
    case 'cutoff':
      settings.cutoff = action.cutoff;
      return null;
    case 'withdraw_cash':
      return floor.cash.withdraw(action.account, action.shard, action.amount)
        ? null
        : { kind: 'refused', code: 'insufficient_cash' };
    case 'transfer_time':
      floor.cash.setTransferTime(action.ms);
      return null;
    case 'tier':
      limiter.setTier(action.account, action.tier);
      return null;
    case 'answers': {
      const { fillOrKill, postOnlyCross } = action;
      floor.answerWith({
        ...(fillOrKill !== undefined && { fillOrKill }),
        ...(postOnlyCross !== undefined && { postOnlyCross }),
      });
      return null;
    }
  }
}

/** Rule 7.1 of the exchange: what cannot be determined is settled at its last price. */
function voidMarket(
  floor: TradingFloor,
  market: MarketTicker,
  nowMs: EpochMs,
): ControlRefusal | null {
  const settlementValue = floor.listing(market)?.lastPrice ?? HALF_A_DOLLAR;
  return floor.markets.determine(market, { kind: 'scalar', settlementValue }, nowMs);
}
