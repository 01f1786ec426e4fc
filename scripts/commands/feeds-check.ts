import type { LinesNow } from '../../local/embedded/ask-lines.ts';
import type { CheckedFeed } from '../../local/feeds/check-feeds.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { FeedProbe } from '../../shared/ports/feed-probe.ts';
import { configOf, type ConfigOptions } from '../config-options.ts';
import { DELIVERY_OF, ODDS_FEEDS } from '../../shared/domain/odds/line.ts';
import { columns } from '../terminal-text.ts';
import { UsageError } from '../usage-error.ts';
import { startsInWords, type FeedStarts } from './feed-starts.ts';
import { oneOf } from './one-of.ts';
import { downInWords } from './source-down.ts';

export type FeedsCheckOptions = ConfigOptions & {
  readonly env?: string | undefined;
  readonly state?: string | undefined;
};

const ENVIRONMENTS = ['run', 'sim', 'demo', 'prod'] as const;

/** No feeder answers. The message says what to do. */
export class FeedsUnavailable extends Error {
  override readonly name = 'FeedsUnavailable';
}

/**
 * `fairline feeds check`: of each configured source whether it lets us in, what of what is asked it covers, how old the
 * newest of it is, what is left of the quota, and what is wrong. `run` asks the feeder on this machine, which also
 * knows how starts of odds feeds stand against the scoreboard's; `sim` starts simulated sources and asks them over
 * sockets; `demo` and `prod` ask the vendors, who are the same for both, with the keys of the environment. Each source
 * is asked once; keys are never printed. Throws `UsageError` and `FeedsUnavailable`.
 */
export async function runFeedsCheck(
  options: FeedsCheckOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly json: object; readonly text: string; readonly isSound: boolean }> {
  const env = oneOf('--env', options.env ?? 'run', ENVIRONMENTS);
  if (env === 'run' && (options.config ?? options.set) !== undefined)
    throw new UsageError({
      what: 'The feeder on this machine has a configuration of its own, and --config or --set was given.',
      allowed: '--config and --set with --env sim, demo or prod',
      todo: 'Leave them out, or name --env sim.',
    });
  const { found, starts } = await find(env, options, environment);
  const isSound =
    found.every((one) => one.kind === 'not_configured' || one.probe.problem === null) &&
    !starts.some(({ isZoneSwitch }) => isZoneSwitch);
  const text = [
    feedsText(found),
    ...(starts.length === 0 ? [] : ['', ...starts.map(startsInWords)]),
  ].join('\n');
  return { json: { env, feeds: found, starts, isSound }, text, isSound };
}

/** What is known of the sources; nothing of starts where nobody compared them. */
type Found = { readonly found: readonly CheckedFeed[]; readonly starts: readonly FeedStarts[] };

async function find(
  env: (typeof ENVIRONMENTS)[number],
  options: FeedsCheckOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
  if (env === 'run') return ofRun(options.state);
  const { checkFeeds, checkSimulated, vendorAddresses } =
    await import('../../local/feeds/check-feeds.ts');
  const { feeds } = toDomainConfig(configOf(options, environment).config);
  const checking =
    env === 'sim' ? checkSimulated(feeds) : checkFeeds(feeds, vendorAddresses(environment));
  return { found: await checking, starts: [] };
}

async function ofRun(state: string | undefined): Promise<Found> {
  const { askLines } = await import('../../local/embedded/ask-lines.ts');
  const now = await askLines({ port: null, stateDir: state ?? null });
  if (typeof now === 'string')
    throw new FeedsUnavailable(
      `${now}. Start a run with npm start -- --serve, or check without one: fairline feeds check --env sim, demo or prod.`,
    );
  const found = now.sources.map((health) => ({
    kind: 'probed' as const,
    feed: health.source,
    probe: probeOf(health, now.atMs),
  }));
  return { found, starts: now.starts };
}

/** Sources that need no key. */
const KEYLESS: ReadonlySet<string> = new Set(['espn']);
/** Others are asked only while games are to come: that such a one has not answered is no problem. */
const PUSHED: ReadonlySet<string> = new Set(
  ODDS_FEEDS.filter((feed) => DELIVERY_OF[feed] === 'pushed'),
);

/** What a feeder that runs knows of a source, in the words of a look at it. */
export function probeOf(health: LinesNow['sources'][number], atMs: number): FeedProbe {
  const { source, connected, lastFrameMs, down, quota, coverage } = health;
  const isRefused = down?.code === 'unauthorized' || down?.code === 'denied';
  const missing = (coverage?.missing ?? []).filter(({ game }) => game === null);
  const seen = [...new Set((coverage?.seen ?? []).map(({ book }) => book))];
  const lacks = missing.map(({ book }) => book).join(', ');
  return {
    feed: source,
    auth: KEYLESS.has(source) ? 'not_needed' : isRefused ? 'refused' : connected ? 'ok' : 'unknown',
    coverage: { asked: coverage?.requestedBooks ?? [], seen },
    newestAgeMs: lastFrameMs === null ? null : atMs - lastFrameMs,
    quota,
    problem:
      down !== null
        ? downInWords(down)
        : !connected && PUSHED.has(source)
          ? 'it is not connected: is its address right? The feeder tries again and logs why'
          : lacks === ''
            ? null
            : `nothing came of ${lacks}`,
  };
}

const MOST_WIDE = 70;

function feedsText(found: readonly CheckedFeed[]): string {
  const rows = [['feed', 'key', 'covers', 'newest', 'quota', 'problem'], ...found.map(rowOf)];
  const lines = columns(
    rows.map((row) => row.map((text) => ({ text, align: 'left' as const }))),
    MOST_WIDE,
  );
  // A problem says what to do about it and is never cut.
  const cut = found.flatMap((one) =>
    one.kind === 'probed' && (one.probe.problem?.length ?? 0) > MOST_WIDE
      ? [`${one.feed}: ${one.probe.problem}`]
      : [],
  );
  return [...lines, ...(cut.length === 0 ? [] : ['', ...cut])].join('\n');
}

function rowOf(one: CheckedFeed): readonly string[] {
  if (one.kind === 'not_configured')
    return [one.feed, '-', '-', '-', '-', `not configured: ${one.todo}`];
  const { auth, coverage, newestAgeMs, quota, problem } = one.probe;
  const covers =
    coverage.asked.length === 0 ? '-' : `${coverage.seen.length} of ${coverage.asked.length}`;
  return [
    one.feed,
    auth.replaceAll('_', ' '),
    covers,
    newestAgeMs === null ? '-' : `${(newestAgeMs / 1_000).toFixed(1)} s`,
    quota === null ? '-' : `${quota.remaining ?? '?'} left`,
    problem ?? (auth === 'unknown' ? 'none; it is asked while a game is to come' : 'none'),
  ];
}
