import { BalldontlieScoreboard } from '../../shared/adapters/balldontlie/balldontlie-scoreboard.ts';
import { BoltCatalogue } from '../../shared/adapters/boltodds/bolt-catalogue.ts';
import { probeBolt } from '../../shared/adapters/boltodds/probe-bolt.ts';
import { sportsOf } from '../../shared/adapters/boltodds/wire/sports.ts';
import { EspnScoreboard } from '../../shared/adapters/espn/espn-scoreboard.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { OddsApiFeed } from '../../shared/adapters/odds-api/odds-api-feed.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { FeedName } from '../../shared/contracts/feeder-frames.ts';
import { Breaker } from '../../shared/domain/feeds/breaker.ts';
import type { FeedProbe } from '../../shared/ports/feed-probe.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { startOneDay } from '../venues/one-day.ts';

/** Where a source answers, and with which key; null for one whose key nobody gave. */
export type ProbedAddresses = {
  readonly boltodds: {
    readonly wsUrl: string;
    readonly restUrl: string;
    readonly token: string;
  } | null;
  readonly oddsApi: { readonly url: string; readonly apiKey: string } | null;
  readonly espn: string;
  readonly balldontlie: { readonly url: string; readonly apiKey: string } | null;
};

/** A source that was asked once, or why it was not. */
export type CheckedFeed =
  | { readonly kind: 'probed'; readonly feed: FeedName; readonly probe: FeedProbe }
  | { readonly kind: 'not_configured'; readonly feed: FeedName; readonly todo: string };

/** The addresses of the vendors. */
const VENDORS = {
  boltodds: { wsUrl: 'wss://spro.agency/api', restUrl: 'https://spro.agency/api' },
  oddsApi: 'https://api.the-odds-api.com',
  espn: 'https://site.api.espn.com/apis/site/v2/sports',
  balldontlie: 'https://api.balldontlie.io',
} as const;

/** The variables of the environment that hold keys, for checks by hand. */
export const KEY_VARIABLES = {
  boltodds: 'BOLTODDS_TOKEN',
  oddsApi: 'ODDS_API_KEY',
  balldontlie: 'BALLDONTLIE_API_KEY',
} as const;

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ODDS_FRAME_BYTES = 64 * 1024 * 1024;
const SIMULATED_WITHIN_MS = 2_000;

/** The vendors with the keys that an environment holds. */
export function vendorAddresses(
  environment: Readonly<Record<string, string | undefined>>,
): ProbedAddresses {
  const keyOf = (source: keyof typeof KEY_VARIABLES): string | null => {
    const key = environment[KEY_VARIABLES[source]] ?? '';
    return key === '' ? null : key;
  };
  const [token, oddsApi, balldontlie] = [keyOf('boltodds'), keyOf('oddsApi'), keyOf('balldontlie')];
  return {
    boltodds: token === null ? null : { ...VENDORS.boltodds, token },
    oddsApi: oddsApi === null ? null : { url: VENDORS.oddsApi, apiKey: oddsApi },
    espn: VENDORS.espn,
    balldontlie: balldontlie === null ? null : { url: VENDORS.balldontlie, apiKey: balldontlie },
  };
}

/** Each source that is configured, asked once, by the adapters that the feeder uses. Never throws for what a source does. */
export async function checkFeeds(
  feeds: DomainConfig['feeds'],
  addresses: ProbedAddresses,
  withinMs: number = feeds.coverageWithinMs,
): Promise<readonly CheckedFeed[]> {
  const timers = new MachineTimers({ onError: rethrow });
  try {
    return await Promise.all([
      checkBolt(feeds, addresses, { timers, withinMs }),
      checkOddsApi(feeds, addresses, timers),
      probed('espn', espnOf(feeds, addresses, timers).probe()),
      checkBalldontlie(feeds, addresses, timers),
    ]);
  } finally {
    timers.close();
  }
}

/** Simulated venues of one day, asked over their sockets. */
export async function checkSimulated(
  feeds: DomainConfig['feeds'],
): Promise<readonly CheckedFeed[]> {
  const timers = new MachineTimers({ onError: rethrow });
  const venues = await startOneDay(timers, {
    oddsApi: feeds.oddsApi === 'on',
    balldontlie: feeds.balldontlie === 'on',
  });
  try {
    const { oddsUrl, oddsRestUrl, oddsToken, scoreboardUrl, extra } = venues;
    const boltodds = { wsUrl: oddsUrl, restUrl: oddsRestUrl, token: oddsToken };
    const { oddsApi, balldontlie } = extra;
    return await checkFeeds(
      feeds,
      { boltodds, oddsApi, espn: scoreboardUrl, balldontlie },
      SIMULATED_WITHIN_MS,
    );
  } finally {
    await venues.close();
    timers.close();
  }
}

async function checkBolt(
  feeds: DomainConfig['feeds'],
  { boltodds }: ProbedAddresses,
  { timers, withinMs }: { readonly timers: Timers; readonly withinMs: number },
): Promise<CheckedFeed> {
  if (boltodds === null) return notConfigured('boltodds', KEY_VARIABLES.boltodds);
  const { wsUrl, restUrl, token } = boltodds;
  const breaker = new Breaker({ failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs });
  const catalogue = new BoltCatalogue({
    baseUrl: restUrl,
    token,
    timers,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    breaker,
  });
  const info = await catalogue.info();
  const sports = info.kind === 'read' ? sportsOf(feeds.leagues, info.value.sports) : feeds.leagues;
  const filters = { sports, sportsbooks: feeds.books, markets: ['Moneyline'] };
  const stream = {
    wsUrl,
    token,
    filters,
    timers,
    random: Math.random,
    maxFrameBytes: MAX_ODDS_FRAME_BYTES,
    breaker,
  };
  return probed('boltodds', probeBolt({ catalogue, stream, withinMs }));
}

async function checkOddsApi(
  feeds: DomainConfig['feeds'],
  { oddsApi }: ProbedAddresses,
  timers: Timers,
): Promise<CheckedFeed> {
  if (feeds.oddsApi === 'off') return switchedOff('odds_api', 'feeds.oddsApi');
  if (oddsApi === null) return notConfigured('odds_api', KEY_VARIABLES.oddsApi);
  const { leagues, books, oddsApiIntervalMs: intervalMs } = feeds;
  const feed = new OddsApiFeed({
    baseUrl: oddsApi.url,
    apiKey: oddsApi.apiKey,
    leagues,
    books,
    gameIdOf: () => null,
    timers,
    intervalMs,
    timeoutMs: TIMEOUT_MS,
    breaker: { failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs },
    onQuota: () => undefined,
  });
  return probed('odds_api', feed.probe());
}

async function checkBalldontlie(
  feeds: DomainConfig['feeds'],
  { balldontlie }: ProbedAddresses,
  timers: Timers,
): Promise<CheckedFeed> {
  if (feeds.balldontlie === 'off') return switchedOff('balldontlie', 'feeds.balldontlie');
  if (balldontlie === null) return notConfigured('balldontlie', KEY_VARIABLES.balldontlie);
  const board = new BalldontlieScoreboard({
    baseUrl: balldontlie.url,
    apiKey: balldontlie.apiKey,
    timers,
    timeoutMs: TIMEOUT_MS,
    breaker: { failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs },
  });
  return probed('balldontlie', board.probe());
}

function espnOf(
  feeds: DomainConfig['feeds'],
  { espn }: ProbedAddresses,
  timers: Timers,
): EspnScoreboard {
  return new EspnScoreboard({
    baseUrl: espn,
    leagues: feeds.leagues,
    timers,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    requestsPerHour: feeds.scoreboardRequestsPerHour,
    liveMs: feeds.scoreboardLiveMs,
    breaker: { failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs },
  });
}

async function probed(feed: FeedName, probing: Promise<FeedProbe>): Promise<CheckedFeed> {
  return { kind: 'probed', feed, probe: await probing };
}

function notConfigured(feed: FeedName, variable: string): CheckedFeed {
  return { kind: 'not_configured', feed, todo: `put its key into ${variable}` };
}

function switchedOff(feed: FeedName, setting: string): CheckedFeed {
  return { kind: 'not_configured', feed, todo: `it is off; --set ${setting}=on` };
}

/** A timer that throws here is a bug. */
function rethrow(error: unknown): never {
  throw error;
}
