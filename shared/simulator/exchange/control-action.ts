import type { ClosedWindow } from '../../domain/market/exchange-calendar.ts';
import type { FeeSchedule } from '../../domain/market/fee-schedule.ts';
import type {
  EpochMs,
  EventTicker,
  MarketResult,
  MarketTicker,
} from '../../domain/market/market.ts';
import type { PriceLevelStructure } from '../../domain/market/tick-grid.ts';
import type { Money } from '../../domain/money/money.ts';
import type { HistoricalCutoff } from '../../ports/market-catalogue.ts';
import type { FeeOverride } from './fee-terms.ts';
import type { LifeRefusal } from './market-lifecycle.ts';
import type { Pause } from './order-admission.ts';
import type { Tier } from './rate-limiter.ts';
import type { ReadLag } from './read-clock.ts';
import type { AccountName } from './sim-order.ts';
import type { EventFacts, SeriesFacts } from './venue-facts.ts';

/** How a shard refuses whoever sends an order to it; null: it does not. */
export type ShardRefusal = 'insufficient_shard_balance' | 'user_not_found' | 'market_not_found';

/**
 * What the operator of the simulated exchange does to it. Plain values, so that they can be written down and sent; each
 * is carried out at once by `SimExchange.control` and answered with null or with why not.
 */
export type ControlAction =
  | { readonly kind: 'dispute'; readonly market: MarketTicker }
  /** The result after a dispute; its settlement timer starts again. */
  | { readonly kind: 'amend_result'; readonly market: MarketTicker; readonly result: MarketResult }
  /** Settles a market that cannot be determined at its last price, as a scalar; half a dollar when it never traded. */
  | { readonly kind: 'void'; readonly market: MarketTicker }
  | {
      readonly kind: 'price_structure';
      readonly market: MarketTicker;
      readonly structure: PriceLevelStructure;
    }
  | {
      readonly kind: 'describe_market';
      readonly market: MarketTicker;
      readonly title?: string;
      readonly expectedExpirationMs?: EpochMs;
    }
  | { readonly kind: 'describe_event'; readonly event: EventFacts }
  | { readonly kind: 'describe_series'; readonly series: SeriesFacts }
  /** Null times: now. Two nulls of an override clear it. */
  | {
      readonly kind: 'override_fees';
      readonly eventTicker: EventTicker;
      readonly override: FeeOverride;
      readonly atMs: EpochMs | null;
    }
  | {
      readonly kind: 'series_fees';
      readonly seriesTicker: string;
      readonly fees: FeeSchedule;
      readonly atMs: EpochMs | null;
    }
  /** Null: every shard. The status says when it resumes, and comes with this HTTP code while anything is paused. */
  | {
      readonly kind: 'pause';
      readonly pause: Pause;
      readonly shard: number | null;
      readonly resumeAtMs: EpochMs | null;
      readonly statusCode: 200 | 500 | 503 | 504;
    }
  /** What the schedule announces; nothing pauses by it. */
  | { readonly kind: 'maintenance'; readonly windows: readonly ClosedWindow[] }
  | { readonly kind: 'read_lag'; readonly lag: ReadLag }
  /** Until when the account's owner has said where he is; null: nobody asks. */
  | {
      readonly kind: 'attestation';
      readonly account: AccountName;
      readonly expiresAtMs: EpochMs | null;
    }
  | { readonly kind: 'refuse_shard'; readonly shard: number; readonly as: ShardRefusal | null }
  /** Null: three months before now, moving with it. */
  | { readonly kind: 'cutoff'; readonly cutoff: HistoricalCutoff | null }
  | {
      readonly kind: 'withdraw_cash';
      readonly account: AccountName;
      readonly shard: number;
      readonly amount: Money;
    }
  /** How long cash is on its way between shards from now on. */
  | { readonly kind: 'transfer_time'; readonly ms: number }
  | { readonly kind: 'tier'; readonly account: AccountName; readonly tier: Tier }
  /** What the documentation leaves open, from now on. */
  | {
      readonly kind: 'answers';
      readonly fillOrKill?: 'accepted_unfilled' | 'refused';
      readonly postOnlyCross?: 'refused' | 'accepted_cancelled';
    };

/** Why an action was not carried out. */
export type ControlRefusal =
  | LifeRefusal
  | {
      readonly kind: 'refused';
      readonly code: 'unknown_market' | 'unknown_event' | 'insufficient_cash';
    };
