import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import type { CheckedMapping } from '../../shared/domain/mapping/checked-mapping.ts';
import { countUnmapped, refusalInWords } from '../../shared/domain/mapping/mapping-refusal.ts';
import type { PostponementRule } from '../../shared/domain/mapping/rules-text.ts';
import { seriesOf, seriesOn } from '../../shared/domain/mapping/series.ts';
import { LEAGUES, type League } from '../../shared/domain/market/leagues.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { UsageError } from '../usage-error.ts';
import { startsInWords } from './feed-starts.ts';
import { oneOf } from './one-of.ts';

export type MapOptions = {
  readonly env?: string | undefined;
  readonly league?: string | undefined;
  readonly port?: string | undefined;
  readonly state?: string | undefined;
  readonly unconfirmed?: boolean | undefined;
};

type Answer = { readonly json: object; readonly text: string };

const ENVIRONMENTS = ['run', 'sim', 'demo', 'prod'] as const;

/** Kalshi: API Environments and Endpoints. Only public reads, which need no key. */
const EXCHANGES = {
  demo: 'https://external-api.demo.kalshi.co/trade-api/v2',
  prod: 'https://external-api.kalshi.com/trade-api/v2',
} as const;
const ESPN = 'https://site.api.espn.com/apis/site/v2/sports';
const TIMEOUT_MS = 15_000;
/** How often, and how long apart, simulated venues are asked until they show all they have listed. */
const MOST_TRIES = 30;
const RETRY_MS = 200;
const MAX_BOARD_BYTES = 16 * 1024 * 1024;

/** There is nothing to map, or it cannot be reached. The message says what to do. */
export class MapUnavailable extends Error {
  override readonly name = 'MapUnavailable';
}

/**
 * `fairline map`: which game and side each market is about with all that shows it, and what is unmapped and why.
 * Without an environment it asks the run on this machine; `sim` starts venues of its own; `demo` and `prod` read the
 * exchange's public catalogue and the scoreboards. Nothing is written anywhere. Throws `UsageError` and
 * `MapUnavailable`.
 */
export async function runMap(options: MapOptions): Promise<Answer> {
  const env = oneOf('--env', options.env ?? 'run', ENVIRONMENTS);
  const league = options.league === undefined ? null : oneOf('--league', options.league, LEAGUES);
  const report = ofLeague(await readReport(env, league, options), league);
  return { json: { env, ...report, counts: countUnmapped(report.unmapped) }, text: textOf(report) };
}

function ofLeague(report: MapReport, league: League | null): MapReport {
  if (league === null) return report;
  const checked = report.checked.filter((one) => one.league === league);
  const unmapped = report.unmapped.filter((one) => one.league === league);
  return { ...report, markets: checked.length + unmapped.length, checked, unmapped };
}

function readReport(
  env: (typeof ENVIRONMENTS)[number],
  league: League | null,
  options: MapOptions,
): Promise<MapReport> {
  switch (env) {
    case 'run':
      return askRun(options);
    case 'sim':
      return mapSimulated();
    case 'demo':
    case 'prod':
      return mapOutside(EXCHANGES[env], league, options.unconfirmed === true);
  }
}

async function askRun(options: MapOptions): Promise<MapReport> {
  const { askMap } = await import('../../local/embedded/ask-map.ts');
  const port = options.port === undefined ? null : portOf(options.port);
  const answer = await askMap({ port, stateDir: options.state ?? null });
  if (typeof answer !== 'string') return answer;
  throw new MapUnavailable(
    `${answer}. Start a run with npm start -- --serve, or map without one: fairline map --env sim, demo or prod.`,
  );
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError({
    what: `--port is "${text}".`,
    allowed: 'a port from 1 to 65535',
    todo: 'Leave it out to ask the run of the usual folder.',
  });
}

/** Venues of a simulated Sunday, mapped as a feeder maps them. */
async function mapSimulated(): Promise<MapReport> {
  const [{ startOneDay }, signing] = await Promise.all([
    import('../../local/venues/one-day.ts'),
    import('../../shared/adapters/kalshi/request-signer.ts'),
  ]);
  const { SignedHttpTransport } =
    await import('../../shared/adapters/kalshi/signed-http-transport.ts');
  return withTimers(async (timers) => {
    const venues = await startOneDay(timers);
    const { keyId, privateKeyPem, restUrl, scoreboardUrl } = venues;
    const transport = new SignedHttpTransport({
      restUrl,
      signer: signing.requestSigner({ keyId, privateKeyPem }),
      nowMs: () => timers.nowMs(),
      timeoutMs: TIMEOUT_MS,
    });
    try {
      const read = () =>
        readAndMap({ transport, scoreboardUrl, leagues: ['nfl'], named: [], timers });
      let report = await read();
      // A market that was just listed is not readable at once, here as at the exchange.
      for (
        let tries = 1;
        tries < MOST_TRIES && report.markets < venues.markets.length;
        tries += 1
      ) {
        await timers.sleep(RETRY_MS);
        report = await read();
      }
      return report;
    } finally {
      transport.close();
      await venues.close();
    }
  });
}

async function mapOutside(
  restUrl: string,
  league: League | null,
  withUnconfirmed: boolean,
): Promise<MapReport> {
  const { PublicTransport } = await import('../../shared/adapters/kalshi/public-transport.ts');
  const transport = new PublicTransport({ restUrl, timeoutMs: TIMEOUT_MS });
  const asked = league === null ? LEAGUES : [league];
  // A league that is asked for by name is meant, confirmed or not.
  const named =
    withUnconfirmed || league !== null
      ? asked.flatMap((one) => seriesOf(one).map(({ series }) => series))
      : [];
  const leagues = asked.filter((one) => seriesOn([one], named).length > 0);
  return withTimers((timers) =>
    readAndMap({ transport, scoreboardUrl: ESPN, leagues, named, timers }),
  );
}

type Sources = {
  readonly transport: HttpTransport;
  readonly scoreboardUrl: string;
  readonly leagues: readonly League[];
  readonly named: readonly string[];
  readonly timers: Timers;
};

async function readAndMap(sources: Sources): Promise<MapReport> {
  const { transport, scoreboardUrl, leagues, named, timers } = sources;
  const [{ KalshiCatalogue }, { EspnScoreboard }, { mapCatalogue }, { DEFAULT_CONFIG }] =
    await Promise.all([
      import('../../shared/adapters/kalshi/kalshi-catalogue.ts'),
      import('../../shared/adapters/espn/espn-scoreboard.ts'),
      import('../../shared/application/map-catalogue.ts'),
      import('../../shared/contracts/config.ts'),
    ]);
  const { feeds } = DEFAULT_CONFIG;
  const waits = { sleep: (ms: number) => timers.sleep(ms), random: Math.random };
  const catalogue = new KalshiCatalogue({ transport, waits });
  const scoreboard = new EspnScoreboard({
    baseUrl: scoreboardUrl,
    leagues,
    timers,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BOARD_BYTES,
    requestsPerHour: feeds.scoreboardRequestsPerHour,
    liveMs: feeds.scoreboardLiveMs,
    breaker: { failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs },
  });
  const games = await scoreboard.listings();
  if (games.kind === 'unavailable') throw unreachable('The scoreboards', games.reason);
  const mapped = await mapCatalogue(catalogue, {
    series: seriesOn(leagues, named),
    seriesNamed: named,
    games: games.value,
  });
  if (mapped.kind === 'unavailable') throw unreachable('The exchange’s catalogue', mapped.reason);
  return mapped.value;
}

function unreachable(what: string, reason: string): MapUnavailable {
  return new MapUnavailable(
    `${what} cannot be read: ${reason}. Look at this machine’s network and proxy, or map without it: fairline map --env sim.`,
  );
}

async function withTimers<T>(act: (timers: Timers) => Promise<T>): Promise<T> {
  const { MachineTimers } = await import('../../shared/adapters/machine/machine-timers.ts');
  const failure = new AbortController();
  const timers = new MachineTimers({ onError: (error: unknown) => failure.abort(error) });
  try {
    const result = await act(timers);
    failure.signal.throwIfAborted();
    return result;
  } finally {
    timers.close();
  }
}

function textOf({ games, markets, checked, unmapped, starts }: MapReport): string {
  const lines = [
    `${checked.length} of ${markets} open markets are mapped; ${games} ${games === 1 ? 'game is' : 'games are'} listed.`,
    ...(markets === 0
      ? ['No market of the followed series is open: their games are over, or none is listed yet.']
      : []),
    ...starts.map(startsInWords),
  ];
  for (const one of checked)
    lines.push(
      '',
      `${one.market}: YES is the ${one.yesSide} side of ${one.gameId}`,
      `  ${one.away.name} at ${one.home.name}, ${one.date.day} ${one.date.zone}, ${new Date(one.start.atMs).toISOString()}${confirmed(one)}`,
      `  a tie: ${one.tie.replaceAll('_', ' ')}; postponed: ${postponed(one.postponement)}`,
      ...one.evidence.map(({ source, says }) => `  - ${source.replace('_', ' ')}: ${says}`),
    );
  if (unmapped.length > 0) lines.push('', `${unmapped.length} are unmapped:`);
  for (const { league, code, count } of countUnmapped(unmapped))
    lines.push(`  ${String(count).padStart(5)}  ${(league ?? 'other').padEnd(8)} ${code}`);
  for (const { market, refusal } of unmapped)
    lines.push(`  ${market}: ${refusal.code}: ${refusalInWords(refusal)}`);
  return lines.join('\n');
}

function confirmed({ start }: CheckedMapping): string {
  const by = start.confirmedBy.map((source) => source.replace('_', ' '));
  return by.length === 0 ? ' (the scoreboard alone)' : ` (also by ${by.join(', ')})`;
}

function postponed(rule: PostponementRule): string {
  switch (rule.kind) {
    case 'waits':
      return `it waits ${rule.hours} hours, then ${rule.otherwise.replaceAll('_', ' ')}`;
    case 'waits_without_limit':
    case 'fair_price':
    case 'not_stated':
      return rule.kind.replaceAll('_', ' ');
  }
}
