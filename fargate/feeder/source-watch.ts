import type { FeedName } from '../../shared/contracts/feeder-frames.ts';
import type { CoverageReport } from '../../shared/domain/feeds/coverage.ts';
import { AgeHistogram, type AgeSummary } from '../../shared/domain/feeds/feed-age.ts';
import type { EpochMs, GameId } from '../../shared/domain/market/market.ts';
import type { GameFinding, SourceDown } from '../../shared/ports/streams.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';

/** What is left of what was paid for, as the source says; null where it says nothing. */
export type SourceQuota = {
  readonly remaining: number | null;
  readonly used: number | null;
  readonly lastCost: number | null;
};

/** What a source tells of itself beside what it says of games, and what it may ask. */
export type SourceTold = {
  /** Whether scoreboards say that a game is over, or off: nobody need quote it any more. */
  readonly isOver: (gameId: GameId) => boolean;
  readonly onCoverage: (report: CoverageReport) => void;
  readonly onQuota: (quota: SourceQuota) => void;
};

/** How one source of odds or scores is. */
export type SourceHealth = {
  readonly source: FeedName;
  readonly connected: boolean;
  readonly lastFrameMs: EpochMs | null;
  /** Why it is not believed at all; null when it is. */
  readonly down: SourceDown | null;
  /** `open` when it failed so often that it is left alone until a trial request. */
  readonly breaker: 'closed' | 'open';
  readonly quota: SourceQuota | null;
  /** What of what it was asked for has come; null where it tells nothing of that. */
  readonly coverage: CoverageReport | null;
  /** How old what it said was on arrival, by its own times, in the last whole minute; null before the first. */
  readonly ages: AgeSummary | null;
};

type Known = {
  down: SourceDown | null;
  quota: SourceQuota | null;
  coverage: CoverageReport | null;
  missing: string;
  ages: AgeSummary | null;
  readonly histogram: AgeHistogram;
};

/** Names of missing books and games that one line of log holds. */
const MOST_NAMED = 20;

/**
 * How the sources of odds and scores are: down or up, what of what they were asked for has come, what is left to ask,
 * how old what they say is, and what is odd in it. Counted for alarms, logged when it changes.
 */
export class SourceWatch {
  readonly #telemetry: Telemetry;
  readonly #isOver: SourceTold['isOver'];
  readonly #sources = new Map<FeedName, Known>();

  constructor(telemetry: Telemetry, sources: readonly FeedName[], isOver: SourceTold['isOver']) {
    this.#telemetry = telemetry;
    this.#isOver = isOver;
    for (const source of sources)
      this.#sources.set(source, {
        down: null,
        quota: null,
        coverage: null,
        missing: '',
        ages: null,
        histogram: new AgeHistogram(),
      });
  }

  health(feeds: Readonly<Record<string, FeedContact | undefined>>): readonly SourceHealth[] {
    return [...this.#sources].map(([source, { down, quota, coverage, ages }]) => ({
      source,
      connected: feeds[source]?.connected ?? false,
      lastFrameMs: feeds[source]?.lastFrameMs ?? null,
      down,
      breaker: down?.code === 'breaker_open' ? 'open' : 'closed',
      quota,
      coverage,
      ages,
    }));
  }

  /** What a source tells goes here. */
  toldBy(source: FeedName): SourceTold {
    return {
      isOver: this.#isOver,
      onCoverage: (report) => this.#onCoverage(source, report),
      onQuota: (quota) => this.#onQuota(source, quota),
    };
  }

  onDown(source: FeedName, why: SourceDown): void {
    this.#known(source).down = why;
    this.#countDown(source, why);
    this.#telemetry.log('critical', 'source_down', { source, code: why.code, detail: why.detail });
  }

  onUp(source: FeedName): void {
    this.#known(source).down = null;
    this.#telemetry.log('info', 'source_up', { source });
  }

  /** Whether what it says counts. */
  isDown(source: FeedName): boolean {
    return this.#known(source).down !== null;
  }

  /** Something was said at a time of the source's own, and came at another of ours. */
  onAge(source: FeedName, sourceTimeMs: EpochMs, receivedMs: EpochMs): void {
    this.#known(source).histogram.record(receivedMs - sourceTimeMs);
  }

  onFinding(source: FeedName, { league, gameId, finding }: GameFinding): void {
    this.#telemetry.count(`scoreboard.finding.${finding.code}`, 1);
    // What ought to be there and is not, look after look.
    if (finding.code === 'field_missing' || finding.code === 'not_shown')
      this.#telemetry.count('feeder.missing_data', 1);
    const { code } = finding;
    this.#telemetry.log('warn', 'scoreboard_finding', { source, league, gameId, code });
  }

  /** Once a minute: how old what came was, and again what is still down or missing, so that an alarm goes on. */
  publish(): void {
    for (const [source, known] of this.#sources) {
      const summary = known.histogram.summary();
      known.ages = summary;
      for (const level of ['p50Ms', 'p95Ms', 'p99Ms'] as const)
        if (summary[level] !== null)
          this.#telemetry.gauge(`feed_age.${source}.${level.slice(0, -2)}_ms`, summary[level]);
      known.histogram.clear();
      if (known.down !== null) this.#countDown(source, known.down);
      if (known.coverage !== null) this.#countMissing(known.coverage);
    }
  }

  #countDown(source: FeedName, { code }: SourceDown): void {
    this.#telemetry.count('feeder.source_down', 1);
    this.#telemetry.count(`feeder.source_down.${source}.${code}`, 1);
  }

  #countMissing({ missing }: CoverageReport): void {
    if (missing.length > 0) this.#telemetry.count('feeder.missing_data', missing.length);
  }

  #onCoverage(source: FeedName, report: CoverageReport): void {
    const known = this.#known(source);
    known.coverage = report;
    const names = report.missing.map(({ book, game }) => `${book} of ${game ?? 'any game'}`);
    const missing = names.join(', ');
    if (missing === known.missing) return;
    known.missing = missing;
    this.#countMissing(report);
    this.#telemetry.log(names.length > 0 ? 'warn' : 'info', 'source_coverage', {
      source,
      asked: report.requestedBooks.join(', '),
      games: report.requestedGames.length,
      seen: report.seen.length,
      missing: names.length,
      names: names.slice(0, MOST_NAMED).join(', '),
    });
  }

  #onQuota(source: FeedName, quota: SourceQuota): void {
    this.#known(source).quota = quota;
    if (quota.remaining !== null)
      this.#telemetry.gauge(`feeder.quota_remaining.${source}`, quota.remaining);
  }

  #known(source: FeedName): Known {
    const known = this.#sources.get(source);
    if (known === undefined) throw new Error(`${source} is watched only when it is opened`);
    return known;
  }
}

export type FeedContact = { readonly connected: boolean; readonly lastFrameMs: EpochMs | null };
