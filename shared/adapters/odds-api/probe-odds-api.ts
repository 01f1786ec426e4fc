import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { LineSource } from '../../domain/odds/line.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { JsonFailure } from '../http/json-source.ts';
import type { OddsApiClient, OddsApiRead } from './odds-api-client.ts';
import type { QuotedEvent } from './wire/answers.ts';
import { sourceOfBookmaker } from './wire/bookmakers.ts';
import { sportKeysOf } from './wire/sport-keys.ts';

type Seen = Pick<FeedProbe, 'auth' | 'newestAgeMs' | 'problem'> & {
  readonly books: readonly LineSource[];
};

/**
 * One look at The Odds API: what is in season (costs nothing), then the odds of the first followed league that has a
 * game to come (costs one question). Never throws.
 */
export async function probeOddsApi(input: {
  readonly client: OddsApiClient;
  readonly leagues: readonly League[];
  readonly books: readonly LineSource[];
  readonly nowMs: () => EpochMs;
}): Promise<FeedProbe> {
  const { client, books } = input;
  const seen = await look(input);
  const { remaining, used } = client.quota;
  return {
    feed: 'odds_api',
    auth: seen.auth,
    coverage: { asked: books, seen: seen.books },
    newestAgeMs: seen.newestAgeMs,
    quota: remaining === null && used === null ? null : { remaining, used },
    problem: seen.problem,
  };
}

async function look({
  client,
  leagues,
  books,
  nowMs,
}: Parameters<typeof probeOddsApi>[0]): Promise<Seen> {
  const sports = await client.sports();
  if (sports.kind === 'failed') return failedLook(sports);
  const inSeason = sports.rows.flatMap(({ key, isActive }) => (isActive ? [key] : []));
  for (const sportKey of leagues.flatMap((league) => sportKeysOf(league, inSeason))) {
    const events = await client.events(sportKey);
    if (events.kind === 'failed') return failedLook(events);
    if (!events.rows.some(({ commenceMs }) => commenceMs > nowMs())) continue;
    return readBooks(
      await client.odds(sportKey, { books, commenceFromMs: nowMs() }),
      books,
      nowMs(),
    );
  }
  const problem = `no game of ${leagues.join(', ')} is to come: follow a league that is in season`;
  return { auth: 'ok', books: [], newestAgeMs: null, problem };
}

function readBooks(
  answer: OddsApiRead<QuotedEvent>,
  books: readonly LineSource[],
  nowMs: EpochMs,
): Seen {
  if (answer.kind === 'failed') return failedLook(answer);
  const markets = answer.rows.flatMap((event) => event.markets);
  const seen = books.filter((book) =>
    markets.some(({ bookmaker }) => sourceOfBookmaker(bookmaker) === book),
  );
  const newestMicros = Math.max(...markets.map(({ updatedMicros }) => updatedMicros ?? -Infinity));
  const newestAgeMs = Number.isFinite(newestMicros) ? nowMs - newestMicros / 1_000 : null;
  const missing = books.filter((book) => !seen.includes(book));
  const problem =
    missing.length === 0
      ? null
      : `nothing of ${missing.join(', ')}: the plan or the league may not have it; take it out of feeds.books`;
  return { auth: 'ok', books: seen, newestAgeMs, problem };
}

function failedLook({ code, detail }: JsonFailure): Seen {
  const base = { books: [], newestAgeMs: null };
  switch (code) {
    case 'unauthorized':
    case 'denied':
      return { ...base, auth: 'refused', problem: `${detail}: put a valid key into its secret` };
    case 'quota_exhausted':
      return {
        ...base,
        auth: 'ok',
        problem: `${detail}: wait for the renewal or buy more credits`,
      };
    case 'rate_limited':
      return { ...base, auth: 'unknown', problem: `${detail}: try again in a minute` };
    case 'breaker_open':
    case 'cancelled':
    case 'malformed':
    case 'no_answer':
    case 'not_json':
    case 'oversized':
    case 'refused_request':
    case 'server_error':
    case 'timeout':
      return { ...base, auth: 'unknown', problem: `${code}: ${detail}` };
  }
}
