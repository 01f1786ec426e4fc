import type { ForecastComparison, MarketRecord, RunRecord } from '../../contracts/run-record.ts';
import { MICROS_PER_CENT, MICROS_PER_DOLLAR, type Money } from '../../domain/money/money.ts';
import { GAIN, LOSS, MUTED, OURS, THEIRS, type Chart } from './chart.ts';
import { grouped, perContract, signedDollars, words } from './figures.ts';
import { minus } from './table.ts';
import { thinCurve, withDrawdown } from './thin-curve.ts';

const CURVE_BUCKETS = 300;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Bars beyond this are not read one by one; the tables hold them all. */
export const MAX_BARS = 16;

const inCents = (micros: number): number => micros / MICROS_PER_CENT;
const inDollars = (amount: Money): number => amount / MICROS_PER_DOLLAR;
const BY_SIGN = {
  condition: { test: 'datum.value < 0', value: LOSS },
  value: GAIN,
} as const;

/** Plot width left when `labels` pixels go to the axis. */
export const plot = (width: number, labels: number): number => Math.max(140, width - labels);

/** A vertical axis in dollars that need not start at zero. */
const dollarAxis = (field: string, title: string, ticks: number) =>
  ({
    field,
    type: 'quantitative',
    scale: { zero: false, nice: true },
    axis: { title, tickCount: ticks, minExtent: 52 },
  }) as const;

/** As fine as eight ticks over the span need. */
export function timeFormat(spanMs: number): string {
  if (spanMs < 20 * MINUTE_MS) return '%H:%M:%S';
  return spanMs < 2 * DAY_MS ? '%H:%M' : '%d %b';
}

/** Equity over time, and below it how far it lies under its highest so far. */
export function equityChart(record: RunRecord): Chart {
  const values = thinCurve(withDrawdown(record.equity), CURVE_BUCKETS).map((point) => ({
    at: point.atMs,
    equity: inDollars(point.equity),
    drawdown: -inDollars(point.drawdown),
    opening: inDollars(record.performance.openingEquity),
  }));
  const spanMs = (record.equity.at(-1)?.atMs ?? 0) - (record.equity[0]?.atMs ?? 0);
  const time = (title: string | null, labels: boolean) =>
    ({
      field: 'at',
      type: 'temporal',
      scale: { type: 'utc' },
      axis: {
        title,
        labels,
        ticks: labels,
        domain: labels,
        grid: false,
        labelOverlap: true,
        tickCount: 8,
        format: timeFormat(spanMs),
      },
    }) as const;
  return (width) => ({
    data: { values },
    spacing: 4,
    vconcat: [
      {
        width: plot(width, 72),
        height: 230,
        layer: [
          {
            mark: { type: 'rule', color: MUTED, strokeDash: [4, 4] },
            encoding: { y: { aggregate: 'max', field: 'opening', type: 'quantitative' } },
          },
          {
            mark: { type: 'line', interpolate: 'step-after', color: OURS, strokeWidth: 2 },
            encoding: { x: time(null, false), y: dollarAxis('equity', 'Equity (dollars)', 6) },
          },
        ],
      },
      {
        width: plot(width, 72),
        height: 84,
        mark: { type: 'area', interpolate: 'step-after', color: LOSS, opacity: 0.55 },
        encoding: {
          x: time('Time (UTC)', true),
          y: dollarAxis('drawdown', 'Drawdown (dollars)', 3),
        },
      },
    ],
  });
}

type Bar = { readonly label: string; readonly value: number; readonly text: string };

/** Horizontal bars in the order given, each with its figure beside it. */
function bars(values: readonly Bar[], title: string, colour: 'sign' | 'plain'): Chart {
  const highest = Math.max(0, ...values.map(({ value }) => value));
  const lowest = Math.min(0, ...values.map(({ value }) => value));
  return (width) => {
    const longest = Math.max(...values.map(({ label }) => label.length), 0);
    const labels = Math.min(Math.round(width * 0.42), 24 + 6.6 * longest);
    const y = {
      field: 'label',
      type: 'nominal',
      sort: null,
      axis: {
        title: null,
        labelLimit: labels - 8,
        minExtent: labels - 8,
        ticks: false,
        labelPadding: 6,
        domain: false,
      },
    } as const;
    const drawn = plot(width, labels + 20);
    const figure = 10 + 7 * Math.max(...values.map(({ text }) => text.length), 1);
    // Room beyond the longest bars for their figures, on each side that has bars.
    const sides = (lowest < 0 ? 1 : 0) + (highest > 0 ? 1 : 0);
    const room = ((highest - lowest || 1) * figure) / Math.max(40, drawn - sides * figure);
    const domain = [lowest < 0 ? lowest - room : 0, highest > 0 ? highest + room : 0];
    const x = {
      field: 'value',
      type: 'quantitative',
      scale: { domain, nice: false },
      axis: { title, tickCount: 5 },
    } as const;
    const color = colour === 'sign' ? BY_SIGN : { value: OURS };
    return {
      data: { values: [...values] },
      width: drawn,
      height: { step: 24 },
      encoding: { y, x },
      layer: [
        { mark: { type: 'bar', height: { band: 0.68 } }, encoding: { color } },
        {
          transform: [{ filter: 'datum.value >= 0' }],
          mark: { type: 'text', align: 'left', dx: 5 },
          encoding: { text: { field: 'text' } },
        },
        {
          transform: [{ filter: 'datum.value < 0' }],
          mark: { type: 'text', align: 'right', dx: -5 },
          encoding: { text: { field: 'text' } },
        },
      ],
    };
  };
}

const moneyBar = (label: string, sum: Money): Bar => ({
  label,
  value: inDollars(sum),
  text: minus(signedDollars(sum)),
});

/** The markets that moved the result most, best first. */
export function marketChart(markets: readonly MarketRecord[]): Chart {
  const strongest = markets
    .filter(({ fills }) => fills > 0)
    .toSorted((a, b) => Math.abs(b.net) - Math.abs(a.net))
    .slice(0, MAX_BARS)
    .toSorted((a, b) => b.net - a.net);
  return bars(
    strongest.map(({ title, ticker, net }) => moneyBar(uniqueTitle(title, ticker, strongest), net)),
    'Profit after fees (dollars)',
    'sign',
  );
}

/** Two markets of one game share a title; then the end of the ticker tells them apart. */
function uniqueTitle(title: string, ticker: string, among: readonly MarketRecord[]): string {
  const shared = among.filter((market) => market.title === title).length > 1;
  return shared ? `${title} (${ticker.split('-').at(-1) ?? ticker})` : title;
}

/** From what the trades made before fees to what was left. */
export function moneyChart(gross: Money, fees: Money, net: Money): Chart {
  return bars(
    [
      moneyBar('Trading, before fees', gross),
      moneyBar('Fees', -fees as Money),
      moneyBar('Result', net),
    ],
    'Dollars',
    'sign',
  );
}

/** How often each reason kept us from trading, the commonest first. */
export function countChart(counts: readonly (readonly [string, number])[], title: string): Chart {
  const shown = counts.slice(0, MAX_BARS);
  return bars(
    shown.map(([code, count]) => ({ label: words(code), value: count, text: grouped(count) })),
    title,
    'plain',
  );
}

/** What each trade was expected to make per contract, and what it made. */
export function edgeChart(record: RunRecord): Chart {
  const values = record.trades
    .filter(({ closedBy }) => closedBy !== 'open')
    .map((trade) => ({
      edge: inCents(trade.why.edgePerContract),
      realised: inCents(perContract(trade.net, trade.boughtCount)),
      ended: words(trade.closedBy),
    }));
  return (width) => ({
    data: { values },
    width: plot(width, 56),
    height: 250,
    layer: [
      {
        mark: { type: 'rule', color: MUTED, strokeDash: [4, 4] },
        encoding: { y: { datum: 0 } },
      },
      {
        mark: { type: 'point', filled: true, size: 46, opacity: 0.75 },
        encoding: {
          x: {
            field: 'edge',
            type: 'quantitative',
            scale: { zero: false, nice: true },
            axis: {
              title: 'Edge at entry (cents per contract, after fees)',
              grid: false,
              tickCount: 6,
            },
          },
          y: {
            field: 'realised',
            type: 'quantitative',
            axis: { title: 'Realised (cents per contract)', tickCount: 7 },
          },
          color: {
            field: 'ended',
            type: 'nominal',
            scale: {
              domain: ['profit target', 'stop loss', 'settlement'],
              range: [GAIN, LOSS, OURS],
            },
          },
          shape: {
            field: 'ended',
            type: 'nominal',
            scale: {
              domain: ['profit target', 'stop loss', 'settlement'],
              range: ['triangle-up', 'triangle-down', 'circle'],
            },
          },
        },
      },
    ],
  });
}

/** Of what was given each probability, how much came true: on the diagonal is right. */
export function reliabilityChart(comparison: ForecastComparison): Chart {
  const series = [comparison.fair, comparison.market];
  const values = series.flatMap(({ label, reliability }) =>
    reliability.map(({ meanForecast, observedShare, n, interval }) => ({
      label,
      forecast: meanForecast,
      observed: observedShare,
      low: interval.low,
      high: interval.high,
      forecasts: n,
    })),
  );
  const colour = {
    field: 'label',
    type: 'nominal',
    scale: { domain: series.map(({ label }) => label), range: [OURS, THEIRS] },
  } as const;
  const unit = { domain: [0, 1] };
  const x = {
    field: 'forecast',
    type: 'quantitative',
    scale: unit,
    axis: { title: 'Forecast probability', format: '.0%', tickCount: 5 },
  } as const;
  const y = {
    field: 'observed',
    type: 'quantitative',
    scale: unit,
    axis: { title: 'Share that came true', format: '.0%', tickCount: 5 },
  } as const;
  return (width) => ({
    data: { values },
    width: plot(width, 62),
    height: Math.min(320, plot(width, 62)),
    layer: [
      {
        data: {
          values: [
            { forecast: 0, observed: 0 },
            { forecast: 1, observed: 1 },
          ],
        },
        mark: { type: 'line', color: MUTED, strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        mark: { type: 'rule', opacity: 0.45 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: colour },
      },
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color: colour } },
      {
        mark: { type: 'point', filled: true, opacity: 0.85 },
        encoding: {
          x,
          y,
          color: colour,
          size: {
            field: 'forecasts',
            type: 'quantitative',
            scale: { range: [20, 260] },
            legend: null,
          },
        },
      },
    ],
  });
}
