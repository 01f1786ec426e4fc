import type { RowReader } from './csv-rows.ts';

/** What every row of football-data.co.uk says of a match; wanted first, so that the places below hold. */
export const MATCH_COLUMNS = ['Date', 'FTHG', 'FTAG', 'FTR'] as const;
const AT = { date: 0, homeGoals: 1, awayGoals: 2, result: 3 } as const;
const RESULTS = 'HDA';

/** Whether the match was played and has a result. */
export function hasResult(reader: RowReader): boolean {
  return reader.text(AT.result) !== '';
}

/**
 * The day of a match (dates are of the United Kingdom, dd/mm/yyyy) and what happened, 0 home, 1 draw, 2 away. The
 * result must be that of the goals.
 */
export function matchAt(reader: RowReader): {
  readonly cluster: string;
  readonly happened: number;
} {
  return {
    cluster: reader.read(AT.date, 'a date such as 16/08/2024', dayOf),
    happened: resultOf(reader),
  };
}

function dayOf(text: string): string | null {
  const [, day, month, year] = /^([0-3]\d)\/([01]\d)\/(20\d{2})$/.exec(text) ?? [];
  return day === undefined ? null : `${year}-${month}-${day}`;
}

function resultOf(reader: RowReader): number {
  const margin = reader.integer(AT.homeGoals, 0, 40) - reader.integer(AT.awayGoals, 0, 40);
  const happened = margin > 0 ? 0 : margin === 0 ? 1 : 2;
  if (reader.text(AT.result) !== RESULTS[happened])
    reader.refuse(AT.result, `${RESULTS[happened]}, as the goals say`);
  return happened;
}
