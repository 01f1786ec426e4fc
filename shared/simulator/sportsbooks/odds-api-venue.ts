import {
  encodeEventOdds,
  encodeEvents,
  encodeOdds,
  encodeParticipants,
  encodeProblem,
  encodeScores,
  encodeSports,
  type SentBook,
  type SentQuotes,
} from '../../adapters/odds-api/wire/encode.ts';
import { ERROR_CODES } from '../../adapters/odds-api/wire/errors.ts';
import { parseRfc3339 } from '../../contracts/rfc3339.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { decimalFromAmerican } from '../../domain/odds/odds.ts';
import { AnswerFaults, faultedAnswer } from '../faults/answer-faults.ts';
import type { Rng } from '../rng.ts';
import type { AnsweringVenue, VenueAnswer, VenueRequest } from '../venue-answer.ts';
import { eventIdOf, quoteOfBook, type ListedBook, type QuotedGame } from './rest-quotes.ts';

export type OddsApiVenueOptions = {
  readonly rng: Rng;
  readonly nowMs: () => EpochMs;
  readonly games: readonly QuotedGame[];
  readonly books: readonly ListedBook[];
  readonly apiKey: string;
  /** Of the month. */
  readonly credits: number;
};

type Answered = Extract<VenueAnswer, { kind: 'answer' }>;
/** What an endpoint says, and what it costs. */
type Said = { readonly status: number; readonly body: string; readonly cost: number };

/** A book's price of a market near its settlement. */
const ABSURD_PRICE = -100_000;
/** A venue may answer for days. */
const MOST_ASKED = 10_000;
const NEARLY_WON = 0.98;
const REQUESTS_A_SECOND = 30;
const BOOKS_A_REGION = 10;
const NOT_FOUND = problem(404, 'UNKNOWN_SPORT', 'Unknown sport');

/**
 * The Odds API as its page tells it, without a socket: keys, credits and what each question costs, the limit by the
 * second, silence about bookmakers that it does not know, and games in play that stay listed with absurd prices.
 */
export class OddsApiVenue implements AnsweringVenue {
  readonly faults = new AnswerFaults();
  readonly #options: OddsApiVenueOptions;
  readonly #vanished = new Set<string>();
  readonly #absurd = new Set<string>();
  readonly #asked: string[] = [];
  #isKeyDeactivated = false;
  #used = 0;
  #second = { startMs: Number.NEGATIVE_INFINITY, requests: 0 };

  constructor(options: OddsApiVenueOptions) {
    this.#options = options;
  }

  /** Paths of the last requests, without what was asked in them. */
  get asked(): readonly string[] {
    return this.#asked;
  }

  get creditsLeft(): number {
    return Math.max(0, this.#options.credits - this.#used);
  }

  /** A book says nothing of a game from now on, or does again. */
  setListed(bookmaker: string, eventId: string, isListed: boolean): void {
    const key = `${bookmaker} ${eventId}`;
    if (isListed) this.#vanished.delete(key);
    else this.#vanished.add(key);
  }

  /** A book quotes a game before its start as if it were decided. */
  quoteAbsurdly(bookmaker: string, eventId: string): void {
    this.#absurd.add(`${bookmaker} ${eventId}`);
  }

  deactivateKey(): void {
    this.#isKeyDeactivated = true;
  }

  buyCredits(credits: number): void {
    this.#used -= credits;
  }

  answer(request: VenueRequest): VenueAnswer {
    this.#asked.push(request.path);
    if (this.#asked.length > MOST_ASKED) this.#asked.shift();
    const fault = this.faults.take(request.path);
    const refusal = this.#refusalOf(request.query) ?? this.#tooFrequent();
    const said = refusal ?? this.#say(request);
    const cost = said.status === 200 && fault?.kind !== 'empty' ? said.cost : 0;
    const isSpent = said.status === 200 && cost > this.creditsLeft;
    const final = isSpent
      ? problem(401, ERROR_CODES.outOfCredits, 'Usage quota has been reached')
      : said;
    if (!isSpent) this.#used += cost;
    const answer = this.#answered(final, isSpent ? 0 : cost);
    return faultedAnswer(fault, answer, {
      tooManyRequests: this.#answered(TOO_FREQUENT, 0),
      emptyBody: '[]',
    });
  }

  #answered({ status, body }: Said, cost: number): Answered {
    const quota = {
      'x-requests-remaining': String(this.creditsLeft),
      'x-requests-used': String(this.#used),
      'x-requests-last': String(cost),
    };
    const date = new Date(this.#options.nowMs()).toUTCString();
    const headers = { 'content-type': 'application/json', date, ...(status === 200 ? quota : {}) };
    return { kind: 'answer', status, headers, body, delayMs: 0 };
  }

  #refusalOf(query: URLSearchParams): Said | null {
    const key = query.get('apiKey') ?? '';
    if (key === '') return problem(401, ERROR_CODES.missingKey, 'API key is missing');
    if (key !== this.#options.apiKey)
      return problem(401, ERROR_CODES.invalidKey, `API key is not valid: ${key}`);
    return this.#isKeyDeactivated
      ? problem(401, ERROR_CODES.deactivatedKey, 'API key has been deactivated')
      : null;
  }

  #tooFrequent(): Said | null {
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#second.startMs >= 1_000) this.#second = { startMs: nowMs, requests: 0 };
    this.#second.requests += 1;
    return this.#second.requests > REQUESTS_A_SECOND ? TOO_FREQUENT : null;
  }

  #say({ path, query }: VenueRequest): Said {
    const [version, sports, sport, what, eventId, detail] = path.split('/').slice(1);
    if (version !== 'v4' || sports !== 'sports') return NOT_FOUND;
    if (sport === undefined) return this.#saySports();
    const games = this.#options.games.filter(({ sportKey }) => sportKey === sport);
    if (games.length === 0) return NOT_FOUND;
    if (what === 'events' && eventId !== undefined)
      return this.#sayEvent(games, eventId, detail, query);
    switch (what) {
      case 'events':
        return free(encodeEvents(this.#listed(games).map(sentEvent)));
      case 'odds':
        return this.#sayOdds(games, query);
      case 'scores':
        return this.#sayScores(games, query);
      case 'participants':
        return this.#sayParticipants(games);
      case undefined:
      default:
        return NOT_FOUND;
    }
  }

  #saySports(): Said {
    const keys = [...new Set(this.#options.games.map(({ sportKey }) => sportKey))];
    return free(encodeSports(keys.map((key) => ({ key, isActive: true }))));
  }

  #sayOdds(games: readonly QuotedGame[], query: URLSearchParams): Said {
    const asked = readQuery(query);
    if ('status' in asked) return asked;
    const from = query.get('commenceTimeFrom');
    const fromMs = from === null ? Number.NEGATIVE_INFINITY : parseRfc3339(from);
    if (typeof fromMs !== 'number')
      return problem(422, 'INVALID_COMMENCE_TIME_FROM', 'commenceTimeFrom must be ISO 8601');
    const listed = this.#listed(games).filter(({ commenceMs }) => commenceMs >= fromMs);
    const body = listed.map((game) => this.#quotes(game, asked.books, query));
    // Nothing that matches costs nothing.
    return { status: 200, body: encodeOdds(body), cost: listed.length === 0 ? 0 : asked.cost };
  }

  #sayEvent(
    games: readonly QuotedGame[],
    eventId: string,
    detail: string | undefined,
    query: URLSearchParams,
  ): Said {
    const game = this.#listed(games).find((one) => one.eventId === eventId);
    if (game === undefined || detail !== 'odds')
      return problem(404, 'EVENT_NOT_FOUND', 'Event not found');
    const asked = readQuery(query);
    if ('status' in asked) return asked;
    const quotes = this.#quotes(game, asked.books, query);
    const cost = quotes.books.length === 0 ? 0 : asked.cost;
    return { status: 200, body: encodeEventOdds(quotes), cost };
  }

  #sayScores(games: readonly QuotedGame[], query: URLSearchParams): Said {
    const nowMs = this.#options.nowMs();
    const days = query.get('daysFrom');
    if (days !== null && !/^[123]$/.test(days))
      return problem(422, 'INVALID_SCORES_DAYS_FROM', 'daysFrom must be 1 to 3');
    const rows = games.flatMap((game) => {
      const score = game.score(nowMs);
      if (score?.isCompleted === true && days === null) return [];
      const isCompleted = score?.isCompleted ?? false;
      return [{ event: sentEvent(game), isCompleted, score, updatedMs: nowMs }];
    });
    return { status: 200, body: encodeScores(rows), cost: days === null ? 1 : 2 };
  }

  #sayParticipants(games: readonly QuotedGame[]): Said {
    const names = [...new Set(games.flatMap(({ home, away }) => [home, away]))].toSorted();
    const rows = names.map((name) => ({ id: `par_${eventIdOf(name)}`, name }));
    return { status: 200, body: encodeParticipants(rows), cost: 1 };
  }

  /** What is to come and what is on; a game that is over is not listed. */
  #listed(games: readonly QuotedGame[]): readonly QuotedGame[] {
    const nowMs = this.#options.nowMs();
    return games.filter((game) => game.score(nowMs)?.isCompleted !== true);
  }

  #quotes(game: QuotedGame, books: readonly string[] | null, query: URLSearchParams): SentQuotes {
    const { rng, nowMs } = this.#options;
    const isDecimal = query.get('oddsFormat') !== 'american';
    const quotes = this.#options.books
      .filter(({ bookmaker }) => books === null || books.includes(bookmaker))
      .filter(({ bookmaker }) => !this.#vanished.has(`${bookmaker} ${game.eventId}`))
      .map((book) => {
        const quote = quoteOfBook(rng, book, game, nowMs());
        const isAbsurd =
          this.#absurd.has(`${book.bookmaker} ${game.eventId}`) || isDecided(game, nowMs());
        const told = isAbsurd ? absurd(quote) : quote;
        return isDecimal ? inDecimal(told) : told;
      });
    return { event: sentEvent(game), books: quotes };
  }
}

/** The books that are asked for, null for all, and the cost; or what is wrong with the question. */
function readQuery(
  query: URLSearchParams,
): { readonly books: readonly string[] | null; readonly cost: number } | Said {
  const markets = (query.get('markets') ?? 'h2h').split(',');
  if (markets.some((market) => market !== 'h2h'))
    return problem(422, 'INVALID_MARKET', `Invalid markets: ${markets.join(',')}`);
  const books = query.get('bookmakers')?.split(',') ?? null;
  const regions = query.get('regions')?.split(',') ?? [];
  if (books === null && regions.length === 0)
    return problem(422, 'MISSING_REGION', 'regions or bookmakers is required');
  // A bookmaker that is not known is not refused: nothing of it is in the answer.
  const cost = books === null ? regions.length : Math.ceil(books.length / BOOKS_A_REGION);
  return { books, cost };
}

function sentEvent({ eventId, sportKey, home, away, commenceMs }: QuotedGame): SentQuotes['event'] {
  return { eventId, sportKey, home, away, commenceMs };
}

/** A market near its settlement: the game is on and somebody has all but won. */
function isDecided(game: QuotedGame, nowMs: EpochMs): boolean {
  const { home, away } = game.chances(nowMs);
  return nowMs >= game.commenceMs && Math.max(home, away) > NEARLY_WON;
}

function absurd(quote: SentBook): SentBook {
  const [first, ...others] = quote.outcomes;
  if (first === undefined) return quote;
  return { ...quote, outcomes: [{ ...first, price: ABSURD_PRICE }, ...others] };
}

/** As the vendor does: rounded to hundredths. */
function inDecimal(quote: SentBook): SentBook {
  const outcomes = quote.outcomes.map(({ name, price }) => ({
    name,
    price: Math.round((decimalFromAmerican(price) ?? 1) * 100) / 100,
  }));
  return { ...quote, outcomes };
}

function free(body: string): Said {
  return { status: 200, body, cost: 0 };
}

function problem(status: number, code: string, message: string): Said {
  return { status, body: encodeProblem(code, message), cost: 0 };
}

const TOO_FREQUENT = problem(429, ERROR_CODES.tooFrequent, 'Requests are too frequent');
