import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { arbitrate, type ArbitrationRule } from '../../shared/domain/odds/arbitration.ts';
import type { FreshnessLimits } from '../../shared/domain/odds/freshness.ts';
import type { InvariantTally } from './invariant-tally.ts';

/** Arbitration is tried again with other orders of the same legs on one tick in this many. */
const ARBITRATION_SAMPLE = 25;

/** Looks at every tick that the feeder publishes. */
export class PublishedWatch {
  readonly #tally: InvariantTally;
  readonly #pricing: { readonly rule: ArbitrationRule; readonly limits: FreshnessLimits };
  readonly #stamps = new Map<string, MarketTick['stamp']>();
  #ticks = 0;

  constructor(
    tally: InvariantTally,
    pricing: { readonly rule: ArbitrationRule; readonly limits: FreshnessLimits },
  ) {
    this.#tally = tally;
    this.#pricing = pricing;
  }

  onTick(tick: MarketTick): void {
    const { ticker } = tick.market;
    const { bids, asks } = tick.book.view;
    const [bid, ask] = [bids[0], asks[0]];
    const sound =
      (bid === undefined || ask === undefined || bid.price <= ask.price) &&
      [...bids, ...asks].every(({ count }) => count > 0);
    this.#tally.check(
      24,
      tick.book.sync === 'gapped' || sound,
      () => `${ticker} is published crossed or negative`,
    );
    const before = this.#stamps.get(ticker);
    const { epoch, n } = tick.stamp;
    this.#tally.check(
      24,
      before === undefined || epoch > before.epoch || (epoch === before.epoch && n > before.n),
      () => `${ticker} is published with a stamp that does not grow`,
    );
    this.#stamps.set(ticker, tick.stamp);
    this.#ticks += 1;
    if (this.#ticks % ARBITRATION_SAMPLE === 0 && tick.legs.length > 1) this.#arbitrateAgain(tick);
  }

  #arbitrateAgain(tick: MarketTick): void {
    const { legs } = tick;
    const verdict = (given: typeof legs): string =>
      JSON.stringify(
        arbitrate({
          legs: given,
          ...this.#pricing,
          phase: tick.game?.phase === 'live' ? 'live' : 'pregame',
          nowMs: tick.feederTimeMs,
        }),
      );
    const once = verdict(legs);
    const turned = verdict([...legs].toReversed());
    const doubled = verdict([...legs.slice(1), ...legs, ...legs.slice(0, 1)]);
    this.#tally.check(
      25,
      once === turned && once === doubled,
      () => `the line of ${tick.market.ticker} depends on the order of its legs`,
    );
  }
}
