import { fixed } from '../../contracts/study-words.ts';
import type { Decile } from '../../domain/reports/calibration.ts';
import type { Estimate } from '../../domain/reports/cluster-bootstrap.ts';
import { grouped, percentText } from './figures.ts';
import { html, type Html } from './html.ts';
import type { Column } from './table.ts';

/** A value with its interval below it, without the colours of gain and loss. */
export function estimateCell(estimate: Estimate | null, digits: number): Html {
  if (estimate === null) return html`–`;
  const { value, low, high } = estimate;
  return html`${fixed(value, digits)}<small
      >${fixed(low, digits)} to ${fixed(high, digits)}</small
    >`;
}

/** A tenth of the forecasts of a method, a path or whatever it is called. */
export type DecileRow = {
  readonly method: string;
  readonly decile: Decile;
};

export const DECILE_COLUMNS: readonly Column<DecileRow>[] = [
  { head: 'Method', kind: 'text', cell: ({ method }) => method },
  { head: 'Decile', kind: 'number', cell: ({ decile }) => String(decile.decile) },
  { head: 'Forecasts', kind: 'number', cell: ({ decile }) => grouped(decile.n) },
  {
    head: 'Mean forecast',
    kind: 'number',
    cell: ({ decile }) => percentText(decile.meanForecast, 2),
  },
  { head: 'Came true', kind: 'number', cell: ({ decile }) => percentText(decile.observedShare, 2) },
  {
    head: '95 % interval',
    kind: 'number',
    cell: ({ decile }) =>
      `${percentText(decile.interval.low)} to ${percentText(decile.interval.high)}`,
  },
];
