import type { FeeSchedule } from '../../domain/market/fee-schedule.ts';
import type { EpochMs, EventTicker } from '../../domain/market/market.ts';
import { effectiveFees, NO_OVERRIDE, type FeeOverride } from './fee-terms.ts';
import type { FloorVoice } from './floor-voice.ts';
import { deterministicId } from './deterministic-id.ts';
import type { Listing } from './listing.ts';

/** A change of fees that is known, past or to come. Two nulls of an event are its override cleared. */
export type FeeChangeRow = {
  readonly id: string;
  readonly sequence: number;
  readonly atMs: EpochMs;
  readonly change:
    | { readonly kind: 'series'; readonly seriesTicker: string; readonly fees: FeeSchedule }
    | { readonly kind: 'event'; readonly eventTicker: EventTicker; readonly override: FeeOverride };
};

/**
 * Whose fees are what: those of the series, what an event overrides of them, and none while a market's are waived. What
 * rests keeps the fee that was set aside for it until its account next trades in that market.
 */
export class FeeDesk {
  readonly #listings: () => Iterable<Listing>;
  readonly #voice: FloorVoice;
  /** Does something at a time, or at once when it is not later than now. */
  readonly #at: (atMs: EpochMs, run: (nowMs: EpochMs) => void) => void;
  readonly #series = new Map<string, FeeSchedule>();
  readonly #overrides = new Map<EventTicker, FeeOverride>();
  readonly #changes: FeeChangeRow[] = [];

  constructor(input: {
    readonly listings: () => Iterable<Listing>;
    readonly voice: FloorVoice;
    readonly at: (atMs: EpochMs, run: (nowMs: EpochMs) => void) => void;
  }) {
    this.#listings = input.listings;
    this.#voice = input.voice;
    this.#at = input.at;
  }

  /** A market has come: its event may have other fees, and its own may be waived for a time. */
  listed(listing: Listing, nowMs: EpochMs): void {
    const { seriesTicker } = listing.market;
    if (!this.#series.has(seriesTicker)) this.#series.set(seriesTicker, listing.seriesFees);
    const { feesWaivedUntilMs } = listing.details;
    if (feesWaivedUntilMs === undefined && !this.#overrides.has(listing.market.eventTicker)) return;
    this.#apply(listing, nowMs);
    if (feesWaivedUntilMs !== undefined && feesWaivedUntilMs > nowMs)
      this.#at(feesWaivedUntilMs, (atMs) => this.#apply(listing, atMs));
  }

  /** Fees of a series; undefined while none of its markets is listed. */
  ofSeries(seriesTicker: string): FeeSchedule | undefined {
    return this.#series.get(seriesTicker);
  }

  overrideOf(eventTicker: EventTicker): FeeOverride {
    return this.#overrides.get(eventTicker) ?? NO_OVERRIDE;
  }

  /** In the order in which they became known. */
  get changes(): readonly FeeChangeRow[] {
    return this.#changes;
  }

  changeSeries(seriesTicker: string, fees: FeeSchedule, atMs: EpochMs): void {
    this.#know(atMs, { kind: 'series', seriesTicker, fees });
    this.#at(atMs, (nowMs) => {
      this.#series.set(seriesTicker, fees);
      for (const listing of this.#listings()) {
        if (listing.market.seriesTicker !== seriesTicker) continue;
        listing.seriesFees = fees;
        this.#apply(listing, nowMs);
      }
    });
  }

  overrideEvent(
    event: { readonly eventTicker: EventTicker; readonly exchangeIndex: number },
    override: FeeOverride,
    atMs: EpochMs,
  ): void {
    const { eventTicker, exchangeIndex } = event;
    this.#know(atMs, { kind: 'event', eventTicker, override });
    this.#at(atMs, (nowMs) => {
      this.#overrides.set(eventTicker, override);
      for (const listing of this.#listings())
        if (listing.market.eventTicker === eventTicker) this.#apply(listing, nowMs);
      this.#voice.tell({ kind: 'event_fees', eventTicker, exchangeIndex, override, atMs: nowMs });
    });
  }

  #know(atMs: EpochMs, change: FeeChangeRow['change']): void {
    const sequence = this.#changes.length + 1;
    this.#changes.push({ id: deterministicId('fee_change', sequence), sequence, atMs, change });
  }

  #apply(listing: Listing, nowMs: EpochMs): void {
    const { market, details, seriesFees } = listing;
    const isWaived = (details.feesWaivedUntilMs ?? nowMs) > nowMs;
    const fees = effectiveFees(seriesFees, this.overrideOf(market.eventTicker), isWaived);
    listing.market = { ...market, fees };
  }
}
