import type { EpochMs } from '../../domain/market/market.ts';
import type { Read } from '../../ports/exchange.ts';
import type { HistoricalCutoff } from '../../ports/market-catalogue.ts';
import { refused, type PagedReads } from './paged-reads.ts';
import { decodeHistoricalCutoff } from './wire/historical.ts';
import type { UnknownFieldListener } from './wire/known-fields.ts';

const DAY_MS = 86_400_000;
/** How long a cutoff that was read counts. */
const KEPT_MS = 3_600_000;
/** The cutoff may have moved while we kept it: what is younger than it by less than this is looked for behind it too. */
const MOVES_MS = 2 * DAY_MS;
/** Nothing so young has left the live lists (Kalshi: Historical Data, about three months): the cutoff is not asked for. */
const SURELY_LIVE_MS = 7 * DAY_MS;
/** What is older may have left them: without the cutoff nothing can be said of it. */
const LIKELY_LIVE_MS = 60 * DAY_MS;
/** A cutoff that could not be read is not asked for again sooner, where the answer can do without it. */
const RETRY_MS = 60_000;

type CutoffRead = Read<HistoricalCutoff>;

/**
 * Where the live lists of an account end. The cutoff is read when something older than a week is asked for, and kept for
 * an hour: what is asked for on the way of an order never waits for it.
 */
export class LiveWindow {
  readonly #reads: PagedReads;
  readonly #nowMs: () => EpochMs;
  #known: { readonly cutoff: HistoricalCutoff; readonly atMs: EpochMs } | null = null;
  #failedAtMs: EpochMs | null = null;
  #underWay: Promise<CutoffRead> | null = null;

  constructor(reads: PagedReads, nowMs: () => EpochMs) {
    this.#reads = reads;
    this.#nowMs = nowMs;
  }

  /**
   * Whether rows from `sinceMs` on may be in the historical list too; `endOf` picks the cutoff of this kind of row.
   * Unavailable only for what is older than 60 days when the cutoff cannot be read.
   */
  async reachesBehind(
    sinceMs: EpochMs,
    endOf: (cutoff: HistoricalCutoff) => EpochMs,
  ): Promise<Read<boolean>> {
    const ageMs = this.#nowMs() - sinceMs;
    if (ageMs <= SURELY_LIVE_MS) return { kind: 'read', value: false };
    const isLikelyLive = ageMs <= LIKELY_LIVE_MS;
    if (isLikelyLive && this.#hasJustFailed()) return { kind: 'read', value: false };
    const cutoff = await this.#cutoff();
    if (cutoff.kind === 'read')
      return { kind: 'read', value: sinceMs < endOf(cutoff.value) + MOVES_MS };
    return isLikelyLive ? { kind: 'read', value: false } : cutoff;
  }

  /** One request for all who ask at the same time. */
  #cutoff(): Promise<CutoffRead> {
    const known = this.#known;
    if (known !== null && isWithin(known.atMs, KEPT_MS, this.#nowMs()))
      return Promise.resolve({ kind: 'read', value: known.cutoff });
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #ask(): Promise<CutoffRead> {
    const cutoff = await readHistoricalCutoff(this.#reads);
    if (cutoff.kind === 'read') this.#known = { cutoff: cutoff.value, atMs: this.#nowMs() };
    this.#failedAtMs = cutoff.kind === 'read' ? null : this.#nowMs();
    return cutoff;
  }

  #hasJustFailed(): boolean {
    return this.#failedAtMs !== null && isWithin(this.#failedAtMs, RETRY_MS, this.#nowMs());
  }
}

/** Up to when each kind of data has left the live endpoints (Kalshi: Historical Data). */
export async function readHistoricalCutoff(
  reads: PagedReads,
  tell?: UnknownFieldListener,
): Promise<CutoffRead> {
  const read = await reads.text('/historical/cutoff', {});
  if (read.kind === 'unavailable') return read;
  const decoded = decodeHistoricalCutoff(read.value, tell);
  return decoded.kind === 'refused' ? refused(decoded) : { kind: 'read', value: decoded.cutoff };
}

/** What is of the time to come was noted before the clock was set back: it does not count. */
function isWithin(atMs: EpochMs, forMs: number, nowMs: EpochMs): boolean {
  return nowMs >= atMs && nowMs - atMs < forMs;
}
