import { TICK_DEPTH } from '../../fargate/feeder/join.ts';
import type { BookView } from '../../shared/domain/market/book-view.ts';
import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { arbitrate, type ArbitrationRule } from '../../shared/domain/odds/arbitration.ts';
import { outcomesOf } from '../../shared/domain/market/leagues.ts';
import type { FreshnessLimits } from '../../shared/domain/odds/freshness.ts';
import { oddsPhaseOf } from '../../shared/domain/pricing/odds-phase.ts';
import type { InvariantTally } from './invariant-tally.ts';

/** Arbitration is tried again with other orders of the same legs on one tick in this many. */
const ARBITRATION_SAMPLE = 25;

/** A published book is held against the venue's own on one tick in this many. */
const BOOK_SAMPLE = 10;
/** A change of the book may be this long under way; a book that has been still for longer is known everywhere. */
const UNDER_WAY_MS = 1_000;

/** The venue's own books, never through our code. */
export type VenueBooks = {
  readonly changedMs: (ticker: MarketTicker) => EpochMs | null;
  readonly view: (ticker: MarketTicker) => BookView | null;
};

/** Looks at every tick that the feeder publishes. */
export class PublishedWatch {
  readonly #tally: InvariantTally;
  readonly #pricing: { readonly rule: ArbitrationRule; readonly limits: FreshnessLimits };
  readonly #venue: VenueBooks | null;
  readonly #stamps = new Map<string, MarketTick['stamp']>();
  #ticks = 0;

  constructor(
    tally: InvariantTally,
    pricing: { readonly rule: ArbitrationRule; readonly limits: FreshnessLimits },
    venue: VenueBooks | null,
  ) {
    this.#tally = tally;
    this.#pricing = pricing;
    this.#venue = venue;
  }

  onTick(tick: MarketTick): void {
    const { ticker } = tick.market;
    const { bids, asks } = tick.book.view;
    const [bid, ask] = [bids[0], asks[0]];
    const sound =
      (bid === undefined || ask === undefined || bid.price <= ask.price) &&
      [...bids, ...asks].every(({ count }) => count > 0);
    // Where there is no venue's book to hold it against, a book made for the replay would only be held against itself.
    if (this.#venue === null) return;
    if (tick.book.sync === 'synced')
      this.#tally.check(24, sound, () => `${ticker} is published crossed or negative`);
    const before = this.#stamps.get(ticker);
    const { epoch, n } = tick.stamp;
    this.#tally.check(
      24,
      before === undefined || epoch > before.epoch || (epoch === before.epoch && n > before.n),
      () => `${ticker} is published with a stamp that does not grow`,
    );
    this.#stamps.set(ticker, tick.stamp);
    this.#ticks += 1;
    if (this.#ticks % BOOK_SAMPLE === 0) this.#compareBooks(tick);
    if (this.#ticks % ARBITRATION_SAMPLE === 0 && tick.legs.length > 1) this.#arbitrateAgain(tick);
  }

  /** A book that claims to be complete up to a time shows every level as the venue has it, once nothing is under way. */
  #compareBooks({ market: { ticker }, book }: MarketTick): void {
    const changedMs = this.#venue?.changedMs(ticker) ?? null;
    if (book.sync !== 'synced' || changedMs === null) return;
    if (changedMs >= book.exchangeTimeMs - UNDER_WAY_MS) return;
    const truth = this.#venue?.view(ticker) ?? null;
    if (truth === null) return;
    this.#tally.check(
      24,
      isTopOf(book.view.bids, truth.bids) && isTopOf(book.view.asks, truth.asks),
      () => `${ticker} is published with a book that the exchange does not have`,
    );
  }

  #arbitrateAgain(tick: MarketTick): void {
    const { legs, mapping } = tick;
    if (mapping === null) return;
    const verdict = (given: typeof legs): string =>
      JSON.stringify(
        arbitrate({
          legs: given,
          outcomes: outcomesOf(mapping.league),
          ...this.#pricing,
          phase: oddsPhaseOf(tick.game, mapping.startTimeMs, tick.feederTimeMs),
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

function isTopOf(shown: BookView['bids'], all: BookView['bids']): boolean {
  return (
    shown.length === Math.min(all.length, TICK_DEPTH) &&
    shown.every(({ price, count }, rank) => {
      const level = all[rank];
      return level !== undefined && level.price === price && level.count === count;
    })
  );
}
