import type { Clock } from '../ports/clock.ts';
import type { DecisionLog } from '../ports/decision-log.ts';
import type { Exchange } from '../ports/exchange.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { OrderGroups } from '../ports/order-groups.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { EffectPoints } from './effect-points.ts';
import type { TradingConfig } from './trading-config.ts';

/** What the use cases of the order path reach the world through. */
export type TradingDeps = {
  readonly clock: Clock;
  readonly store: HotStore;
  readonly exchange: Exchange;
  /** Null where the venue has none: the markets of a recording. */
  readonly groups: OrderGroups | null;
  readonly decisions: DecisionLog;
  readonly telemetry: Telemetry;
  readonly config: TradingConfig;
  readonly points: EffectPoints;
};
