import type { Temporal } from 'temporal-polyfill';

/** The six fields of an AWS cron expression, as what they allow. */
export type CronFields = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Month, day of month or of week, and year. */
  readonly matchesDay: (date: Temporal.PlainDate) => boolean;
  /** No year after this one is allowed. */
  readonly lastYear: number;
};

type Range = { readonly name: string; readonly least: number; readonly most: number };

const MINUTES: Range = { name: 'minutes', least: 0, most: 59 };
const HOURS: Range = { name: 'hours', least: 0, most: 23 };
const DAYS: Range = { name: 'day-of-month', least: 1, most: 31 };
const MONTHS: Range = { name: 'month', least: 1, most: 12 };
/** 1 is Sunday, as in AWS. */
const WEEKDAYS: Range = { name: 'day-of-week', least: 1, most: 7 };
const YEARS: Range = { name: 'year', least: 1970, most: 2199 };

const MONTH_NAMES = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAY_NAMES = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/**
 * Reads "minutes hours day-of-month month day-of-week year" with `*`, `?`, lists, ranges, steps and names. Exactly one
 * of the two days is `?`. `L`, `W` and `#` are refused. `expression` is what errors show.
 */
export function parseCron(text: string, expression: string): CronFields {
  const fields = text.trim().split(/\s+/);
  const [minutes, hours, days, months, weekdays, years] = fields;
  if (
    fields.length !== 6 ||
    minutes === undefined ||
    hours === undefined ||
    days === undefined ||
    months === undefined ||
    weekdays === undefined ||
    years === undefined
  ) {
    throw new Error(`"${expression}" has ${fields.length} fields; cron has six`);
  }
  if ((days === '?') === (weekdays === '?')) {
    throw new Error(`"${expression}" has ? as exactly one of day-of-month and day-of-week`);
  }
  const read = (field: string, range: Range, names: readonly string[] = []): ReadonlySet<number> =>
    valuesOf(named(field.toUpperCase(), names, range), range, expression);
  const allowedMonths = read(months, MONTHS, MONTH_NAMES);
  const allowedYears = read(years, YEARS);
  const allowedDays = days === '?' ? null : read(days, DAYS);
  const allowedWeekdays = weekdays === '?' ? null : read(weekdays, WEEKDAYS, WEEKDAY_NAMES);
  return {
    minutes: sorted(read(minutes, MINUTES)),
    hours: sorted(read(hours, HOURS)),
    lastYear: Math.max(...allowedYears),
    matchesDay: ({ year, month, day, dayOfWeek }) =>
      allowedYears.has(year) &&
      allowedMonths.has(month) &&
      (allowedDays?.has(day) ?? true) &&
      (allowedWeekdays?.has((dayOfWeek % 7) + 1) ?? true),
  };
}

function named(field: string, names: readonly string[], { least }: Range): string {
  return field.replace(/[A-Z]{3}/g, (name) => {
    const index = names.indexOf(name);
    return index < 0 ? name : String(index + least);
  });
}

function valuesOf(field: string, range: Range, expression: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    const step = Number(match?.[4] ?? 1);
    if (match === null || step < 1) throw refusal(field, range, expression);
    const from = match[1] === undefined ? Number(match[2]) : range.least;
    const hasEnd = match[1] !== undefined || match[3] !== undefined || match[4] !== undefined;
    const until = match[3] === undefined ? (hasEnd ? range.most : from) : Number(match[3]);
    if (from < range.least || until > range.most || from > until) {
      throw refusal(field, range, expression);
    }
    for (let value = from; value <= until; value += step) values.add(value);
  }
  return values;
}

function sorted(values: ReadonlySet<number>): readonly number[] {
  return [...values].toSorted((a, b) => a - b);
}

function refusal(field: string, { name, least, most }: Range, expression: string): Error {
  return new Error(
    `"${expression}": ${name} is "${field}"; served are *, lists, ranges and steps from ${least} to ${most}`,
  );
}
