import { join } from 'node:path';
import type { ArbitrationStudyRecord } from '../../shared/contracts/study-record.ts';
import type { DevigMethod } from '../../shared/domain/odds/devig.ts';
import type { LineSource } from '../../shared/domain/odds/line.ts';
import { quantile } from '../../shared/domain/reports/quantile.ts';
import {
  readStrikeoutProps,
  type StrikeoutProps,
} from '../../shared/replay/import/strikeout-props.ts';
import { replayOrders } from './arrival-orders.ts';
import { driftByAge, freshnessShares, historiesOf, supportedMaxAge } from './prop-freshness.ts';
import { EXCHANGE, placed, PROP_BOOKS, type PlacedQuote } from './prop-legs.ts';
import { MAX_AGES_MS } from './prop-rules.ts';
import { disagreement, scoreLines } from './prop-scores.ts';
import { resamplingOf, type StudyInput } from './study-input.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Arbitration and staleness on two weeks of real quotes of several books: the same lines under any order of arrival,
 * what each limit of age leaves of the books, how good the lines were, and how far the books are apart. The same data
 * and seed give the same record to the byte.
 */
export async function studyArbitration(
  input: StudyInput & {
    readonly orders: number;
    readonly method: Readonly<Record<LineSource, DevigMethod>>;
  },
): Promise<ArbitrationStudyRecord> {
  const { seed, resamples, method, note } = input;
  const read = await readStrikeoutProps(join(input.dataDir, 'sportsbook-props-mlb'));
  const quotes = placed(read.quotes, read.snapshotsMs);
  note(`${quotes.length} quotes in ${read.snapshotsMs.length} snapshots`);
  const freshness = freshnessShares(historiesOf(quotes));
  const supported = supportedMaxAge(freshness);
  const scoredMaxAgeMs = supported ?? HOUR_MS;
  note('shares of time by state are done');
  const configured = MAX_AGES_MS[0] ?? 0;
  const orders = replayOrders({
    quotes,
    snapshotsMs: read.snapshotsMs,
    method,
    maxAgesMs: [configured, scoredMaxAgeMs],
    orders: input.orders,
    seed,
    note,
  });
  return {
    study: 'arbitration',
    seed,
    resamples,
    quotes: quotesRecord(read, quotes),
    orders,
    freshness,
    supportedMaxAgeMs: supported,
    drift: driftByAge(quotes),
    scoredMaxAgeMs,
    scores: scoreLines({
      quotes,
      strikeouts: read.strikeouts,
      method,
      maxAgeMs: scoredMaxAgeMs,
      resampling: resamplingOf(input, 'scores'),
    }),
    disagreement: disagreement(quotes, method, resamplingOf(input, 'disagreement')),
  };
}

function quotesRecord(
  { rows, leftOut, snapshotsMs, strikeouts }: StrikeoutProps,
  quotes: readonly PlacedQuote[],
): ArbitrationStudyRecord['quotes'] {
  const gaps = snapshotsMs.slice(1).map((ms, at) => (ms - (snapshotsMs[at] ?? ms)) / MINUTE_MS);
  const days = new Set(quotes.map(({ pitcherDay }) => pitcherDay));
  return {
    rows,
    used: quotes.length,
    leftOut,
    snapshots: snapshotsMs.length,
    gapMinutes: {
      median: quantile(gaps, 0.5),
      p90: quantile(gaps, 0.9),
      most: quantile(gaps, 1),
    },
    pitcherDays: days.size,
    withOutcome: [...days].filter((day) => strikeouts.has(day)).length,
    props: new Set(quotes.map(({ prop }) => prop)).size,
    books: [...PROP_BOOKS, EXCHANGE].map((book) => {
      const ours = quotes.filter((quote) => quote.book === book);
      return {
        book,
        quotes: ours.length,
        medianMargin:
          ours.length === 0
            ? 0
            : quantile(
                ours.map(({ over, under }) => 1 / over + 1 / under - 1),
                0.5,
              ),
      };
    }),
  };
}
