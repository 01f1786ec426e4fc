import type { ClosedWindow } from '../../domain/market/exchange-calendar.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { HistoricalCutoff } from '../../ports/market-catalogue.ts';
import type { ShardRefusal } from './control-action.ts';
import type { AccountName } from './sim-order.ts';
import type { SeriesFacts } from './venue-facts.ts';

/** How long data stays on the live endpoints when no cutoff was set (Kalshi "Historical Data": about three months). */
const LIVE_MS = 90 * 86_400_000;

/** Categories in which a key may not trade whose owner has not said where he is (Kalshi "API Keys"). */
const ATTESTED_CATEGORIES: readonly string[] = ['Sports', 'Elections', 'Entertainment'];

/** What the operator has set and the floor has no use for. */
export class VenueSettings {
  windows: readonly ClosedWindow[] = [];
  /** What the status says beside what it is. */
  pauseTerms: { readonly resumeAtMs: EpochMs | null; readonly statusCode: number } = {
    resumeAtMs: null,
    statusCode: 200,
  };
  cutoff: HistoricalCutoff | null = null;
  readonly refusedShards = new Map<number, ShardRefusal>();
  readonly attestations = new Map<AccountName, EpochMs>();
  readonly #series = new Map<string, SeriesFacts>();

  describeSeries(facts: SeriesFacts): void {
    this.#series.set(facts.seriesTicker, facts);
  }

  seriesFacts(seriesTicker: string): SeriesFacts {
    return (
      this.#series.get(seriesTicker) ?? {
        seriesTicker,
        title: seriesTicker,
        category: '',
        tags: [],
        frequency: 'custom',
        settlementSources: [],
      }
    );
  }

  /** True when an account may not trade in a series because its statement of place has lapsed. */
  isUnattested(owner: AccountName, seriesTicker: string, nowMs: EpochMs): boolean {
    const expiresAtMs = this.attestations.get(owner);
    return (
      expiresAtMs !== undefined &&
      expiresAtMs <= nowMs &&
      ATTESTED_CATEGORIES.includes(this.seriesFacts(seriesTicker).category)
    );
  }

  /** Up to when each kind of data has left the live endpoints. */
  cutoffAt(nowMs: EpochMs): HistoricalCutoff {
    if (this.cutoff !== null) return this.cutoff;
    const atMs = Math.max(0, nowMs - LIVE_MS);
    const cutoffMs = atMs - (atMs % 86_400_000);
    return {
      marketsSettledMs: cutoffMs,
      tradesCreatedMs: cutoffMs,
      ordersUpdatedMs: cutoffMs,
      positionsUpdatedMs: cutoffMs,
    };
  }
}
