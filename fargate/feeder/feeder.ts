import type { MapReport } from '../../shared/application/map-catalogue.ts';
import {
  releaseLease,
  renewLease,
  takeLease,
  LEASE_KEY,
  LEASE_MS,
} from '../../shared/application/feeder-lease.ts';
import type { ExchangePause } from '../../shared/domain/market/exchange-calendar.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { worstState, type TradingState } from '../../shared/domain/risk/trading-state.ts';
import type { Lease } from '../../shared/ports/hot-store.ts';
import type { TimerHandle } from '../../shared/ports/timers.ts';
import { connectionState, type ConnectionState } from './connection-watch.ts';
import { added, NO_COUNTS, type EpochCounts } from './epoch-counts.ts';
import type { FeedHealth } from './epoch-feeds.ts';
import { EpochWork } from './epoch-work.ts';
import type { FeedAges } from './feed-age-watch.ts';
import type { FeederParts, ReadCounts } from './feeder-parts.ts';
import { feederReport } from './feeder-report.ts';
import type { MarketHealth } from './market-health.ts';
import type { MarketLine } from './market-lines.ts';
import type { KillSwitchReport } from './operator-commands.ts';
import type { PublishCounts } from './publish.ts';
import type { SourceHealth } from './source-watch.ts';
import { TaskTimers } from './task-timers.ts';

const LEASE_RENEWAL_MS = 1_000;

/** `waiting` for the lease; `leading` with it; `stopped` after a drain or a kill. */
export type FeederState = 'new' | 'waiting' | 'leading' | 'draining' | 'stopped';

export type FeederCounts = EpochCounts & {
  /** Epochs that this process began. */
  readonly starts: number;
  readonly published: PublishCounts;
};

/** What an operator or an orchestrator asks. */
export type FeederStatus = {
  readonly state: FeederState;
  readonly epoch: number | null;
  readonly leaseExpiresAtMs: EpochMs | null;
  readonly isRecovered: boolean;
  readonly tradingState: TradingState | null;
  readonly feeds: Readonly<Partial<Record<string, FeedHealth>>>;
  /** How each source of odds and scores is; nothing while it does not lead. */
  readonly sources: readonly SourceHealth[];
  /** One word for all feeds. */
  readonly connection: ConnectionState;
  /** What the exchange pauses now, and how old its messages are on arrival; null while it does not lead. */
  readonly pauses: readonly ExchangePause[] | null;
  readonly ages: FeedAges | null;
  /** What the last kill switch of this epoch came to; null when there was none. */
  readonly killSwitch: KillSwitchReport | null;
  /** Reads of what rarely changes at the exchange, as this process had them; null where nothing is kept of them. */
  readonly cachedReads: CachedReadsStatus | null;
  readonly queueDepth: number;
  readonly recording: 'off' | 'on' | 'stopped';
  /** When the feeder last saw to its lease: much later than that, it hangs. */
  readonly beatMs: EpochMs;
  readonly atMs: EpochMs;
};

export type CachedReadsStatus = ReadCounts & {
  /** The share that needed no request of its own; null before the first read. */
  readonly hitRatio: number | null;
};

/**
 * The feeder as a process on any clock: takes the lease, does the work of its epoch while it holds it, and starts over
 * when it is lost. Everything outside is a port. The lease is renewed only while the exchange's stream is healthy, so
 * that entries stop by themselves when it is not. A feeder that cannot ask the store whether the lease is still its own
 * counts it as lost when it has run out.
 */
export class Feeder {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  #state: FeederState = 'new';
  #lease: Lease | null = null;
  #work: EpochWork | null = null;
  #tradingState: TradingState | null = null;
  #recording: FeederStatus['recording'];
  #starts = 0;
  #beatMs: EpochMs;
  #before: EpochCounts = NO_COUNTS;
  #giveUp: TimerHandle | null = null;
  readonly #end = Promise.withResolvers<boolean>();

  constructor(parts: FeederParts) {
    this.#parts = parts;
    this.#tasks = new TaskTimers(parts);
    this.#beatMs = parts.timers.nowMs();
    this.#recording = parts.recorder === null ? 'off' : 'on';
    parts.recorder?.onStopped((reason) => this.#onRecordingStopped(reason));
  }

  /** Resolves with what the drain gave, whoever asked for it. */
  get ended(): Promise<boolean> {
    return this.#end.promise;
  }

  /** Takes the lease and begins, or waits until it is free. Resolves after the first try. */
  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'waiting';
    await this.#seekLease();
  }

  /** The process dies: nothing more is said, what waited to be sent is lost, and the lease runs out. */
  kill(): void {
    this.#state = 'stopped';
    this.#tasks.end();
    void this.#tasks.guard('kill', () => this.#work?.end());
    this.#forgetWork();
    this.#parts.publisher.kill();
  }

  /**
   * Ends in order: takes nothing more, sends what is pending, ends the recording, and gives the lease back. Whatever
   * has not been sent within `drainMs` is given up; true when nothing was.
   */
  async drain(): Promise<boolean> {
    if (this.#state === 'draining' || this.#state === 'stopped') return false;
    const { timers, publisher, recorder, limits, telemetry, store } = this.#parts;
    this.#state = 'draining';
    this.#tasks.end();
    telemetry.log('info', 'draining', { pending: publisher.depth });
    const lease = this.#lease;
    const work = this.#work;
    let isDone = false;
    const ending = this.#tasks.guard('drain', async () => {
      await work?.end();
      await Promise.all([publisher.flush(), recorder?.close()]);
      isDone = true;
    });
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const late = timers.after(limits.drainMs, 'drain is late', resolve);
    await Promise.race([ending, tooLate]);
    timers.cancel(late);
    this.#forgetWork();
    if (lease !== null)
      await this.#tasks.guard('release', () => releaseLease(store, lease, timers.nowMs()));
    publisher.kill();
    this.#state = 'stopped';
    telemetry.log(isDone ? 'info' : 'error', 'drained', { complete: isDone });
    this.#end.resolve(isDone);
    return isDone;
  }

  get counts(): FeederCounts {
    return {
      starts: this.#starts,
      ...added(this.#before, this.#work?.counts ?? NO_COUNTS),
      published: this.#parts.publisher.counts,
    };
  }

  status(): FeederStatus {
    return {
      state: this.#state,
      epoch: this.#lease?.epoch ?? null,
      leaseExpiresAtMs: this.#lease?.expiresAtMs ?? null,
      isRecovered: this.#work?.isRecovered ?? false,
      tradingState: this.#tradingState,
      feeds: this.#work?.feeds ?? {},
      sources: this.#work?.sources ?? [],
      connection: connectionState(this.#work?.feeds ?? {}),
      pauses: this.#work?.pauses ?? null,
      ages: this.#work?.ages ?? null,
      killSwitch: this.#work?.killSwitch ?? null,
      cachedReads: withRatio(this.#parts.cachedReads?.() ?? null),
      queueDepth: this.#parts.publisher.depth,
      recording: this.#recording,
      beatMs: this.#beatMs,
      atMs: this.#parts.timers.nowMs(),
    };
  }

  /** How fresh the data of each followed market is; nothing while it does not lead. */
  markets(): readonly MarketHealth[] {
    return this.#work?.markets() ?? [];
  }

  /** Which market is about which game and what shows it; null where somebody else maps. */
  map(): MapReport | null {
    return this.#parts.map?.() ?? null;
  }

  /** What each followed market would be priced at now, and why not; nothing while it does not lead. */
  lines(): readonly MarketLine[] {
    return this.#work?.lines() ?? [];
  }

  /** The lease holds for so long that what begins now ends before another feeder may act. */
  #mayAct(epoch: number): boolean {
    const { timers, trading } = this.#parts;
    const marginMs = trading?.config.execution.leaseMarginMs ?? 0;
    return this.#lease?.epoch === epoch && this.#lease.expiresAtMs > timers.nowMs() + marginMs;
  }

  async #seekLease(): Promise<void> {
    const { store, holder, timers } = this.#parts;
    const askedMs = timers.nowMs();
    this.#beatMs = askedMs;
    const lease = await this.#tasks.guard('lease', () => takeLease(store, holder, askedMs));
    if (this.#tasks.isOver) {
      // It was taken while the process was told to end.
      if (lease !== null && this.#state === 'draining')
        await this.#tasks.guard('release', () => releaseLease(store, lease, timers.nowMs()));
      return;
    }
    if (lease === null) {
      this.#tasks.after(LEASE_RENEWAL_MS, 'feeder waits for the lease', () => this.#seekLease());
      return;
    }
    this.#state = 'leading';
    this.#starts += 1;
    this.#lease = lease;
    const { epoch } = lease;
    const work = new EpochWork(this.#parts, epoch, {
      mayAct: () => this.#mayAct(epoch),
      drain: async () => void (await this.drain()),
      report: () => feederReport(this.status(), this.counts),
    });
    this.#work = work;
    this.#parts.telemetry.log('info', 'lease_taken', { epoch });
    this.#planGiveUp(work, askedMs);
    this.#keepLease(work);
    await work.begin();
  }

  #keepLease(work: EpochWork): void {
    this.#tasks.after(LEASE_RENEWAL_MS, 'feeder renews its lease', async () => {
      if (this.#work !== work) return;
      this.#beatMs = this.#parts.timers.nowMs();
      const kept = await this.#tasks.guard('lease', () => this.#renew(work));
      if (this.#work !== work) return;
      if (kept === false) {
        await this.#lose(work, 'lease_lost');
        return;
      }
      await this.#tasks.guard('learning', () => this.#learn(work));
      this.#keepLease(work);
    });
  }

  /** False when somebody else has the lease. A feeder that must not renew it still looks. */
  async #renew(work: EpochWork): Promise<boolean> {
    const { store, timers } = this.#parts;
    const lease = this.#lease;
    if (lease === null) return false;
    const askedMs = timers.nowMs();
    if (work.isHealthy) {
      const renewed = await renewLease(store, lease, askedMs);
      if (renewed === null) return false;
      if (this.#work === work) this.#lease = renewed;
    } else {
      const row = await store.get('lease', LEASE_KEY);
      if (row?.value.holder !== lease.holder || row.value.epoch !== lease.epoch) return false;
    }
    this.#planGiveUp(work, askedMs);
    return true;
  }

  /** The store said at a time that the lease is ours. If it says nothing more, another may lead once it has run out. */
  #planGiveUp(work: EpochWork, saidMs: EpochMs): void {
    if (this.#work !== work) return;
    this.#tasks.cancel(this.#giveUp);
    const leftMs = Math.max(0, saidMs + LEASE_MS - this.#parts.timers.nowMs());
    this.#giveUp = this.#tasks.after(leftMs, 'feeder gives its lease up', async () => {
      if (this.#work === work) await this.#lose(work, 'lease_unsure');
    });
  }

  /** What the feeder must know of the stores: where there are positions, and whether trading is open. */
  async #learn(work: EpochWork): Promise<void> {
    const { store } = this.#parts;
    const [positions, causes] = await Promise.all([store.list('positions'), store.list('causes')]);
    if (this.#work !== work) return;
    this.#tradingState = worstState(
      causes.map(({ value }) => value),
      [{ kind: 'account' }],
    ).state;
    work.learnPositions(positions);
  }

  /** Somebody else acts now, or may: stops at once, says no more ticks, and waits for its turn. */
  async #lose(work: EpochWork, why: 'lease_lost' | 'lease_unsure'): Promise<void> {
    this.#parts.telemetry.log('warn', why, { epoch: work.epoch });
    this.#forgetWork();
    this.#parts.publisher.dropTicks();
    this.#state = 'waiting';
    await this.#tasks.guard('end', () => work.end());
    if (!this.#tasks.isOver) await this.#seekLease();
  }

  #forgetWork(): void {
    this.#before = added(this.#before, this.#work?.counts ?? NO_COUNTS);
    this.#tasks.cancel(this.#giveUp);
    this.#giveUp = null;
    this.#work = null;
    this.#lease = null;
    this.#tradingState = null;
  }

  #onRecordingStopped(reason: string): void {
    this.#recording = 'stopped';
    this.#parts.telemetry.count('feeder.recording_stopped', 1);
    this.#parts.telemetry.log('critical', 'recording_stopped', { reason });
    this.#work?.onRecordingStopped(reason);
  }
}

function withRatio(reads: ReadCounts | null): CachedReadsStatus | null {
  if (reads === null) return null;
  const { hit, shared, miss } = reads;
  const all = hit + shared + miss;
  return { hit, shared, miss, hitRatio: all === 0 ? null : (hit + shared) / all };
}
