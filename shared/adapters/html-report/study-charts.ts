import type {
  ArbitrationStudyRecord,
  DevigSetRecord,
  FreshnessRecord,
} from '../../contracts/study-record.ts';
import { ageText } from '../../contracts/study-words.ts';
import type { Decile } from '../../domain/reports/calibration.ts';
import type { Estimate } from '../../domain/reports/cluster-bootstrap.ts';
import { GAIN, INK, LOSS, MUTED, OURS, RULE, THEIRS, type Chart } from './chart.ts';

/** What a difference of log losses says by itself, for its colour. */
const SAYS = ['better', 'not to be told apart', 'worse'] as const;

type Difference = { readonly label: string; readonly estimate: Estimate };

const LABELS = 116;
/** Nats are shown in thousandths. */
const THOUSAND = 1_000;

/** Differences of log loss with their intervals, one a row; left of the line is better. */
export function differenceChart(rows: readonly Difference[], title: string): Chart {
  const values = rows.map(({ label, estimate }) => ({
    label,
    value: estimate.value * THOUSAND,
    low: estimate.low * THOUSAND,
    high: estimate.high * THOUSAND,
    says: SAYS[estimate.high < 0 ? 0 : estimate.low > 0 ? 2 : 1],
  }));
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    axis: { title: null, ticks: false, domain: false, labelPadding: 6, labelLimit: LABELS },
  } as const;
  const x = {
    field: 'value',
    type: 'quantitative',
    axis: { title, tickCount: 5 },
    scale: { zero: true },
  } as const;
  const color = {
    field: 'says',
    type: 'nominal',
    scale: { domain: [...SAYS], range: [GAIN, MUTED, LOSS] },
  } as const;
  return (width) => ({
    data: { values },
    width: Math.max(140, width - LABELS - 24),
    height: { step: 26 },
    layer: [
      { mark: { type: 'rule', color: INK, strokeDash: [4, 4] }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { y, x, color },
      },
    ],
  });
}

const PERCENT = 100;
const UNIT: { domain: number[] } = { domain: [0, 1] };
const HALVES: number[] = [0, 0.5, 1];

/** Observed less forecast by band of probability: the bias between long shots and favourites. */
export function biasChart(set: DevigSetRecord, names: readonly string[]): Chart {
  const shown = set.methods.filter(({ name }) => names.includes(name));
  const last = shown.length - 1;
  const values = shown.flatMap(({ name, bands }, index) =>
    bands
      .filter(({ bias }) => bias.high - bias.low < 0.5)
      .map(({ meanForecast, bias }) => ({
        name,
        // Beside each other, not on each other.
        forecast: meanForecast + (index - last / 2) * 0.012,
        bias: bias.value * PERCENT,
        low: bias.low * PERCENT,
        high: bias.high * PERCENT,
      })),
  );
  const x = {
    field: 'forecast',
    type: 'quantitative',
    scale: UNIT,
    axis: { title: 'Mean forecast of the band', format: '.0%', tickCount: 5, grid: false },
  } as const;
  const y = {
    field: 'bias',
    type: 'quantitative',
    axis: { title: 'Observed less forecast (points)', tickCount: 7 },
  } as const;
  const color = {
    field: 'name',
    type: 'nominal',
    scale: { domain: [...names], range: [THEIRS, OURS, GAIN].slice(0, names.length) },
  } as const;
  return (width) => ({
    data: { values },
    width: Math.max(140, width - 62),
    height: 250,
    layer: [
      { mark: { type: 'rule', color: INK, strokeDash: [4, 4] }, encoding: { y: { datum: 0 } } },
      {
        mark: { type: 'rule', opacity: 0.5, strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x, y, color } },
    ],
  });
}

/** Each series' deciles in a small panel: how far what happened lies from what was forecast. */
export function decilesChart(
  series: readonly { readonly name: string; readonly deciles: readonly Decile[] }[],
): Chart {
  const values = series.flatMap(({ name, deciles }) =>
    deciles.map(({ meanForecast, observedShare, interval }) => ({
      name,
      forecast: meanForecast,
      gap: (observedShare - meanForecast) * PERCENT,
      low: (interval.low - meanForecast) * PERCENT,
      high: (interval.high - meanForecast) * PERCENT,
    })),
  );
  return (width) => {
    const across = width < 400 ? 2 : width < 600 ? 3 : 5;
    const x = {
      field: 'forecast',
      type: 'quantitative',
      scale: UNIT,
      axis: { title: null, format: '.0%', values: HALVES, grid: false },
    } as const;
    const y = {
      field: 'gap',
      type: 'quantitative',
      axis: { title: null, tickCount: 5 },
    } as const;
    return {
      data: { values },
      columns: across,
      spacing: { row: 30, column: 14 },
      facet: {
        field: 'name',
        type: 'nominal',
        sort: series.map(({ name }) => name),
        header: { title: null, labelColor: INK, labelFontSize: 12, labelPadding: 4 },
      },
      spec: {
        width: Math.floor((width - 64) / across) - 16,
        height: 120,
        layer: [
          { mark: { type: 'rule', color: INK, strokeDash: [4, 4] }, encoding: { y: { datum: 0 } } },
          {
            mark: { type: 'rule', color: OURS, opacity: 0.45, strokeWidth: 2 },
            encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          {
            mark: { type: 'point', filled: true, color: OURS, size: 34, opacity: 1 },
            encoding: { x, y },
          },
        ],
      },
    };
  };
}

const STATES = ['valid', 'stale leg', 'waiting', 'expired', 'missing'] as const;

/** What share of the time each book was in each state, by the limit of age. */
export function freshnessChart(freshness: readonly FreshnessRecord[]): Chart {
  const values = freshness.flatMap(({ maxAgeMs, books }) =>
    books.flatMap(({ book, shares }) =>
      Object.entries(shares).map(([state, share]) => ({
        limit: ageText(maxAgeMs),
        book,
        state: state.replaceAll('_', ' '),
        share,
      })),
    ),
  );
  const seen = STATES.filter((state) => values.some((value) => value.state === state));
  const colours: Readonly<Record<string, string>> = {
    valid: GAIN,
    expired: THEIRS,
    missing: RULE,
    waiting: OURS,
    'stale leg': LOSS,
  };
  return (width) => {
    const across = width < 400 ? 1 : width < 600 ? 2 : 4;
    return {
      data: { values },
      columns: across,
      spacing: 18,
      facet: {
        field: 'book',
        type: 'nominal',
        sort: freshness[0]?.books.map(({ book }) => book) ?? null,
        header: { title: null, labelColor: INK, labelFontSize: 13 },
      },
      spec: {
        width: Math.floor((width - 40) / across) - 30,
        height: { step: 22 },
        mark: { type: 'bar', height: { band: 0.72 } },
        encoding: {
          y: {
            field: 'limit',
            type: 'nominal',
            sort: freshness.map(({ maxAgeMs }) => ageText(maxAgeMs)),
            axis: { title: null, ticks: false, domain: false, labelPadding: 6 },
          },
          x: {
            field: 'share',
            type: 'quantitative',
            stack: 'zero',
            scale: UNIT,
            axis: { title: null, format: '.0%', values: HALVES, grid: false },
          },
          color: {
            field: 'state',
            type: 'nominal',
            scale: { domain: [...seen], range: seen.map((state) => colours[state] ?? MUTED) },
          },
          order: { field: 'rank', type: 'quantitative' },
        },
        transform: [
          {
            calculate: `indexof(${JSON.stringify(seen)}, datum.state)`,
            as: 'rank',
          },
        ],
      },
    };
  };
}

/** How far a quote has moved, by its age: on average, and in the worst of twenty. */
export function driftChart(drift: ArbitrationStudyRecord['drift']): Chart {
  const values = drift.flatMap(({ toMs, meanMove, p95Move }) => {
    const age = `≤ ${toMs / 60_000}`;
    return [
      { age, what: 'on average', move: meanMove * PERCENT },
      { age, what: '95 in 100 below', move: p95Move * PERCENT },
    ];
  });
  return (width) => ({
    data: { values },
    width: Math.max(140, width - 56),
    height: 230,
    mark: { type: 'line', strokeWidth: 2, point: { filled: true, size: 60 } },
    encoding: {
      x: {
        field: 'age',
        type: 'ordinal',
        sort: null,
        axis: { title: 'Age (minutes at most)', labelAngle: 0, grid: false },
      },
      y: {
        field: 'move',
        type: 'quantitative',
        axis: { title: 'Points of probability', tickCount: 5 },
      },
      color: {
        field: 'what',
        type: 'nominal',
        scale: { domain: ['on average', '95 in 100 below'], range: [OURS, THEIRS] },
      },
    },
  });
}

/** How far two sources are apart on average: pairs with the exchange in another colour. */
export function apartChart(
  disagreement: ArbitrationStudyRecord['disagreement'],
  exchange: string,
): Chart {
  const values = disagreement
    .toSorted((one, other) => other.meanAbsolute - one.meanAbsolute)
    .map(({ a, b, n, meanAbsolute }) => ({
      label: `${a}, ${b}`,
      apart: meanAbsolute * PERCENT,
      text: `${(meanAbsolute * PERCENT).toFixed(1)}  (n ${n})`,
      what: a === exchange || b === exchange ? 'with Kalshi' : 'two books',
    }));
  const highest = Math.max(...values.map(({ apart }) => apart), 1);
  return (width) => ({
    data: { values },
    width: Math.max(130, width - 158),
    height: { step: 24 },
    encoding: {
      y: {
        field: 'label',
        type: 'nominal',
        sort: null,
        axis: { title: null, ticks: false, domain: false, labelPadding: 6, labelLimit: 140 },
      },
      x: {
        field: 'apart',
        type: 'quantitative',
        scale: { domain: [0, highest * 1.5], nice: false },
        axis: { title: 'Points of probability', tickCount: 4 },
      },
    },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.68 } },
        encoding: {
          color: {
            field: 'what',
            type: 'nominal',
            scale: { domain: ['two books', 'with Kalshi'], range: [OURS, THEIRS] },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 5 },
        encoding: { text: { field: 'text' } },
      },
    ],
  });
}
