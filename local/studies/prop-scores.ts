import type { ArbitrationStudyRecord } from '../../shared/contracts/study-record.ts';
import { devig, type DevigMethod } from '../../shared/domain/odds/devig.ts';
import type { LineSource } from '../../shared/domain/odds/line.ts';
import { makeFairLine } from '../../shared/domain/pricing/fair-line.ts';
import { clusterBootstrap, ClusterSums } from '../../shared/domain/reports/cluster-bootstrap.ts';
import { quantile } from '../../shared/domain/reports/quantile.ts';
import {
  scoreSeries,
  type Resampling,
  type ScoredEvent,
  type SeriesScore,
} from '../../shared/domain/reports/score-series.ts';
import { EXCHANGE, legsOf, PROP_BOOKS, type PlacedQuote } from './prop-legs.ts';
import { BLEND_NAME, lineRules, PROP_RULES } from './prop-rules.ts';

const SIDES = ['home', 'away'] as const;
const SOURCES = [...PROP_BOOKS, EXCHANGE] as const;
/** What says nothing: a coin. */
const COIN = 'a coin';

/** The last moment before a pitcher's game at which somebody quoted, with what all said of that market by then. */
type LastMoment = ScoredEvent & { readonly atMs: number; readonly quotes: readonly PlacedQuote[] };

/**
 * How good the lines were against what happened: one forecast a pitcher and day, at the last snapshot before the game,
 * of the blend, of each book alone, of the exchange's own quote and of a coin. Pitchers of one game are one cluster.
 * Everybody is held to the same limit of age; the exchange's quote is only compared.
 */
export function scoreLines(input: {
  readonly quotes: readonly PlacedQuote[];
  readonly strikeouts: ReadonlyMap<string, number>;
  readonly method: Readonly<Record<LineSource, DevigMethod>>;
  readonly maxAgeMs: number;
  readonly resampling: Resampling;
}): readonly SeriesScore<string>[] {
  const moments = lastMoments(input.quotes, input.strikeouts);
  const ofRule = PROP_RULES.map(({ name, rule }) => ({
    name,
    answers: moments.map(({ atMs, quotes }) => {
      const line = makeFairLine({
        legs: quotes.flatMap((quote) => legsOf(quote)),
        outcomes: SIDES,
        phase: 'pregame',
        nowMs: atMs,
        rules: lineRules(rule, input.maxAgeMs, input.method),
      });
      return line.kind === 'line' ? line.probabilities : null;
    }),
  }));
  const ofSource = SOURCES.filter((source) => source !== 'draftkings').map((source) => ({
    name: source as string,
    answers: moments.map(({ atMs, quotes }) => {
      const last = quotes.findLast(({ book }) => book === source);
      return last === undefined || atMs - last.snapshotMs > input.maxAgeMs
        ? null
        : fairOf(last, source === EXCHANGE ? 'proportional' : input.method[source]);
    }),
  }));
  const coin = { name: COIN, answers: moments.map(() => [0.5, 0.5]) };
  return scoreSeries({
    events: moments,
    series: [...ofRule, ...ofSource, coin],
    references: [BLEND_NAME],
    resampling: input.resampling,
  });
}

function fairOf(quote: PlacedQuote, method: DevigMethod): readonly number[] | null {
  const fair = devig(method, [quote.over, quote.under]);
  return fair.kind === 'devigged' ? fair.probabilities : null;
}

/** Over happened when the strikeouts are above the line; a line is n + ½ and has no push. */
function lastMoments(
  quotes: readonly PlacedQuote[],
  strikeouts: ReadonlyMap<string, number>,
): readonly LastMoment[] {
  const byPitcher = new Map<string, PlacedQuote[]>();
  for (const quote of quotes)
    byPitcher.set(quote.pitcherDay, [...(byPitcher.get(quote.pitcherDay) ?? []), quote]);
  return [...byPitcher].flatMap(([pitcherDay, all]) => {
    const struck = strikeouts.get(pitcherDay);
    const ordered = all.toSorted((a, b) => a.snapshot - b.snapshot);
    const last = ordered.at(-1);
    if (struck === undefined || last === undefined) return [];
    return [
      {
        cluster: last.game,
        happened: struck > last.strikeoutLine ? 0 : 1,
        atMs: last.snapshotMs,
        quotes: ordered.filter(({ prop }) => prop === last.prop),
      },
    ];
  });
}

/**
 * How far the sources are apart on the same market at the same snapshot: probability of over of `a` less that of `b`,
 * each book by its method and the exchange in proportion.
 */
export function disagreement(
  quotes: readonly PlacedQuote[],
  method: Readonly<Record<LineSource, DevigMethod>>,
  resampling: Resampling,
): ArbitrationStudyRecord['disagreement'] {
  const moments = new Map<string, Map<string, { readonly over: number; readonly game: string }>>();
  for (const quote of quotes) {
    const source = SOURCES.find((one) => one === quote.book);
    const over =
      source === undefined
        ? undefined
        : fairOf(quote, source === EXCHANGE ? 'proportional' : method[source])?.[0];
    if (over === undefined) continue;
    const key = `${quote.snapshot} ${quote.prop}`;
    const said = moments.get(key) ?? new Map<string, { over: number; game: string }>();
    said.set(quote.book, { over, game: quote.game });
    moments.set(key, said);
  }
  return SOURCES.flatMap((a, at) => SOURCES.slice(at + 1).map((b) => [a, b] as const)).flatMap(
    ([a, b]) => {
      const sums = new ClusterSums(2);
      const apart: number[] = [];
      for (const said of moments.values()) {
        const [ofA, ofB] = [said.get(a), said.get(b)];
        if (ofA === undefined || ofB === undefined) continue;
        const row = sums.row(ofA.game);
        row[0] = (row[0] ?? 0) + 1;
        row[1] = (row[1] ?? 0) + ofA.over - ofB.over;
        apart.push(Math.abs(ofA.over - ofB.over));
      }
      if (apart.length === 0) return [];
      const [difference = null] = clusterBootstrap({
        sums,
        statistics: [{ of: ([n = 0, sum = 0]) => sum / n }],
        ...resampling,
      });
      return [
        {
          a,
          b,
          n: apart.length,
          difference,
          meanAbsolute: apart.reduce((sum, gap) => sum + gap, 0) / apart.length,
          p95Absolute: quantile(apart, 0.95),
        },
      ];
    },
  );
}
