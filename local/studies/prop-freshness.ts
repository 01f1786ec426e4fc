import type {
  ArbitrationStudyRecord,
  FreshnessRecord,
  LineState,
} from '../../shared/contracts/study-record.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { arbitrate } from '../../shared/domain/odds/arbitration.ts';
import { assembleLine } from '../../shared/domain/odds/assembly.ts';
import { devig } from '../../shared/domain/odds/devig.ts';
import type { LineLeg } from '../../shared/domain/odds/line.ts';
import { quantile } from '../../shared/domain/reports/quantile.ts';
import { legsOf, PROP_BOOKS, type PlacedQuote } from './prop-legs.ts';
import { BLEND_NAME, limitsOf, MAX_AGES_MS, PROP_RULES } from './prop-rules.ts';

const SIDES = ['home', 'away'] as const;
/** Of the time in which a line could be had at any age, how much a limit shall leave to count as supported. */
const SUPPORTED_SHARE = 0.9;
const MINUTE_MS = 60_000;

/** The quotes of one market by the books that may speak, in the order of their snapshots, until its game begins. */
export type PropHistory = { readonly quotes: readonly PlacedQuote[]; readonly endMs: EpochMs };

/** Quotes by market. The last start that the file tells counts. */
export function historiesOf(quotes: readonly PlacedQuote[]): readonly PropHistory[] {
  const byProp = new Map<string, PlacedQuote[]>();
  for (const quote of quotes)
    if (PROP_BOOKS.some((book) => book === quote.book))
      byProp.set(quote.prop, [...(byProp.get(quote.prop) ?? []), quote]);
  return [...byProp.values()].map((all) => {
    const ordered = all.toSorted((a, b) => a.snapshot - b.snapshot);
    return { quotes: ordered, endMs: ordered.at(-1)?.gameTimeMs ?? 0 };
  });
}

/**
 * What share of the time from a market's first quote to its game each book was in each state, and each rule had a line,
 * for each limit. Exact: a state changes only when a quote comes or reaches its limit, and is asked for between those.
 */
export function freshnessShares(histories: readonly PropHistory[]): readonly FreshnessRecord[] {
  return MAX_AGES_MS.map((maxAgeMs, index) => {
    const limits = limitsOf(maxAgeMs);
    const states = PROP_BOOKS.map((): Partial<Record<LineState, number>> => ({}));
    const spoken = PROP_RULES.map(() => 0);
    let totalMs = 0;
    for (const history of histories)
      forEachSpell(history, maxAgeMs, ({ legs, nowMs, lengthMs }) => {
        totalMs += lengthMs;
        const asked = { legs, outcomes: SIDES, phase: 'pregame', nowMs, limits } as const;
        PROP_BOOKS.forEach((source, book) => {
          const { kind } = assembleLine({ ...asked, source });
          const shares = states[book];
          if (shares !== undefined) shares[kind] = (shares[kind] ?? 0) + lengthMs;
        });
        PROP_RULES.forEach(({ rule }, at) => {
          if (arbitrate({ ...asked, rule }).kind === 'line')
            spoken[at] = (spoken[at] ?? 0) + lengthMs;
        });
      });
    return {
      maxAgeMs,
      isConfigured: index === 0,
      books: PROP_BOOKS.map((book, at) => ({
        book,
        shares: Object.fromEntries(
          Object.entries(states[at] ?? {}).map(([kind, ms]) => [kind, ms / totalMs]),
        ),
      })),
      rules: PROP_RULES.map(({ name }, at) => ({ rule: name, share: (spoken[at] ?? 0) / totalMs })),
    };
  });
}

/** The shortest limit that leaves the blend nine tenths of the time in which it would have a line at any age. */
export function supportedMaxAge(freshness: readonly FreshnessRecord[]): number | null {
  const spoken = freshness.map(({ maxAgeMs, rules }) => ({
    maxAgeMs,
    share: rules.find(({ rule }) => rule === BLEND_NAME)?.share ?? 0,
  }));
  const atAnyAge = spoken.at(-1)?.share ?? 0;
  const enough = spoken.find(({ share }) => share > 0 && share >= SUPPORTED_SHARE * atAnyAge);
  return enough?.maxAgeMs ?? null;
}

/** Calls back for each stretch of time in which nothing can change, with what is known in it. */
function forEachSpell(
  { quotes, endMs }: PropHistory,
  maxAgeMs: number,
  spell: (at: {
    readonly legs: readonly LineLeg[];
    readonly nowMs: EpochMs;
    readonly lengthMs: number;
  }) => void,
): void {
  const said = quotes.map(({ snapshotMs }) => snapshotMs);
  const turns = [...new Set([...said, ...said.map((ms) => ms + maxAgeMs + 1), endMs])]
    .filter((ms) => ms <= endMs)
    .toSorted((a, b) => a - b);
  const latest = new Map<string, readonly LineLeg[]>();
  let next = 0;
  turns.forEach((nowMs, index) => {
    for (let quote = quotes[next]; quote !== undefined && quote.snapshotMs <= nowMs;) {
      latest.set(quote.book, legsOf(quote));
      next += 1;
      quote = quotes[next];
    }
    const untilMs = turns[index + 1];
    if (untilMs !== undefined)
      spell({ legs: [...latest.values()].flat(), nowMs, lengthMs: untilMs - nowMs });
  });
}

const AGES_MS: readonly number[] = [0, 15, 30, 60, 120, 240, 480].map((m) => m * MINUTE_MS);

/**
 * How far a book's own quote has moved when it is so old: |change| of the probability of over, over all pairs of quotes
 * of one book and market, by how far apart they are.
 */
export function driftByAge(quotes: readonly PlacedQuote[]): ArbitrationStudyRecord['drift'] {
  const moves = AGES_MS.map((): number[] => []);
  const series = new Map<string, { readonly ms: EpochMs; readonly over: number }[]>();
  for (const quote of quotes) {
    const over = overOf(quote);
    const key = `${quote.book} ${quote.prop}`;
    const before = series.get(key) ?? [];
    for (const earlier of before) {
      const age = quote.snapshotMs - earlier.ms;
      const bucket = AGES_MS.findLastIndex((from) => age > from);
      if (over !== null) moves[bucket]?.push(Math.abs(over - earlier.over));
    }
    if (over !== null) series.set(key, [...before, { ms: quote.snapshotMs, over }]);
  }
  return AGES_MS.slice(0, -1).flatMap((fromMs, index) => {
    const all = moves[index] ?? [];
    if (all.length === 0) return [];
    return [
      {
        fromMs,
        toMs: AGES_MS[index + 1] ?? fromMs,
        n: all.length,
        unchanged: all.filter((move) => move < 1e-12).length / all.length,
        meanMove: all.reduce((sum, move) => sum + move, 0) / all.length,
        p95Move: quantile(all, 0.95),
      },
    ];
  });
}

/** The probability of over with the margin out in proportion. */
export function overOf({ over, under }: PlacedQuote): number | null {
  const fair = devig('proportional', [over, under]);
  return fair.kind === 'devigged' ? (fair.probabilities[0] ?? null) : null;
}
