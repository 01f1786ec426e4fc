import type { CoverageReport } from '../../domain/feeds/coverage.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { SourceDown } from '../../ports/streams.ts';
import type { BoltCatalogue } from './bolt-catalogue.ts';
import { BoltOddsStream, type BoltOddsOptions } from './boltodds-stream.ts';
import type { UnknownFilter } from './wire/catalogue.ts';

export type BoltProbeOptions = {
  readonly catalogue: BoltCatalogue;
  /** The stream that would be followed. Every game counts here, also one that is not mapped. */
  readonly stream: Omit<BoltOddsOptions, 'coverage' | 'gameIdOf'>;
  /** How long the stream is listened to. */
  readonly withinMs: number;
};

/**
 * One look at BoltOdds: what it lets us have, which filters it would ignore, which of the books that are asked for
 * say something within a time, and how old the newest of that is. Never throws; takes up to `withinMs` and the
 * answers' time.
 */
export async function probeBolt(options: BoltProbeOptions): Promise<FeedProbe> {
  const { catalogue, stream } = options;
  const asked = [...(stream.filters.sports ?? []), ...(stream.filters.sportsbooks ?? [])];
  const unknown = await catalogue.unknownFilters(stream.filters);
  const base = { feed: 'boltodds', quota: null };
  if (unknown.kind === 'unavailable') {
    const auth = isRefusal(unknown.down) ? 'refused' : 'unknown';
    const coverage = { asked, seen: [] };
    const problem = unknown.down?.detail ?? unknown.reason;
    return { ...base, auth, coverage, newestAgeMs: null, problem };
  }
  const heard = await listen(options);
  const offered = (stream.filters.sports ?? []).filter(
    (sport) =>
      !unknown.value.some(({ filter, asked: name }) => filter === 'sports' && name === sport),
  );
  const books = new Set(heard.report?.seen.map(({ book }) => book));
  return {
    ...base,
    auth: isRefusal(heard.down) ? 'refused' : 'ok',
    coverage: { asked, seen: [...offered, ...books] },
    newestAgeMs: heard.newestAgeMs,
    problem: problemOf(unknown.value, heard.down, heard.report),
  };
}

function isRefusal(down: SourceDown | null): boolean {
  return down?.code === 'unauthorized' || down?.code === 'denied';
}

type Heard = {
  readonly report: CoverageReport | null;
  readonly down: SourceDown | null;
  readonly newestAgeMs: number | null;
};

async function listen({ stream, withinMs }: BoltProbeOptions): Promise<Heard> {
  let newestMs = Number.NEGATIVE_INFINITY;
  let source: BoltOddsStream | null = null;
  const end = await new Promise<Pick<Heard, 'report' | 'down'>>((resolve) => {
    const deadline = stream.timers.after(2 * withinMs, 'probe of the odds feed', () =>
      resolve({ report: null, down: null }),
    );
    const done = (heard: Pick<Heard, 'report' | 'down'>): void => {
      stream.timers.cancel(deadline);
      resolve(heard);
    };
    source = new BoltOddsStream({
      ...stream,
      gameIdOf: ({ label }) => label,
      coverage: { withinMs, onReport: (report) => done({ report, down: null }) },
    });
    source.open({
      onConnected: () => undefined,
      onDisconnected: () => undefined,
      onRefused: () => undefined,
      onFrame: () => undefined,
      onDown: (down) => done({ report: null, down }),
      onUp: () => undefined,
      onEvent: (event) => {
        const legs = event.kind === 'legs' || event.kind === 'replace' ? event.legs : [];
        for (const { sourceTimeMs } of legs) newestMs = Math.max(newestMs, sourceTimeMs);
      },
    });
  });
  await (source as BoltOddsStream | null)?.close();
  const isHeard = Number.isFinite(newestMs);
  return { ...end, newestAgeMs: isHeard ? stream.timers.nowMs() - newestMs : null };
}

function problemOf(
  unknown: readonly UnknownFilter[],
  down: SourceDown | null,
  report: CoverageReport | null,
): string | null {
  const [first] = unknown;
  if (first !== undefined) {
    const meant = first.meant === null ? '' : `; it offers ${first.meant}`;
    return `${first.filter} ${first.asked} is none of its names and would be ignored${meant}`;
  }
  if (down !== null) return `${down.code}: ${down.detail}`;
  if (report === null) return 'it did not let us subscribe in time';
  const silent = report.missing.filter(({ game }) => game === null).map(({ book }) => book);
  return silent.length === 0 ? null : `nothing came of ${silent.join(', ')}`;
}
