import type { GameId } from '../../shared/domain/market/market.ts';
import type { LineLeg, LineSource } from '../../shared/domain/odds/line.ts';
import type { PropQuote } from '../../shared/replay/import/strikeout-props.ts';

/** The sportsbooks of the file. */
export const PROP_BOOKS = [
  'draftkings',
  'fanduel',
  'betmgm',
  'betrivers',
] as const satisfies readonly LineSource[];

/** The exchange's quote in the same file: looked at beside, and never part of a line. */
export const EXCHANGE = 'kalshi';

/** A quote with its market's name and its place among the snapshots. */
export type PlacedQuote = PropQuote & { readonly prop: GameId; readonly snapshot: number };

/** A pitcher's day and one number of strikeouts are one market: over another number is another bet. */
export function propOf({ pitcherDay, strikeoutLine }: PropQuote): GameId {
  return `mlb-strikeouts ${pitcherDay} ${strikeoutLine}`;
}

/** Every quote with its market and the number of its snapshot, in the order of the file. */
export function placed(
  quotes: readonly PropQuote[],
  snapshotsMs: readonly number[],
): readonly PlacedQuote[] {
  const places = new Map(snapshotsMs.map((ms, index) => [ms, index]));
  return quotes.map((quote) => ({
    ...quote,
    prop: propOf(quote),
    snapshot: places.get(quote.snapshotMs) ?? 0,
  }));
}

/**
 * A quote as the two legs of a line: over stands in the place of home and under in that of away. It comes from a feed
 * that is asked again and again; the number of the snapshot is its sequence, and both sides were said at its time.
 */
export function legsOf(quote: PlacedQuote): readonly [LineLeg, LineLeg] {
  const leg = (side: 'home' | 'away', decimalOdds: number): LineLeg => ({
    feed: 'odds_api',
    source: quote.book,
    gameId: quote.prop,
    side,
    quote: { kind: 'quoted', decimalOdds, raw: String(decimalOdds) },
    sequence: quote.snapshot,
    sourceTimeMs: quote.snapshotMs,
    receivedMs: quote.snapshotMs,
  });
  return [leg('home', quote.over), leg('away', quote.under)];
}
