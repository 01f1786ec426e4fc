import type { BookSide } from '../../domain/execution/intent.ts';
import type { EpochMs, Market, MarketTicker } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { money, MICROS_PER_DOLLAR } from '../../domain/money/money.ts';
import type { Rng } from '../rng.ts';
import type { WantedQuote } from './maker-quotes.ts';
import type { SimExchange } from './sim-exchange.ts';
import type { NewOrder } from './sim-order.ts';

/** The true probability that YES of a market wins, now. Hidden from everyone but the crowd. */
export type TruthOf = (ticker: MarketTicker) => number;

/** A market that the crowd trades, and when its game starts: from then on everything is faster. */
export type CrowdMarket = { readonly market: Market; readonly startTimeMs: EpochMs };

/** Mean or usual times before the game and during it. */
export type Pace = { readonly pregameMs: number; readonly liveMs: number };

/** The crowd has money on every shard that it trades on, and is not remembered. */
export function enrol(
  exchange: SimExchange,
  account: string,
  markets: readonly CrowdMarket[],
  dollars: number,
): void {
  exchange.joinCrowd(account);
  for (const shard of new Set(markets.map(({ market }) => market.exchangeIndex)))
    exchange.deposit(account, shard, money(dollars * MICROS_PER_DOLLAR));
}

/** The pace of a market: before its game or during it. */
export function paceAt(pace: Pace, of: CrowdMarket, nowMs: EpochMs): number {
  return nowMs < of.startTimeMs ? pace.pregameMs : pace.liveMs;
}

/** The time give or take a quarter, so that makers do not act in step; at least a millisecond. */
export function jittered(meanMs: number, rng: Rng): number {
  return Math.max(1, Math.round(meanMs * (0.75 + rng.uniform() / 2)));
}

/** A belief is never certain. */
export function clampBelief(value: number): number {
  return Math.min(0.995, Math.max(0.005, value));
}

/** The taker's fee per contract at a price, as a person in the crowd reckons it. */
export function takerFeeOf(p: number): number {
  return 0.07 * p * (1 - p);
}

/** A limit order of the crowd: no client order id, no expiry. */
export function limit(
  market: MarketTicker,
  side: BookSide,
  at: WantedQuote['price'],
  size: number,
): Omit<NewOrder, 'timeInForce'> {
  return {
    clientOrderId: null,
    market,
    side,
    price: at,
    count: contracts(size),
    postOnly: false,
    reduceOnly: false,
    selfTradePrevention: 'taker_at_cross',
    expiresAtMs: null,
    cancelOnPause: false,
    orderGroupId: null,
  };
}
