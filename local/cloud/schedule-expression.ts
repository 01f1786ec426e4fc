import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { parseCron, type CronFields } from './cron-fields.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** cron looks no further ahead than this: the longest gap of a valid one is eight years, over a 29 February. */
const LONGEST_LOOK_DAYS = 9 * 366;

export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly fields: CronFields };

/** Reads rate(5 minutes) or cron(0 9 * * ? *); throws with the expression and what is allowed. */
export function parseSchedule(expression: string): ScheduleExpression {
  const rate = /^rate\((\d+) (minutes?|hours?|days?)\)$/.exec(expression);
  if (rate !== null) {
    const count = Number(rate[1]);
    const unitMs = UNIT_MS[rate[2] ?? ''] ?? 0;
    if (count > 0) return { kind: 'rate', everyMs: count * unitMs };
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (cron !== null) return { kind: 'cron', fields: parseCron(cron[1] ?? '', expression) };
  throw new Error(
    `"${expression}" is not a schedule; write rate(5 minutes) or cron(minutes hours day-of-month month day-of-week year)`,
  );
}

/**
 * The first run after a time; null when there is none within nine years. A rate counts from `anchorMs`, the start of the
 * schedule. cron is read in the time zone: a local time that a change to summer time leaves out has no run, and one that
 * comes twice at the change back runs once, the first time ("Daylight saving time on EventBridge Scheduler" of the
 * EventBridge Scheduler guide).
 */
export function nextRunMs(
  expression: string | ScheduleExpression,
  timezone: string,
  afterMs: EpochMs,
  anchorMs: EpochMs = 0,
): EpochMs | null {
  const schedule = typeof expression === 'string' ? parseSchedule(expression) : expression;
  switch (schedule.kind) {
    case 'rate': {
      const runs = Math.floor((afterMs - anchorMs) / schedule.everyMs) + 1;
      return anchorMs + Math.max(runs, 1) * schedule.everyMs;
    }
    case 'cron':
      return nextCronMs(schedule.fields, timezone, afterMs);
  }
}

function nextCronMs(fields: CronFields, timezone: string, afterMs: EpochMs): EpochMs | null {
  const after = Temporal.Instant.fromEpochMilliseconds(afterMs).toZonedDateTimeISO(timezone);
  let date = after.toPlainDate();
  for (let day = 0; day < LONGEST_LOOK_DAYS; day += 1) {
    if (date.year > fields.lastYear) return null;
    const next = fields.matchesDay(date) ? firstOfDay(fields, date, timezone, afterMs) : null;
    if (next !== null) return next;
    date = date.add({ days: 1 });
  }
  return null;
}

/** The first run of a day that is after a time. */
function firstOfDay(
  fields: CronFields,
  date: Temporal.PlainDate,
  timezone: string,
  afterMs: EpochMs,
): EpochMs | null {
  for (const hour of fields.hours) {
    for (const minute of fields.minutes) {
      const runMs = instantOf(date.toPlainDateTime({ hour, minute }), timezone);
      if (runMs !== null && runMs > afterMs) return runMs;
    }
  }
  return null;
}

/** The instant of a local time, the earlier one of two; null for one that the clocks leave out. */
function instantOf(local: Temporal.PlainDateTime, timezone: string): EpochMs | null {
  const earlier = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  return earlier.toPlainDateTime().equals(local) ? earlier.epochMilliseconds : null;
}
