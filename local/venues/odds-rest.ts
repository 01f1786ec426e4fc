import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import type { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';

export type OddsRestOptions = {
  readonly vendor: Pick<OddsVendor, 'books' | 'games'>;
  readonly token: string;
  /** Answers instead of 200 while the feed denies; null while it does not. */
  readonly refusal: () => 401 | 403 | null;
  /** Which of the two shapes get_games has. */
  readonly gamesAs: 'map' | 'list';
};

const MARKETS = ['Moneyline'] as const;

/** The feed's REST side: get_info, get_games and get_markets, with the key in the query. */
export function answerOddsRest(
  { vendor, token, refusal, gamesAs }: OddsRestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://odds');
  const refused = refusal() ?? (url.searchParams.get('key') === token ? null : 401);
  if (refused !== null) {
    answer(response, refused, { error: refused === 401 ? 'Invalid API key' : 'access denied' });
    return;
  }
  switch (request.method === 'GET' ? url.pathname : '') {
    case '/api/get_info':
      answer(response, 200, { sports: sportsOf(vendor.games), sportsbooks: vendor.books });
      return;
    case '/api/get_games':
      answer(response, 200, gamesOf(vendor.games, gamesAs));
      return;
    case '/api/get_markets':
      answer(response, 200, MARKETS);
      return;
    default:
      answer(response, 404, { error: 'not found' });
  }
}

function sportsOf(games: readonly BoltGame[]): readonly string[] {
  return [...new Set(games.map(({ sport }) => sport))];
}

function gamesOf(games: readonly BoltGame[], as: OddsRestOptions['gamesAs']): object {
  const rows = games.map(({ label, sport, homeTeam, awayTeam, universalId, when }) => ({
    game: label,
    sport,
    universal_id: universalId,
    when,
    orig_teams: `${homeTeam} vs ${awayTeam}`,
  }));
  return as === 'list' ? rows : Object.fromEntries(rows.map(({ game, ...row }) => [game, row]));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
