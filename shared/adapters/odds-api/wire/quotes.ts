import { outcomesOf, type League } from '../../../domain/market/leagues.ts';
import type { EpochMs, GameId, GameOutcome } from '../../../domain/market/market.ts';
import type { LineLeg, LineSource } from '../../../domain/odds/line.ts';
import { parseOdds } from '../../../domain/odds/odds.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import type { OddsEvent } from '../../../ports/odds-feed.ts';
import type { ListedMarket, QuotedEvent } from './answers.ts';
import { sourceOfBookmaker } from './bookmakers.ts';
import { refuse } from './rows.ts';

export type PriceFormat = 'american' | 'decimal';

export type QuoteOptions = {
  readonly gameId: GameId;
  readonly league: League;
  readonly format: PriceFormat;
  readonly receivedMs: EpochMs;
};

export type Replacement = Extract<OddsEvent, { kind: 'replace' }> & { readonly source: LineSource };

export type QuotedLegs = {
  readonly replacements: readonly Replacement[];
  readonly refused: readonly FrameRefusal[];
  /** Keys of books that are not among ours. */
  readonly unknownBooks: readonly string[];
};

/**
 * Shorter than 1 to 200 and longer than 200 to 1 is a market near its settlement, and not one that is quoted before a
 * game: -100000 was seen of live games, which is 1.0 in decimal odds.
 */
const LEAST_DECIMAL = 1.005;
const MOST_DECIMAL = 201;
const DRAW = 'Draw';
const SUSPENDED: LineLeg['quote'] = { kind: 'suspended' };

/**
 * The legs of each of our books for one game that is mapped: a whole statement of each. A market whose outcomes are not
 * just those of the league, each once (a draw where the league has none is a market of regulation time), is suspended
 * as a whole; a price that is none, or absurd, suspends its leg. A market without a time that can be read is refused:
 * nobody could say how old it is.
 */
export function quotedLegs(event: QuotedEvent, options: QuoteOptions): QuotedLegs {
  const replacements = new Map<LineSource, Replacement>();
  const refused: FrameRefusal[] = [];
  const unknownBooks: string[] = [];
  for (const market of event.markets) {
    const source = sourceOfBookmaker(market.bookmaker);
    if (source === null) {
      unknownBooks.push(market.bookmaker);
      continue;
    }
    const what = `${source} of ${event.eventId}`;
    if (market.updatedMicros === null) {
      refused.push(refuse('malformed', `${what} has no last_update`));
      continue;
    }
    const isRepeated = replacements.has(source);
    const read = isRepeated ? null : readQuotes(market, event, options);
    if (isRepeated) refused.push(refuse('malformed', `${what} stands twice`));
    else if (read === null) refused.push(refuse('malformed', `${what} ${outcomesText(market)}`));
    for (const detail of read?.refused ?? [])
      refused.push(refuse('malformed', `${what} ${detail}`));
    replacements.set(
      source,
      replacementOf(source, market.updatedMicros, read?.quotes ?? null, options),
    );
  }
  return { replacements: [...replacements.values()], refused, unknownBooks };
}

type Quotes = ReadonlyMap<GameOutcome, LineLeg['quote']>;

/** Null when the outcomes are not those of the league, each once. */
function readQuotes(
  { outcomes }: ListedMarket,
  event: QuotedEvent,
  { league, format }: QuoteOptions,
): { readonly quotes: Quotes; readonly refused: readonly string[] } | null {
  const wanted = outcomesOf(league);
  const quotes = new Map<GameOutcome, LineLeg['quote']>();
  const refused: string[] = [];
  for (const { name, price } of outcomes) {
    const side = sideOf(name, event);
    if (side === null || !wanted.includes(side) || quotes.has(side)) return null;
    const quote = quoteOf(price, format);
    if (quote.kind === 'suspended') refused.push(`${side} at ${price} is no price before a game`);
    quotes.set(side, quote);
  }
  return quotes.size === wanted.length ? { quotes, refused } : null;
}

function sideOf(name: string, { home, away }: QuotedEvent): GameOutcome | null {
  if (name === home) return 'home';
  if (name === away) return 'away';
  return name === DRAW ? 'draw' : null;
}

/** The vendor writes numbers; their shortest decimal text is what is kept. */
function quoteOf(price: number, format: PriceFormat): LineLeg['quote'] {
  const raw = String(price);
  const decimalOdds = parseOdds(raw, format);
  return typeof decimalOdds === 'number' &&
    decimalOdds >= LEAST_DECIMAL &&
    decimalOdds <= MOST_DECIMAL
    ? { kind: 'quoted', decimalOdds, raw }
    : SUSPENDED;
}

function replacementOf(
  source: LineSource,
  sequence: number,
  quotes: Quotes | null,
  { gameId, league, receivedMs }: QuoteOptions,
): Replacement {
  const base = { feed: 'odds_api', source, gameId, sequence } as const;
  const sourceTimeMs = Math.floor(sequence / 1_000);
  const legs = outcomesOf(league).map((side) => ({
    ...base,
    side,
    quote: quotes?.get(side) ?? SUSPENDED,
    sourceTimeMs,
    receivedMs,
  }));
  return { kind: 'replace', ...base, legs };
}

function outcomesText({ outcomes }: ListedMarket): string {
  return `has the outcomes ${outcomes.map(({ name }) => name).join(', ') || 'of nobody'}`;
}
