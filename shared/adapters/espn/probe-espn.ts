import type { League } from '../../domain/market/leagues.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { Board, BoardFailure, EspnClient } from './espn-client.ts';

/** One look at each league's board: whether it answers, which leagues have games in these days, how old they are. */
export async function probeEspn(
  client: EspnClient,
  leagues: readonly League[],
): Promise<FeedProbe> {
  const boards = await Promise.all(leagues.map((league) => client.look(league)));
  const read = boards.filter((board) => board.kind === 'board');
  const failures = boards.filter((board) => board.kind === 'failed');
  const ages = read.map(({ ageMs }) => ageMs);
  const { used, left } = client.requests();
  const isDenied = failures.some(({ code }) => code === 'denied');
  return {
    feed: 'espn',
    auth: isDenied ? 'refused' : 'not_needed',
    coverage: {
      asked: leagues,
      seen: read.flatMap(({ league, read: { events } }) => (events.length > 0 ? [league] : [])),
    },
    newestAgeMs: ages.length === 0 ? null : Math.min(...ages),
    quota: { remaining: left, used },
    problem: problemOf(read, failures),
  };
}

function problemOf(read: readonly Board[], failures: readonly BoardFailure[]): string | null {
  const [first] = failures;
  if (first !== undefined)
    return `${failures.length} of ${failures.length + read.length} boards failed: ${first.code}: ${first.detail}; ${whatToDo(first.code)}`;
  const refused = read.flatMap((board) => board.read.refused);
  const [odd] = refused;
  if (odd === undefined) return null;
  return `${refused.length} events cannot be read, such as ${odd.detail.slice(0, 100)}; the format may have changed`;
}

function whatToDo(code: BoardFailure['code']): string {
  switch (code) {
    case 'denied':
      return 'ask from another address, or less often';
    case 'rate_limited':
    case 'over_limit':
      return 'wait, or lower feeds.scoreboardRequestsPerHour';
    case 'stale':
      return 'compare the clock of this machine with the time';
    case 'not_json':
    case 'malformed':
    case 'oversized':
    case 'unknown_type':
    case 'feed_error':
      return 'the address or the format may have changed: look at SCOREBOARD_URL';
    case 'empty':
    case 'breaker_open':
    case 'cancelled':
    case 'no_answer':
    case 'server_error':
      return 'try again in a minute, and look at SCOREBOARD_URL when that does not help';
  }
}
